"""Why something became of a mail, in words for the person who looks after the mail.

A reason is stored as a sentence in English, so that it says for ever what was known then. Whoever reads it later reads
it in their own language.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from clientela.inbox.rules.deciding import Reason
from clientela.requests.policies import refusal_words
from clientela.requests.rules import Refusal

WRITTEN_IN = "en"
TAKEN_OVER = gettext_noop("No letter thanks for it: it lay in an old mailbox.")
HAD_MANY = gettext_noop("No letter thanks for it: this sender had many in the last hour.")
# What `reading.classify` says of a machine; it knows no languages.
MACHINES = (
    gettext_noop("A calendar answers an invitation."),
    gettext_noop("A mail server sent it."),
    gettext_noop("A mail server wrote it, and takes no answer."),
    gettext_noop("A mail server wrote it."),
    gettext_noop("A receipt: the mail was displayed or deleted."),
    gettext_noop("A report about the delivery of a letter."),
    gettext_noop("It names recipients that were not reached."),
    gettext_noop("It was sent to many."),
    gettext_noop("Its header says that a machine wrote it."),
    gettext_noop("Its sender takes no answer."),
    gettext_noop("Its sender's address says that nobody reads answers."),
    gettext_noop("Its subject is that of an absence note."),
    gettext_noop("Its words say that a letter was not delivered."),
    gettext_noop("Nothing says that a machine wrote it."),
)
# What the rooms below refuse a mail, and its own readers; `refusal_words` has the rest. They say it themselves; here it
# is known again.
REFUSALS = (
    gettext_noop("Somebody changed this at the same moment. Please try once more."),
    gettext_noop(
        "The message and its files are %(size)s together; %(limit)s is the most. Send fewer or smaller files."
    ),
    gettext_noop("There is nothing to send yet. Write a few words first."),
    gettext_noop("Only the people of the department that answers this request can do this."),
    gettext_noop("This service is no longer offered."),
    gettext_noop("This service is for named groups only."),
    gettext_noop("This service is for customers outside the organisation."),
    gettext_noop("This service is for colleagues inside the organisation."),
    gettext_noop("The department %(name)s has no calendar. Give it working hours in Settings, Calendars."),
    gettext_noop("Nobody works in %(name)s today."),
    gettext_noop("%(address)s already belongs to somebody else."),
    gettext_noop("The message is empty."),
    gettext_noop("The message has no header line and is not text."),
    gettext_noop("The worker died %(count)s times over this message."),
)
_NAMED = re.compile(r"%\\\((\w+)\\\)s")


def reason_words(reason: Reason, data: Mapping[str, object]) -> str:
    """Say a reason. `data`: `because` (MACHINE), `name` (NO_SERVICE), `reference` (those that name a request),
    `address` (NOT_OUR_COLLEAGUE), `size`, `limit`, `was_told` (TOO_LARGE).
    """
    sentence = _TOO_LARGE_AND_TOLD if reason == Reason.TOO_LARGE and data.get("was_told") else _SENTENCES[reason]
    return str(sentence) % data


_TOO_LARGE_AND_TOLD = _("The message has %(size)s bytes; %(limit)s is the most. Its sender was told.")
_SENTENCES: dict[Reason, str | Promise] = {
    Reason.NEW: _("It is new."),
    Reason.PERHAPS: _("It is new, and perhaps belongs to %(reference)s: its sender does not, as far as we know."),
    Reason.FAILED_CHECK: _("It is new, and perhaps belongs to %(reference)s: its origin failed the check."),
    Reason.PERHAPS_COLLEAGUE: _(
        "It is new, and perhaps belongs to %(reference)s: it bears a colleague’s name, and nobody confirmed that they "
        "wrote it."
    ),
    Reason.MERGED_AWAY: _("It is new: what it answers was merged into %(reference)s, of another customer."),
    Reason.CLOSED_LONG_AGO: _("The request it answers was closed long ago."),
    Reason.WAS_CANCELLED: _("The request it answers was cancelled."),
    Reason.ANSWERS_US: _("It answers one of our letters."),
    Reason.ANSWERS_THEM: _("It goes on with a request of its sender."),
    Reason.COLLEAGUE: _("A colleague who serves the request wrote it: it is a note, for colleagues only."),
    Reason.MACHINE: "%(because)s",
    Reason.SEEN_BEFORE: _("The same message was received before."),
    Reason.NOT_OUR_COLLEAGUE: _(
        "It says that %(address)s wrote it, which is an address of ours, and its origin failed the check."
    ),
    Reason.NO_DEPARTMENT: _("No department takes mail yet. Give one a service that does."),
    Reason.NO_SERVICE: _("%(name)s has no service that takes mail. Choose one in Settings, Services."),
    Reason.TOO_LARGE: _("The message has %(size)s bytes; %(limit)s is the most. Its sender was not told."),
}


def reason_in_their_language(stored: str) -> str:
    """A stored reason in the language of whoever reads it; one that we never say (a fault's words) stays as it is."""
    for more in (TAKEN_OVER, HAD_MANY):
        if stored.endswith(f" {more}"):
            return f"{reason_in_their_language(stored.removesuffix(f' {more}'))} {gettext(more)}"
    if stored in MACHINES:
        return gettext(stored)
    for pattern, sentence in _written():
        found = pattern.fullmatch(stored)
        if found is not None:
            return gettext(sentence) % found.groupdict()
    return stored


@cache
def _written() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every sentence as it is stored, with its names left open, and its source."""
    with override(WRITTEN_IN):
        told = [str(words) for reason, words in _SENTENCES.items() if reason is not Reason.MACHINE]
        told += [str(_TOO_LARGE_AND_TOLD), *REFUSALS, *(refusal_words(refusal) for refusal in Refusal)]
    return tuple((re.compile(_NAMED.sub(r"(?P<\1>.+)", re.escape(words)), re.DOTALL), words) for words in told)

"""Letters that did not arrive: what to do about each, and that somebody has done it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.kernel.journal import record
from clientela.kernel.models import Letter
from clientela.kernel.post.queries import LetterRow
from clientela.kernel.post.writing import about_letter

# What a mail server's answer means, by its enhanced status (RFC 3463), where no report was read more closely.
_STATUS = re.compile(r"\b[45]\.(\d{1,3}\.\d{1,3})\b")
_BY_STATUS: Mapping[str, str] = {
    "1.0": "nobody_there",
    "1.1": "nobody_there",
    "1.3": "no_such_place",
    "1.6": "nobody_there",
    "1.2": "no_such_place",
    "1.10": "no_such_place",
    "2.1": "account_closed",
    "2.2": "mailbox_full",
    "2.3": "content_refused",
    "3.4": "content_refused",
    "4.1": "not_in_time",
    "4.4": "no_such_place",
    "4.7": "not_in_time",
    "6.0": "content_refused",
    "7.1": "refused",
    "7.7": "sender_refused",
    "7.20": "sender_refused",
    "7.23": "sender_refused",
    "7.26": "sender_refused",
}
# A mail server that answers so says that the address itself is wrong, and will be tomorrow.
_HARD = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10"})


class NoTroubleError(Exception):
    """There is no letter in trouble by this number, or somebody has seen to it already."""


def is_hard_refusal(words: str) -> bool:
    """Whether a mail server's refusal says that the address will never work. A bare "550" does not say it."""
    found = re.match(r"5\d\d[ -]5\.(\d{1,3}\.\d{1,3})\b", words)
    return found is not None and found[1] in _HARD


def status_in(words: str) -> str:
    """The enhanced status in a mail server's words ("5.1.1"), "" if there is none."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def what_to_do(row: LetterRow) -> str:
    """What the one who wrote a letter that did not arrive can do, in words; "" for one that is well."""
    if row.state == "perhaps":
        return _(
            "The line broke after the text was given, so the mail server may have it or not. Ask the reader, or send "
            "it again; then it may arrive twice."
        )
    if row.state not in {"failed", "bounced"}:
        return ""
    reason = row.bounce_reason
    if not reason and (found := _STATUS.search(row.reason)):
        reason = _BY_STATUS.get(found[1], "")
    return advice_about(reason)


def advice_about(reason: str) -> str:
    """Why a letter came back, and what to do, in words. `reason`: one of the classes of bounces, "" for unknown."""
    return _ADVICE.get(reason, _unclear)()


@transaction.atomic
def settle_trouble(letter_id: int, *, by: int | None, at: datetime) -> None:
    """Note that the party `by` has seen to a letter that did not arrive: it is no longer shown as trouble.

    Raises NoTroubleError for one that is not in trouble. Whether `by` may do this is for the caller to decide.
    """
    letter = Letter.objects.select_for_update().filter(pk=letter_id, trouble_settled_at=None).first()
    if letter is None or (letter.failed_at is None and letter.bounced_at is None and letter.perhaps_sent_at is None):
        raise NoTroubleError(f"Letter {letter_id} is in no trouble.")
    letter.trouble_settled_at = at
    letter.save(update_fields=["trouble_settled_at"])
    record(verb="letter_trouble_settled", by=by, at=at, about=about_letter(letter))


def _nobody_there() -> str:
    return _(
        "Nobody has this address any more. Ask for the right one, by telephone perhaps, correct it on the customer's "
        "page, and write again."
    )


def _no_such_place() -> str:
    return _(
        "There is no such mail address: what stands after the @ takes no mail and may be misspelt. Correct it on the "
        "customer's page, and write again."
    )


def _mailbox_full() -> str:
    return _("The mailbox is full. Send it again in a day or two; ring them up if it cannot wait.")


def _account_closed() -> str:
    return _("The mailbox is switched off, perhaps for a while. Ring them up and ask for another address.")


def _not_in_time() -> str:
    return _("Their mail server could not be reached for days. Send it again, or ring them up if it cannot wait.")


def _sender_refused() -> str:
    return _(
        "Their mail server takes no mail from ours. Tell an administrator: “clientela doctor mail” says what to mend. "
        "Until then ring the customer up."
    )


def _refused() -> str:
    return _("Their mail server does not take mail from us for this reader. Reach them by another way.")


def _content_refused() -> str:
    return _(
        "Their mail server did not take what was in it: too large, or taken for unwanted mail. Write again without "
        "attachments, or in other words."
    )


def _server_fault() -> str:
    return _("Something is broken at their mail server. Send it again tomorrow, or ring them up.")


def _unclear() -> str:
    return _("Their mail server does not say why. Check the address, send it again, or reach them by another way.")


_ADVICE: Mapping[str, Callable[[], str]] = {
    "nobody_there": _nobody_there,
    "no_such_place": _no_such_place,
    "mailbox_full": _mailbox_full,
    "account_closed": _account_closed,
    "not_in_time": _not_in_time,
    "sender_refused": _sender_refused,
    "refused": _refused,
    "content_refused": _content_refused,
    "server_fault": _server_fault,
}

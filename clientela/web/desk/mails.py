"""What is shown of a mail beside what it says: where it is from, what a machine meant, what came along with it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.inbox import queries as inbox
from clientela.inbox.queries import ForwardedSeen, InvitationSeen, MailSeen
from clientela.inbox.reading.forwards import forwarded_from
from clientela.kernel import post
from clientela.requests.policies import Access
from clientela.requests.queries import RequestNamed, RequestPage, Said
from clientela.requests.rules import Verb
from clientela.web.desk.forms import DeskForm, JoinForm
from clientela.web.mail_words import (
    BounceShown,
    TrustShown,
    automatic_words,
    bounce_shown,
    invitation_words,
    is_whole_days,
    looks_like_words,
    note_trust_shown,
    protection_words,
    trust_shown,
)


@dataclass(frozen=True)
class InvitationShown:
    """An invitation with its words; `is_whole_days` where it names days and no moments."""

    words: str
    seen: InvitationSeen
    is_whole_days: bool
    ends_same_day: bool


@dataclass(frozen=True)
class ForwardedShown:
    """Who wrote what was forwarded. `may_be_customer`: they are not the customer yet, and the viewer can make them it.

    `text` is what they wrote, where it stands in the mail; "" where it is attached.
    """

    seen: ForwardedSeen
    name: str
    is_day: bool
    may_be_customer: bool
    text: str


@dataclass(frozen=True)
class PerhapsShown:
    """A mail that perhaps belongs to another request: who wrote it, whose that one is, and what joining them asks.

    `form` is None where both are of one customer: then nobody has to say so. `may_join`: the viewer serves both, and
    this one can still be merged.
    """

    raw_id: int
    request: RequestNamed
    written_by: str
    address: str
    customer: str
    form: DeskForm | None
    may_join: bool


@dataclass(frozen=True)
class MailShown:
    """One mail beside its message. What does not apply is None, "" or empty."""

    raw_id: int
    trust: TrustShown | None
    machine: str
    bounces: Sequence[BounceShown]
    invitation: InvitationShown | None
    forwarded: ForwardedShown | None
    looks_like: str
    protection: str
    perhaps: PerhapsShown | None
    also_to: Sequence[str]


def mails_shown(
    viewer: Viewer, page: RequestPage, *, given: Mapping[str, DeskForm] | None = None
) -> Mapping[int, MailShown]:
    """The mails of a conversation by message, for who serves the request; nobody else reads what we make of them.

    `given`: the forms that came back with something to mend.
    """
    if page.access is not Access.FULL:
        return {}
    said = {item.id: item for item in page.conversation if isinstance(item, Said)}
    asker = page.customer.asker_email.lower() if page.customer is not None else ""
    names = {str(department.id): department.name_in(get_language()) for department in page.departments}
    seen = inbox.mails_of_messages(viewer, said)
    perhaps = _perhaps(page, said, seen, given or {})
    # A report may name any address it likes; only what we found out ourselves is said to be suppressed.
    hard = {bounce.recipient for mail in seen.values() for bounce in mail.bounces if bounce.is_hard}
    suppressed = post.suppression_reasons(hard) if hard else {}
    return {
        message: _shown(
            mail,
            said[message],
            asker=asker,
            names=names,
            suppressed=suppressed,
            perhaps=perhaps.get(message),
            is_served=page.is_served,
        )
        for message, mail in seen.items()
    }


def _perhaps(
    page: RequestPage, said: Mapping[int, Said], seen: Mapping[int, MailSeen], given: Mapping[str, DeskForm]
) -> dict[int, PerhapsShown]:
    """What perhaps belongs elsewhere, by message, for who may decide it.

    One statement for the names of the others' customers, if any.
    """
    if not page.is_served:
        return {}
    others = {
        message: mail.perhaps_of
        for message, mail in seen.items()
        if mail.perhaps_of is not None and mail.perhaps_of.customer_id is not None
    }
    cards = directory.party_cards({other.customer_id for other in others.values() if other.customer_id is not None})
    found = {}
    for message, other in others.items():
        mail, author = seen[message], said[message].author
        card = cards.get(other.customer_id or 0)
        form = given.get(f"join{mail.raw_id}")
        found[message] = PerhapsShown(
            raw_id=mail.raw_id,
            request=other,
            written_by=author.name if author is not None else "",
            address=mail.from_address,
            customer=card.name_in(get_language()) if card is not None else _("somebody whose data were erased"),
            form=None if other.customer_id == page.request.customer.id else form or JoinForm(raw_id=mail.raw_id),
            may_join=other.is_served and bool(page.verdicts[Verb.MERGE]),
        )
    return found


def _shown(
    mail: MailSeen,
    said: Said,
    *,
    asker: str,
    names: Mapping[str, str],
    suppressed: Container[str],
    perhaps: PerhapsShown | None,
    is_served: bool,
) -> MailShown:
    trust = note_trust_shown if said.kind == "note" else trust_shown
    return MailShown(
        raw_id=mail.raw_id,
        trust=trust(mail.trust, mail.from_address),
        machine=automatic_words("bounce" if mail.bounces else mail.automatic),
        bounces=[bounce_shown(one, is_suppressed=one.recipient in suppressed) for one in mail.bounces],
        invitation=None if mail.invitation is None else _invitation(mail.invitation),
        forwarded=None
        if mail.forwarded_from is None
        else _forwarded(mail, mail.forwarded_from, said.quoted, asker=asker, is_served=is_served),
        looks_like="" if mail.looks_like is None else looks_like_words(mail.looks_like),
        protection=protection_words(mail.protection),
        perhaps=perhaps,
        also_to=[names[key] for key in mail.also_to if key in names],
    )


def _invitation(seen: InvitationSeen) -> InvitationShown:
    start, end = seen.starts_at, seen.ends_at
    is_days = is_whole_days(start)
    return InvitationShown(
        words=invitation_words(seen),
        seen=seen,
        is_whole_days=is_days,
        ends_same_day=start is not None and end is not None and start.isoformat()[:10] == end.isoformat()[:10],
    )


def _forwarded(mail: MailSeen, seen: ForwardedSeen, quoted: str, *, asker: str, is_served: bool) -> ForwardedShown:
    told = forwarded_from(quoted, None, (), subject=mail.subject)
    return ForwardedShown(
        seen=seen,
        name=seen.name or seen.address or _("somebody it does not name"),
        is_day=is_whole_days(seen.sent_at),
        may_be_customer=is_served and bool(seen.address) and seen.address.lower() != asker,
        text=quoted if told is None else told.text,
    )

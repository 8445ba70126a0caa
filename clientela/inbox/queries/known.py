"""What the database knows about mails that have been read, before anything is decided.

Mails come in batches, so each question is asked once for all of them: the number of statements does not grow with the
number of mails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from clientela.directory import queries as directory
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.addresses import MailPlace, default_mail_place, places_of_addresses
from clientela.inbox.queries.answering import answers_lately
from clientela.inbox.queries.candidates import correspondence_of
from clientela.inbox.queries.copies import earlier_requests
from clientela.inbox.reading.headers import addresses
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.rules.answering import AnswersLately, may_be_answered
from clientela.inbox.rules.deciding import Known, Place
from clientela.inbox.rules.threads import Candidates


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A stored message and what was read of it."""

    raw: RawMessage
    mail: ReadMail


@dataclass(frozen=True, slots=True)
class _Addressed:
    """Where a mail is for: the place that serves it, and every department that it names."""

    place: Place | None
    department_ids: tuple[int, ...]
    own_addresses: frozenset[str]  # in small letters


def known_about(mails: Sequence[StoredMail], *, at: datetime) -> list[Known]:
    """What is known at `at` about each of `mails`, in their order.

    Each is seen as if the others did not exist, but for this: a sender of many is answered no more often than as if
    they had come one after the other.
    """
    read = [stored.mail for stored in mails]
    domain = settings.MAIL_DOMAIN.lower()
    addressed = _addressed(read)
    departments = directory.departments_of_addresses({mail.address for mail in read if mail.address})
    earlier = earlier_requests([stored.raw for stored in mails], read)
    said = correspondence_of(read, at=at, own_domains=(domain,))
    answerable = _answerable(read, said.candidates, at=at)
    return [
        Known(
            is_too_large=stored.raw.size_bytes > settings.MESSAGE_LIMIT_BYTES,
            earlier_request_id=earlier.get(stored.raw.pk),
            is_from_department=stored.mail.address in departments,
            is_from_our_domain=stored.mail.address.rpartition("@")[2].lower() == domain,
            has_failed=stored.mail.trust.verdict == "failed" or not _stands_in_from(stored.mail),
            is_verified=stored.mail.trust.verdict == "passed",
            has_checker=bool(settings.TRUSTED_CHECKERS),
            sender=said.senders[place],
            candidates=said.candidates[place],
            look_alike=said.look_alikes[place],
            place=addressed[place].place,
            department_ids=addressed[place].department_ids,
            own_addresses=addressed[place].own_addresses,
            may_be_answered=answerable[place] and not stored.raw.is_taken_over,
        )
        for place, stored in enumerate(mails)
    ]


def _addressed(mails: Sequence[ReadMail]) -> list[_Addressed]:
    """Find where each mail is for: by the envelope, by To and Cc, else the first department that takes mail."""
    found = places_of_addresses({address for mail in mails for address in mail.recipients})
    first = default_mail_place()
    addressed = []
    for mail in mails:
        named = [found[address] for address in mail.recipients if address in found]
        place = next(iter(named), first)
        ids = tuple(dict.fromkeys(one.department_id for one in named))
        ours = frozenset(address.lower() for address in mail.recipients if address in found)
        addressed.append(_Addressed(None if place is None else _place(place), ids, ours))
    return addressed


def _stands_in_from(mail: ReadMail) -> bool:
    """Whether the address that we take for the sender's is the one in From. Sender and Reply-To, taken where From is
    missing, are checked by no server; so leaving From out would be the way around every check.
    """
    written = {one.address for one in addresses(mail.read.header("from") or "")}
    return not mail.address or mail.address in written


def _place(place: MailPlace) -> Place:
    return Place(
        department_id=place.department.id,
        name=place.department.name,
        language=place.department.language,
        zone=place.department.zone,
        service_version_id=place.service_version_id,
    )


def _answerable(mails: Sequence[ReadMail], candidates: Sequence[Candidates], *, at: datetime) -> list[bool]:
    """Whether a letter may go to the sender of each mail by itself. Two workers at once may let a few more through."""
    lately = answers_lately(addresses={mail.address for mail in mails if mail.address}, at=at)
    of_sender: dict[str, AnswersLately] = {}
    found = []
    for mail, named in zip(mails, candidates, strict=True):
        key = mail.address.lower()
        so_far = of_sender.get(key) or lately.of(address=key)
        may = not key or may_be_answered(so_far, at=at)
        found.append(may)
        # What goes on with a request, or was written by a machine, is not answered by itself.
        if may and named == Candidates() and mail.kind.kind == "person":
            of_sender[key] = so_far.and_one_at(at)
    return found

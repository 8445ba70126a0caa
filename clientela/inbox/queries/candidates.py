"""Which requests mails name, and who their senders are: asked once for all mails of a batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from clientela.directory import queries as directory
from clientela.directory.queries import Roles, Writer
from clientela.directory.rules import name_key
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.rules.look_alikes import LookAlike, eye_key, look_alike_of
from clientela.inbox.rules.threads import Candidates, Sender, Thread, belongs
from clientela.kernel.identifiers import references_in
from clientela.kernel.signing import request_of_message_id, request_of_reply_address
from clientela.requests import queries as asked
from clientela.requests.queries import ThreadOfMail

MOST_NUMBERS = 5  # in one subject
MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What mails say of where they belong, by their places in the batch."""

    senders: Sequence[Sender]
    candidates: Sequence[Candidates]
    look_alikes: Sequence[LookAlike | None]


def correspondence_of(mails: Sequence[ReadMail], *, at: datetime, own_domains: Sequence[str]) -> Correspondence:
    """Who wrote each of these mails, by From alone, and which requests it names. A fixed number of statements."""
    senders = _senders(mails, at=at)
    candidates = _candidates(mails, at=at)
    return Correspondence(senders, candidates, _look_alikes(mails, senders, candidates, at=at, own_domains=own_domains))


def reference_by_mark(mail: ReadMail, *, at: datetime) -> str | None:
    """The request that a mark of ours names: by the letter the mail answers, by the address it was sent to, or by any
    letter of ours that it refers to, in this order.
    """
    direct = (request_of_message_id(name, at=at) for name in mail.read.in_reply_to)
    addressed = (request_of_reply_address(address, at=at) for address in mail.recipients if "+" in address)
    others = (request_of_message_id(name, at=at) for name in mail.answered)
    found = (reference for way in (direct, addressed, others) for reference in way)
    return next((reference for reference in found if reference is not None), None)


def _senders(mails: Sequence[ReadMail], *, at: datetime) -> list[Sender]:
    writers = directory.writers_of_addresses({mail.address for mail in mails if mail.address})
    people = {writer.party_id for writer in writers.values() if writer.kind == "person"}
    roles = directory.roles_of_people(people, at=at)
    return [_sender(mail.address, writers.get(mail.address), roles) for mail in mails]


def _sender(address: str, writer: Writer | None, roles: Mapping[int, Roles]) -> Sender:
    if writer is None:
        return Sender(address)
    if writer.kind != "person":  # an organisation's own address; that of a department is known before
        return Sender(address, organisation_ids=frozenset({writer.party_id}))
    own = roles.get(writer.party_id, Roles())
    return Sender(address, writer.party_id, own.organisation_ids, own.department_ids)


def _candidates(mails: Sequence[ReadMail], *, at: datetime) -> list[Candidates]:
    marks = [reference_by_mark(mail, at=at) for mail in mails]
    numbers = [references_in(mail.read.subject)[:MOST_NUMBERS] for mail in mails]
    by_reference, by_mail = asked.threads_named(
        references={*(mark for mark in marks if mark), *(number for some in numbers for number in some)},
        message_ids={name for mail in mails for name in mail.answered},
        at=at,
    )
    return [
        Candidates(
            signed=_thread(by_reference.get(mark or "")),
            answered=_threads(thread for name in mail.answered for thread in by_mail.get(name, ())),
            numbered=_threads(by_reference[number] for number in some if number in by_reference),
        )
        for mail, mark, some in zip(mails, marks, numbers, strict=True)
    ]


def _threads(found: Iterable[ThreadOfMail]) -> tuple[Thread, ...]:
    once = {thread.id: thread for thread in (_thread(one) for one in found) if thread is not None}
    return tuple(islice(once.values(), MOST_CANDIDATES))


def _thread(found: ThreadOfMail | None) -> Thread | None:
    if found is None:
        return None
    request = found.request
    return Thread(
        id=request.id,
        reference=request.reference,
        provider_id=request.provider_id,
        customer_id=request.customer_id,
        asker_id=request.asker_id,
        language=request.language,
        takes_messages=request.takes_messages,
        was_cancelled=request.was_cancelled,
        also_department_ids=request.also_department_ids,
        people=found.people,
        addresses=found.addresses,
        was_named=found.named_customer_id,
    )


def _look_alikes(
    mails: Sequence[ReadMail],
    senders: Sequence[Sender],
    candidates: Sequence[Candidates],
    *,
    at: datetime,
    own_domains: Sequence[str],
) -> list[LookAlike | None]:
    """Whom the senders look like who are none of us. One statement, two where a sender names what is not theirs."""
    keys = {
        key
        for mail, sender in zip(mails, senders, strict=True)
        if not sender.is_employee
        for key in (name_key(mail.read.from_name), name_key(eye_key(mail.read.from_name)))
    }
    ours = directory.ours_called(keys, at=at)
    strangers = [
        {thread.asker_id for thread in _all(named) if not belongs(sender, thread)}
        for sender, named in zip(senders, candidates, strict=True)
    ]
    askers = {asker for some in strangers for asker in some}
    domains = _domains(askers) if askers else {}
    return [
        None
        if sender.is_employee
        else look_alike_of(
            mail.read.from_name,
            mail.address,
            our_names=ours,
            our_domains=own_domains,
            known_domains=[domains[asker] for asker in sorted(some) if asker in domains],
        )
        for mail, sender, some in zip(mails, senders, strangers, strict=True)
    ]


def _all(named: Candidates) -> tuple[Thread, ...]:
    signed = () if named.signed is None else (named.signed,)
    return (*signed, *named.answered, *named.numbered)


def _domains(person_ids: set[int]) -> Mapping[int, str]:
    cards = directory.party_cards(person_ids)
    return {card.id: card.email.rpartition("@")[2] for card in cards.values() if card.email}

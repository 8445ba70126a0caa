"""Opening a request: by its customer, by an agent who writes down what was said, or by mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.identifiers import reference_of
from clientela.kernel.journal import record_many
from clientela.kernel.policies import require
from clientela.kernel.rows import new_keys, write_rows, write_values
from clientela.promises import actions as promises
from clientela.requests import letters
from clientela.requests.actions.facts import fact_of, subject_of
from clientela.requests.actions.messages import IncomingFile, MessageToWrite, require_words, write_messages
from clientela.requests.models import Message, Request, Step
from clientela.requests.policies import may_open_request
from clientela.requests.rules import title_of

ACKNOWLEDGED_CHANNELS = frozenset({Request.Channel.EMAIL, Request.Channel.PORTAL})


@dataclass(frozen=True)
class OpenedRequest:
    """A request just opened. `message_id` is the row id of its first message."""

    id: int
    reference: str
    message_id: int


@dataclass(frozen=True)
class RequestToOpen:
    """A request as it is to be opened; see `open_requests`."""

    service_version_id: int
    customer_id: int
    asker_id: int
    channel: str
    title: str
    text: str
    language: str
    answers: Mapping[str, Any] | None = None
    attachments: Sequence[IncomingFile] = ()
    message_id: str = ""
    is_complaint: bool = False
    html: str = ""
    quoted: str = ""
    signature: str = ""
    side: str | None = None
    is_acknowledged: bool = True


@dataclass(frozen=True)
class Opening:
    """A request of which everything has been checked, as it is to be written."""

    service: catalogue.ServiceToAsk
    side: str
    answers: Mapping[str, Any]
    asked: RequestToOpen


def open_request(
    *,
    by: Viewer,
    at: datetime,
    service_version_id: int,
    customer_id: int,
    asker_id: int,
    channel: str,
    title: str,
    text: str,
    language: str,
    answers: Mapping[str, Any] | None = None,
    attachments: Sequence[IncomingFile] = (),
    message_id: str = "",
    is_complaint: bool = False,
    html: str = "",
    quoted: str = "",
    signature: str = "",
    side: str | None = None,
    is_acknowledged: bool = True,
) -> OpenedRequest:
    """Open a request of a service for a customer, and start its promises; see `open_requests`."""
    asked = RequestToOpen(
        service_version_id=service_version_id,
        customer_id=customer_id,
        asker_id=asker_id,
        channel=channel,
        title=title,
        text=text,
        language=language,
        answers=answers,
        attachments=attachments,
        message_id=message_id,
        is_complaint=is_complaint,
        html=html,
        quoted=quoted,
        signature=signature,
        side=side,
        is_acknowledged=is_acknowledged,
    )
    return open_requests(by=by, at=at, items=[asked])[0]


@transaction.atomic
def open_requests(*, by: Viewer, at: datetime, items: Sequence[RequestToOpen]) -> list[OpenedRequest]:
    """Open requests of services for customers, and start their promises: all of them, or none.

    `answers` are those of the service's form by field key; who asks by form must answer what is required, a mail or a
    call may leave it out. `side` None: a department asks from inside, an organisation from outside, and an employee
    from inside unless the service is only for customers outside. Mail and forms are acknowledged by a letter,
    unless `is_acknowledged` says no: a sender who is thanked already as often as is good gets no more thanks.
    The number of statements does not grow with the number of requests. Raises, for the first that will not do,
    HiddenError (no such service), NotAllowedError, catalogue's AnswersNotAcceptedError, RequestError.
    """
    services = catalogue.services_to_ask([(item.service_version_id, item.customer_id, item.asker_id) for item in items])
    for item, service in zip(items, services, strict=True):
        customer = {"customer_id": item.customer_id, "asker_id": item.asker_id}
        require(may_open_request(by, **customer, owner_id=service.owner_id))
    sides = _sides_of(items, services, at=at)
    for item, service, side in zip(items, services, sides, strict=True):
        require(service.may_ask_from_inside if side == Request.Side.INSIDE else service.may_ask_from_outside)
        if item.channel != Request.Channel.EMAIL:  # a mail may be empty but for its subject
            require_words(item.text or item.title, item.attachments)
    openings = [
        Opening(service, side, answers, item)
        for item, service, side, answers in zip(items, services, sides, _answers_of(items), strict=True)
    ]
    written = write_openings(by=by, at=at, openings=openings)
    thanked = [
        request
        for request, item in zip(written.requests, items, strict=True)
        if item.is_acknowledged and item.channel in ACKNOWLEDGED_CHANNELS
    ]
    letters.send_acknowledgements(thanked, at=at)
    return written.opened


def write_opening(
    *,
    by: Viewer | None,
    at: datetime,
    service: catalogue.ServiceToAsk,
    customer_id: int,
    asker_id: int,
    side: str,
    channel: str,
    title: str,
    text: str,
    language: str,
    answers: Mapping[str, Any],
) -> OpenedRequest:
    """Write one request; see `write_openings`."""
    asked = RequestToOpen(
        service_version_id=service.version_id,
        customer_id=customer_id,
        asker_id=asker_id,
        channel=channel,
        title=title,
        text=text,
        language=language,
    )
    return write_openings(by=by, at=at, openings=[Opening(service, side, answers, asked)]).opened[0]


@dataclass(frozen=True)
class WrittenOpenings:
    """The requests that were written, as rows and as what an action returns, in one order."""

    requests: list[Request]
    opened: list[OpenedRequest]


def write_openings(*, by: Viewer | None, at: datetime, openings: Sequence[Opening]) -> WrittenOpenings:
    """Write the requests, their first messages, their steps, their clocks and their facts. Checks are the caller's.

    `by` None: the house asks the next department in an order that somebody has set.
    """
    numbers = new_keys(Request, len(openings))
    due = promises.start_clocks_of_many(
        at=at,
        starts=[
            promises.ClocksToStart(
                subject=subject_of(number),
                provider_id=opening.service.owner_id,
                customer_id=opening.asked.customer_id,
                terms_id=opening.service.terms_id,
                kinds=("first_reply", "resolution"),
            )
            for number, opening in zip(numbers, openings, strict=True)
        ],
    )
    requests = [
        _request_of(number, opening, next_due_at=next_due_at, at=at)
        for number, opening, next_due_at in zip(numbers, openings, due, strict=True)
    ]
    write_rows(requests)
    messages = write_messages(
        [
            MessageToWrite(
                request_id=request.pk,
                kind=Message.Kind.FROM_CUSTOMER,
                author_id=opening.asked.asker_id,
                channel=opening.asked.channel,
                language=opening.asked.language,
                text=opening.asked.text,
                attachments=opening.asked.attachments,
                message_id=opening.asked.message_id,
                quoted=opening.asked.quoted,
                signature=opening.asked.signature,
                html=opening.asked.html,
            )
            for request, opening in zip(requests, openings, strict=True)
        ],
        at=at,
    )
    write_values(
        Step,
        ("request_id", "position", "key"),
        [
            (request.pk, position, key)
            for request, opening in zip(requests, openings, strict=True)
            for position, key in enumerate(opening.service.step_keys)
        ],
    )
    who = by.person_id if by else None
    facts = []
    for request, opening, message in zip(requests, openings, messages, strict=True):
        data = opening_data(request, opening.service.key, message.pk)
        facts.append(fact_of("request_opened", request, by=who, at=at, **data))
        if request.is_complaint:
            facts.append(fact_of("complaint_made", request, by=who, at=at, message=message.pk))
    record_many(facts)
    return WrittenOpenings(
        requests,
        [
            OpenedRequest(request.pk, request.reference, message.pk)
            for request, message in zip(requests, messages, strict=True)
        ],
    )


def _request_of(number: int, opening: Opening, *, next_due_at: datetime | None, at: datetime) -> Request:
    asked = opening.asked
    return Request(
        pk=number,
        reference=reference_of(number),
        service_version_id=opening.service.version_id,
        provider_id=opening.service.owner_id,
        customer_id=asked.customer_id,
        asker_id=asked.asker_id,
        side=opening.side,
        channel=asked.channel,
        title=title_of(asked.title, asked.text) or _("(no subject)"),
        language=asked.language[:8],
        answers=dict(opening.answers),
        is_complaint=asked.is_complaint,
        opened_at=at,
        last_message_at=at,
        unanswered_since=at,
        next_due_at=next_due_at,
    )


def opening_data(request: Request, service_key: str, message_id: int) -> dict[str, Any]:
    """What the journal keeps of an opening."""
    return {
        "reference": request.reference,
        "service": service_key,
        "side": request.side,
        "channel": request.channel,
        "language": request.language,
        "customer": request.customer_id,
        "asker": request.asker_id,
        "provider": request.provider_id,
        "message": message_id,
    }


def _answers_of(items: Sequence[RequestToOpen]) -> list[dict[str, Any]]:
    """The answers as they are kept. Those of many mails, which bring none, are asked for once."""
    without: dict[tuple[int, bool], dict[str, Any]] = {}
    found = []
    for item in items:
        may_be_incomplete = item.channel != Request.Channel.PORTAL
        key = (item.service_version_id, may_be_incomplete)
        if item.answers or key not in without:
            answers = catalogue.accepted_answers(
                item.service_version_id,
                item.answers or {},
                language=item.language,
                may_be_incomplete=may_be_incomplete,
            )
            if not item.answers:
                without[key] = answers
        else:
            answers = without[key]
        found.append(dict(answers))
    return found


def _sides_of(items: Sequence[RequestToOpen], services: Sequence[catalogue.ServiceToAsk], *, at: datetime) -> list[str]:
    """Inside is a relationship, not a kind of person: an employee who buys is outside in that purchase."""
    open_sides = [item for item in items if not item.side]
    kinds = {card.id: card.kind for card in directory.party_cards({item.customer_id for item in open_sides}).values()}
    people = {
        item.customer_id
        for item, service in zip(items, services, strict=True)
        if not item.side and kinds[item.customer_id] == "person" and service.audience != "outside"
    }
    employees = directory.employees_today(people, at)
    sides = []
    for item, service in zip(items, services, strict=True):
        if item.side:
            sides.append(item.side)
            continue
        is_inside = kinds[item.customer_id] == "department" or (
            service.audience != "outside" and item.customer_id in employees
        )
        sides.append(Request.Side.INSIDE if is_inside else Request.Side.OUTSIDE)
    return sides

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
from clientela.kernel.policies import require
from clientela.promises import actions as promises
from clientela.requests import letters
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.messages import IncomingFile, new_id, require_words, write_message
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


@transaction.atomic
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
    side: str | None = None,
    is_acknowledged: bool = True,
) -> OpenedRequest:
    """Open a request of a service for a customer, and start its promises.

    `answers` are those of the service's form by field key; who asks by form must answer what is required, a mail or a
    call may leave it out. `side` None: a department asks from inside, an organisation from outside, and an employee
    from inside unless the service is only for customers outside. Mail and forms are acknowledged by a letter,
    unless `is_acknowledged` says no: a sender who is thanked already as often as is good gets no more thanks.
    Raises HiddenError (no such service), NotAllowedError, catalogue's AnswersNotAcceptedError, RequestError.
    """
    service = catalogue.service_to_ask(service_version_id, customer_id=customer_id, asker_id=asker_id)
    require(may_open_request(by, customer_id=customer_id, asker_id=asker_id, owner_id=service.owner_id))
    chosen = side or _side_of(service, customer_id=customer_id, at=at)
    require(service.may_ask_from_inside if chosen == Request.Side.INSIDE else service.may_ask_from_outside)
    if channel != Request.Channel.EMAIL:  # a mail may be empty but for its subject
        require_words(text or title, attachments)
    opened = write_opening(
        by=by,
        at=at,
        service=service,
        customer_id=customer_id,
        asker_id=asker_id,
        side=chosen,
        channel=channel,
        title=title,
        text=text,
        language=language,
        answers=catalogue.accepted_answers(
            service_version_id,
            answers or {},
            language=language,
            may_be_incomplete=channel != Request.Channel.PORTAL,
        ),
        attachments=attachments,
        message_id=message_id,
        is_complaint=is_complaint,
        html=html,
        quoted=quoted,
    )
    if is_acknowledged and channel in ACKNOWLEDGED_CHANNELS:
        letters.send_acknowledgement(Request.objects.get(pk=opened.id), at=at)
    return opened


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
    attachments: Sequence[IncomingFile] = (),
    message_id: str = "",
    is_complaint: bool = False,
    html: str = "",
    quoted: str = "",
) -> OpenedRequest:
    """Write the request, its first message, its steps, its clocks and its fact. Checks are the caller's.

    `by` None: the house asks the next department in an order that somebody has set.
    """
    number = new_id(Request)
    next_due_at = promises.start_clocks(
        at=at,
        subject=subject_of(number),
        provider_id=service.owner_id,
        customer_id=customer_id,
        terms_id=service.terms_id,
        kinds=("first_reply", "resolution"),
    )
    request = Request(
        pk=number,
        reference=reference_of(number),
        service_version_id=service.version_id,
        provider_id=service.owner_id,
        customer_id=customer_id,
        asker_id=asker_id,
        side=side,
        channel=channel,
        title=title_of(title, text) or _("(no subject)"),
        language=language[:8],
        answers=dict(answers),
        is_complaint=is_complaint,
        opened_at=at,
        last_message_at=at,
        unanswered_since=at,
        next_due_at=next_due_at,
    )
    request.save(force_insert=True)
    message = write_message(
        request,
        kind=Message.Kind.FROM_CUSTOMER,
        author_id=asker_id,
        channel=channel,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
        message_id=message_id,
        quoted=quoted,
        html=html,
    )
    Step.objects.bulk_create(
        [Step(request=request, position=position, key=key) for position, key in enumerate(service.step_keys)]
    )
    tell("request_opened", request, by=by, at=at, **opening_data(request, service.key, message.pk))
    if is_complaint:
        tell("complaint_made", request, by=by, at=at, message=message.pk)
    return OpenedRequest(request.pk, request.reference, message.pk)


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


def _side_of(service: catalogue.ServiceToAsk, *, customer_id: int, at: datetime) -> str:
    """Inside is a relationship, not a kind of person: an employee who buys is outside in that purchase."""
    kind = directory.party_cards([customer_id])[customer_id].kind
    if kind == "department":
        return Request.Side.INSIDE
    if kind == "person" and service.audience != "outside" and directory.is_employee(customer_id, at):
        return Request.Side.INSIDE
    return Request.Side.OUTSIDE

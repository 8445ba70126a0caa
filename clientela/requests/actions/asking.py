"""Asking another department on behalf of a customer: a full request of its own, on which this one waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import require
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.messages import require_words
from clientela.requests.actions.opening import OpenedRequest, write_opening
from clientela.requests.actions.refusals import AskError
from clientela.requests.actions.turns import save, start_waiting, take_if_free
from clientela.requests.models import AskedTogether, Dependency, Request
from clientela.requests.rules import State, Verb


@dataclass(frozen=True)
class PartToAsk:
    """What is asked of one department. `answers` by the field keys of the service's form."""

    service_version_id: int
    title: str
    text: str
    language: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def ask_department(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    service_version_id: int,
    title: str,
    text: str,
    language: str,
    is_blocking: bool = True,
    then: str = "stay",
    answers: Mapping[str, Any] | None = None,
) -> OpenedRequest:
    """Ask the owner of a service for its part. Its customer is the department that answers this request.

    Blocking: this request cannot be resolved before that one, and waits for it. Not blocking: it waits only if
    `then` is "wait". Raises HiddenError, NotAllowedError, StateError, AskError, catalogue's AnswersNotAcceptedError.
    """
    require_words(text or title, ())
    parent = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id).request
    asker_id = require_asker(by)
    part = PartToAsk(service_version_id, title, text, language, answers or {})
    service = service_for(parent, part, asker_id=asker_id)
    accepted = accepted_part(part)
    opened, _link = open_part(parent, accepted, service, by=by, at=at, asker_id=asker_id, is_blocking=is_blocking)
    take_if_free(parent, by=by, at=at)
    tell_asked(parent, opened, service.owner_id, by=by, at=at, is_blocking=is_blocking)
    if is_blocking or then == "wait":
        start_waiting(parent, State.WAITING_DEPARTMENT, by=by, at=at)
    save(parent)
    return opened


def require_asker(by: Viewer) -> int:
    """Who asks. Raises AskError for the house: somebody must hear the answer."""
    if by.person_id is None:
        raise AskError(_("A department is asked by a person, who hears the answer."))
    return by.person_id


def service_for(parent: Request, part: PartToAsk, *, asker_id: int) -> catalogue.ServiceToAsk:
    """What is asked for, as the department of `parent` may ask it. Raises HiddenError, NotAllowedError, AskError."""
    service = catalogue.service_to_ask(part.service_version_id, customer_id=parent.provider_id, asker_id=asker_id)
    if service.owner_id == parent.provider_id:
        raise AskError(_("This is your own department's service. Give the request to a colleague instead."))
    require(service.may_ask_from_inside)
    return service


def accepted_part(part: PartToAsk) -> PartToAsk:
    """The part with its answers as the catalogue keeps them. Raises AnswersNotAcceptedError."""
    answers = catalogue.accepted_answers(
        part.service_version_id, part.answers, language=part.language, may_be_incomplete=True
    )
    return PartToAsk(part.service_version_id, part.title, part.text, part.language, answers)


def open_part(
    parent: Request,
    part: PartToAsk,
    service: catalogue.ServiceToAsk,
    *,
    by: Viewer | None,
    at: datetime,
    asker_id: int,
    is_blocking: bool = True,
    together: AskedTogether | None = None,
) -> tuple[OpenedRequest, Dependency]:
    """Open the request and its link in one step. The parent's row is held; checks and facts are the caller's."""
    opened = write_opening(
        by=by,
        at=at,
        service=service,
        customer_id=parent.provider_id,
        asker_id=asker_id,
        side=Request.Side.INSIDE,
        channel=Request.Channel.DESK,
        title=part.title,
        text=part.text,
        language=part.language,
        answers=part.answers,
    )
    link = Dependency.objects.create(
        waiting=parent, needed_id=opened.id, is_blocking=is_blocking, together=together, made_at=at
    )
    return opened, link


def tell_asked(
    parent: Request,
    opened: OpenedRequest,
    owner_id: int,
    *,
    by: Viewer | None,
    at: datetime,
    is_blocking: bool,
    **more: Any,
) -> None:
    """Write down that a department was asked, on both requests."""
    tell(
        "department_asked",
        parent,
        by=by,
        at=at,
        also=(subject_of(opened.id), thing("party", owner_id)),
        **asking_data(opened.id, opened.reference, owner_id, is_blocking=is_blocking),
        **more,
    )


def asking_data(request_id: int, reference: str, department_id: int, *, is_blocking: bool) -> dict[str, Any]:
    """What the journal keeps of a department being asked."""
    return {
        "request": request_id,
        "reference": reference,
        "department": department_id,
        "is_blocking": is_blocking,
    }

"""Asking another department on behalf of a customer: a full request of its own, on which this one waits."""

from collections.abc import Mapping
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
from clientela.requests.models import Dependency, Request
from clientela.requests.rules import State, Verb


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
    if by.person_id is None:
        raise AskError(_("A department is asked by a person, who hears the answer."))
    service = catalogue.service_to_ask(service_version_id, customer_id=parent.provider_id, asker_id=by.person_id)
    if service.owner_id == parent.provider_id:
        raise AskError(_("This is your own department's service. Give the request to a colleague instead."))
    require(service.may_ask_from_inside)
    opened = write_opening(
        by=by,
        at=at,
        service=service,
        customer_id=parent.provider_id,
        asker_id=by.person_id,
        side=Request.Side.INSIDE,
        channel=Request.Channel.DESK,
        title=title,
        text=text,
        language=language,
        answers=catalogue.accepted_answers(
            service_version_id, answers or {}, language=language, may_be_incomplete=True
        ),
    )
    Dependency.objects.create(waiting=parent, needed_id=opened.id, is_blocking=is_blocking, made_at=at)
    take_if_free(parent, by=by, at=at)
    tell(
        "department_asked",
        parent,
        by=by,
        at=at,
        also=(subject_of(opened.id), thing("party", service.owner_id)),
        **asking_data(opened.id, opened.reference, service.owner_id, is_blocking=is_blocking),
    )
    if is_blocking or then == "wait":
        start_waiting(parent, State.WAITING_DEPARTMENT, by=by, at=at)
    save(parent)
    return opened


def asking_data(request_id: int, reference: str, department_id: int, *, is_blocking: bool) -> dict[str, Any]:
    """What the journal keeps of a department being asked."""
    return {
        "request": request_id,
        "reference": reference,
        "department": department_id,
        "is_blocking": is_blocking,
    }

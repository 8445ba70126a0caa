"""The plan of tasks by which a service is given, step by step.

A step that takes another department's service is done when what was asked for it is done, and open again with it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.models import Request, Step
from clientela.requests.rules import AskedPart, State, Verb, parts_of_steps


@transaction.atomic
def finish_step(*, by: Viewer, at: datetime, request_id: int, step_key: str) -> None:
    """Note that a step of the plan is done. Twice is the same as once. Raises HiddenError for an unknown step."""
    request = hold_request(Verb.FINISH_STEP, by=by, at=at, request_id=request_id).request
    step = _step(request_id, step_key)
    if step.done_at is not None:
        return
    Step.objects.filter(pk=step.pk).update(done_at=at, done_by=by.person_id)
    tell("step_finished", request, by=by, at=at, step=step_key)


@transaction.atomic
def undo_step(*, by: Viewer, at: datetime, request_id: int, step_key: str) -> None:
    """Take back that a step is done. Twice is the same as once."""
    request = hold_request(Verb.FINISH_STEP, by=by, at=at, request_id=request_id).request
    step = _step(request_id, step_key)
    if step.done_at is None:
        return
    Step.objects.filter(pk=step.pk).update(done_at=None, done_by=None)
    tell("step_undone", request, by=by, at=at, step=step_key)


def finish_step_of(part: Request, waiting: Request, parts: Sequence[Request], *, at: datetime) -> None:
    """Note that the step of `waiting` is done that was asked for as `part`. All rows are held.

    `parts`: everything that `waiting` waits on. One statement where no plan names a service.
    """
    step = _open_or_done(part, waiting, parts)
    if step is not None and step.done_at is None:
        Step.objects.filter(pk=step.pk).update(done_at=at, done_by=None)
        tell("step_finished", waiting, by=None, at=at, step=step.key)


def undo_step_of(part: Request, waiting: Request, parts: Sequence[Request], *, at: datetime) -> None:
    """Open the step of `waiting` again that `part` did; one that a hand finished stays done. As finish_step_of."""
    step = _open_or_done(part, waiting, parts)
    if step is not None and step.done_at is not None and step.done_by_id is None:
        Step.objects.filter(pk=step.pk).update(done_at=None)
        tell("step_undone", waiting, by=None, at=at, step=step.key)


def _open_or_done(part: Request, waiting: Request, parts: Sequence[Request]) -> Step | None:
    """The step of `waiting` for which `part` was asked, if it was for one."""
    services = catalogue.past_services({waiting.service_version_id, *(one.service_version_id for one in parts)})
    needs = services[waiting.service_version_id].needs
    if services[part.service_version_id].key not in needs.values():
        return None
    asked = [
        AskedPart(one.pk, services[one.service_version_id].key, one.state == State.CANCELLED)
        for one in sorted(parts, key=lambda one: one.pk)
    ]
    keys = [key for key, request_id in parts_of_steps(needs, asked).items() if request_id == part.pk]
    return Step.objects.filter(request=waiting, key__in=keys).first()


def _step(request_id: int, step_key: str) -> Step:
    step = Step.objects.filter(request=request_id, key=step_key).first()
    if step is None:
        raise HiddenError(f"Request {request_id} has no step {step_key}.")
    return step

"""The plan of tasks by which a service is given, step by step."""

from datetime import datetime

from django.db import transaction

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.models import Step
from clientela.requests.rules import Verb


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


def _step(request_id: int, step_key: str) -> Step:
    step = Step.objects.filter(request=request_id, key=step_key).first()
    if step is None:
        raise HiddenError(f"Request {request_id} has no step {step_key}.")
    return step

"""Working out what inside does to outside: asked for, run apart, cancelled, given up."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.directory.policies import Viewer
from clientela.impact.models import Estimation, ParityDrawing
from clientela.impact.models.estimates import FEWEST_DAYS, MOST_DAYS
from clientela.impact.policies.estimates import may_estimate, may_see_impact
from clientela.kernel.analytics.apart import ApartCancelledError, ApartError, ApartMemoryError, run_apart
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require, require_seen

logger = logging.getLogger(__name__)

# The job's name, by which it is deferred: it lives in `clientela.impact.jobs`, which stands above this module.
ESTIMATE_JOB: Final = "clientela.impact.jobs.estimating.estimate_impact"
# With the what-ifs in a queue of its own kind: minutes of a core must never hold up mail and letters.
QUEUE: Final = "what_if"
LONGEST_SECONDS: Final = 3600.0
FRESH: Final = timedelta(minutes=1)
NO_STORE, NO_MEMORY, CRASHED, LOST = "no_store", "no_memory", "crashed", "lost"
_FIGURES: Final = "clientela.impact.measures.figures:impact_figures"
_LIVE: Final = (Estimation.State.WAITING, Estimation.State.RUNNING)


class EstimationEndedError(Exception):
    """It cannot be cancelled: it has ended. The message says so in the viewer's words."""


class _UnderWayError(Exception):
    """Another one is under way."""


class DaysError(Exception):
    """So many days are no span to wait for customers in. `field` is back_days or left_days; the message says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def ask_for_estimation(*, by: Viewer, at: datetime, back_days: int | None = None, left_days: int | None = None) -> int:
    """Queue a new working out; return its id, or that of the one that is under way.

    `back_days`, `left_days`: within how many days customers have come back, and after how many regular ones have left;
    None: as the newest one says. Raises NotAllowedError, DaysError.
    """
    require(may_estimate(by))
    chosen = {"back_days": back_days, "left_days": left_days}
    days = {name: count for name, count in chosen.items() if count is not None}
    for name, count in days.items():
        if not FEWEST_DAYS <= count <= MOST_DAYS:
            named = {"fewest": FEWEST_DAYS, "most": MOST_DAYS}
            raise DaysError(name, _("Write a number of days from %(fewest)s to %(most)s.") % named)
    if len(days) < len(chosen):
        days = (Estimation.objects.order_by("-asked_at", "-pk").values(*chosen).first() or {}) | days
    under_way = Estimation.objects.filter(state__in=_LIVE).values_list("pk", flat=True).first()
    if under_way is not None:
        return under_way
    try:
        with transaction.atomic(), refusals_as({"one_estimation_at_a_time": _UnderWayError()}):
            asked = Estimation.objects.create(asked_by_id=by.person_id, asked_at=at, **days)
            record(verb="impact.asked", by=by.person_id, at=at, about=[thing("estimation", asked.pk)])
            app.configure_task(ESTIMATE_JOB, queue=QUEUE).defer(estimation_id=asked.pk)
            return asked.pk
    except _UnderWayError:  # somebody else asked in between
        return Estimation.objects.filter(state__in=_LIVE).values_list("pk", flat=True)[0]


def ask_for_first_estimation(*, by: Viewer, at: datetime) -> int | None:
    """Ask for the first one of a house once there is something to work it out from; None: not yet, or not the first."""
    if Estimation.objects.exists() or not ParityDrawing.objects.exists():
        return None
    return ask_for_estimation(by=by, at=at)


@transaction.atomic
def cancel_estimation(*, by: Viewer, at: datetime, estimation_id: int) -> None:
    """Stop it, or take it back. Whoever works on it notices within a second.

    Raises HiddenError, NotAllowedError, EstimationEndedError.
    """
    require_seen(may_see_impact(by))
    require(may_estimate(by))
    row = Estimation.objects.select_for_update().filter(pk=estimation_id).first()
    if row is None:
        raise HiddenError(f"There is no estimation {estimation_id}.")
    if row.state not in _LIVE:
        raise EstimationEndedError(_("This has already ended."))
    row.is_cancel_wished = True
    if row.state == Estimation.State.WAITING:  # nobody has begun: nobody else would end it
        row.state, row.finished_at = Estimation.State.CANCELLED, at
    row.save(update_fields=["is_cancel_wished", "state", "finished_at"])
    record(verb="impact.cancelled", by=by.person_id, at=at, about=[thing("estimation", row.pk)])


def run_estimation(
    *, at: datetime, estimation_id: int, now: Callable[[], datetime], folder: Path | None = None
) -> None:
    """Work it out apart until it is done, cancelled or has failed. What has ended is left alone; safe to call again.

    It begins anew after a lost worker: nothing of it is kept half done. `now` is asked when it ends.
    """
    if not _begun(estimation_id, at=at):
        return
    monday = at.astimezone(UTC).date() - timedelta(days=at.astimezone(UTC).weekday())
    try:
        result = _worked_out(estimation_id, folder or Path(settings.ANALYTICS_FOLDER), until=monday)
    except ApartCancelledError:
        _ended(estimation_id, Estimation.State.CANCELLED, at=now())
    except ApartMemoryError:
        logger.exception("Estimation %s needs more memory than it may have.", estimation_id)
        _ended(estimation_id, Estimation.State.FAILED, at=now(), error=NO_MEMORY)
    except ApartError as error:
        logger.exception("Estimation %s could not be worked out.", estimation_id)
        code = NO_STORE if error.kind == "StoreUnreadableError" else CRASHED
        _ended(estimation_id, Estimation.State.FAILED, at=now(), error=code)
    else:
        _ended(estimation_id, Estimation.State.DONE, at=now(), result=result)


def give_up_estimations(*, at: datetime) -> int:
    """Fail whatever is under way without a job that waits or works: its worker died. Return how many."""
    live = list(Estimation.objects.filter(state__in=_LIVE, asked_at__lt=at - FRESH).values_list("pk", flat=True))
    if not live:
        return 0
    jobs = ProcrastinateJob.objects.filter(
        task_name=ESTIMATE_JOB, status__in=["todo", "doing"], args__estimation_id__in=live
    )
    lost = set(live) - set(jobs.values_list("args__estimation_id", flat=True))
    return Estimation.objects.filter(pk__in=lost, state__in=_LIVE).update(
        state=Estimation.State.FAILED, error=LOST, finished_at=at
    )


def _worked_out(estimation_id: int, folder: Path, *, until: date) -> dict[str, Any]:
    days = Estimation.objects.values("back_days", "left_days").get(pk=estimation_id)

    def told(done: int, total: int) -> None:
        Estimation.objects.filter(pk=estimation_id).update(progress=min(done / max(total, 1), 1.0))

    def is_cancelled() -> bool:
        return not Estimation.objects.filter(pk=estimation_id, is_cancel_wished=False).exists()

    found: dict[str, Any] = run_apart(
        _FIGURES,
        {"folder": str(folder), "until": until, **days},
        on_progress=told,
        is_cancelled=is_cancelled,
        memory_limit_mb=settings.ANALYTICS_MEMORY_MB,
        seconds=LONGEST_SECONDS,
    )
    return found


@transaction.atomic
def _begun(estimation_id: int, *, at: datetime) -> bool:
    row = Estimation.objects.select_for_update().filter(pk=estimation_id).first()
    if row is None or row.state not in _LIVE:
        return False
    if row.is_cancel_wished:
        row.state, row.finished_at = Estimation.State.CANCELLED, at
    else:
        row.state, row.started_at, row.progress = Estimation.State.RUNNING, row.started_at or at, 0.0
    row.save(update_fields=["state", "finished_at", "started_at", "progress"])
    return row.state == Estimation.State.RUNNING


@transaction.atomic
def _ended(
    estimation_id: int, state: Estimation.State, *, at: datetime, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    row = Estimation.objects.select_for_update().get(pk=estimation_id)
    if row.state != Estimation.State.RUNNING:
        return  # another worker was quicker, and said the same
    row.state, row.result, row.error, row.finished_at = state, result, error, at
    if state == Estimation.State.DONE:
        row.progress = 1.0
    row.save(update_fields=["state", "result", "error", "finished_at", "progress"])
    if state != Estimation.State.CANCELLED:  # the cancelling was told when it was wished
        verb = "impact.estimated" if state == Estimation.State.DONE else "impact.failed"
        record(verb=verb, by=None, at=at, about=[thing("estimation", row.pk)], error=error)

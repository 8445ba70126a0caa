"""Estimating from files of cases, in a process apart."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.impact.actions.case_files.asking import ESTIMATE_CASES_JOB
from clientela.impact.actions.case_files.locking import LIVE
from clientela.impact.models import CASE_FILES, CaseFile, CaseFilePart
from clientela.kernel.analytics.apart import (
    ApartCancelledError,
    ApartError,
    ApartMemoryError,
    ApartTooLongError,
    run_apart,
)
from clientela.kernel.analytics.watching import Asker, Teller
from clientela.kernel.journal import record, thing
from clientela.kernel.own_files import path_of_own_file

if TYPE_CHECKING:
    # What estimates is imported only by the process that does.
    from clientela.impact.reading.apart import Outcome

__all__ = ["ESTIMATE_CASES_JOB", "give_up_case_files", "run_case_estimation"]

logger = logging.getLogger(__name__)

ESTIMATED: Final = "clientela.impact.reading.apart:estimate_apart"
LONGEST_SECONDS: Final = 2 * 3600.0
FRESH: Final = timedelta(minutes=1)
NO_MEMORY, TOO_LONG, CRASHED, LOST = "no_memory", "too_long", "crashed", "lost"

Clock = Callable[[], datetime]


def run_case_estimation(*, at: datetime, number: int, now: Clock) -> None:
    """Work out what waits, in a process apart, until it is done, cancelled or has failed.

    Safe to call again at any time: what has ended is left alone, and what a lost worker began is begun again, for
    nothing of it was kept; the same files give the same figures. `now` is asked when it ends.
    """
    row = _begun(number, at=at)
    if row is None:
        return
    try:
        outcome: Outcome = run_apart(
            ESTIMATED,
            {"parts": _parts(row), "outcomes": row.outcomes, "options": row.options},
            on_progress=Teller(CaseFile.objects.filter(pk=number)),
            is_cancelled=Asker(CaseFile.objects.filter(pk=number)),
            memory_limit_mb=settings.ANALYTICS_MEMORY_MB,
            seconds=LONGEST_SECONDS,
        )
    except ApartCancelledError:
        _ended(row, CaseFile.State.CANCELLED, at=now())
    except ApartError as error:
        logger.exception("The cases of file %s could not be worked out. %s", number, error.details)
        code = {ApartMemoryError: NO_MEMORY, ApartTooLongError: TOO_LONG}.get(type(error), CRASHED)
        failure = {"code": code, "figures": {}, "words": str(error)}
        _ended(row, CaseFile.State.FAILED, at=now(), error=failure)
    else:
        if outcome.result is None:
            problem = {"code": outcome.code, "figures": dict(outcome.figures or {}), "words": outcome.problem}
            _ended(row, CaseFile.State.FAILED, at=now(), error=problem)
        else:
            _ended(row, CaseFile.State.DONE, at=now(), result=dict(outcome.result), rows=outcome.rows)


def give_up_case_files(*, at: datetime) -> int:
    """Fail whatever waits or runs without a job: its worker died again and again. Return how many."""
    live = list(CaseFile.objects.filter(state__in=LIVE, asked_at__lt=at - FRESH).values_list("pk", flat=True))
    if not live:
        return 0
    at_work = ProcrastinateJob.objects.filter(
        task_name=ESTIMATE_CASES_JOB, status__in=["todo", "doing"], args__case_file_id__in=live
    ).values_list("args__case_file_id", flat=True)
    error = {"code": LOST, "figures": {}, "words": ""}
    return CaseFile.objects.filter(pk__in=set(live) - set(at_work), state__in=LIVE).update(
        state=CaseFile.State.FAILED, error=error, finished_at=at
    )


def _parts(row: CaseFile) -> dict[str, dict[str, Any]]:
    return {
        part.part: {
            "path": str(path_of_own_file(room=CASE_FILES, number=part.pk)),
            "name": part.file_name,
            "columns": part.roles,
        }
        for part in CaseFilePart.objects.filter(case_file=row)
    }


@transaction.atomic
def _begun(number: int, *, at: datetime) -> CaseFile | None:
    """Return the file, now running; None for one that is gone, has ended, or that nobody wishes any more."""
    row = CaseFile.objects.select_for_update().filter(pk=number).first()
    if row is None or row.state not in LIVE:
        return None
    if row.is_cancel_wished:
        row.state, row.finished_at = CaseFile.State.CANCELLED, at
        row.save(update_fields=["state", "finished_at"])
        return None
    row.state, row.started_at, row.progress, row.rows_read = CaseFile.State.RUNNING, at, 0.0, 0
    row.save(update_fields=["state", "started_at", "progress", "rows_read"])
    return row


@transaction.atomic
def _ended(
    begun: CaseFile,
    state: CaseFile.State,
    *,
    at: datetime,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
    rows: int = 0,
) -> None:
    row = CaseFile.objects.select_for_update().filter(pk=begun.pk).first()
    if row is None or row.state != CaseFile.State.RUNNING or row.started_at != begun.started_at:
        return  # given up meanwhile, and begun again by another worker, perhaps with other columns
    row.state, row.result, row.error, row.finished_at = state, result, error, at
    if result is not None:
        row.progress, row.rows_read = 1.0, rows
        row.answers = {code: one["verdict"]["answer"] for code, one in result["of"].items()}
    row.save(update_fields=["state", "result", "answers", "error", "finished_at", "progress", "rows_read"])
    about = [thing("case_file", row.pk)]
    if result is not None:
        record(verb="case_file.estimated", by=None, at=at, about=about, answers=row.answers)
    elif error is not None:  # the cancelling was told when it was wished
        record(verb="case_file.failed", by=None, at=at, about=about, error=error["code"])

"""Simulating a question: run after run, each kept as it comes, so that nothing is lost and anybody can go on.

A run is the same whoever makes it (its seed says everything), and the house is fitted once and kept with the runs. So
two workers on one question do harm to nothing but time: each keeps only the runs that are not there yet, under the
row's lock, and the answer is the same.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import Error, transaction

from clientela.kernel.journal import record, thing
from clientela.network.actions.history import history_rows
from clientela.network.models import WhatIf
from clientela.network.simulation import (
    NothingToFitError,
    Question,
    QuestionError,
    Wish,
    answer_as_json,
    answered,
    changed_house,
    house_as_json,
    house_from_json,
    question_from_json,
    run_from_json,
    wished_runs,
)
from clientela.network.simulation.house import House
from clientela.network.simulation.questions import Change, Holiday
from clientela.network.workbench import Bench, CancelledError, Workbench, WorkerLostError

logger = logging.getLogger(__name__)

# Named, not imported: what they load is heavy, and needed only in the processes that compute.
FIT = "clientela.network.simulation.fitting.fitted:house_from_history"
MAKE = "clientela.network.rules.runs:run_of"

RUNS = 20
VARIANT_RUNS = 4
FITTED_SHARE = 0.05  # of the progress, when the house is fitted
SHORTEST_WEEKS, USUAL_WEEKS, LONGEST_WEEKS = 8, 26, 52
AFTERMATH_WEEKS = 4  # what a change leaves behind is played too
NOTHING_TO_FIT, QUESTION, CRASHED = "nothing_to_fit", "question", "crashed"

Clock = Callable[[], datetime]


def run_what_if(
    *,
    at: datetime,
    what_if_id: int,
    now: Clock,
    runs: int = RUNS,
    variant_runs: int = VARIANT_RUNS,
    bench: Callable[[], AbstractContextManager[Bench]] = Workbench,
) -> None:
    """Simulate a question until it is answered, cancelled or has failed; go on where a lost worker stopped.

    Safe to call again at any time: what has ended is left alone. `now` is asked when it ends. Raises the database's
    errors, which are no fault of the question; every other one ends it with a code the page puts into words.
    """
    row = _begun(what_if_id, at=at)
    if row is None:
        return
    try:
        with bench() as working:
            result = _simulated(row, working, runs=runs, variant_runs=variant_runs)
    except CancelledError:
        _ended(what_if_id, WhatIf.State.CANCELLED, at=now())
    except NothingToFitError:
        _ended(what_if_id, WhatIf.State.FAILED, at=now(), error=NOTHING_TO_FIT)
    except QuestionError as error:
        _ended(what_if_id, WhatIf.State.FAILED, at=now(), error=f"{QUESTION}:{error.field}:{error.code}")
    except Error:
        raise
    except WorkerLostError:
        logger.exception("The processes that simulate question %s were lost.", what_if_id)
        _ended(what_if_id, WhatIf.State.FAILED, at=now(), error=f"{CRASHED}:WorkerLostError")
    except Exception as error:  # whatever it is, the asker must not wait for ever
        logger.exception("Question %s could not be simulated.", what_if_id)
        _ended(what_if_id, WhatIf.State.FAILED, at=now(), error=f"{CRASHED}:{type(error).__name__}")
    else:
        _ended(what_if_id, WhatIf.State.DONE, at=now(), result=result)


def weeks_to_play(question: Question) -> int:
    """Return how many weeks a question needs: its own and a few after, or half a year where it has no end."""
    ends = [_until(change) for change in question.changes]
    if any(end is None for end in ends):
        first = max((change.from_week for change in question.changes), default=0)
        return min(LONGEST_WEEKS, max(USUAL_WEEKS, first + USUAL_WEEKS // 2))
    last = max((end for end in ends if end is not None), default=USUAL_WEEKS)
    return min(LONGEST_WEEKS, max(SHORTEST_WEEKS, last + AFTERMATH_WEEKS))


def _until(change: Change) -> int | None:
    return change.from_week + change.weeks if isinstance(change, Holiday) else change.until_week


def _simulated(row: WhatIf, working: Bench, *, runs: int, variant_runs: int) -> dict[str, Any]:
    question = question_from_json(row.question)

    def go_on() -> bool:
        return not WhatIf.objects.filter(pk=row.pk, is_cancel_wished=True).exists()

    house = _house_of(row, working, go_on)
    changed_house(house, question)  # what the house does not have is said before an hour of work, not after it
    weeks = weeks_to_play(question)
    wishes = wished_runs(runs=runs, seed=row.pk, variant_runs=variant_runs)
    done = {one["key"]: one["run"] for one in row.partial[1:]}
    left = [wish for wish in wishes if wish.key not in done]
    made: Iterator[tuple[Wish, dict[str, Any]]] = working.each(
        MAKE, [(house, question, wish, weeks) for wish in left], go_on=go_on
    )
    for wish, run in made:
        done[wish.key] = run
        _keep_run(row.pk, key=wish.key, run=run, share=len(done) / len(wishes))
    outcomes = [(wish, run_from_json(done[wish.key])) for wish in wishes]
    answer = working.one(answered, (house, outcomes), go_on=go_on)
    return {"weeks": weeks, "history": row.partial[0]["history"], "answer": answer_as_json(answer)}


def _house_of(row: WhatIf, working: Bench, go_on: Callable[[], bool]) -> House:
    """Return the house as it was fitted before, or fit it now and keep it."""
    if row.partial:
        return house_from_json(row.partial[0]["house"])
    rows = history_rows(at=row.asked_at)
    if not rows.legs:
        raise NothingToFitError
    house: House = working.one(FIT, (rows,), go_on=go_on)
    kept = {
        "house": house_as_json(house),
        "history": {
            "since": rows.since.isoformat(),
            "until": rows.until.isoformat(),
            "stays": len(rows.legs),
            "departments": len(rows.departments),
        },
    }
    with transaction.atomic():
        locked = _locked(row.pk)
        if not locked.partial:  # else another worker fitted it meanwhile: its house is the one
            locked.partial, locked.progress = [kept], FITTED_SHARE
            locked.save(update_fields=["partial", "progress"])
    row.partial = locked.partial
    return house_from_json(row.partial[0]["house"])


def _keep_run(what_if_id: int, *, key: str, run: dict[str, Any], share: float) -> None:
    with transaction.atomic():
        row = _locked(what_if_id)
        if row.state != WhatIf.State.RUNNING:
            raise CancelledError
        if all(one["key"] != key for one in row.partial[1:]):
            row.partial = [*row.partial, {"key": key, "run": run}]
            row.progress = max(row.progress, FITTED_SHARE + (1 - FITTED_SHARE) * share)
            row.save(update_fields=["partial", "progress"])


@transaction.atomic
def _begun(what_if_id: int, *, at: datetime) -> WhatIf | None:
    """Return the question, now running; None for one that has ended, or that nobody wishes any more."""
    row = WhatIf.objects.select_for_update().filter(pk=what_if_id).first()
    if row is None or row.state not in {WhatIf.State.WAITING, WhatIf.State.RUNNING}:
        return None
    if row.is_cancel_wished:
        row.state, row.finished_at = WhatIf.State.CANCELLED, at
        row.save(update_fields=["state", "finished_at"])
        return None
    if row.state == WhatIf.State.WAITING:
        row.state, row.started_at = WhatIf.State.RUNNING, at
        row.save(update_fields=["state", "started_at"])
    return row


@transaction.atomic
def _ended(
    what_if_id: int, state: WhatIf.State, *, at: datetime, error: str = "", result: dict[str, Any] | None = None
) -> None:
    row = _locked(what_if_id)
    if row.state != WhatIf.State.RUNNING:
        return  # another worker was quicker, and said the same
    row.state, row.error, row.result, row.finished_at = state, error[:500], result, at
    if state == WhatIf.State.DONE:
        row.progress, row.partial = 1.0, []
    row.save(update_fields=["state", "error", "result", "finished_at", "progress", "partial"])
    about = [thing("what_if", row.pk), *(thing("party", number) for number in row.department_ids)]
    if state != WhatIf.State.CANCELLED:  # the cancelling was told when it was wished
        verb = "what_if.answered" if state == WhatIf.State.DONE else "what_if.failed"
        record(verb=verb, by=None, at=at, about=about, error=row.error)


def _locked(what_if_id: int) -> WhatIf:
    return WhatIf.objects.select_for_update().get(pk=what_if_id)

"""Event logs: brought in, their columns confirmed, counted apart, deleted. `logs_teams` matches their teams."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.directory.policies import Viewer
from clientela.kernel.analytics.apart import ApartCancelledError, ApartError, run_apart
from clientela.kernel.analytics.watching import Asker, Teller
from clientela.kernel.journal import record, thing
from clientela.kernel.own_files import (
    ReceivedFile,
    delete_own_file,
    discard_received_file,
    give_file_to_row,
    own_file_numbers,
    path_of_own_file,
    sweep_own_files,
)
from clientela.kernel.passing_folders import passing_folder
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.guessing import guess_columns
from clientela.network.discovery.sample import read_sample
from clientela.network.models import LOG_FILES, EventLog, LogEdge, LogTeam
from clientela.network.policies import may_bring_logs

if TYPE_CHECKING:
    # What counts is imported only by the process that counts.
    from clientela.network.discovery.apart import Outcome

logger = logging.getLogger(__name__)

# The job's name, by which it is deferred: it lives in `clientela.network.jobs`, which stands above this module.
COUNT_JOB = "clientela.network.jobs.count_one_log"
# One at a time: counting takes all cores and some memory, and must never hold up mail and letters.
COUNT_LOCK = "network.log"
QUEUE = "logs"
COUNTED = "clientela.network.discovery.apart:discover_apart"
LONGEST_SECONDS = 6 * 3600.0
PROCESS_MEMORY_MB = 4096
FEWEST_MEMBERS = 5  # of a team that the log itself suggests: fewer would be persons, not a team
LONGEST_NAME = 300
MOST_EDGES = 20_000  # the busiest are kept
OPEN_STATES = (EventLog.State.WAITING, EventLog.State.RUNNING)
FRESH = timedelta(minutes=1)
CRASHED, LOST = "crashed", "lost"

Clock = Callable[[], datetime]


class LogRefusedError(Exception):
    """It cannot be done with this log, as things stand. The message says why, in the viewer's words."""


def bring_log(*, by: Viewer, at: datetime, file_name: str, received: ReceivedFile) -> int:
    """Take in a log that was received, as a draft whose columns wait to be confirmed; return its id.

    Raises LogProblemError for a file that is no log, HiddenError; nothing is kept of it then.
    """
    try:
        require_seen(may_bring_logs(by))
        read_sample(received.path, name=file_name)  # what cannot be read is refused now
        with transaction.atomic():
            row = EventLog.objects.create(
                file_name=file_name[:200],
                sha256=received.sha256,
                size_bytes=received.size_bytes,
                brought_by_id=by.person_id,
                brought_at=at,
            )
            record(verb="log.brought", by=by.person_id, at=at, about=[thing("log", row.pk)], name=row.file_name)
            give_file_to_row(received, room=LOG_FILES, number=row.pk)
    finally:
        discard_received_file(received)
    return row.pk


@transaction.atomic
def count_log(*, by: Viewer, at: datetime, log_id: int, columns: Mapping[str, str], zone: str, reading: str) -> None:
    """Confirm which column holds what and have the log counted; what was counted before is counted anew.

    Raises LogProblemError for columns that cannot be, LogRefusedError while it is being counted, HiddenError.
    """
    row = locked_log(by, log_id)
    if row.state in OPEN_STATES:
        raise LogRefusedError(_("This log is being counted. Stop that first."))
    sample = read_sample(path_of_own_file(room=LOG_FILES, number=row.pk), name=row.file_name)
    named = {role: name for role, name in columns.items() if name}
    guess_columns(sample, named, where=row.file_name)
    row.columns, row.zone, row.reading = named, zone, EventLog.Reading(reading)
    row.state, row.is_cancel_wished, row.progress, row.rows_read = EventLog.State.WAITING, False, 0.0, 0
    row.error, row.started_at, row.finished_at = None, None, None
    row.save()
    about = [thing("log", row.pk)]
    record(verb="log.count_wished", by=by.person_id, at=at, about=about, columns=named, zone=zone, reading=reading)
    app.configure_task(COUNT_JOB, lock=COUNT_LOCK, queue=QUEUE).defer(log_id=row.pk)


@transaction.atomic
def cancel_log(*, by: Viewer, at: datetime, log_id: int) -> None:
    """Stop counting. Whoever counts it notices within a second. Raises HiddenError, LogRefusedError."""
    row = locked_log(by, log_id)
    if row.state not in OPEN_STATES:
        raise LogRefusedError(_("This log is not being counted."))
    row.is_cancel_wished = True
    if row.state == EventLog.State.WAITING:  # nobody has begun: nobody else would end it
        row.state, row.finished_at = EventLog.State.CANCELLED, at
    row.save(update_fields=["is_cancel_wished", "state", "finished_at"])
    record(verb="log.cancelled", by=by.person_id, at=at, about=[thing("log", row.pk)])


@transaction.atomic
def delete_log(*, by: Viewer, at: datetime, log_id: int) -> None:
    """Delete a log with everything that was counted in it, and its bytes for good: logs name people.

    The map forgets it. Raises HiddenError, LogRefusedError.
    """
    row = locked_log(by, log_id)
    if row.state == EventLog.State.RUNNING:
        raise LogRefusedError(_("This log is being counted. Stop that first."))
    record(verb="log.deleted", by=by.person_id, at=at, about=[thing("log", row.pk)], name=row.file_name)
    number = row.pk
    row.delete()
    transaction.on_commit(lambda: delete_own_file(room=LOG_FILES, number=number))


def sweep_log_files(*, at: datetime) -> int:
    """Remove the bytes of logs that are gone and of uploads that became none, a day later; return how many files.

    Only a crash between the commit and the file system leaves any.
    """
    numbers = own_file_numbers(room=LOG_FILES, at=at)
    known = set(EventLog.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    return sweep_own_files(room=LOG_FILES, at=at, orphans=set(numbers) - known)


def run_log(*, at: datetime, log_id: int, now: Clock) -> None:
    """Count a log that waits, in a process apart, until it is done, cancelled or has failed.

    Safe to call again at any time: what has ended is left alone, and what a lost worker began is counted from the
    beginning, for nothing of it was kept. `now` is asked when it ends.
    """
    row = _begun(log_id, at=at)
    if row is None:
        return
    try:
        with passing_folder("log") as folder:
            outcome: Outcome = run_apart(
                COUNTED,
                {
                    "path": str(path_of_own_file(room=LOG_FILES, number=row.pk)),
                    "name": row.file_name,
                    "folder": str(folder),
                    "wish": _wish(row),
                },
                on_progress=Teller(EventLog.objects.filter(pk=log_id)),
                is_cancelled=Asker(EventLog.objects.filter(pk=log_id)),
                memory_limit_mb=PROCESS_MEMORY_MB,
                seconds=LONGEST_SECONDS,
            )
    except ApartCancelledError:
        _ended(log_id, EventLog.State.CANCELLED, at=now())
    except ApartError as error:
        logger.exception("Log %s could not be counted. %s", log_id, error.details)
        _ended(log_id, EventLog.State.FAILED, at=now(), error={"code": CRASHED, "figures": {}, "words": str(error)})
    else:
        if outcome.found is None:
            problem = {"code": outcome.code, "figures": dict(outcome.figures or {}), "words": outcome.problem}
            _ended(log_id, EventLog.State.FAILED, at=now(), error=problem)
        else:
            _keep(log_id, outcome, at=now())


def give_up_logs(*, at: datetime) -> int:
    """Fail every log that waits or runs without a job: its worker died again and again. Return how many."""
    waiting = EventLog.objects.filter(state__in=OPEN_STATES)
    open_ids = [row.pk for row in waiting if (row.started_at or row.brought_at) < at - FRESH]
    if not open_ids:
        return 0
    at_work = ProcrastinateJob.objects.filter(
        task_name=COUNT_JOB, status__in=["todo", "doing"], args__log_id__in=open_ids
    ).values_list("args__log_id", flat=True)
    error = {"code": LOST, "figures": {}, "words": ""}
    return EventLog.objects.filter(pk__in=set(open_ids) - set(at_work), state__in=OPEN_STATES).update(
        state=EventLog.State.FAILED, error=error, finished_at=at
    )


def _wish(row: EventLog) -> dict[str, Any]:
    # Persons are never counted, only teams: where a log names none, those that it suggests itself.
    by = "team" if "team" in row.columns else "suggested"
    return {"columns": row.columns, "zone": row.zone, "by": by, "fewest_members": FEWEST_MEMBERS}


@transaction.atomic
def _begun(log_id: int, *, at: datetime) -> EventLog | None:
    """Return the log, now running; None for one that is gone, has ended, or that nobody wishes any more."""
    row = EventLog.objects.select_for_update().filter(pk=log_id).first()
    if row is None or row.state not in OPEN_STATES:
        return None
    if row.is_cancel_wished:
        row.state, row.finished_at = EventLog.State.CANCELLED, at
        row.save(update_fields=["state", "finished_at"])
        return None
    row.state, row.started_at = EventLog.State.RUNNING, at
    row.save(update_fields=["state", "started_at"])
    return row


@transaction.atomic
def _ended(log_id: int, state: EventLog.State, *, at: datetime, error: dict[str, Any] | None = None) -> None:
    row = EventLog.objects.select_for_update().filter(pk=log_id).first()
    if row is None or row.state != EventLog.State.RUNNING:
        return  # another worker was quicker, or it was deleted
    row.state, row.error, row.finished_at = state, error, at
    row.save(update_fields=["state", "error", "finished_at"])
    if state == EventLog.State.FAILED:  # the cancelling was told when it was wished
        code = error["code"] if error else ""
        record(verb="log.failed", by=None, at=at, about=[thing("log", row.pk)], error=code)


@transaction.atomic
def _keep(log_id: int, outcome: "Outcome", *, at: datetime) -> None:
    """Keep what was found, all of it or nothing. What somebody said of teams before is kept where the names are."""
    row = EventLog.objects.select_for_update().filter(pk=log_id).first()
    found = outcome.found
    if row is None or found is None or row.state != EventLog.State.RUNNING:
        return
    said = {team.name: team for team in LogTeam.objects.filter(log=row)}
    LogTeam.objects.filter(log=row).delete()
    members = {team.name: team.members for team in outcome.suggested.teams} if outcome.suggested else {}
    teams = {
        name: LogTeam(
            log=row,
            name=_short(name),
            events=node.events,
            cases=node.cases,
            department_id=said[_short(name)].department_id if _short(name) in said else None,
            is_outside=_short(name) in said and said[_short(name)].is_outside,
            members=[_short(member) for member in members.get(name, ())],
        )
        for node in found.nodes
        for name in [node.name]
    }
    LogTeam.objects.bulk_create(teams.values(), batch_size=2000)
    LogEdge.objects.bulk_create(
        (
            LogEdge(
                log=row,
                giver=teams[edge.giver],
                taker=teams[edge.taker],
                handovers=edge.handovers,
                cases=edge.cases,
                median_wait_seconds=edge.median_wait_seconds,
                back=edge.back,
            )
            for edge in found.edges[:MOST_EDGES]
        ),
        batch_size=2000,
    )
    whole = asdict(replace(found, nodes=(), edges=()))
    whole |= {"handovers": found.handovers, "edges_found": len(found.edges), "teams": len(teams)}
    del whole["nodes"], whole["edges"]
    row.found, row.state, row.progress, row.rows_read, row.finished_at = whole, EventLog.State.DONE, 1.0, found.rows, at
    row.save(update_fields=["found", "state", "progress", "rows_read", "finished_at"])
    about = [thing("log", row.pk)]
    record(verb="log.counted", by=None, at=at, about=about, events=found.events, handovers=found.handovers)


def _short(name: str) -> str:
    """Cut a name that no team has, so that different ones stay different."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 17]}…{sha256(name.encode()).hexdigest()[:16]}"


def locked_log(by: Viewer, log_id: int) -> EventLog:
    """Give a log, locked until the transaction ends. Raises HiddenError."""
    require_seen(may_bring_logs(by))
    row = EventLog.objects.select_for_update().filter(pk=log_id).first()
    if row is None:
        raise HiddenError(f"There is no log {log_id}.")
    return row


__all__ = [
    "LogProblemError",
    "LogRefusedError",
    "bring_log",
    "cancel_log",
    "count_log",
    "delete_log",
    "give_up_logs",
    "locked_log",
    "run_log",
    "sweep_log_files",
]

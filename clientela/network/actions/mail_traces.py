"""The mail server's own record: allowed or not, brought in, counted apart, and gone as soon as it is counted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

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
    receive_file,
    sweep_own_files,
)
from clientela.kernel.passing_folders import passing_folder
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.network.actions.mail_keeping import (
    CRASHED,
    LOST,
    Clock,
    begun,
    ended,
    keep,
)
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail.bundles import bundle, kind_of_files, kind_of_record
from clientela.network.discovery.mail.columns import check_heading, guess_mail_columns
from clientela.network.discovery.mail.logs import TABLE, LogFile
from clientela.network.discovery.sample import read_sample
from clientela.network.models import MAIL_FILES, MailAllowance, MailTrace
from clientela.network.policies import may_allow_mail
from clientela.network.queries.mail_addresses import house_addresses

if TYPE_CHECKING:
    # What counts is imported only by the process that counts.
    from clientela.network.discovery.mail.apart import MailOutcome

logger = logging.getLogger(__name__)

# The job's name, by which it is deferred: it lives in `clientela.network.jobs`, which stands above this module.
COUNT_MAIL_JOB = "clientela.network.jobs.count_one_mail_trace"
MAIL_LOCK = "network.log"  # the same as for event logs: one at a time
MAIL_QUEUE = "logs"
COUNTED = "clientela.network.discovery.mail.apart:count_mail_apart"
LONGEST_SECONDS = 6 * 3600.0
PROCESS_MEMORY_MB = 4096
OPEN_STATES = (MailTrace.State.WAITING, MailTrace.State.RUNNING)
WITH_FILE = (MailTrace.State.DRAFT, *OPEN_STATES)
FRESH = timedelta(minutes=1)
DRAFT_LASTS = timedelta(days=1)  # longer nobody's mail lies about because somebody forgot to say which column is which


class MailRefusedError(Exception):
    """It cannot be done, as things stand. The message says why, in the viewer's words."""


@transaction.atomic
def allow_mail_counting(*, by: Viewer, at: datetime) -> None:
    """Let the mail server's record be read from now on. Allowed already, nothing changes. Raises NotAllowedError."""
    require(may_allow_mail(by))
    if _allowance() is not None:
        return
    row = MailAllowance.objects.create(allowed_by_id=by.person_id, allowed_at=at)
    record(verb="mail_counting.allowed", by=by.person_id, at=at, about=[thing("mail_allowance", row.pk)])


@transaction.atomic
def end_mail_counting(*, by: Viewer, at: datetime) -> None:
    """Switch it off: what is being counted stops, every file goes, and so does all that was ever counted.

    Off already, nothing changes. Raises NotAllowedError.
    """
    require(may_allow_mail(by))
    row = _allowance()
    if row is None:
        return
    row.ended_at, row.ended_by_id = at, by.person_id
    row.save(update_fields=["ended_at", "ended_by"])
    # Whoever counts one of them finds no row when it asks or keeps, and stops.
    numbers = list(MailTrace.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    MailTrace.objects.filter(pk__in=numbers).delete()
    for number in numbers:
        _remove_file(number)
    about = [thing("mail_allowance", row.pk)]
    record(verb="mail_counting.ended", by=by.person_id, at=at, about=about, traces=len(numbers))


def bring_mail_trace(
    *, by: Viewer, at: datetime, file_name: str, received: ReceivedFile, more: Sequence[tuple[str, ReceivedFile]] = ()
) -> int:
    """Take in a record that was received, as a draft that waits to be confirmed; return its id.

    `more`: names and files of the same server's log, as it was rotated, in whatever order; one that came twice counts
    once. Raises MailRefusedError while it is not allowed, LogProblemError for what is neither a table nor the log of a
    mail server that we read, HiddenError; nothing is kept of it then. A draft that nobody confirms goes after a day.
    """
    whole: ReceivedFile | None = None
    try:
        require_seen(may_allow_mail(by))
        _require_allowed()
        files = _different([(file_name, received), *more])
        if len(files) > 1:
            whole = _put_together(files)
        else:
            ((file_name, whole),) = files
            _check_alone(file_name, whole)
        with transaction.atomic():
            if _allowance() is None:  # ended while it came; who ends it now waits for us, and deletes this too
                raise MailRefusedError(_("The mail server’s record may not be read here. Allow it first."))
            row = MailTrace.objects.create(
                file_name=", ".join(name for name, _file in files)[:200],
                size_bytes=whole.size_bytes,
                brought_by_id=by.person_id,
                brought_at=at,
            )
            record(verb="mail_trace.brought", by=by.person_id, at=at, about=_about(row), name=row.file_name)
            give_file_to_row(whole, room=MAIL_FILES, number=row.pk)
    finally:
        for one in (received, *(file for _name, file in more), *([whole] if whole else [])):
            discard_received_file(one)
    return row.pk


@transaction.atomic
def count_mail_trace(
    *, by: Viewer, at: datetime, trace_id: int, columns: Mapping[str, str], zone: str, latest_on: date | None = None
) -> None:
    """Confirm which column of a table holds what, and have the record counted.

    `latest_on`: of a server's log whose lines name no year, a day that none of them goes beyond; none: it came today.
    Raises HiddenError, LogProblemError for columns that cannot be, MailRefusedError for what is no draft, or while off.
    """
    row = _locked(by, trace_id)
    _require_allowed()
    if row.state != MailTrace.State.DRAFT:
        raise MailRefusedError(_("This record has been counted, or is being counted. Bring it in again."))
    path = path_of_own_file(room=MAIL_FILES, number=row.pk)
    if kind_of_record(path, called=row.file_name) == TABLE:
        named = {role: name for role, name in columns.items() if name}
        sample = read_sample(path, name=row.file_name)
        row.columns = dict(guess_mail_columns(sample, named, where=row.file_name).named)
    row.zone, row.latest_on, row.state = zone, latest_on, MailTrace.State.WAITING
    row.save(update_fields=["columns", "zone", "latest_on", "state"])
    record(verb="mail_trace.count_wished", by=by.person_id, at=at, about=_about(row), columns=row.columns, zone=zone)
    app.configure_task(COUNT_MAIL_JOB, lock=MAIL_LOCK, queue=MAIL_QUEUE).defer(trace_id=row.pk)


@transaction.atomic
def cancel_mail_trace(*, by: Viewer, at: datetime, trace_id: int) -> None:
    """Stop counting; the file goes. Whoever counts it notices within a second. Raises HiddenError, MailRefusedError."""
    row = _locked(by, trace_id)
    if row.state not in OPEN_STATES:
        raise MailRefusedError(_("This record is not being counted."))
    row.is_cancel_wished = True
    if row.state == MailTrace.State.WAITING:  # nobody has begun: nobody else would end it
        row.state, row.finished_at = MailTrace.State.CANCELLED, at
        _remove_file(row.pk)
    row.save(update_fields=["is_cancel_wished", "state", "finished_at"])
    record(verb="mail_trace.cancelled", by=by.person_id, at=at, about=_about(row))


@transaction.atomic
def delete_mail_trace(*, by: Viewer, at: datetime, trace_id: int) -> None:
    """Delete a record with everything that was counted in it. Raises HiddenError, MailRefusedError."""
    row = _locked(by, trace_id)
    if row.state == MailTrace.State.RUNNING:
        raise MailRefusedError(_("This record is being counted. Stop that first."))
    record(verb="mail_trace.deleted", by=by.person_id, at=at, about=_about(row), name=row.file_name)
    _remove_file(row.pk)
    row.delete()


def run_mail_trace(*, at: datetime, trace_id: int, now: Clock) -> None:
    """Count a record that waits, in a process apart, until it is done, cancelled or has failed; then its file goes.

    Safe to call again at any time: what has ended is left alone, and what a lost worker began is counted from the
    beginning, for nothing of it was kept. `now` is asked when it ends.
    """
    row = begun(trace_id, at=at)
    if row is None:
        return
    try:
        with passing_folder("mail") as folder:
            outcome: MailOutcome = run_apart(
                COUNTED,
                {
                    "path": str(path_of_own_file(room=MAIL_FILES, number=row.pk)),
                    "name": row.file_name,
                    "folder": str(folder),
                    "addresses": house_addresses(at=at),
                    "wish": {
                        "columns": row.columns,
                        "zone": row.zone,
                        # The file is ours and says nothing of when theirs was written.
                        "latest_on": (row.latest_on or row.brought_at.date()).isoformat(),
                    },
                },
                on_progress=Teller(MailTrace.objects.filter(pk=trace_id)),
                is_cancelled=Asker(MailTrace.objects.filter(pk=trace_id)),
                memory_limit_mb=PROCESS_MEMORY_MB,
                seconds=LONGEST_SECONDS,
            )
    except ApartCancelledError:
        ended(trace_id, MailTrace.State.CANCELLED, at=now())
    except ApartError as error:
        # Its last words may hold a line of the file: whose mail that was is nobody's business.
        logger.error("Mail trace %s could not be counted: %s.", trace_id, error.kind or type(error).__name__)  # noqa: TRY400 - a trace of it could tell an address
        words = error.kind or type(error).__name__
        ended(trace_id, MailTrace.State.FAILED, at=now(), error={"code": CRASHED, "figures": {}, "words": words})
    else:
        if outcome.found is None:
            problem = {"code": outcome.code, "figures": dict(outcome.figures or {}), "words": outcome.problem}
            ended(trace_id, MailTrace.State.FAILED, at=now(), error=problem)
        else:
            keep(trace_id, outcome.found, at=now())


def give_up_mail_traces(*, at: datetime) -> int:
    """Fail every record that waits or runs without a job: its worker died again and again. Return how many."""
    waiting = MailTrace.objects.filter(state__in=OPEN_STATES)
    open_ids = [row.pk for row in waiting if (row.started_at or row.brought_at) < at - FRESH]
    if not open_ids:
        return 0
    at_work = ProcrastinateJob.objects.filter(
        task_name=COUNT_MAIL_JOB, status__in=["todo", "doing"], args__trace_id__in=open_ids
    ).values_list("args__trace_id", flat=True)
    lost = sorted(set(open_ids) - set(at_work))
    error = {"code": LOST, "figures": {}, "words": ""}
    with transaction.atomic():
        given_up = MailTrace.objects.filter(pk__in=lost, state__in=OPEN_STATES).update(
            state=MailTrace.State.FAILED, error=error, finished_at=at
        )
        for number in lost:
            _remove_file(number)
    return given_up


def sweep_mail_files(*, at: datetime) -> int:
    """Delete drafts that nobody confirmed for a day, and files that a crash left behind; return how many."""
    with transaction.atomic():
        old = MailTrace.objects.select_for_update().filter(
            state=MailTrace.State.DRAFT, brought_at__lte=at - DRAFT_LASTS
        )
        forgotten = list(old.order_by("pk").values_list("pk", flat=True))
        MailTrace.objects.filter(pk__in=forgotten).delete()
        for number in forgotten:
            _remove_file(number)
    numbers = own_file_numbers(room=MAIL_FILES, at=at)
    known = set(MailTrace.objects.filter(pk__in=numbers, state__in=WITH_FILE).values_list("pk", flat=True))
    orphans = set(numbers) - known - set(forgotten)
    return len(forgotten) + sweep_own_files(room=MAIL_FILES, at=at, orphans=orphans)


def _different(files: Sequence[tuple[str, ReceivedFile]]) -> list[tuple[str, ReceivedFile]]:
    """Give each file once, and none that is blank unless all are: the newest of a log that was just rotated is."""
    once = {file.sha256: (name, file) for name, file in reversed(files)}
    different = [once[file.sha256] for name, file in files if once[file.sha256] == (name, file)]
    return [(name, file) for name, file in different if file.size_bytes] or different


def _put_together(files: Sequence[tuple[str, ReceivedFile]]) -> ReceivedFile:
    parts = [LogFile(file.path, name) for name, file in files]
    kind = kind_of_files(parts)
    whole = receive_file(())
    try:
        bundle(parts, kind=kind, into=whole.path)
    except BaseException:
        discard_received_file(whole)
        raise
    return replace(whole, size_bytes=sum(file.size_bytes for _name, file in files))


def _check_alone(file_name: str, received: ReceivedFile) -> None:
    """Refuse what is neither a table nor the log of a mail server that we read."""
    if kind_of_record(received.path, called=file_name) != TABLE:
        return
    sample = read_sample(received.path, name=file_name)
    if sample.kind != "csv":
        raise LogProblemError(f"{file_name}: this is XML. Export the record as CSV.", "foreign")
    check_heading(sample, where=file_name)


def _allowance() -> MailAllowance | None:
    return MailAllowance.objects.select_for_update().filter(ended_at__isnull=True).first()


def _require_allowed() -> None:
    if not MailAllowance.objects.filter(ended_at__isnull=True).exists():
        raise MailRefusedError(_("The mail server’s record may not be read here. Allow it first."))


def _remove_file(number: int) -> None:
    transaction.on_commit(lambda: delete_own_file(room=MAIL_FILES, number=number))


def _about(row: MailTrace) -> list[str]:
    return [thing("mail_trace", row.pk)]


def _locked(by: Viewer, trace_id: int) -> MailTrace:
    require_seen(may_allow_mail(by))
    row = MailTrace.objects.select_for_update().filter(pk=trace_id).first()
    if row is None:
        raise HiddenError(f"There is no mail trace {trace_id}.")
    return row


__all__ = [
    "LogProblemError",
    "MailRefusedError",
    "allow_mail_counting",
    "bring_mail_trace",
    "cancel_mail_trace",
    "count_mail_trace",
    "delete_mail_trace",
    "end_mail_counting",
    "give_up_mail_traces",
    "run_mail_trace",
    "sweep_mail_files",
]

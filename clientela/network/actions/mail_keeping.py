"""A mail server's record while it is counted, and what is kept of it in the end: counts, and no file."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clientela.directory import queries as directory
from clientela.kernel.journal import record, thing
from clientela.kernel.own_files import delete_own_file
from clientela.network.discovery.mail.contracts import OUTSIDERS, SEGMENTS, MailFound
from clientela.network.models import MAIL_FILES, MailTrace, MailWeek

OPEN_STATES = (MailTrace.State.WAITING, MailTrace.State.RUNNING)
CRASHED, LOST, OVERLAPS = "crashed", "lost", "overlaps"
AT_ONCE = 2000

Clock = Callable[[], datetime]


@transaction.atomic
def begun(trace_id: int, *, at: datetime) -> MailTrace | None:
    """Return the record, now running; None for one that is gone, has ended, or that nobody wishes any more."""
    row = MailTrace.objects.select_for_update().filter(pk=trace_id).first()
    if row is None or row.state not in OPEN_STATES:
        return None
    if row.is_cancel_wished:
        row.state, row.finished_at = MailTrace.State.CANCELLED, at
        row.save(update_fields=["state", "finished_at"])
        _remove_file(row)
        return None
    row.state, row.started_at = MailTrace.State.RUNNING, at
    row.save(update_fields=["state", "started_at"])
    return row


@transaction.atomic
def ended(trace_id: int, state: MailTrace.State, *, at: datetime, error: dict[str, Any] | None = None) -> None:
    """Write down that it ended without a result. Its file goes."""
    row = MailTrace.objects.select_for_update().filter(pk=trace_id).first()
    if row is None or row.state != MailTrace.State.RUNNING:
        return  # another worker was quicker, or it was deleted
    _end(row, state, at=at, error=error)


@transaction.atomic
def keep(trace_id: int, found: MailFound, *, at: datetime) -> None:
    """Keep what was counted, all of it or nothing. Its file goes.

    Days that another record covers already are not counted twice: then nothing of this one is kept, and it says so.
    """
    # Two that end at once wait for each other here, in the order of their numbers.
    rows = {row.pk: row for row in MailTrace.objects.select_for_update().order_by("pk")}
    row = rows.get(trace_id)
    if row is None or row.state != MailTrace.State.RUNNING:
        return
    if row.is_cancel_wished:
        _end(row, MailTrace.State.CANCELLED, at=at)
        return
    first, last = datetime.fromisoformat(found.first_at), datetime.fromisoformat(found.last_at)
    for other in rows.values():
        if (
            other.first_at is not None
            and other.last_at is not None
            and other.first_at <= last
            and first <= other.last_at
        ):
            words = f"{row.file_name}: its days are in {other.file_name} already."
            error = {"code": OVERLAPS, "figures": {"name": other.file_name}, "words": words}
            _end(row, MailTrace.State.FAILED, at=at, error=error)
            return
    departments = {card.id for card in directory.departments()}  # one may be gone since
    MailWeek.objects.bulk_create(
        (
            MailWeek(
                trace=row,
                week_on=date.fromisoformat(week.week_on),
                provider_id=week.provider,
                customer_id=None if week.customer in OUTSIDERS else week.customer,
                segment=SEGMENTS.get(week.customer, ""),
                asked=week.asked,
                answered=week.answered,
                wait_buckets=list(week.waits),
                wait_counts=list(week.waits.values()),
            )
            for week in found.weeks
            if {week.provider, week.customer} <= departments | OUTSIDERS
        ),
        batch_size=AT_ONCE,
    )
    row.found = {
        "kind": found.kind,
        "rows": found.rows,
        "deliveries": found.deliveries,
        "asks": found.asks,
        "answers": found.answers,
        "follow_ups": found.follow_ups,
        "asked": found.asked,
        "left_out": dict(found.left_out),
        "not_kept": dict(found.not_kept),
        "notes": [
            {"code": note.code, "count": note.count, "lines": list(note.lines), "what": note.what}
            for note in found.notes
        ],
    }
    row.state, row.progress, row.rows_read, row.finished_at = MailTrace.State.DONE, 1.0, found.rows, at
    row.first_at, row.last_at = first, last
    row.save(update_fields=["found", "state", "progress", "rows_read", "finished_at", "first_at", "last_at"])
    _remove_file(row)
    about = [thing("mail_trace", row.pk)]
    record(verb="mail_trace.counted", by=None, at=at, about=about, deliveries=found.deliveries, asked=found.asked)


def _end(row: MailTrace, state: MailTrace.State, *, at: datetime, error: dict[str, Any] | None = None) -> None:
    row.state, row.error, row.finished_at = state, error, at
    row.save(update_fields=["state", "error", "finished_at"])
    _remove_file(row)
    if state == MailTrace.State.FAILED:  # the cancelling was told when it was wished
        code = error["code"] if error else ""
        record(verb="mail_trace.failed", by=None, at=at, about=[thing("mail_trace", row.pk)], error=code)


def _remove_file(row: MailTrace) -> None:
    number = row.pk
    transaction.on_commit(lambda: delete_own_file(room=MAIL_FILES, number=number))

"""The clocks of a subject: started, paused, kept, reopened, cancelled, moved to another department.

All run inside the caller's transaction, after the caller has locked the subject itself, so two workers never write the
events of one subject at once. Each returns the earliest due moment of the subject's running clocks, for its queue.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.kernel.rows import write_rows, write_values
from clientela.promises import rules
from clientela.promises.actions.caches import CACHED, set_caches
from clientela.promises.models import Clock, ClockEvent, TermsVersion
from clientela.promises.queries.states import calendar_version_of, events_by_clock, events_of, promised_terms, state_of

TARGETS = {
    Clock.Kind.FIRST_REPLY: "first_reply_minutes",
    Clock.Kind.NEXT_REPLY: "next_reply_minutes",
    Clock.Kind.RESOLUTION: "resolution_minutes",
}


@dataclass(frozen=True)
class ClocksToStart:
    """The promises of one subject that start at the same moment, as `start_clocks` takes them."""

    subject: str
    provider_id: int
    customer_id: int
    terms_id: int
    kinds: Sequence[str] = (Clock.Kind.FIRST_REPLY, Clock.Kind.RESOLUTION)


def start_clocks(
    *,
    at: datetime,
    subject: str,
    provider_id: int,
    customer_id: int,
    terms_id: int,
    kinds: Sequence[str] = (Clock.Kind.FIRST_REPLY, Clock.Kind.RESOLUTION),
) -> datetime | None:
    """Start the promises of `kinds` that the newest version of the terms makes, unless one of the kind is open."""
    starts = [ClocksToStart(subject, provider_id, customer_id, terms_id, kinds)]
    return start_clocks_of_many(at=at, starts=starts)[0]


def start_clocks_of_many(*, at: datetime, starts: Sequence[ClocksToStart]) -> list[datetime | None]:
    """Start the promises of many subjects, each subject once; return the earliest due moment of each, in their order.

    Four statements, and a few for each department that promises something.
    """
    if not starts:
        return []
    versions = _newest_versions({start.terms_id for start in starts})
    open_already = _open_already([start.subject for start in starts])
    calendars: dict[int, int] = {}
    clocks: list[Clock] = []
    for start in starts:
        version = versions.get(start.terms_id)
        if version is None:
            continue
        already = {kind for kind, _due_at in open_already[start.subject]}
        for kind in start.kinds:
            minutes = getattr(version, TARGETS[Clock.Kind(kind)])
            if kind in already or minutes is None:
                continue
            if start.provider_id not in calendars:
                calendars[start.provider_id] = calendar_version_of(start.provider_id)
            clocks.append(
                Clock(
                    kind=kind,
                    subject=start.subject,
                    provider_id=start.provider_id,
                    customer_id=start.customer_id,
                    terms_version=version,
                    calendar_version_id=calendars[start.provider_id],
                    target_seconds=minutes * 60,
                    started_at=at,
                )
            )
    insert_started(clocks, at=at)
    for clock in clocks:
        open_already[clock.subject].append((clock.kind, clock.due_at))
    return [
        min((due_at for _kind, due_at in open_already[start.subject] if due_at is not None), default=None)
        for start in starts
    ]


def insert_started(clocks: Sequence[Clock], *, at: datetime) -> None:
    """Write new clocks with their start event and their cached columns, two statements for all."""
    if not clocks:
        return
    start = ClockEvent.Kind.START
    for clock in clocks:
        set_caches(clock, state_of(clock, [ClockEvent(at=clock.started_at, kind=start)], at=at))
    write_rows(clocks)
    names = ("clock_id", "at", "kind", "data")
    write_values(ClockEvent, names, [(clock.pk, clock.started_at, start, {}) for clock in clocks])


def _newest_versions(terms_ids: Collection[int]) -> dict[int, TermsVersion]:
    rows = TermsVersion.objects.filter(terms__in=terms_ids).order_by("terms_id", "-number").distinct("terms_id")
    return {version.terms_id: version for version in rows}


def _open_already(subjects: Sequence[str]) -> dict[str, list[tuple[str, datetime | None]]]:
    """Return the kind and the due moment of each open clock of the subjects."""
    found: dict[str, list[tuple[str, datetime | None]]] = {subject: [] for subject in subjects}
    rows = Clock.objects.filter(subject__in=subjects, is_open=True)
    for subject, kind, due_at in rows.values_list("subject", "kind", "due_at"):
        found[subject].append((kind, due_at))
    return found


def pause_clocks(*, at: datetime, subject: str, state: str) -> datetime | None:
    """Stop the clocks whose terms pause while the subject is in `state`. Those already standing stay as they are."""

    def event(clock: Clock, now: rules.ClockState) -> ClockEvent | None:
        if clock.terms_version_id is None or now.is_paused:
            return None
        if state not in promised_terms(clock.terms_version_id).pauses_while:
            return None  # these terms run on while the subject waits like this
        return ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.PAUSE, data={"reason": state})

    return _happen(subject, at=at, event=event)


def resume_clocks(*, at: datetime, subject: str) -> datetime | None:
    """Let the standing clocks run on."""
    return _happen(
        subject,
        at=at,
        event=lambda clock, now: ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.RESUME) if now.is_paused else None,
    )


def keep_clocks(*, at: datetime, subject: str, kinds: Collection[str]) -> datetime | None:
    """Note that what was promised has been done, in time or late."""
    return _happen(
        subject,
        at=at,
        event=lambda clock, _now: (
            ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.KEEP) if clock.kind in kinds else None
        ),
    )


def cancel_clocks(*, at: datetime, subject: str) -> datetime | None:
    """Nothing is owed any more, personal promises included."""
    return _happen(
        subject, at=at, event=lambda clock, _now: ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.CANCEL)
    )


def reopen_clocks(*, at: datetime, subject: str) -> datetime | None:
    """Open the resolution promise again the way its terms say: go on, start afresh, or never."""
    newest = Clock.objects.filter(subject=subject, kind=Clock.Kind.RESOLUTION).order_by("-id")[:1]

    def event(clock: Clock, _now: rules.ClockState) -> ClockEvent | None:
        if clock.terms_version_id is None:
            return None
        mode = promised_terms(clock.terms_version_id).on_reopen
        return ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.REOPEN, data={"on_reopen": mode})

    _write([clock for clock in newest if not clock.is_open and clock.kept_at is not None], at=at, event=event)
    return next_due_at(subject)


def owe_to(*, subject: str, customer_id: int) -> None:
    """What is still owed about the subject is owed to this customer from now on; when it is due does not change."""
    Clock.objects.filter(subject=subject, is_open=True).update(customer_id=customer_id)


def move_clocks_to(*, at: datetime, subject: str, provider_id: int, terms_id: int | None = None) -> datetime | None:
    """Hand the open promises to another department: its own clocks start fresh, by its own calendar.

    A second department never inherits a spent clock; what the subject waits for, it still waits for. The new clocks
    run by the newest version of `terms_id`, or of their old terms. Personal promises stay with who made them.
    """
    handed = list(Clock.objects.filter(subject=subject, is_open=True).exclude(kind=Clock.Kind.PERSONAL).order_by("id"))
    if not handed:
        return next_due_at(subject)
    past = events_by_clock(handed)
    _write(handed, at=at, event=lambda clock, _now: ClockEvent(clock=clock, at=at, kind=ClockEvent.Kind.CANCEL))
    start_clocks(
        at=at,
        subject=subject,
        provider_id=provider_id,
        customer_id=handed[0].customer_id,
        terms_id=terms_id if terms_id is not None else _terms_of(handed[0]),
        kinds=tuple(clock.kind for clock in handed),
    )
    waiting = {clock.kind: _waiting_of(past[clock.pk], at=at) for clock in handed}
    fresh = list(Clock.objects.filter(subject=subject, is_open=True).exclude(kind=Clock.Kind.PERSONAL).order_by("id"))
    for reason in sorted(set().union(*waiting.values())):
        _write(
            [clock for clock in fresh if reason in waiting[clock.kind]],
            at=at,
            event=lambda clock, _now, reason=reason: ClockEvent(  # type: ignore[misc]  # mypy cannot infer the bound default
                clock=clock, at=at, kind=ClockEvent.Kind.PAUSE, data={"reason": reason}
            ),
        )
    return next_due_at(subject)


def _terms_of(clock: Clock) -> int:
    """Return the terms of a clock that has some, as all but personal promises do."""
    return TermsVersion.objects.values_list("terms_id", flat=True).get(pk=clock.terms_version_id or 0)


def _waiting_of(past: Sequence[ClockEvent], *, at: datetime) -> set[str]:
    """Return the reasons for which a clock stands still at the hand-over."""
    _ended, begun = rules.events_of_hand_over(events_of(past), at=at)
    return {event.reason for event in begun if event.kind == rules.ClockEventKind.PAUSE}


def next_due_at(subject: str) -> datetime | None:
    """Return the earliest due moment among the subject's running clocks."""
    return (
        Clock.objects.filter(subject=subject, is_open=True, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )


def _happen(
    subject: str, *, at: datetime, event: Callable[[Clock, rules.ClockState], ClockEvent | None]
) -> datetime | None:
    _write(list(Clock.objects.filter(subject=subject, is_open=True).order_by("id")), at=at, event=event)
    return next_due_at(subject)


def _write(
    clocks: Sequence[Clock], *, at: datetime, event: Callable[[Clock, rules.ClockState], ClockEvent | None]
) -> None:
    """Write one event a clock where `event` makes one, and the caches that follow from it."""
    if not clocks:
        return
    past = events_by_clock(clocks)
    new: list[ClockEvent] = []
    changed: list[Clock] = []
    for clock in clocks:
        happened = event(clock, state_of(clock, past[clock.pk], at=at))
        if happened is not None:
            new.append(happened)
            set_caches(clock, state_of(clock, [*past[clock.pk], happened], at=at))
            changed.append(clock)
    ClockEvent.objects.bulk_create(new)
    Clock.objects.bulk_update(changed, CACHED)

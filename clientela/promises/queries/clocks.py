"""Promises as they stand: open, kept, broken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.promises import rules
from clientela.promises.models import Clock
from clientela.promises.queries.states import events_by_clock, promised_terms, state_of, working_calendar


@dataclass(frozen=True)
class ClockSeen:
    """One promise as it stands at a moment. Seconds are working seconds by the provider's calendar."""

    id: int
    subject: str
    kind: str  # first_reply, next_reply, resolution, personal
    words: str
    state: str  # running, at_risk, broken, paused, kept, kept_late, cancelled
    started_at: datetime
    due_at: datetime | None  # None while it stands still
    kept_at: datetime | None
    working_seconds_left: int | None  # negative once late; None when it has ended
    late_working_seconds: int
    early_working_seconds: int
    provider_id: int
    customer_id: int
    promised_by_id: int | None
    calendar_name: str
    zone: str
    target_seconds: int | None = None  # the promised working time; None for a promise with a moment of its own
    pauses_while: frozenset[str] = frozenset()  # the ways of waiting in which it stands still

    @property
    def is_open(self) -> bool:
        """Return whether something is still owed."""
        return self.state in {"running", "at_risk", "broken", "paused"}


@dataclass(frozen=True)
class PromiseShare:
    """How many promises of a provider to a customer ended or passed in a span, and how many were kept in time."""

    subject: str
    kind: str
    provider_id: int
    is_kept: bool


def clocks_of(subjects: Collection[str], *, at: datetime) -> dict[str, list[ClockSeen]]:
    """Return every clock of the subjects, oldest first: two statements, and one for a version not seen before."""
    found: dict[str, list[ClockSeen]] = defaultdict(list)
    for clock in _seen(list(Clock.objects.filter(subject__in=list(subjects)).order_by("started_at", "id")), at=at):
        found[clock.subject].append(clock)
    return dict(found)


def open_clocks_of(subjects: Collection[str], *, at: datetime) -> dict[str, list[ClockSeen]]:
    """Return the open clocks of the subjects, the earliest due first; those standing still come last."""
    rows = Clock.objects.filter(subject__in=list(subjects), is_open=True).order_by("due_at", "id")
    found: dict[str, list[ClockSeen]] = defaultdict(list)
    for clock in _seen(list(rows), at=at):
        found[clock.subject].append(clock)
    return dict(found)


def due_moments_of(subjects: Collection[str]) -> dict[str, dict[str, datetime]]:
    """Return when each promise that runs for the subjects is due, by kind; none that stands still. One statement."""
    rows = Clock.objects.filter(subject__in=list(subjects), is_open=True).order_by("due_at", "id")
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for subject, kind, due_at in rows.values_list("subject", "kind", "due_at"):
        if due_at is not None:
            found[subject][kind] = due_at
    return found


def subjects_still_due(kind: str, *, at: datetime) -> list[str]:
    """Return the subjects whose promise of a kind runs and is due at that moment or later. One statement."""
    rows = Clock.objects.filter(is_open=True, kind=kind, due_at__gte=at).order_by("subject")
    return list(rows.values_list("subject", flat=True))


def promises_made_by(person_id: int, *, at: datetime, limit: int = 50) -> list[ClockSeen]:
    """Return the open personal promises of a person, the earliest due first."""
    rows = Clock.objects.filter(promised_by=person_id, is_open=True, kind=Clock.Kind.PERSONAL).order_by("due_at", "id")
    return _seen(list(rows[:limit]), at=at)


def clock_seen(clock_id: int, *, at: datetime) -> ClockSeen | None:
    """Return one clock, or None."""
    found = _seen(list(Clock.objects.filter(pk=clock_id)), at=at)
    return found[0] if found else None


def _in_a_word(state: rules.ClockState) -> str:
    if state.is_at_risk:
        return "at_risk"
    return "broken" if state.phase == rules.ClockPhase.BROKEN_OPEN else state.phase.value


def _seen(clocks: Sequence[Clock], *, at: datetime) -> list[ClockSeen]:
    past = events_by_clock(clocks) if clocks else {}
    seen = []
    for clock in clocks:
        calendar = working_calendar(clock.calendar_version_id)
        state = state_of(clock, past.get(clock.pk, []), at=at)
        seen.append(
            ClockSeen(
                id=clock.pk,
                subject=clock.subject,
                kind=clock.kind,
                words=clock.words,
                state=_in_a_word(state),
                started_at=clock.started_at,
                due_at=state.due_at,
                kept_at=state.kept_at,
                working_seconds_left=None if state.is_ended else state.working_seconds_left,
                late_working_seconds=state.late_working_seconds,
                early_working_seconds=state.early_working_seconds,
                provider_id=clock.provider_id,
                customer_id=clock.customer_id,
                promised_by_id=clock.promised_by_id,
                calendar_name=calendar.name,
                zone=calendar.zone,
                target_seconds=clock.target_seconds,
                pauses_while=promised_terms(clock.terms_version_id).pauses_while
                if clock.terms_version_id
                else frozenset(),
            )
        )
    return seen


def _pauses_while(clock: Clock) -> frozenset[str]:
    return promised_terms(clock.terms_version_id).pauses_while if clock.terms_version_id else frozenset()


def promise_shares(provider_ids: Collection[int], *, since: datetime, at: datetime) -> list[PromiseShare]:
    """Return the promises started since a moment and decided by `at`: kept in time, or not (late, or overdue)."""
    rows = (
        Clock.objects.filter(provider__in=list(provider_ids), started_at__gte=since, started_at__lte=at)
        .exclude(kind=Clock.Kind.PERSONAL)
        .values_list("subject", "kind", "provider_id", "kept_at", "broken_at", "due_at", "is_open")
    )
    found = []
    for subject, kind, provider_id, kept_at, broken_at, due_at, is_open in rows.iterator():
        is_broken = broken_at is not None or (is_open and due_at is not None and due_at <= at)
        if is_broken or kept_at is not None:
            found.append(PromiseShare(subject, kind, provider_id, is_kept=not is_broken))
    return found

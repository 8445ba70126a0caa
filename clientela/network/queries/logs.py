"""Event logs that were brought in, and who serves whom by them, as the service map draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, Sum, When
from django.db.models.lookups import Exact

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.own_files import path_of_own_file
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.discovery import Columns, LogProblemError, Sample
from clientela.network.discovery.guessing import guess_columns
from clientela.network.discovery.sample import read_sample
from clientela.network.models import LOG_FILES, EventLog, LogEdge, LogTeam
from clientela.network.policies import may_bring_logs
from clientela.network.queries.traces import TracedLine

MOST_LOGS = 100
MOST_EDGES_SHOWN = 50
PREVIEW_ROWS = 5
OPEN_STATES = frozenset({EventLog.State.WAITING, EventLog.State.RUNNING})
_OF_A_LINE = (
    "log_id",
    "log__file_name",
    "first_at",
    "last_at",
    "log__reading",
    "giver__department_id",
    "taker__department_id",
)


@dataclass(frozen=True)
class LogLine:
    """A log in a list. `state`: draft, waiting, running, done, cancelled, failed."""

    id: int
    file_name: str
    size_bytes: int
    state: str
    progress: float
    rows_read: int
    brought_by: str  # "" for the house
    brought_at: datetime
    events: int | None  # of a log that was counted
    is_matched: bool


@dataclass(frozen=True)
class LogDecided:
    """How far the teams of a log are matched. `drawable`: hand-overs between two teams of which something was said."""

    teams: int
    decided: int
    outside: int  # of those that were decided: none of ours
    handovers: int  # that are kept, between any two
    drawable: int

    @property
    def share(self) -> float:
        """The share of the hand-overs of which both sides are known."""
        return self.drawable / self.handovers if self.handovers else 0.0


@dataclass(frozen=True)
class LogEdgeSeen:
    """Who hands over to whom in a log, and how."""

    giver: str
    taker: str
    handovers: int
    cases: int
    median_wait_seconds: float
    back: int


@dataclass(frozen=True)
class LogPage:
    """One log. `found`: events, cases, moments and notes, as `Discovered` without nodes and edges."""

    line: LogLine
    columns: Mapping[str, str]
    zone: str
    reading: str
    error: Mapping[str, Any] | None
    found: Mapping[str, Any] | None
    decided: LogDecided | None  # of a log that was counted
    edges: tuple[LogEdgeSeen, ...]  # the busiest
    edges_count: int
    is_open: bool
    is_stopping: bool


@dataclass(frozen=True)
class LogPreview:
    """The beginning of a log, and which column seems to hold what. `problem`: why the guess is not enough."""

    sample: Sample
    rows: tuple[tuple[str, ...], ...]
    columns: Columns | None
    problem: LogProblemError | None


def logs_seen(viewer: Viewer) -> tuple[LogLine, ...]:
    """Return the newest hundred logs. Raises HiddenError. Two statements."""
    require_seen(may_bring_logs(viewer))
    rows = list(EventLog.objects.order_by("-brought_at", "-pk")[:MOST_LOGS])
    cards = directory.party_cards({row.brought_by_id for row in rows if row.brought_by_id is not None})
    return tuple(log_line(row, cards) for row in rows)


def log_page(viewer: Viewer, log_id: int) -> LogPage:
    """Return one log with its busiest edges. Raises HiddenError. Five statements at most."""
    row = seen_log(viewer, log_id)
    cards = directory.party_cards([row.brought_by_id] if row.brought_by_id is not None else [])
    edges: Sequence[LogEdge] = ()
    found = row.found if row.state == EventLog.State.DONE else None
    if found is not None:
        edges = list(
            LogEdge.objects.filter(log=row)
            .select_related("giver", "taker")
            .order_by("-handovers", "pk")[:MOST_EDGES_SHOWN]
        )
    return LogPage(
        line=log_line(row, cards),
        columns=row.columns,
        zone=row.zone,
        reading=row.reading,
        error=row.error,
        found=found,
        decided=decided_of(row) if found is not None else None,
        edges=tuple(
            LogEdgeSeen(
                edge.giver.name, edge.taker.name, edge.handovers, edge.cases, edge.median_wait_seconds, edge.back
            )
            for edge in edges
        ),
        edges_count=found["edges_found"] if found else 0,
        is_open=row.state in OPEN_STATES,
        is_stopping=row.is_cancel_wished and row.state in OPEN_STATES,
    )


def log_preview(viewer: Viewer, log_id: int, *, columns: Mapping[str, str] | None = None) -> LogPreview:
    """Return the first rows of a log and which column seems to hold what; `columns` are told. Raises HiddenError."""
    row = seen_log(viewer, log_id)
    sample = read_sample(path_of_own_file(room=LOG_FILES, number=row.pk), name=row.file_name)
    rows = sample.rows[:PREVIEW_ROWS]
    teams = [name for card in directory.departments() for name in (card.name, *card.names.values())]
    told = dict(columns if columns is not None else row.columns)
    try:
        return LogPreview(sample, rows, guess_columns(sample, told, where=row.file_name, known_teams=teams), None)
    except LogProblemError as problem:
        return LogPreview(sample, rows, None, problem)


def log_edges() -> tuple[TracedLine, ...]:
    """Return who serves whom by logs whose teams were matched to departments: a line for each log and pair of them.

    Hand-overs between teams of one department, or with teams outside the house, are in no line. What went back to who
    had had the case is not asked anew: it is counted by itself; where nothing else went there is no line. The busiest
    first. One statement.
    """
    rows = (
        LogEdge.objects.filter(
            log__state=EventLog.State.DONE,
            log__matched_at__isnull=False,
            giver__department__isnull=False,
            taker__department__isnull=False,
        )
        .exclude(giver__department=F("taker__department"))
        .annotate(first_at=F("log__found__first_at"), last_at=F("log__found__last_at"))
        .values_list(*_OF_A_LINE)
        .annotate(
            asked=Sum(F("handovers") - F("back")),
            went_back=Sum("back"),
            wait=Case(When(Exact(Count("pk"), 1), then=Min("median_wait_seconds"))),
        )
        .filter(asked__gt=0)
        .order_by("-asked", "giver__department", "taker__department", "log")
    )
    found = []
    for number, name, first_at, last_at, reading, giver, taker, asked, back, wait in rows:
        provider, customer = (taker, giver) if reading == EventLog.Reading.ASKS else (giver, taker)
        found.append(
            TracedLine(
                provider_id=provider,
                customer_id=customer,
                asked=int(asked),
                back=int(back),
                median_wait_seconds=wait,
                first_on=datetime.fromisoformat(first_at).date() if first_at else None,
                last_on=datetime.fromisoformat(last_at).date() if last_at else None,
                file_id=number,
                file_name=name,
            )
        )
    return tuple(found)


def seen_log(viewer: Viewer, log_id: int) -> EventLog:
    """Return a log. Raises HiddenError. One statement."""
    require_seen(may_bring_logs(viewer))
    row = EventLog.objects.filter(pk=log_id).first()
    if row is None:
        raise HiddenError(f"There is no log {log_id}.")
    return row


def decided_of(row: EventLog) -> LogDecided:
    """Return how far the teams of a log are matched. Two statements, over its own teams and lines."""
    said = Q(department__isnull=False) | Q(is_outside=True)
    teams = LogTeam.objects.filter(log=row).aggregate(
        teams=Count("pk"), decided=Count("pk", filter=said), outside=Count("pk", filter=Q(is_outside=True))
    )
    both = (Q(giver__department__isnull=False) | Q(giver__is_outside=True)) & (
        Q(taker__department__isnull=False) | Q(taker__is_outside=True)
    )
    sums = LogEdge.objects.filter(log=row).aggregate(all=Sum("handovers"), both=Sum("handovers", filter=both))
    return LogDecided(**teams, handovers=int(sums["all"] or 0), drawable=int(sums["both"] or 0))


def log_line(row: EventLog, cards: Mapping[int, directory.PartyCard]) -> LogLine:
    """Return a log in a line. `cards`: of whoever brought it. No statement."""
    return LogLine(
        id=row.pk,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        state=row.state,
        progress=row.progress,
        rows_read=row.rows_read,
        brought_by=cards[row.brought_by_id].name
        if row.brought_by_id is not None and row.brought_by_id in cards
        else "",
        brought_at=row.brought_at,
        events=row.found["events"] if row.found and row.state == EventLog.State.DONE else None,
        is_matched=row.matched_at is not None,
    )

"""Inside and outside on the same scales: first replies, promises, satisfaction, waiting, and the requests behind."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.impact.models import ParityDrawing, ParityWeek
from clientela.impact.policies.parity import may_see_parity
from clientela.impact.rules.parity import Compared, Counted, Waited, Week, compared, waited
from clientela.kernel.languages import product_language
from clientela.kernel.policies import require_seen
from clientela.network.rules.waits import middle_of
from clientela.requests import queries as requests
from clientela.voice import queries as voice
from clientela.voice.rules.figures.estimates import Difference
from clientela.voice.rules.figures.scales import CSAT

SPANS: Final = (12, 24)  # weeks that may be asked for
SIDES: Final = ("inside", "outside")
REPLIES, PROMISES, SATISFIED = "replies", "promises", "satisfied"
_EXAMPLES: Final = 3
_LOOKED_AT: Final = 60  # of the latest: enough that somebody who sees few departments sees three of them


@dataclass(frozen=True)
class Measured:
    """One share on both sides, of all weeks together. `code`: replies, promises or satisfied."""

    code: str
    both: Compared


@dataclass(frozen=True)
class DepartmentParity:
    """How one department serves both sides. Shares of promises only: scores of a single department stand in Listen."""

    key: str
    name: str
    asked: Mapping[str, int]  # by side
    replies: Compared
    promises: Compared
    waited: Waited


@dataclass(frozen=True)
class LateOne:
    """A request that shows the difference: on the side that is served worse, and late longest. Real seconds."""

    reference: str
    title: str
    department: str
    week_on: date
    late_seconds: int


@dataclass(frozen=True)
class ParityPage:
    """Both sides over some whole weeks. `worse`: the side with the clearest disadvantage in promises; "" for none."""

    weeks: int
    since: date
    until: date  # the last day
    drawn_at: datetime | None  # None: nothing was computed yet
    asked: Mapping[str, int]  # by side
    measures: tuple[Measured, ...]
    waited: Waited
    departments: tuple[DepartmentParity, ...]
    worse: str
    examples: tuple[LateOne, ...]


def parity_page(viewer: Viewer, *, at: datetime, weeks: int = SPANS[0]) -> ParityPage:
    """Return both sides over the last whole weeks before `at`, as last computed. Raises HiddenError."""
    require_seen(may_see_parity(viewer))
    monday = at.astimezone(UTC).date() - timedelta(days=at.astimezone(UTC).weekday())
    since = monday - timedelta(weeks=weeks)
    days = [since + timedelta(weeks=number) for number in range(weeks)]
    rows = list(ParityWeek.objects.filter(week_on__gte=since, week_on__lt=monday).order_by("week_on", "pk"))
    drawing = ParityDrawing.objects.first()
    replies, promises = _compared(rows, days, REPLIES), _compared(rows, days, PROMISES)
    worse = _worse(promises, replies)
    cards = {card.id: card for card in directory.departments()}
    language = product_language(viewer.language)
    return ParityPage(
        weeks=weeks,
        since=since,
        until=monday - timedelta(days=1),
        drawn_at=drawing.drawn_at if drawing else None,
        asked=_asked(rows),
        measures=(
            Measured(REPLIES, replies),
            Measured(PROMISES, promises),
            Measured(SATISFIED, compared(_satisfied(viewer, days, at=at))),
        ),
        waited=_waited(rows),
        departments=_departments(rows, days, cards, language),
        worse=worse,
        examples=_examples(viewer, rows, worse, {id_: card.name_in(language) for id_, card in cards.items()}),
    )


def _compared(rows: Iterable[ParityWeek], days: Sequence[date], code: str) -> Compared:
    counts: dict[tuple[date, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        kept, decided = (
            (row.replies_kept, row.replies_decided) if code == REPLIES else (row.promises_kept, row.promises_decided)
        )
        before = counts[row.week_on, row.side]
        counts[row.week_on, row.side] = (before[0] + kept, before[1] + decided)
    return compared([Week(day, counts[day, "inside"], counts[day, "outside"]) for day in days])


def _satisfied(viewer: Viewer, days: Sequence[date], *, at: datetime) -> list[Week]:
    found = voice.parity(viewer, at=at)
    scores = {
        side.side: {week.week_on: _satisfied_of(week.scores) for week in side.weeks}
        for side in (found.inside, found.outside)
    }
    return [Week(day, *(scores[side].get(day, (0, 0)) for side in SIDES)) for day in days]


def _satisfied_of(scores: Mapping[int, int]) -> Counted:
    return sum(n for score, n in scores.items() if CSAT.is_satisfied(score)), sum(scores.values())


def _waited(rows: Iterable[ParityWeek]) -> Waited:
    counts: dict[str, Counter[float]] = {side: Counter() for side in SIDES}
    for row in rows:
        for bucket, count in zip(row.wait_buckets, row.wait_counts, strict=True):
            counts[row.side][middle_of(bucket)] += count
    return waited(counts["inside"], counts["outside"])


def _asked(rows: Iterable[ParityWeek]) -> dict[str, int]:
    counts = dict.fromkeys(SIDES, 0)
    for row in rows:
        counts[row.side] += row.asked
    return counts


def _departments(
    rows: Iterable[ParityWeek], days: Sequence[date], cards: Mapping[int, directory.DepartmentCard], language: str
) -> tuple[DepartmentParity, ...]:
    """The departments that both sides ask, the busiest first."""
    by_provider: dict[int, list[ParityWeek]] = defaultdict(list)
    for row in rows:
        by_provider[row.provider_id].append(row)
    found = [
        DepartmentParity(
            key=cards[provider_id].key,
            name=cards[provider_id].name_in(language),
            asked=_asked(own),
            replies=_compared(own, days, REPLIES),
            promises=_compared(own, days, PROMISES),
            waited=_waited(own),
        )
        for provider_id, own in by_provider.items()
    ]
    both = [one for one in found if all(one.asked.values())]
    return tuple(sorted(both, key=lambda one: (-sum(one.asked.values()), one.key)))


def _worse(*measures: Compared) -> str:
    """The side that the first clear difference puts behind."""
    for one in measures:
        if isinstance(one.difference, Difference) and one.difference.is_clear:
            return "inside" if one.difference.value > 0 else "outside"
    return ""


def _examples(viewer: Viewer, rows: Iterable[ParityWeek], worse: str, names: Mapping[int, str]) -> tuple[LateOne, ...]:
    """The latest requests of the side behind that the viewer may read; of no side, none. One statement."""
    late = [
        (seconds, request_id, row)
        for row in rows
        if row.side == worse
        for request_id, seconds in zip(row.late_requests, row.late_seconds, strict=True)
    ]
    late = sorted(late, key=lambda one: (-one[0], one[1]))[:_LOOKED_AT]
    named = requests.requests_named(viewer, [request_id for _seconds, request_id, _row in late])
    return tuple(
        LateOne(named[request_id].reference, named[request_id].title, names[row.provider_id], row.week_on, seconds)
        for seconds, request_id, row in late
        if request_id in named
    )[:_EXAMPLES]

"""Roll-outs, ready to show: the list, and one with its plan, its draw for who may see it, and its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.directory.rules import day_in_zone
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.models.rollouts import ENDED
from clientela.impact.policies.rollouts import (
    may_note_beginning,
    may_plan_rollouts,
    may_see_draw,
    may_see_place,
    may_see_rollout,
    may_see_rollouts,
    rollouts_seen_by,
)
from clientela.impact.queries.outcomes import LESS_IS_BETTER, weekly_outcomes
from clientela.impact.rules.rollouts import (
    Analysis,
    Block,
    Lot,
    NoAnswer,
    Past,
    Power,
    Verdict,
    drawn,
    panel_of,
    plan_from_json,
    result_from_json,
    span_bounds,
    verdict,
)
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.policies import departments_below

FEWEST_SHOWN = 5  # answers; a cell with fewer says nothing of its own
LATE = timedelta(days=7)  # from so much on, a beginning is called late; so much before its day, early
Place = tuple[datetime, int]


@dataclass(frozen=True)
class RolloutLine:
    """A roll-out in a list. `answer` once it is worked out: supported, not_supported, not_enough_data."""

    id: int
    title: str
    state: str
    measure: str
    departments: int
    planned_at: datetime
    first_on: date | None
    last_on: date | None  # the last group begins
    is_worked_out: bool
    answer: str
    own_on: date | None  # the viewer's own department begins; None: not theirs, or not drawn


@dataclass(frozen=True)
class RolloutsPage:
    """A page of roll-outs, the newest first. `before` continues."""

    lines: tuple[RolloutLine, ...]
    before: Place | None
    may_plan: bool


@dataclass(frozen=True)
class PlaceSeen:
    """One department's place. `lot` is "" for who may not see the draw."""

    department_id: int
    key: str
    name: str
    step: int
    starts_on: date
    began_on: date | None
    left_on: date | None
    left_because: str
    is_late: bool
    is_early: bool
    is_due: bool  # its day has come, and nobody has noted a beginning
    lot: str
    block: int
    may_note: bool


@dataclass(frozen=True)
class RolloutPage:
    """One roll-out. `places` are those the viewer may see, by step; `taking_part` the names of all departments."""

    line: RolloutLine
    what: str  # "" for who must not know yet
    worth: float
    steps: int
    step_weeks: int
    baseline_weeks: int
    blocks: tuple[Block, ...]
    past: Past
    power: Power
    seed: str
    starts: tuple[date, ...]  # of each step
    taking_part: tuple[str, ...]
    places: tuple[PlaceSeen, ...]
    sees_draw: bool
    is_ended: bool
    ended_at: datetime | None
    ended_because: str
    improvement: tuple[int, str] | None
    result: Analysis | NoAnswer | None
    verdict: Verdict | None
    may_plan: bool
    running_step: int  # 0 before the first begins
    planned_by: str
    started_by: str


@dataclass(frozen=True)
class CellSeen:
    """One department's figure in one span. `mean` None: fewer than five answers."""

    key: str
    name: str
    span: int
    since: date
    until: date
    has_begun: bool
    n: int
    mean: float | None


def rollouts_page(viewer: Viewer, *, before: Place | None = None, limit: int = 20) -> RolloutsPage:
    """Return the roll-outs that this viewer sees. At most four statements. Raises HiddenError for customers."""
    require_seen(may_see_rollouts(viewer))
    rows = Rollout.objects.filter(rollouts_seen_by(viewer))
    if before is not None:
        rows = rows.filter(Q(planned_at__lt=before[0]) | Q(planned_at=before[0], pk__lt=before[1]))
    found = list(rows.order_by("-planned_at", "-pk")[: limit + 1])
    places = _places([row.pk for row in found])
    headed = _headed(viewer)
    return RolloutsPage(
        lines=tuple(_line(row, places.get(row.pk, []), headed) for row in found[:limit]),
        before=(found[limit - 1].planned_at, found[limit - 1].pk) if len(found) > limit else None,
        may_plan=may_plan_rollouts(viewer).is_allowed,
    )


def rollout_page(viewer: Viewer, rollout_id: int, *, at: datetime, language: str) -> RolloutPage:
    """Return one roll-out. Four statements. Raises HiddenError if there is none, or not for this viewer."""
    row = Rollout.objects.select_related("improvement").filter(pk=rollout_id).first()
    if row is None:
        raise HiddenError
    require_seen(may_see_rollout(viewer, state=row.state))
    places = _places([row.pk]).get(row.pk, [])
    cards = {card.id: card for card in directory.departments()}
    headed = departments_below(viewer.headed_department_ids, list(cards.values()))
    people = directory.party_cards([one for one in (row.planned_by_id, row.started_by_id) if one is not None])
    blocks, past, power = plan_from_json(row.plan)
    lots = {lot.key: lot for lot in drawn(blocks, row.seed)} if row.seed else {}
    sees_draw = may_see_draw(viewer, state=row.state).is_allowed
    today = day_in_zone(at, viewer.zone)
    looking = _Looking(viewer, headed, today, language, lots, sees_draw)
    seen = [
        _place_seen(row, place, cards[place.department_id], looking)
        for place in places
        if row.seed and may_see_place(viewer, place.department_id, state=row.state, headed=headed)
    ]
    starts = _starts(row)
    result = None if row.result is None else result_from_json(row.result)
    return RolloutPage(
        line=_line(row, places, headed),
        what=row.what if _may_read_what(row, seen, today, sees_draw=sees_draw) else "",
        worth=row.worth,
        steps=row.steps,
        step_weeks=row.step_weeks,
        baseline_weeks=row.baseline_weeks,
        blocks=blocks,
        past=past,
        power=power,
        seed=row.seed if sees_draw else "",
        starts=starts,
        taking_part=tuple(sorted(cards[place.department_id].name_in(language) for place in places)),
        places=tuple(sorted(seen, key=lambda one: (one.step, one.name))),
        sees_draw=sees_draw,
        is_ended=row.state in ENDED,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
        improvement=None if row.improvement is None else (row.improvement.pk, row.improvement.title),
        result=result,
        verdict=_verdict(row, places),
        may_plan=may_plan_rollouts(viewer).is_allowed,
        running_step=sum(1 for start in starts if start <= today),
        planned_by=_name(people, row.planned_by_id),
        started_by=_name(people, row.started_by_id),
    )


def rollout_cells(viewer: Viewer, rollout_id: int, *, language: str) -> tuple[CellSeen, ...]:
    """Return what was measured, department by span: the table behind a result, to be worked out again elsewhere.

    Only when it has ended. Four statements. Raises HiddenError.
    """
    row = Rollout.objects.filter(pk=rollout_id).first()
    if row is None or row.state not in ENDED or row.first_on is None or row.result is None:
        raise HiddenError
    require_seen(may_see_draw(viewer, state=row.state))
    places = {place.department_id: place for place in row.places.all()}
    cards = {card.id: card for card in directory.departments() if card.id in places}
    bounds = _bounds(row)
    until = bounds[-1][0]  # the last group begins: nothing after it is compared
    if row.ended_at is not None:
        until = min(until, row.ended_at.date() - timedelta(days=row.ended_at.weekday()))
    weeks = weekly_outcomes(
        row.measure, {card.id: card.key for card in cards.values()}, since=bounds[0][0], until=until
    )
    ordered = sorted(cards.values(), key=lambda card: (places[card.id].step or 0, card.key))
    panel = panel_of(weeks, [card.key for card in ordered], bounds, until=until)
    return tuple(
        CellSeen(
            key=card.key,
            name=card.name_in(language),
            span=span,
            since=since,
            until=end,
            has_begun=0 < (places[card.id].step or 0) <= span,
            n=int(panel.n[number, span]),
            mean=float(panel.mean[number, span]) if panel.n[number, span] >= FEWEST_SHOWN else None,
        )
        for number, card in enumerate(ordered)
        for span, (since, end) in enumerate(bounds)
        if since < until
    )


def _places(rollout_ids: Sequence[int]) -> dict[int, list[RolloutPlace]]:
    found: dict[int, list[RolloutPlace]] = {}
    for place in RolloutPlace.objects.filter(rollout__in=rollout_ids).order_by("rollout", "step", "department"):
        found.setdefault(place.rollout_id, []).append(place)
    return found


def _headed(viewer: Viewer) -> frozenset[int]:
    if not viewer.headed_department_ids:
        return frozenset()
    return departments_below(viewer.headed_department_ids, directory.departments())


def _line(row: Rollout, places: Sequence[RolloutPlace], headed: frozenset[int]) -> RolloutLine:
    own = [place.starts_on for place in places if place.department_id in headed and place.starts_on is not None]
    starts = _starts(row)
    judged = _verdict(row, places)
    return RolloutLine(
        id=row.pk,
        title=row.title,
        state=row.state,
        measure=row.measure,
        departments=len(places),
        planned_at=row.planned_at,
        first_on=row.first_on,
        last_on=starts[-1] if starts else None,
        is_worked_out=row.result is not None,
        answer=judged.answer if judged else "",
        own_on=min(own) if own else None,
    )


@dataclass(frozen=True)
class _Looking:
    """Who looks at a roll-out, when, and what of its draw there is."""

    viewer: Viewer
    headed: frozenset[int]
    today: date
    language: str
    lots: Mapping[str, Lot]
    sees_draw: bool


def _place_seen(row: Rollout, place: RolloutPlace, card: DepartmentCard, looking: _Looking) -> PlaceSeen:
    if place.starts_on is None or place.step is None:
        raise ValueError("It is not drawn.")
    began, due = place.began_on, place.starts_on
    return PlaceSeen(
        department_id=card.id,
        key=card.key,
        name=card.name_in(looking.language),
        step=place.step,
        starts_on=due,
        began_on=began,
        left_on=place.left_on,
        left_because=place.left_because,
        is_late=began is not None and began >= due + LATE,
        is_early=is_early(place),
        is_due=began is None and place.left_on is None and due <= looking.today,
        lot=looking.lots[card.key].lot if looking.sees_draw else "",
        block=looking.lots[card.key].block,
        may_note=row.state == Rollout.State.RUNNING
        and may_note_beginning(looking.viewer, card.id, headed=looking.headed).is_allowed,
    )


def is_early(place: RolloutPlace) -> bool:
    """Whether a department began clearly before its day, and so was no true yardstick while it should have waited."""
    return place.began_on is not None and place.starts_on is not None and place.began_on <= place.starts_on - LATE


def _may_read_what(row: Rollout, seen: Sequence[PlaceSeen], today: date, *, sees_draw: bool) -> bool:
    """A head reads it when their department begins: who knows before may begin before."""
    return sees_draw or any(place.starts_on <= today for place in seen) or row.state == Rollout.State.PLANNED


def _verdict(row: Rollout, places: Sequence[RolloutPlace]) -> Verdict | None:
    if row.result is None:
        return None
    return verdict(
        result_from_json(row.result),
        worth=row.worth,
        is_more_better=row.measure not in LESS_IS_BETTER,
        is_stopped=row.state == Rollout.State.STOPPED,
        left=sum(1 for place in places if place.left_on is not None),
        began_early=sum(1 for place in places if is_early(place)),
        is_noted=any(place.began_on is not None for place in places),
    )


def _bounds(row: Rollout) -> tuple[tuple[date, date], ...]:
    if row.first_on is None:
        return ()
    return span_bounds(row.first_on, baseline_weeks=row.baseline_weeks, step_weeks=row.step_weeks, steps=row.steps)


def _starts(row: Rollout) -> tuple[date, ...]:
    return tuple(since for since, _until in _bounds(row)[1:])


def _name(people: Mapping[int, directory.PartyCard], number: int | None) -> str:
    return people[number].name if number is not None and number in people else ""

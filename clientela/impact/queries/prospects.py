"""What a roll-out could see, worked out from the house's own past before anybody decides on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.policies.rollouts import may_plan_rollouts
from clientela.impact.queries.outcomes import weekly_outcomes
from clientela.impact.rules.rollouts import (
    FEWEST_DEPARTMENTS,
    Block,
    Past,
    Power,
    Size,
    blocks_of,
    chance_to_see,
    enough_weeks,
    learned_past,
    power_of,
)
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.policies import require_seen
from clientela.voice.queries.improvements import improvements_to_see

PAST_WEEKS = 26
FEWEST_STEPS, MOST_STEPS = 2, 12
MOST_WEEKS = 26

Trouble = Literal["", "too_few_departments", "too_few_for_the_steps", "no_past"]


@dataclass(frozen=True)
class RolloutWish:
    """What somebody wants to try. `worth`: the smallest effect that would matter, a share or hours, positive."""

    department_ids: tuple[int, ...]
    measure: str
    worth: float
    steps: int
    step_weeks: int
    baseline_weeks: int


@dataclass(frozen=True)
class Prospect:
    """What it could see. With `trouble`, nothing is worked out.

    `enough_weeks`: how long a step must last to see what would matter; None: longer than half a year, or never.
    `silent` departments had no answer in the past weeks.
    """

    departments: int
    trouble: Trouble
    blocks: tuple[Block, ...] = ()
    past: Past | None = None
    power: Power | None = None
    chance: float = 0.0
    enough_weeks: int | None = None
    silent: int = 0


@dataclass(frozen=True)
class RolloutChoices:
    """What a new roll-out may be made of: departments (id, name), improvements that were agreed (id, title).

    `busy`: the departments in which another one is running; the new one can begin there only after it.
    """

    departments: tuple[tuple[int, str], ...]
    improvements: tuple[tuple[int, str], ...]
    busy: frozenset[int]


def rollout_choices(viewer: Viewer, *, at: datetime, language: str) -> RolloutChoices:
    """Return what the viewer may choose from. Raises HiddenError for who may not plan."""
    require_seen(may_plan_rollouts(viewer))
    cards = directory.departments()
    improvements = improvements_to_see(viewer, at=at, states=["proposed", "agreed"])
    return RolloutChoices(
        departments=tuple(
            sorted(
                ((card.id, card.name_in(language)) for card in cards),
                key=lambda one: alphabetical(one[1], language=language),
            )
        ),
        improvements=tuple((one.id, one.title) for one in improvements),
        busy=frozenset(RolloutPlace.objects.filter(is_running=True).values_list("department_id", flat=True)),
    )


def prospect(wish: RolloutWish, *, at: datetime, cards: Sequence[DepartmentCard] | None = None) -> Prospect:
    """Work out what this wish could see. One statement besides the departments; who may ask has been asked."""
    chosen = {card.id: card.key for card in cards or directory.departments() if card.id in set(wish.department_ids)}
    if len(chosen) < FEWEST_DEPARTMENTS:
        return Prospect(len(chosen), "too_few_departments")
    if len(chosen) < wish.steps:
        return Prospect(len(chosen), "too_few_for_the_steps")
    until = monday_of(at)
    weeks = weekly_outcomes(wish.measure, chosen, since=until - timedelta(weeks=PAST_WEEKS), until=until)
    keys = sorted(chosen.values())
    known = learned_past(weeks, keys, until=until, past_weeks=PAST_WEEKS, step_weeks=min(wish.step_weeks, 6))
    if known is None or known.variance <= 0:
        return Prospect(len(chosen), "no_past")
    weekly = dict(zip(keys, known.weekly, strict=True))
    blocks = blocks_of([Size(key, weekly[key]) for key in keys], wish.steps)
    past = _in_order(known, blocks, keys)
    power = power_of(blocks, past, steps=wish.steps, step_weeks=wish.step_weeks, baseline_weeks=wish.baseline_weeks)
    return Prospect(
        departments=len(chosen),
        trouble="",
        blocks=blocks,
        past=past,
        power=power,
        chance=chance_to_see(power, wish.worth),
        enough_weeks=enough_weeks(
            blocks,
            past,
            steps=wish.steps,
            step_weeks=wish.step_weeks,
            baseline_weeks=wish.baseline_weeks,
            effect=wish.worth,
        )
        if power.smallest is not None and power.smallest > wish.worth
        else None,
        silent=sum(1 for n in known.weekly if n == 0),
    )


def monday_of(at: datetime, zone: str = "UTC") -> date:
    """Return the Monday of the running week."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def next_monday(at: datetime, zone: str = "UTC") -> date:
    """Return the first Monday that is still to come; today, if it is one, is not."""
    return monday_of(at, zone) + timedelta(weeks=1)


def known_measures() -> Collection[str]:
    """Return what a roll-out may measure."""
    return Rollout.Measure.values


def _in_order(past: Past, blocks: Sequence[Block], keys: Sequence[str]) -> Past:
    weekly = dict(zip(keys, past.weekly, strict=True))
    ordered = tuple(weekly[key] for block in blocks for key in block.keys)
    return Past(ordered, past.level, past.variance, past.icc, past.cac, past.is_assumed, past.spans)

"""A house that tries something: half a year of scores behind it, and a roll-out in front of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from clientela.directory.policies import Viewer
from clientela.impact.actions.rollouts import plan_rollout, start_rollout
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.queries.prospects import RolloutWish
from clientela.impact.rules.rollouts import drawn, plan_from_json
from clientela.voice.actions.hearing import VoiceToHear, hear
from tests.world import DEPARTMENTS, World

KEYS = tuple(one.key for one in DEPARTMENTS)
MONDAY = date(2026, 11, 23)  # of World.at
LEVELS = dict(zip(KEYS, (0.62, 0.7, 0.66, 0.74, 0.68, 0.71, 0.64), strict=True))
WEEKLY = 12


def hear_weeks(
    world: World, *, since: date, weeks: int, more: Callable[[str, date], float] = lambda _key, _week: 0.0
) -> None:
    """Let the customers of every department score it, so many weeks from a Monday on; `more` is added to its level.

    Always the same scores for the same weeks.
    """
    voices = []
    for number in range(weeks):
        monday = since + timedelta(weeks=number)
        for key in KEYS:
            chance = np.random.default_rng([monday.toordinal(), *key.encode()])
            satisfied = chance.binomial(WEEKLY, min(max(LEVELS[key] + more(key, monday), 0), 1))
            voices += [
                VoiceToHear(
                    kind="rating",
                    source=f"rating:{key}-{monday}-{one}",
                    side="outside" if one % 2 else "inside",
                    provider_id=world.id_of(key),
                    said_at=datetime.combine(monday, time(10), tzinfo=UTC) + timedelta(hours=one),
                    language="en",
                    measure="csat",
                    score=5 if one < satisfied else 2,
                )
                for one in range(WEEKLY)
            ]
    hear(at=world.at, voices=voices, is_told=False)


def wish(world: World, **other: Any) -> RolloutWish:
    """All seven departments in three steps of four weeks; anything else by name."""
    usual: dict[str, Any] = {
        "department_ids": tuple(world.id_of(key) for key in KEYS),
        "measure": "satisfied",
        "worth": 0.08,
        "steps": 3,
        "step_weeks": 4,
        "baseline_weeks": 8,
    }
    return RolloutWish(**{**usual, **other})


def planned(world: World, by: Viewer | None = None, at: datetime | None = None, **other: Any) -> int:
    """A plan of the owner's, or of whoever is named."""
    return plan_rollout(
        by=by or world.carmen,
        at=at or world.at,
        title="Answer before noon",
        what="Every request is answered before noon of the next day.",
        wish=wish(world, **other),
    )


def started(world: World, seed: str = "5eed", *, monday: date = MONDAY, **other: Any) -> Rollout:
    """A roll-out that began on that Monday, with a seed of our own so that its order is always the same."""
    at = datetime.combine(monday, time(8), tzinfo=UTC)
    hear_weeks(world, since=monday - timedelta(weeks=26), weeks=26)
    number = planned(world, at=at, **other)
    start_rollout(by=world.carmen, at=at, rollout_id=number, first_on=monday)
    return redrawn(number, seed)


def redrawn(number: int, seed: str) -> Rollout:
    """Put another seed in: what only a test may do."""
    row = Rollout.objects.get(pk=number)
    blocks, _past, _power = plan_from_json(row.plan)
    row.seed = seed
    row.save()
    steps = {lot.key: lot.step for lot in drawn(blocks, seed)}
    for place in RolloutPlace.objects.filter(rollout=row).select_related("department__party"):
        place.step = steps[place.department.key]
        place.starts_on = first_day(row) + timedelta(weeks=(place.step - 1) * row.step_weeks)
        place.save()
    return row


def first_day(row: Rollout) -> date:
    """The Monday on which its first step begins."""
    if row.first_on is None:
        raise ValueError("It has not begun.")
    return row.first_on


def step_of(row: Rollout, world: World) -> dict[str, int]:
    """The step that each department drew."""
    steps = dict(RolloutPlace.objects.filter(rollout=row).values_list("department", "step"))
    return {key: steps[world.id_of(key)] or 0 for key in KEYS}


def live_on(world: World, row: Rollout, *, gain: float = 0.25, weeks: int | None = None) -> datetime:
    """Let the weeks of the roll-out pass; who has begun gains. Return the Monday morning on which the last begin."""
    steps = step_of(row, world)
    weeks = (row.steps - 1) * row.step_weeks if weeks is None else weeks

    first = first_day(row)

    def more(key: str, monday: date) -> float:
        return gain if monday >= first + timedelta(weeks=(steps[key] - 1) * row.step_weeks) else 0.0

    hear_weeks(world, since=first, weeks=weeks, more=more)
    return datetime.combine(first, time(8), tzinfo=UTC) + timedelta(weeks=weeks)

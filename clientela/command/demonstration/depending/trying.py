"""What helped in one department is tried in the others: planned, drawn by the machine, and under way."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import cycle

from clientela.command.demonstration.content import table
from clientela.command.demonstration.listening.house import Loaded
from clientela.directory.rules import day_in_zone
from clientela.impact.actions.rollouts import note_that_a_department_began, plan_rollout, start_rollout
from clientela.impact.queries.prospects import RolloutWish, next_monday
from clientela.impact.queries.rollouts import rollout_page
from clientela.voice.queries.improvements import improvements_to_see

NOTED_AT = time(14)  # UTC
FEWEST_WEEKS = 4  # of the past, before which nothing could be planned from it


def try_what_helped(loaded: Loaded) -> None:
    """Plan and begin it; in a story that is too short, nothing is tried."""
    told = table("depending")["tried"]
    planned_at, started_at = loaded.morning(told["planned_days_ago"]), loaded.morning(told["started_days_ago"])
    if planned_at < loaded.plan.starts_at + timedelta(weeks=FEWEST_WEEKS):
        return
    improvements = improvements_to_see(loaded.owner, at=planned_at, states=["done"])
    rollout_id = plan_rollout(
        by=loaded.owner,
        at=planned_at,
        title=told["title"],
        what=told["what"],
        wish=RolloutWish(
            department_ids=tuple(id_ for key, id_ in loaded.departments.items() if key not in told["without"]),
            measure=told["measure"],
            worth=told["worth"],
            steps=told["steps"],
            step_weeks=told["step_weeks"],
            baseline_weeks=told["baseline_weeks"],
        ),
        improvement_id=next(one.id for one in improvements if one.title == told["improvement"]),
    )
    start_rollout(
        by=loaded.owner, at=started_at, rollout_id=rollout_id, first_on=next_monday(started_at, loaded.owner.zone)
    )
    _note_who_began(loaded, rollout_id, late_days=told["late_days"])


def _note_who_began(loaded: Loaded, rollout_id: int, *, late_days: Sequence[int]) -> None:
    """Heads note the day on which their department began, on that day; some began a little late."""
    seen = rollout_page(loaded.owner, rollout_id, at=loaded.plan.until, language="en")
    today = day_in_zone(loaded.plan.until, loaded.owner.zone)
    for place, late in zip(sorted(seen.places, key=lambda one: (one.step, one.key)), cycle(late_days), strict=False):
        began_on = place.starts_on + timedelta(days=late)
        if began_on < today:
            note_that_a_department_began(
                by=loaded.head_of(place.key),
                at=datetime.combine(began_on, NOTED_AT, UTC),
                rollout_id=rollout_id,
                department_id=place.department_id,
                began_on=began_on,
            )

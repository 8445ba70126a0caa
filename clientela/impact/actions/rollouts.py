"""Planning a roll-out, drawing its order and beginning, noting what really happened, stopping."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.rules import day_in_zone
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.policies.rollouts import may_note_beginning, may_plan_rollouts, may_see_rollout
from clientela.impact.queries.prospects import (
    FEWEST_STEPS,
    MOST_STEPS,
    MOST_WEEKS,
    RolloutWish,
    known_measures,
    next_monday,
    prospect,
)
from clientela.impact.rules.rollouts import drawn, plan_as_json, plan_from_json, span_bounds
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.network.policies import departments_below
from clientela.voice.queries.improvements import improvement_page

# The job's name, by which it is deferred: it lives in `clientela.impact.jobs`, which stands above this module.
ANALYSE_JOB = "clientela.impact.jobs.rollouts.work_out_rollout"
LONGEST_TITLE, LONGEST_WHAT, LONGEST_WHY = 160, 4000, 300
LATEST_START = timedelta(weeks=26)
State = Rollout.State


class RolloutError(Exception):
    """It cannot be done as asked; `field` is what is wrong, and the message says it in the viewer's words."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@transaction.atomic
def plan_rollout(
    *, by: Viewer, at: datetime, title: str, what: str, wish: RolloutWish, improvement_id: int | None = None
) -> int:
    """Write a plan down, with what it can see, before anything is drawn; return its id.

    Raises HiddenError for an improvement the viewer does not see, NotAllowedError, RolloutError.
    """
    require(may_plan_rollouts(by))
    title, what = _said("title", title, LONGEST_TITLE), _said("what", what, LONGEST_WHAT)
    _require_numbers(wish)
    if improvement_id is not None:
        improvement_page(by, improvement_id, at=at)
    cards = directory.departments()
    seen = prospect(wish, at=at, cards=cards)
    if seen.power is None or seen.past is None:
        raise RolloutError("departments" if seen.trouble != "no_past" else "measure", trouble_words(seen.trouble))
    rollout = Rollout.objects.create(
        title=title,
        what=what,
        improvement_id=improvement_id,
        measure=wish.measure,
        worth=wish.worth,
        steps=wish.steps,
        step_weeks=wish.step_weeks,
        baseline_weeks=wish.baseline_weeks,
        plan=plan_as_json(seen.blocks, seen.past, seen.power),
        planned_by_id=by.person_id,
        planned_at=at,
    )
    chosen = [card.id for card in cards if card.id in set(wish.department_ids)]
    RolloutPlace.objects.bulk_create(RolloutPlace(rollout=rollout, department_id=one) for one in chosen)
    about = [thing("rollout", rollout.pk), *(thing("party", one) for one in chosen)]
    record(verb="rollout_planned", by=by.person_id, at=at, about=about, title=title, steps=wish.steps)
    return rollout.pk


@transaction.atomic
def start_rollout(*, by: Viewer, at: datetime, rollout_id: int, first_on: date | None = None) -> None:
    """Draw the order and begin: the button. The machine draws the seed now, once; nobody can choose or repeat it.

    `first_on`: the Monday on which the first step begins, by default the next one. Raises HiddenError,
    NotAllowedError, RolloutError.
    """
    rollout = _held(by, rollout_id)
    require(may_plan_rollouts(by))
    if rollout.state != State.PLANNED:
        raise RolloutError("", _("The order was drawn already, and is drawn only once."))
    first = first_on or next_monday(at, by.zone)
    today = day_in_zone(at, by.zone)
    if first.weekday() != 0:
        raise RolloutError("first_on", _("Choose a Monday: weeks are counted from it."))
    if first < today or first > today + LATEST_START:
        raise RolloutError("first_on", _("Choose a Monday that is still to come, within half a year."))
    blocks, _past, _power = plan_from_json(rollout.plan)
    rollout.seed = secrets.token_hex(8)
    rollout.state, rollout.first_on = State.RUNNING, first
    rollout.started_by_id, rollout.started_at = by.person_id, at
    rollout.save()
    places = list(rollout.places.select_for_update().select_related("department").order_by("department_id"))
    steps = {lot.key: lot.step for lot in drawn(blocks, rollout.seed)}
    cards = {card.id: card for card in directory.departments()}
    for place in places:
        place.step = steps[cards[place.department_id].key]
        place.starts_on = first + timedelta(weeks=(place.step - 1) * rollout.step_weeks)
        place.is_running = True
    try:
        with transaction.atomic():
            RolloutPlace.objects.bulk_update(places, ["step", "starts_on", "is_running"])
    except IntegrityError as error:
        # The unique key on running places: another roll-out runs in one of them, perhaps begun at this very moment.
        busy = RolloutPlace.objects.filter(is_running=True, department_id__in=[place.department_id for place in places])
        language = get_language() or "en"
        names = sorted(cards[number].name_in(language) for number in busy.values_list("department_id", flat=True))
        words = _("In %(names)s another roll-out is running. Two at a time cannot be told apart.")
        raise RolloutError("", words % {"names": ", ".join(names)}) from error
    _write(rollout, "rollout_started", by=by, at=at, seed=rollout.seed, first_on=first.isoformat())


@transaction.atomic
def note_that_a_department_began(
    *, by: Viewer, at: datetime, rollout_id: int, department_id: int, began_on: date
) -> None:
    """Note since when a department really works in the new way; again, to put it right.

    Raises HiddenError, NotAllowedError, RolloutError.
    """
    rollout, place = _place(by, rollout_id, department_id)
    _require_day("began_on", began_on, by=by, at=at, rollout=rollout)
    if place.left_on is not None and began_on >= place.left_on:
        raise RolloutError("began_on", _("The department had left by then."))
    place.began_on, place.began_noted_by_id = began_on, by.person_id
    place.save(update_fields=["began_on", "began_noted_by"])
    _write_place(place, "rollout_department_began", by=by, at=at, began_on=began_on.isoformat())


@transaction.atomic
def note_that_a_department_left(
    *, by: Viewer, at: datetime, rollout_id: int, department_id: int, left_on: date, because: str
) -> None:
    """Note that a department takes part no longer; from that step on its answers count no more.

    Only those who plan may: who could leave out what displeases decides the result. Raises HiddenError,
    NotAllowedError, RolloutError.
    """
    rollout, place = _place(by, rollout_id, department_id)
    require(may_plan_rollouts(by))
    _require_day("left_on", left_on, by=by, at=at, rollout=rollout)
    place.left_because = _said("because", because, LONGEST_WHY)
    place.left_on, place.is_running = left_on, False
    place.save(update_fields=["left_on", "left_because", "is_running"])
    _write_place(place, "rollout_department_left", by=by, at=at, left_on=left_on.isoformat())


@transaction.atomic
def stop_rollout(*, by: Viewer, at: datetime, rollout_id: int, because: str) -> None:
    """Stop before everybody has begun; what was measured until now is worked out. Raises as the others do."""
    rollout = _held(by, rollout_id)
    require(may_plan_rollouts(by))
    if rollout.state != State.RUNNING:
        raise RolloutError("", _("It is not running."))
    rollout.ended_because = _said("because", because, LONGEST_WHY)
    rollout.state, rollout.ended_at = State.STOPPED, at
    rollout.save()
    rollout.places.update(is_running=False)
    _write(rollout, "rollout_stopped", by=by, at=at)
    app.configure_task(ANALYSE_JOB).defer(rollout_id=rollout.pk)


@transaction.atomic
def drop_rollout(*, by: Viewer, at: datetime, rollout_id: int) -> None:
    """Give a plan up before it begins."""
    rollout = _held(by, rollout_id)
    require(may_plan_rollouts(by))
    if rollout.state != State.PLANNED:
        raise RolloutError("", _("It has begun already. Stop it instead, and say why."))
    rollout.state, rollout.ended_at = State.DROPPED, at
    rollout.save()
    _write(rollout, "rollout_dropped", by=by, at=at)


def trouble_words(trouble: str) -> str:
    """Why nothing can be planned like this, and what to do."""
    return {
        "too_few_departments": _("Choose at least three departments: with fewer there is no order to draw."),
        "too_few_for_the_steps": _("There are more steps than departments. Choose fewer steps, or more departments."),
        "no_past": _(
            "In the last half year nothing of this was measured in these departments. Choose another measure, or ask"
            " the customers first."
        ),
    }.get(trouble, "")


def _require_numbers(wish: RolloutWish) -> None:
    if wish.measure not in known_measures():
        raise RolloutError("measure", _("Choose what should become better."))
    if not FEWEST_STEPS <= wish.steps <= MOST_STEPS:
        raise RolloutError("steps", _("Choose between 2 and 12 steps."))
    for field, weeks in (("step_weeks", wish.step_weeks), ("baseline_weeks", wish.baseline_weeks)):
        if not 1 <= weeks <= MOST_WEEKS:
            raise RolloutError(field, _("Choose between 1 and 26 weeks."))
    if not 0 < wish.worth < float("inf"):
        raise RolloutError("worth", _("Say which difference would matter, in figures above zero."))


def _held(by: Viewer, rollout_id: int) -> Rollout:
    """The roll-out, locked: of two who press a button at once, the second sees what the first did."""
    rollout = Rollout.objects.select_for_update().filter(pk=rollout_id).first()
    if rollout is None:
        raise HiddenError
    require_seen(may_see_rollout(by, state=rollout.state))
    return rollout


def _place(by: Viewer, rollout_id: int, department_id: int) -> tuple[Rollout, RolloutPlace]:
    rollout = _held(by, rollout_id)
    place = rollout.places.select_for_update().filter(department=department_id).first()
    if place is None:
        raise HiddenError
    headed = departments_below(by.headed_department_ids, directory.departments())
    require(may_note_beginning(by, department_id, headed=headed))
    if rollout.state != State.RUNNING:
        raise RolloutError("", _("It is not running."))
    return rollout, place


def _require_day(field: str, day: date, *, by: Viewer, at: datetime, rollout: Rollout) -> None:
    if rollout.first_on is None:
        raise RolloutError("", _("It is not running."))
    bounds = span_bounds(
        rollout.first_on, baseline_weeks=rollout.baseline_weeks, step_weeks=rollout.step_weeks, steps=rollout.steps
    )
    if day > day_in_zone(at, by.zone):
        raise RolloutError(field, _("Choose today or an earlier day: only what has happened is noted."))
    if day < bounds[0][0]:
        raise RolloutError(field, _("This is before anything was measured. Choose a later day."))


def _said(field: str, text: str, longest: int) -> str:
    kept = text.replace("\0", "").strip()
    if not kept:
        raise RolloutError(field, _("Please write something here."))
    if len(kept) > longest:
        raise RolloutError(field, _("Keep it to %(n)s characters.") % {"n": longest})
    return kept


def _write(rollout: Rollout, verb: str, *, by: Viewer, at: datetime, **data: Any) -> None:
    record(verb=verb, by=by.person_id, at=at, about=[thing("rollout", rollout.pk)], **data)


def _write_place(place: RolloutPlace, verb: str, *, by: Viewer, at: datetime, **data: Any) -> None:
    about = [thing("rollout", place.rollout_id), thing("party", place.department_id)]
    record(verb=verb, by=by.person_id, at=at, about=about, **data)

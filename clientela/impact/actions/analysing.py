"""Ending what has run its time, working out what came of it, and telling heads that their day has come."""

from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from procrastinate.contrib.django import app

from clientela.directory import queries as directory
from clientela.directory.actions import LetterToPerson, write_to_people
from clientela.directory.rules import day_in_zone
from clientela.impact.actions.rollouts import ANALYSE_JOB
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.queries.outcomes import weekly_outcomes
from clientela.impact.queries.prospects import monday_of
from clientela.impact.rollout_letters import rollout_turn_letter
from clientela.impact.rules.rollouts import (
    Analysis,
    NoAnswer,
    analysed,
    drawn,
    panel_of,
    plan_from_json,
    result_as_json,
    span_bounds,
)
from clientela.impact.rules.rollouts.panels import Floats
from clientela.kernel.journal import record, thing

AT_ONCE = 200
State = Rollout.State


@transaction.atomic
def end_rollouts(*, at: datetime) -> int:
    """End those in which the last group begins, as nobody waits any more, and queue what came of them; return how many.

    The week in which it begins has to be over in UTC, as weeks are counted.
    """
    due = Rollout.objects.select_for_update(skip_locked=True).filter(state=State.RUNNING)
    ended = [row for row in due.order_by("pk") if compared_until(row) <= monday_of(at)]
    for row in ended:
        row.state, row.ended_at = State.DONE, at
        row.save(update_fields=["state", "ended_at"])
        record(verb="rollout_ended", by=None, at=at, about=[thing("rollout", row.pk)])
        app.configure_task(ANALYSE_JOB).defer(rollout_id=row.pk)
    RolloutPlace.objects.filter(rollout__in=ended).update(is_running=False)
    return len(ended)


@transaction.atomic
def analyse_rollout(*, at: datetime, rollout_id: int) -> None:
    """Work out what came of a roll-out that has ended. Safe to call again: what is worked out stays."""
    # Held while it is worked out, a second or so: a second worker waits, and finds it done.
    row = Rollout.objects.select_for_update().filter(pk=rollout_id).first()
    if row is None or row.state not in {State.DONE, State.STOPPED} or row.result is not None:
        return
    row.result, row.analysed_at = result_as_json(_worked_out(row)), at
    row.save(update_fields=["result", "analysed_at"])
    record(verb="rollout_worked_out", by=None, at=at, about=[thing("rollout", row.pk)])


@transaction.atomic
def remind_heads(*, at: datetime) -> int:
    """Write to the heads of departments whose day has come and who have not begun; return how many departments."""
    due = list(
        RolloutPlace.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("rollout")
        .filter(is_running=True, reminded_at__isnull=True, starts_on__lte=at.date() + timedelta(days=1))
        .order_by("starts_on", "pk")[:AT_ONCE]
    )
    cards = {card.id: card for card in directory.departments()} if due else {}
    letters, reminded = [], []
    for place in due:
        card = cards[place.department_id]
        if place.starts_on is None or day_in_zone(at, card.zone) < place.starts_on:
            continue  # their own day has not come yet
        reminded.append(place.pk)
        if place.began_on is not None:
            continue
        heads = [one for one in directory.colleagues_of(card.id, at) if one.role == "head"]
        readers = directory.party_cards([one.id for one in heads])
        letters += [
            LetterToPerson(
                reader.id,
                rollout_turn_letter(place.rollout, place_id=place.pk, department=card, reader=reader, at=at),
                "service",
            )
            for reader in readers.values()
            if reader.email
        ]
    RolloutPlace.objects.filter(pk__in=reminded).update(reminded_at=at)
    write_to_people(at=at, letters=letters)
    return len(reminded)


def compared_until(row: Rollout) -> date:
    """Return the Monday on which the last step begins: from then on nobody waits, and nothing can be compared."""
    if row.first_on is None:
        raise ValueError("It has not begun.")
    return row.first_on + timedelta(weeks=(row.steps - 1) * row.step_weeks)


def _worked_out(row: Rollout) -> Analysis | NoAnswer:
    blocks, past, power = plan_from_json(row.plan)
    if row.first_on is None or row.ended_at is None:
        return NoAnswer("nothing_to_compare")
    spans = span_bounds(row.first_on, baseline_weeks=row.baseline_weeks, step_weeks=row.step_weeks, steps=row.steps)
    until = min(monday_of(row.ended_at), compared_until(row))
    if until <= row.first_on:
        return NoAnswer("nothing_to_compare")
    ids = {card.key: card.id for card in directory.departments()}
    keys = [key for block in blocks for key in block.keys]
    places = {place.department_id: place for place in row.places.all()}
    mine = [places[ids[key]] for key in keys]
    weeks = weekly_outcomes(row.measure, {ids[key]: key for key in keys}, since=spans[0][0], until=until)
    compared = sum(1 for since, _end in spans[1:] if since < until)
    panel = panel_of(
        weeks,
        keys,
        spans,
        left_on={key: place.left_on for key, place in zip(keys, mine, strict=True) if place.left_on is not None},
        until=until,
    )
    return analysed(
        panel,
        blocks,
        drawn(blocks, row.seed),
        spans=compared,
        beta=power.beta,
        icc=past.icc,
        begun=_begun([place.began_on for place in mine], [place.left_on for place in mine], spans[1 : compared + 1]),
    )


def _begun(
    began_on: list[date | None], left_on: list[date | None], spans: tuple[tuple[date, date], ...]
) -> Floats | None:
    """Return the share of each span in which a department worked in the new way; None if nobody noted anything."""
    if all(day is None for day in began_on):
        return None
    shares = np.zeros((len(began_on), len(spans)))
    for row, (began, left) in enumerate(zip(began_on, left_on, strict=True)):
        if began is not None:
            for column, (since, end) in enumerate(spans):
                last = end if left is None else min(end, left)
                shares[row, column] = max((last - max(began, since)).days, 0) / (end - since).days
    return shares

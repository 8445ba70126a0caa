"""Rounds: one time that a survey is asked. They open and end by schedule, by the survey's own end, or by hand."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.voice.actions.surveys.answering import count_what_was_left
from clientela.voice.actions.surveys.releasing import release
from clientela.voice.models import Survey, SurveyRound, SurveyVersion
from clientela.voice.policies.survey_making import may_make_survey
from clientela.voice.rules.sealed_boxes import BoxClosedError

log = logging.getLogger(__name__)

OPEN_DAYS = 30  # of an anonymous round whose survey does not say how long it lasts: it has to end to be shown


class RoundOpenError(Exception):
    """The survey has an open round already."""


class NotPublishedError(Exception):
    """The survey is not open, or has no published version: there is nothing to ask."""


@transaction.atomic
def open_round(*, at: datetime, survey_id: int, by: Viewer = HOUSE) -> int:
    """Open the next round of an open survey with its newest published version; return the round's id.

    Who is asked in it is seen to in the background (see `inviting`). Raises HiddenError, NotAllowedError,
    NotPublishedError, RoundOpenError.
    """
    survey = Survey.objects.select_for_update().filter(pk=survey_id).first()
    if survey is None:
        raise HiddenError
    require(may_make_survey(by, survey.owner_id))
    version = SurveyVersion.objects.filter(survey=survey, published_at__isnull=False).order_by("-number").first()
    if version is None or survey.state != Survey.State.OPEN:
        raise NotPublishedError
    newest = SurveyRound.objects.filter(survey=survey).aggregate(newest=Max("number"))["newest"] or 0
    days = survey.trigger_data.get("open_days") or (OPEN_DAYS if survey.is_anonymous else None)
    with refusals_as({"one_open_round": RoundOpenError()}):
        opened = SurveyRound.objects.create(
            survey=survey,
            version=version,
            number=newest + 1,
            opens_at=at,
            closes_at=None if days is None else at + timedelta(days=int(days)),
        )
    record(verb="survey_round_opened", by=by.person_id, at=at, about=_about(opened), number=opened.number)
    return opened.pk


@transaction.atomic
def close_round(*, at: datetime, round_id: int, by: Viewer = HOUSE) -> None:
    """End a round now. An anonymous one is released by that. Ended already: nothing happens.

    Raises HiddenError, NotAllowedError.
    """
    # Answers hold a share of this lock: whoever is about to send is in before it ends, or is told that it has.
    closing = SurveyRound.objects.select_for_update(of=("self",)).select_related("survey").filter(pk=round_id).first()
    if closing is None:
        raise HiddenError
    require(may_make_survey(by, closing.survey.owner_id))
    if closing.released_at is not None:
        return
    if not closing.survey.is_anonymous:
        count_what_was_left(at=at, round_id=closing.pk)
    counts = release(closing, at=at)
    record(verb="survey_round_ended", by=by.person_id, at=at, about=_about(closing), **counts)


def end_rounds_that_are_over(*, at: datetime) -> int:
    """End every round whose time is up, each in a transaction of its own; return how many.

    One whose boxes do not open, for the secret key was lost, is left as it is, told to the log, and holds up no other.
    """
    due = SurveyRound.objects.filter(released_at__isnull=True, closes_at__lte=at).order_by("closes_at", "pk")
    ended = 0
    for round_id in list(due.values_list("pk", flat=True)):
        try:
            close_round(at=at, round_id=round_id)
        except BoxClosedError:
            log.exception("The sealed boxes of survey round %s cannot be opened: was the secret key changed?", round_id)
        else:
            ended += 1
    return ended


def open_rounds_that_are_due(*, at: datetime) -> list[int]:
    """Open the next round of every open survey that waits for one; return the rounds' ids.

    By schedule so many weeks after the last one opened; one that is asked by what happens, or by its link, at once.
    """
    opened = []
    for survey in _without_round():
        last = SurveyRound.objects.filter(survey=survey).aggregate(last=Max("opens_at"))["last"]
        if survey.trigger == Survey.Trigger.SCHEDULE and last is not None:
            weeks = survey.trigger_data.get("every_weeks")
            if not weeks or at < last + timedelta(weeks=int(weeks)):
                continue
        elif survey.trigger == Survey.Trigger.NONE and last is not None and not survey.is_open_to_all:
            continue  # asked by hand: its maker opens the next one
        try:
            opened.append(open_round(at=at, survey_id=survey.pk))
        except (RoundOpenError, NotPublishedError):
            continue  # another worker, or somebody at the page, was quicker
    return opened


def _without_round() -> Sequence[Survey]:
    running = SurveyRound.objects.filter(released_at__isnull=True).values("survey")
    published = SurveyVersion.objects.filter(published_at__isnull=False).values("survey")
    waiting = Survey.objects.filter(state=Survey.State.OPEN, pk__in=published).exclude(pk__in=running)
    return list(waiting.order_by("pk"))


def _about(one: SurveyRound) -> list[str]:
    return [thing("survey_round", one.pk), thing("survey", one.survey_id), thing("party", one.survey.owner_id)]

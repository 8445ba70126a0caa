"""Every survey that the viewer sees, a line each; and for whom they may make one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.voice.models import Survey, SurveyVersion
from clientela.voice.policies.survey_making import may_make_survey, may_see_survey_results
from clientela.voice.queries.survey_lists.single import RoundSeen, rounds_of
from clientela.voice.queries.survey_results.counting import scores_of_rounds
from clientela.voice.queries.survey_results.showing import Figure, main_figure
from clientela.voice.rules.surveys import Question, in_language


@dataclass(frozen=True, kw_only=True)
class SurveyRow:
    """One survey in the list. `next_on` is when a scheduled one is asked again."""

    key: str
    title: str
    kind: str
    state: str
    owner_name: str
    is_anonymous: bool
    trigger: str
    has_draft: bool
    asked: int
    answered: int
    last_round: RoundSeen | None
    last_question: Question | None  # what the last figure is of
    last_figure: Figure | None  # of the newest round that is shown to this viewer
    next_at: datetime | None
    may_make: bool
    may_see_results: bool


def surveys_seen(viewer: Viewer, *, language: str) -> tuple[SurveyRow, ...]:
    """The surveys of the viewer's departments, or all for who makes all; open ones first. Seven statements."""
    names = {card.id: card.name_in(language) for card in directory.departments()}
    surveys = list(Survey.objects.filter(_seen_by(viewer)))
    ids = [survey.pk for survey in surveys]
    newest = {version.survey_id: version for version in _newest(ids)}
    rounds = rounds_of(ids)
    shown = {
        survey.pk: one
        for survey in surveys
        if may_see_survey_results(viewer, survey.owner_id)
        and (one := next((each for each in rounds.get(survey.pk, []) if not each.is_sealed and each.main), None))
    }
    scores = scores_of_rounds({one.id: one.main.name for one in shown.values() if one.main is not None})
    order = {Survey.State.OPEN: 0, Survey.State.DRAFT: 1, Survey.State.CLOSED: 2}
    rows = [
        (
            order[Survey.State(survey.state)],
            -survey.made_at.timestamp(),
            _row(
                viewer,
                survey,
                newest[survey.pk],
                rounds.get(survey.pk, []),
                owner_name=names.get(survey.owner_id, ""),
                figure=_last(shown.get(survey.pk), scores),
                language=language,
            ),
        )
        for survey in surveys
    ]
    return tuple(row for _order, _made, row in sorted(rows, key=lambda one: one[:2]))


def departments_to_make_for(viewer: Viewer) -> list[DepartmentCard]:
    """The departments whose surveys the viewer makes, by name. One statement."""
    return [card for card in directory.departments() if may_make_survey(viewer, card.id)]


def next_round_at(trigger: str, data: Mapping[str, Any], last: RoundSeen | None, state: str) -> datetime | None:
    """When a scheduled survey is asked again; None for one that is not, or that is asked right now."""
    weeks = data.get("every_weeks")
    if trigger != Survey.Trigger.SCHEDULE or state != Survey.State.OPEN or last is None or not weeks:
        return None
    return last.opens_at + timedelta(weeks=weeks)


def _seen_by(viewer: Viewer) -> Q:
    """The same as `may_see_survey`, as a filter."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return Q()
    return Q(owner__in=viewer.department_ids | viewer.headed_department_ids)


def _newest(survey_ids: list[int]) -> list[SurveyVersion]:
    ranked = SurveyVersion.objects.filter(survey__in=survey_ids).annotate(
        age=Window(RowNumber(), partition_by=F("survey_id"), order_by=F("number").desc())
    )
    return list(ranked.filter(age=1))


def _last(shown: RoundSeen | None, scores: Mapping[int, Mapping[int, int]]) -> tuple[Question, Figure] | None:
    if shown is None or shown.main is None or shown.id not in scores:
        return None
    return shown.main, main_figure(shown.main, scores[shown.id])


def _row(
    viewer: Viewer,
    survey: Survey,
    version: SurveyVersion,
    rounds: list[RoundSeen],
    *,
    owner_name: str,
    figure: tuple[Question, Figure] | None,
    language: str,
) -> SurveyRow:
    last = rounds[0] if rounds else None
    return SurveyRow(
        key=survey.key,
        title=in_language(version.definition["titles"], language) or survey.key,
        kind=survey.kind,
        state=survey.state,
        owner_name=owner_name,
        is_anonymous=survey.is_anonymous,
        trigger=survey.trigger,
        has_draft=version.published_at is None,
        asked=sum(one.asked for one in rounds),
        answered=sum(one.answered for one in rounds),
        last_round=last,
        last_question=None if figure is None else figure[0],
        last_figure=None if figure is None else figure[1],
        next_at=next_round_at(survey.trigger, survey.trigger_data, last, survey.state),
        may_make=may_make_survey(viewer, survey.owner_id).is_allowed,
        may_see_results=may_see_survey_results(viewer, survey.owner_id).is_allowed,
    )

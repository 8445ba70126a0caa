"""The surveys that the viewer sees, a line each, page by page; and for whom they may make one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, Value, When, Window
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

A_PAGE: Final = 25
MOST_TO_COPY: Final = 200
STATES: Final = (Survey.State.OPEN, Survey.State.DRAFT, Survey.State.CLOSED)  # in the order of the list
FEW: Final = 500  # answers of a round that the list counts itself


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


@dataclass(frozen=True)
class SurveysPlace:
    """Where a page of the list ended: the state, the moment and the id of its last survey."""

    state: str
    made_at: datetime
    id: int


@dataclass(frozen=True, kw_only=True)
class SurveysPage:
    """Some of the surveys that the viewer sees, and where to go on, None at the end."""

    rows: tuple[SurveyRow, ...]
    next_after: SurveysPlace | None


def surveys_seen(
    viewer: Viewer, *, language: str, after: SurveysPlace | None = None, limit: int = A_PAGE
) -> SurveysPage:
    """The surveys of the viewer's departments, or all for who makes all; open ones first, then the newest.

    Eight statements at most, however many there are.
    """
    names = {card.id: card.name_in(language) for card in directory.departments()}
    found = list(_ordered(Survey.objects.filter(_seen_by(viewer)), after)[: limit + 1])
    surveys = found[:limit]
    ids = [survey.pk for survey in surveys]
    newest = {version.survey_id: version for version in _newest(ids)}
    rounds = rounds_of(ids)
    shown = {
        survey.pk: one
        for survey in surveys
        if may_see_survey_results(viewer, survey.owner_id)
        and (one := next((each for each in rounds.get(survey.pk, []) if not each.is_sealed and each.main), None))
    }
    scores = _scores(shown.values())
    last = surveys[-1] if len(found) > limit else None
    return SurveysPage(
        rows=tuple(
            _row(
                viewer,
                survey,
                newest[survey.pk],
                rounds.get(survey.pk, []),
                owner_name=names.get(survey.owner_id, ""),
                figure=_last(shown.get(survey.pk), scores),
                language=language,
            )
            for survey in surveys
        ),
        next_after=None if last is None else SurveysPlace(last.state, last.made_at, last.pk),
    )


def surveys_to_copy(viewer: Viewer, *, language: str) -> list[tuple[str, str]]:
    """The keys and titles of surveys to begin a new one with, the newest first. Two statements."""
    surveys = list(Survey.objects.filter(_seen_by(viewer)).order_by("-made_at", "-pk")[:MOST_TO_COPY])
    newest = SurveyVersion.objects.filter(survey__in=surveys).order_by("survey", "-number").distinct("survey")
    titles = dict(newest.values_list("survey", "definition__titles"))
    return [(survey.key, in_language(titles[survey.pk], language) or survey.key) for survey in surveys]


def departments_to_make_for(viewer: Viewer) -> list[DepartmentCard]:
    """The departments whose surveys the viewer makes, by name. One statement."""
    return [card for card in directory.departments() if may_make_survey(viewer, card.id)]


def next_round_at(trigger: str, data: Mapping[str, Any], last: RoundSeen | None, state: str) -> datetime | None:
    """When a scheduled survey is asked again; None for one that is not, or that is asked right now."""
    weeks = data.get("every_weeks")
    if trigger != Survey.Trigger.SCHEDULE or state != Survey.State.OPEN or last is None or not weeks:
        return None
    return last.opens_at + timedelta(weeks=weeks)


def _ordered(surveys: QuerySet[Survey], after: SurveysPlace | None) -> QuerySet[Survey]:
    """Open ones, then drafts, then closed ones; of each the newest first."""
    place = Case(*(When(state=state, then=Value(number)) for number, state in enumerate(STATES)))
    rows = surveys.annotate(state_place=place).order_by("state_place", "-made_at", "-pk")
    if after is None:
        return rows
    number = STATES.index(Survey.State(after.state))
    older = Q(made_at__lt=after.made_at) | Q(made_at=after.made_at, pk__lt=after.id)
    return rows.filter(Q(state_place__gt=number) | Q(state_place=number) & older)


def _seen_by(viewer: Viewer) -> Q:
    """The same as `may_see_survey`, as a filter."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return Q()
    return Q(owner__in=viewer.department_ids | viewer.headed_department_ids)


def _scores(rounds: Iterable[RoundSeen]) -> dict[int, dict[int, int]]:
    """How often each main score was given: of small rounds counted now, of large ones as it was counted before."""
    small = {one.id: one.main.name for one in rounds if one.main is not None and one.answered <= FEW}
    large = {one.id: one.main.name for one in rounds if one.main is not None and one.answered > FEW}
    return scores_of_rounds(small) | scores_of_rounds(large, is_kept=True)


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

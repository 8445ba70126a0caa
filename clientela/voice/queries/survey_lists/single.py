"""One survey: what it is, its questions as they stand, its versions, its rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.languages import LANGUAGES
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.voice.models import ListeningPolicy, Survey, SurveyAnswer, SurveyInvitation, SurveyRound, SurveyVersion
from clientela.voice.policies.survey_making import may_make_survey, may_see_survey, may_see_survey_results
from clientela.voice.rules.editing import mark_of
from clientela.voice.rules.survey_voices import main_score
from clientela.voice.rules.surveys import (
    WARNINGS,
    Problem,
    Question,
    SurveyDefinition,
    from_json,
    in_language,
    measure_of,
    problems_of,
)


@dataclass(frozen=True, kw_only=True)
class SurveyHead:
    """What every page of a survey shows on top. `languages` are those it is asked in."""

    id: int
    key: str
    title: str
    languages: tuple[str, ...]
    kind: str
    state: str
    owner_id: int
    owner_name: str
    is_anonymous: bool
    is_open_to_all: bool
    link_key: str
    trigger: str
    trigger_data: Mapping[str, Any]
    share_percent: int
    cuts: tuple[str, ...]
    number: int  # of the newest version
    published_number: int | None
    has_draft: bool
    may_make: bool
    may_see_results: bool


@dataclass(frozen=True, kw_only=True)
class SurveyDraft:
    """The newest version with its problems. `mark` is handed back with a change, so that none is lost."""

    head: SurveyHead
    definition: SurveyDefinition
    mark: str
    problems: tuple[Problem, ...]
    is_published: bool

    @property
    def hindrances(self) -> tuple[Problem, ...]:
        """The problems that stand in the way of publishing."""
        return tuple(problem for problem in self.problems if problem.code not in WARNINGS)

    def problems_with(self, name: str) -> tuple[Problem, ...]:
        """The problems of one question; of the whole survey for ""."""
        return tuple(problem for problem in self.problems if problem.question == name)


@dataclass(frozen=True, kw_only=True)
class VersionSeen:
    """One version: when it was made and by whom, and whether anybody was ever asked with it."""

    number: int
    made_at: datetime
    made_by: str
    published_at: datetime | None
    question_count: int
    is_newest: bool


@dataclass(frozen=True, kw_only=True)
class RoundSeen:
    """One time that it was asked. `answered` counts finished answers; of an anonymous round those who have answered."""

    id: int
    number: int
    version_number: int
    opens_at: datetime
    closes_at: datetime | None
    released_at: datetime | None
    asked: int
    answered: int
    main: Question | None  # whose score stands for the whole
    is_sealed: bool  # anonymous, and not ended: nobody sees its answers

    @property
    def is_open(self) -> bool:
        """Whether it still takes answers."""
        return self.released_at is None


@dataclass(frozen=True, kw_only=True)
class SurveyPage:
    """Everything that the page of one survey shows."""

    draft: SurveyDraft
    published: SurveyDefinition | None
    versions: tuple[VersionSeen, ...]
    rounds: tuple[RoundSeen, ...]  # the newest first


def survey_draft(viewer: Viewer, key: str, *, language: str) -> SurveyDraft:
    """The newest version, for who makes the survey. Raises HiddenError, NotAllowedError. Three statements."""
    survey, versions, owner_name = _found(viewer, key, language=language)
    require(may_make_survey(viewer, survey.owner_id))
    return _draft(viewer, survey, versions, owner_name, language=language)


def survey_head(viewer: Viewer, key: str, *, language: str) -> SurveyHead:
    """The top of a survey's pages. Raises HiddenError. Three statements."""
    survey, versions, owner_name = _found(viewer, key, language=language)
    return _head(viewer, survey, versions, owner_name, language=language)


def head_of(viewer: Viewer, survey: Survey, *, language: str) -> tuple[SurveyHead, list[SurveyVersion]]:
    """The top of a survey that was read and may be seen, and its versions, the newest first. Two statements."""
    versions = list(survey.versions.order_by("-number"))
    owner = directory.department_by_id(survey.owner_id)
    name = "" if owner is None else owner.name_in(language)
    return _head(viewer, survey, versions, name, language=language), versions


def survey_page(viewer: Viewer, key: str, *, language: str) -> SurveyPage:
    """Everything of one survey but its results. Raises HiddenError. Seven statements."""
    survey, versions, owner_name = _found(viewer, key, language=language)
    makers = directory.party_cards(version.made_by_id for version in versions if version.made_by_id)
    newest = versions[0]
    published = next((version for version in versions if version.published_at is not None), None)
    return SurveyPage(
        draft=_draft(viewer, survey, versions, owner_name, language=language),
        published=None if published is None else from_json(published.definition),
        versions=tuple(
            VersionSeen(
                number=version.number,
                made_at=version.made_at,
                made_by=makers[version.made_by_id].name if version.made_by_id in makers else "",
                published_at=version.published_at,
                question_count=sum(len(page["questions"]) for page in version.definition["pages"]),
                is_newest=version == newest,
            )
            for version in versions
        ),
        rounds=tuple(rounds_of([survey.pk]).get(survey.pk, [])),
    )


@dataclass(frozen=True, kw_only=True)
class PolicySeen:
    """The house's rules of listening. `changed_at` is None while nobody has set them."""

    asks_a_quarter: int
    days_between_asks: int
    remind_after_days: int
    follow_up_at_or_below: int
    follow_up_service_id: int | None
    publishes_what_we_heard: bool
    changed_at: datetime | None


def listening_policy() -> PolicySeen:
    """The house's rules of listening, or those it begins with. One statement."""
    chosen = ListeningPolicy.objects.first() or ListeningPolicy()
    return PolicySeen(
        asks_a_quarter=chosen.asks_a_quarter,
        days_between_asks=chosen.days_between_asks,
        remind_after_days=chosen.remind_after_days,
        follow_up_at_or_below=chosen.follow_up_at_or_below,
        follow_up_service_id=chosen.follow_up_service_id,
        publishes_what_we_heard=chosen.publishes_what_we_heard,
        changed_at=chosen.changed_at,
    )


def rounds_of(survey_ids: Sequence[int]) -> dict[int, list[RoundSeen]]:
    """The rounds of these surveys, the newest first, with how many were asked and answered. Three statements."""
    rounds = list(
        SurveyRound.objects.filter(survey__in=survey_ids)
        .select_related("version", "survey")
        .order_by("survey_id", "-number")
    )
    ids = [one.pk for one in rounds]
    asked = {
        row["round"]: row
        for row in SurveyInvitation.objects.filter(round__in=ids)
        .values("round")
        .annotate(asked=Count("pk"), spent=Count("pk", filter=Q(spent_on__isnull=False)))
        .order_by()
    }
    answered = dict(
        SurveyAnswer.objects.filter(round__in=ids, is_complete=True)
        .values_list("round")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, list[RoundSeen]] = {}
    for one in rounds:
        row = asked.get(one.pk, {"asked": 0, "spent": 0})
        # While an anonymous round runs, its answers lie in sealed boxes; whose link is spent is known, and no more.
        is_sealed = one.survey.is_anonymous and one.released_at is None
        found.setdefault(one.survey_id, []).append(
            RoundSeen(
                id=one.pk,
                number=one.number,
                version_number=one.version.number,
                opens_at=one.opens_at,
                closes_at=one.closes_at,
                released_at=one.released_at,
                asked=row["asked"],
                answered=row["spent"] if is_sealed else answered.get(one.pk, 0),
                main=_main(one),
                is_sealed=is_sealed,
            )
        )
    return found


def _main(one: SurveyRound) -> Question | None:
    """The question that stands for a round; of an anonymous one no item of service quality.

    An item is kept of some of the people only, drawn by lot (decision 13): one of them stands for nothing.
    """
    question = main_score(from_json(one.version.definition))
    measure = None if question is None else measure_of(question.measure)
    return None if one.survey.is_anonymous and measure is not None and measure.dimension is not None else question


def _found(viewer: Viewer, key: str, *, language: str) -> tuple[Survey, list[SurveyVersion], str]:
    survey = Survey.objects.filter(key=key).first()
    if survey is None:
        raise HiddenError("There is no such survey.")
    require_seen(may_see_survey(viewer, survey.owner_id))
    versions = list(survey.versions.order_by("-number"))
    owner = directory.department_by_id(survey.owner_id)
    return survey, versions, "" if owner is None else owner.name_in(language)


def _draft(
    viewer: Viewer, survey: Survey, versions: Sequence[SurveyVersion], owner_name: str, *, language: str
) -> SurveyDraft:
    newest = versions[0]
    definition = from_json(newest.definition)
    return SurveyDraft(
        head=_head(viewer, survey, versions, owner_name, language=language),
        definition=definition,
        mark=mark_of(newest.definition),
        problems=tuple(problems_of(definition, definition.languages)),
        is_published=newest.published_at is not None,
    )


def _head(
    viewer: Viewer, survey: Survey, versions: Sequence[SurveyVersion], owner_name: str, *, language: str
) -> SurveyHead:
    newest = versions[0]
    titles = newest.definition["titles"]
    return SurveyHead(
        id=survey.pk,
        key=survey.key,
        title=in_language(titles, language) or survey.key,
        languages=tuple(sorted((code for code, text in titles.items() if text.strip()), key=_in_product_order)),
        kind=survey.kind,
        state=survey.state,
        owner_id=survey.owner_id,
        owner_name=owner_name,
        is_anonymous=survey.is_anonymous,
        is_open_to_all=survey.is_open_to_all,
        link_key=survey.link_key,
        trigger=survey.trigger,
        trigger_data=survey.trigger_data,
        share_percent=survey.share_percent,
        cuts=tuple(survey.cuts),
        number=newest.number,
        published_number=next((version.number for version in versions if version.published_at is not None), None),
        has_draft=newest.published_at is None,
        may_make=may_make_survey(viewer, survey.owner_id).is_allowed,
        may_see_results=may_see_survey_results(viewer, survey.owner_id).is_allowed,
    )


def _in_product_order(code: str) -> tuple[int, str]:
    """Ours first, in the order in which the product names them: the database keeps none."""
    return (LANGUAGES.index(code) if code in LANGUAGES else len(LANGUAGES), code)

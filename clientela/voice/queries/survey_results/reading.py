"""The results of a survey, ready to show: by round or over all, in one cut, over time, and who is missing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.voice.models import Survey, SurveyInvitation
from clientela.voice.policies.survey_making import may_see_survey, may_see_survey_results
from clientela.voice.queries.survey_lists.single import RoundSeen, SurveyHead, head_of, rounds_of
from clientela.voice.queries.survey_results.counting import CLASS, CUTS, Answers
from clientela.voice.queries.survey_results.cutting import (
    CutTable,
    cut_names,
    cut_tables,
    published_tables,
    quality_scale,
)
from clientela.voice.queries.survey_results.kept import Counted, Progress, counted_answers
from clientela.voice.queries.survey_results.over_time import OverTime, over_time
from clientela.voice.queries.survey_results.showing import (
    QualityLine,
    QuestionResult,
    quality_lines,
    question_result,
)
from clientela.voice.queries.survey_results.spreading import classes_of, spreads_of
from clientela.voice.rules.figures.estimates import LEAST_SHOWN
from clientela.voice.rules.figures.response import Response, response_rate
from clientela.voice.rules.figures.scales import Scale
from clientela.voice.rules.surveys import SurveyDefinition, from_json, measure_of
from clientela.voice.rules.tallying import Counts


@dataclass(frozen=True, kw_only=True)
class SurveyResults:
    """Everything that the page of results shows. `round` is None for all rounds together."""

    head: SurveyHead
    definition: SurveyDefinition
    rounds: tuple[RoundSeen, ...]
    round: RoundSeen | None
    side: str
    n: int
    is_sealed: bool  # anonymous, and no round has ended: nothing is shown
    questions: tuple[QuestionResult, ...]
    quality: tuple[QualityLine, ...]
    quality_scale: Scale | None
    response: Response | None
    response_by: str
    response_names: Mapping[str, str]
    cut: str
    tables: tuple[CutTable, ...]
    over_time: OverTime | None
    progress: Progress | None  # answers wait to be counted
    to_count: "ToCount | None"  # by a job

    @property
    def is_counted(self) -> bool:
        """Whether there are figures to show: those of all answers, or of the last time that all were counted."""
        return self.progress is None or self.progress.as_of is not None


@dataclass(frozen=True, kw_only=True)
class ToCount:
    """What a job has to count before everything can be shown: rounds, with a version's questions, by cuts."""

    round_ids: tuple[int, ...]
    version_id: int
    cuts: tuple[str, ...]


@dataclass(frozen=True)
class ChosenSurvey:
    """Which survey and which of its rounds are looked at."""

    survey: Survey
    head: SurveyHead
    definition: SurveyDefinition
    version_id: int
    rounds: tuple[RoundSeen, ...]
    round: RoundSeen | None

    @property
    def answers(self) -> Answers:
        """What is counted. What was kept of an anonymous round can all be counted (`rules.anonymity.keeping`)."""
        return Answers(self.round_ids, is_anonymous=self.survey.is_anonymous)

    def counted(self, answers: Answers, cut: str = "") -> Counted:
        """What was answered, by round and the value of a cut."""
        return counted_answers(answers, self.rounds, self.definition, self.version_id, cut=cut)

    @property
    def round_ids(self) -> list[int]:
        """The rounds whose answers may be counted: of an anonymous survey those that have ended."""
        chosen = [self.round] if self.round is not None else list(self.rounds)
        return [one.id for one in chosen if one.released_at is not None or not self.survey.is_anonymous]


def survey_results(
    viewer: Viewer, key: str, *, language: str, round_number: int | None = None, side: str = "", cut: str = ""
) -> SurveyResults:
    """The results of one round, or of all (None). Raises HiddenError, NotAllowedError.

    Of an anonymous survey only rounds that have ended are counted, whole classes of rows as they were released, per
    question only where five answered it in a round, and cut only round by round: nothing shown depends on who answers
    later, and the difference of two figures is never of fewer than five.
    """
    chosen = chosen_survey(viewer, key, language=language, round_number=round_number)
    survey, definition = chosen.survey, chosen.definition
    # Released rows know the side only where it is a cut: an anonymous survey is looked at by it in that table.
    answers = replace(chosen.answers, side="" if survey.is_anonymous or side not in {"inside", "outside"} else side)
    may_cut = survey.cuts if survey.is_anonymous and chosen.round is not None else () if survey.is_anonymous else CUTS
    cut = cut if cut in may_cut else ""
    by = CLASS if survey.is_anonymous else cut
    whole, in_cut = chosen.counted(answers), chosen.counted(answers, by) if cut else None
    parts = [("" if one is whole else "" if by == "side" else by, one) for one in (whole, in_cut) if one is not None]
    waiting = [(name, one.progress) for name, one in parts if one.progress is not None]
    progress = min((one for _name, one in waiting), key=lambda one: (one.as_of is not None, one.counted), default=None)
    counted = whole.by_round if whole.is_known else {}
    counts = _together(counted, definition, is_anonymous=survey.is_anonymous)
    spreads = {} if survey.is_anonymous else spreads_of(counted.values(), definition)
    classes = classes_of(counted.values(), definition) if survey.is_anonymous else {}
    response, response_by = _response(chosen)
    scale = quality_scale(definition)
    return SurveyResults(
        head=chosen.head,
        definition=definition,
        rounds=chosen.rounds,
        round=chosen.round,
        side=answers.side,
        n=counts.n,
        is_sealed=survey.is_anonymous
        and bool(chosen.rounds)
        and all(one.released_at is None for one in ([chosen.round] if chosen.round else chosen.rounds)),
        questions=tuple(
            question_result(
                question,
                counts,
                spreads.get(question.name),
                classes.get(question.name, {}),
                language=language,
            )
            for question in definition.questions
        ),
        quality=_quality(counted, definition, scale, is_anonymous=survey.is_anonymous) if answers.rounds else (),
        quality_scale=scale,
        response=response,
        response_by=response_by,
        response_names=cut_names("rater", (), language=language) if response_by == "rater" else {},
        cut=cut,
        tables=_tables(chosen, in_cut, cut, language=language),
        over_time=over_time(
            definition,
            counted,
            opened={one.id: one.opens_at.date() for one in chosen.rounds},
            is_anonymous=survey.is_anonymous,
        )
        if chosen.round is None
        else None,
        progress=progress,
        to_count=ToCount(
            round_ids=tuple(answers.rounds),
            version_id=chosen.version_id,
            cuts=tuple(dict.fromkeys(name for name, _progress in waiting)),
        )
        if waiting
        else None,
    )


def chosen_rounds(
    viewer: Viewer, key: str, *, language: str, round_number: int | None
) -> tuple[Survey, SurveyDefinition, dict[int, int]]:
    """A survey whose results the viewer reads, its questions, and the numbers of the rounds by their ids.

    Raises HiddenError, NotAllowedError.
    """
    chosen = chosen_survey(viewer, key, language=language, round_number=round_number)
    numbers = {one.id: one.number for one in chosen.rounds if one.id in chosen.round_ids}
    return chosen.survey, chosen.definition, numbers


def chosen_survey(viewer: Viewer, key: str, *, language: str, round_number: int | None) -> ChosenSurvey:
    """A survey whose results the viewer reads, and a round of it or all. Raises HiddenError, NotAllowedError."""
    survey = Survey.objects.filter(key=key).first()
    if survey is None:
        raise HiddenError("There is no such survey.")
    require_seen(may_see_survey(viewer, survey.owner_id))
    require(may_see_survey_results(viewer, survey.owner_id))
    head, versions = head_of(viewer, survey, language=language)
    rounds = tuple(rounds_of([survey.pk]).get(survey.pk, []))
    one = None
    if round_number is not None:
        one = next((each for each in rounds if each.number == round_number), None)
        if one is None:
            raise HiddenError("There is no such round.")
    # Questions as the newest people saw them: of one round its own, of all rounds the newest published.
    published = [version for version in versions if version.published_at is not None] or versions
    number = one.version_number if one is not None else published[0].number
    version = next(version for version in versions if version.number == number)
    return ChosenSurvey(survey, head, from_json(version.definition), version.pk, rounds, one)


def _together(counted: Mapping[tuple[int, str], Counts], definition: SurveyDefinition, *, is_anonymous: bool) -> Counts:
    """The counts of all rounds. Anonymous: a question counts in the rounds where five answered it."""
    whole = Counts()
    for counts in counted.values():
        whole.n += counts.n
        lines: Counter[tuple[str, str]] = Counter()
        for name, cells in counts.cells.items():
            for (line, _column), count in cells.items():
                lines[name, line] += count
        for question in definition.questions:
            name = question.name
            n = counts.answered.get(name, 0)
            if not n or (is_anonymous and n < LEAST_SHOWN):
                continue
            whole.answered[name] = whole.answered.get(name, 0) + n
            for value, count in counts.values[name].items():
                whole.values[name][value] = whole.values[name].get(value, 0) + count
            for place, count in counts.places[name].items():
                whole.places[name][place] = whole.places[name].get(place, 0) + count
            for cell, count in counts.cells[name].items():
                if is_anonymous and lines[name, cell[0]] < LEAST_SHOWN:
                    continue  # a line that is too few to say in its round is not told by all rounds less the others
                whole.cells[name][cell] = whole.cells[name].get(cell, 0) + count
    return whole


def _response(chosen: ChosenSurvey) -> tuple[Response | None, str]:
    """How many of those asked answered, by the department that was asked, or by language where there is none.

    Of an anonymous survey one grouping only, and only of rounds that have ended: two could be held against each other,
    and a running one against itself an hour later.
    """
    rows = list(
        SurveyInvitation.objects.filter(round__in=chosen.round_ids)
        .values("rater", "language")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(spent_on__isnull=False)))
        .order_by()
    )
    if not rows:
        return None, ""
    by = "rater" if any(row["rater"] for row in rows) else "language"
    if chosen.survey.is_anonymous and chosen.round is None:
        by = ""  # groups of all rounds less those of one would be groups of another, whatever their size
    groups: dict[str, tuple[int, int]] = {}
    for row in rows:
        name = {"rater": str(row["rater"] or ""), "language": row["language"]}.get(by, "")
        asked, answered = groups.get(name, (0, 0))
        groups[name] = (asked + row["asked"], answered + row["answered"])
    return response_rate(groups, is_anonymous=chosen.survey.is_anonymous), by


def _dimensions(definition: SurveyDefinition) -> list[str]:
    asked = [measure_of(question.measure) for question in definition.questions]
    return list(dict.fromkeys(str(one.dimension) for one in asked if one is not None and one.dimension is not None))


def _quality(
    counted: Mapping[tuple[int, str], Counts],
    definition: SurveyDefinition,
    scale: Scale | None,
    *,
    is_anonymous: bool,
) -> tuple[QualityLine, ...]:
    """Service quality by dimension. Anonymous: each dimension of the rounds in which five answered it."""
    if scale is None:
        return ()
    whole: dict[tuple[str, str], dict[float, int]] = {}
    for counts in counted.values():
        for part, given in counts.quality.items():
            if is_anonymous and sum(given.values()) < LEAST_SHOWN:
                continue
            together = whole.setdefault(part, {})
            for score, n in given.items():
                together[score] = together.get(score, 0) + n
    return quality_lines(whole, _dimensions(definition), scale)


def _tables(chosen: ChosenSurvey, found: Counted | None, cut: str, *, language: str) -> tuple[CutTable, ...]:
    if found is None or not found.is_known or not chosen.round_ids:
        return ()
    if chosen.survey.is_anonymous:
        (round_id,) = chosen.round_ids
        return published_tables(found.by_round, round_id, chosen.definition, chosen.head.cuts, cut, language=language)
    return cut_tables(found.by_round, chosen.definition, cut, language=language)

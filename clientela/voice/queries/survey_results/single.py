"""Answer by answer, for those who may take it out: of surveys with names only, streamed from the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from clientela.catalogue.queries import services_in_brief
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import require
from clientela.voice.models import SurveyAnswer
from clientela.voice.policies.survey_making import may_take_single_answers
from clientela.voice.queries.survey_results.reading import chosen_rounds
from clientela.voice.rules.surveys import Option, Question, QuestionKind, SurveyDefinition, in_language

AT_ONCE: Final = 2000
_WHAT: Final = ("round", "answered_at", "side", "language", "supplier", "rater", "service", "about", "person")


@dataclass(frozen=True, kw_only=True)
class SingleAnswers:
    """A table of answers: its columns, and its rows as they are read. A row is read when it is asked for."""

    columns: tuple[str, ...]
    rows: Iterator[list[Any]]


def single_answers(
    viewer: Viewer, key: str, *, language: str, round_number: int | None = None, side: str = ""
) -> SingleAnswers:
    """Every finished answer of a survey with names, oldest first. Raises HiddenError, NotAllowedError.

    A colleague's name stands only beside an answer about a request that they wrote: what else they say of a
    department is theirs.
    """
    survey, definition, rounds = chosen_rounds(viewer, key, language=language, round_number=round_number)
    require(may_take_single_answers(viewer, survey.owner_id, is_anonymous=survey.is_anonymous))
    rows = SurveyAnswer.objects.filter(round__in=list(rounds), is_complete=True)
    if side in {"inside", "outside"}:
        rows = rows.filter(side=side)
    columns = [column for question in definition.questions for column in _columns(question)]
    return SingleAnswers(
        columns=(*_WHAT, *columns),
        rows=_rows(rows.order_by("answered_at", "pk").iterator(chunk_size=AT_ONCE), definition, rounds, language),
    )


def _rows(
    found: Iterator[SurveyAnswer], definition: SurveyDefinition, rounds: Mapping[int, int], language: str
) -> Iterator[list[Any]]:
    departments = {card.id: card.name_in(language) for card in directory.departments()}
    services = {one.service_id: one.title for one in services_in_brief(language=language)}
    while chunk := list(islice(found, AT_ONCE)):
        names = directory.party_cards(one.person_id for one in chunk if one.person_id and _is_named(one))
        for one in chunk:
            name = names[one.person_id].name if one.person_id in names and _is_named(one) else ""
            yield [
                rounds[one.round_id],
                one.answered_at.isoformat(timespec="seconds") if one.answered_at else "",
                one.side,
                one.language,
                departments.get(one.supplier_id or 0, ""),
                departments.get(one.rater_id or 0, ""),
                services.get(one.service_id or 0, ""),
                one.about,
                name,
                *(cell for question in definition.questions for cell in _cells(question, one.values, language)),
            ]


def _is_named(answer: SurveyAnswer) -> bool:
    return answer.side == "outside" or answer.about.startswith("request:")


def _columns(question: Question) -> list[str]:
    if question.kind is QuestionKind.MATRIX:
        return [f"{question.name}.{row.key}" for row in question.rows]
    return [question.name]


def _cells(question: Question, values: Mapping[str, Any], language: str) -> list[Any]:
    given = values.get(question.name)
    if question.kind is QuestionKind.MATRIX:
        lines = given if isinstance(given, dict) else {}
        return [_label(question.options, lines.get(row.key, ""), language) for row in question.rows]
    if isinstance(given, list):
        return ["; ".join(_label(question.options, key, language) for key in given)]
    if isinstance(given, str) and question.options:
        return [_label(question.options, given, language)]
    return ["" if given is None else given]


def _label(options: Sequence[Option], key: Any, language: str) -> str:
    return next((in_language(one.labels, language) or one.key for one in options if one.key == key), str(key))

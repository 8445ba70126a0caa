"""Results as files: a table for spreadsheets, a page to print; and answer by answer for those who may."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from clientela.voice.queries.survey_results import (
    AnswerShare,
    CutTable,
    Figure,
    QuestionResult,
    SurveyResults,
    single_answers,
)
from clientela.voice.rules.figures.estimates import LEAST_SHOWN, TooFew
from clientela.web.doors import for_employees
from clientela.web.downloads import as_file, as_streamed_table, as_table, as_workbook
from clientela.web.listen.surveys.result_print import printed_results
from clientela.web.listen.surveys.result_words import figure_name, span_words
from clientela.web.listen.surveys.results import asked_results, round_asked
from clientela.web.listen.surveys.wording import reader_language
from clientela.web.viewer import KnownRequest

HEADER: Final = ("question", "words", "line", "answer", "figure", "n", "count", "value", "low", "high")


@for_employees
def results_file(request: KnownRequest, key: str, form: str) -> HttpResponseBase:
    """Hand out the results with n and intervals: csv, xlsx or pdf."""
    language = reader_language()
    if form not in {"csv", "xlsx", "pdf"}:
        raise Http404
    found = asked_results(request, key, language=language)
    if found.progress is not None:
        # A file says nothing of answers that are missing in it: the page shows how far counting is.
        return redirect(f"{reverse('listen:survey_results', args=[key])}?{request.GET.urlencode()}")
    name = f"{key}-{found.round.number}" if found.round is not None else key
    if form == "csv":
        return as_table(f"{name}.csv", HEADER, result_rows(found, language))
    if form == "xlsx":
        return as_workbook(f"{name}.xlsx", HEADER, result_rows(found, language))
    return as_file(f"{name}.pdf", "application/pdf", printed_results(found, language))


@for_employees
def answers_file(request: KnownRequest, key: str, form: str) -> HttpResponseBase:
    """Hand out answer by answer: csv or xlsx. Of an anonymous survey there is no such file."""
    if form not in {"csv", "xlsx"}:
        raise Http404
    found = single_answers(
        request.viewer,
        key,
        language=reader_language(),
        round_number=round_asked(request),
        side=request.GET.get("side", ""),
    )
    if form == "xlsx":
        return as_workbook(f"{key}-answers.xlsx", found.columns, found.rows)
    return as_streamed_table(f"{key}-answers.csv", found.columns, found.rows)


def result_rows(found: SurveyResults, language: str) -> Iterator[list[Any]]:
    """The results as rows of a table, as `HEADER` names them. What is too few to say has no figure and no count."""
    for result in found.questions:
        yield from _rows_of(result, language, is_anonymous=found.head.is_anonymous)
    for line in found.quality:
        for part in ("perception", "expectation", "gap", "importance"):
            figure: Figure = getattr(line, part)
            if figure.n:
                yield _row(("isq", "", line.dimension or "whole", ""), part, figure)
        for words, people in (("left items out", line.partial), ("answered too few items", line.few)):
            if people:
                yield ["isq", "", line.dimension, "", words, line.perception.n, people, "", "", ""]
    for table in found.tables:
        yield from _rows_of_cut(table, found.cut)


def _rows_of(result: QuestionResult, language: str, *, is_anonymous: bool) -> Iterator[list[Any]]:
    name = result.question.name
    if not result.is_shown:
        n = f"< {LEAST_SHOWN}" if is_anonymous else result.n
        yield [name, result.title, "", "", "too few", n, "", "", "", ""]
        return
    figure = result.net or result.satisfied
    if figure is not None:
        yield _row((name, result.title, "", ""), figure_name(result.question), figure)
    if result.mean is not None:
        yield _row((name, result.title, "", ""), "mean", result.mean)
    yield from (_share_row(name, result.title, "", one) for one in result.shares)
    for line in result.lines:
        yield from (_share_row(name, result.title, line.label, one) for one in line.shares)
    for rank in result.ranks:
        yield _row((name, result.title, "", rank.label), "mean place", rank.place)
    for one in result.bins:
        yield [
            name,
            result.title,
            "",
            span_words(one.low, one.high, language),
            "count",
            result.n,
            one.count,
            "",
            "",
            "",
        ]
    if not (figure or result.mean or result.shares or result.lines or result.ranks or result.bins):
        yield [name, result.title, "", "", "answered", result.n, result.n, "", "", ""]


def _rows_of_cut(table: CutTable, cut: str) -> Iterator[list[Any]]:
    name = "isq" if table.question is None else table.question.name
    for cell in table.cells:
        yield _row((name, table.title, f"{cut}: {cell.name}", ""), figure_name(table.question), cell.figure)


def _share_row(name: str, title: str, line: str, one: AnswerShare) -> list[Any]:
    row = _row((name, title, line, one.label), "share", one.share)
    if not isinstance(one.share, TooFew):
        row[6] = one.count
    return row


def _row(where: tuple[str, str, str, str], what: str, figure: Figure) -> list[Any]:
    if isinstance(figure, TooFew):
        return [*where, f"{what}: too few", f"< {LEAST_SHOWN}", "", "", "", ""]
    numbers = [round(value, 4) for value in (figure.value, figure.low, figure.high)]
    return [*where, what, figure.n, "", *numbers]

"""The results of a survey: each question with its picture and the table behind it, and as files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.voice.actions.surveys.counting import ask_for_counts
from clientela.voice.policies.survey_making import may_take_single_answers
from clientela.voice.queries.survey_results import (
    CutTable,
    QuestionResult,
    SurveyResults,
    survey_results,
    texts_page,
)
from clientela.voice.queries.survey_results.counting import CUTS
from clientela.voice.rules.figures.estimates import LEAST_SHOWN
from clientela.voice.rules.surveys import QuestionKind
from clientela.web.components import words as say
from clientela.web.doors import for_employees
from clientela.web.keyset import answer_place, answer_place_of
from clientela.web.listen.surveys.result_words import (
    answered_words,
    bars_of,
    chart_of,
    dot_of,
    figure_name,
    figure_words,
    histogram_of,
    mean_words,
    quality_dots,
    span_words,
)
from clientela.web.listen.surveys.wording import CUT_WORDS, KIND_WORDS, SIDE_WORDS, reader_language, say_list
from clientela.web.viewer import KnownRequest


@for_employees
def results(request: KnownRequest, key: str) -> HttpResponse:
    """Show what was answered."""
    language = reader_language()
    found = asked_results(request, key, language=language)
    at = now()
    if request.GET.get("part") == "progress":
        answer = render(request, "listen/surveys/counting.html", counting_context(found, language) | {"at": at})
        if found.progress is None:
            answer["HX-Refresh"] = "true"
        return answer
    context = counting_context(found, language) | {
        "at": at,
        "place": "listen",
        "head": found.head,
        "section": "results",
        "found": found,
        "least": LEAST_SHOWN,
        "sentence": _answered(found, language),
        "missing": _missing(found, language),
        "questions": [_shown(one, found, language) for one in found.questions],
        "quality": quality_dots(found.quality, found.quality_scale, language) if found.quality_scale else [],
        "has_expectations": any(line.expectation.n for line in found.quality),
        "tables": [_table(one, language) for one in found.tables],
        "chart": chart_of(found.over_time, language) if found.over_time is not None else None,
        "chart_title": found.over_time.question.titles.get(language, "") if found.over_time is not None else "",
        "sides": [(side, words) for side, words in SIDE_WORDS.items()] if not found.head.is_anonymous else [],
        "cuts": _cut_choices(found),
        "cut_words": CUT_WORDS.get(found.cut, ""),
        "is_cut_withheld": bool(found.cut) and not any(table.cells for table in found.tables),
        "may_take_single": may_take_single_answers(
            request.viewer, found.head.owner_id, is_anonymous=found.head.is_anonymous
        ).is_allowed,
    }
    return render(request, "listen/surveys/results.html", context)


@for_employees
def texts(request: KnownRequest, key: str, name: str) -> HttpResponse:
    """Show what was written to one question."""
    found = texts_page(
        request.viewer,
        key,
        name,
        language=reader_language(),
        round_number=round_asked(request),
        after=answer_place(request.GET.get("after")),
    )
    round_part: dict[str, str] = {"round": request.GET["round"]} if round_asked(request) is not None else {}
    older = round_part | {"after": answer_place_of(found.next_after)}
    context = {
        "at": now(),
        "place": "listen",
        "head": found.head,
        "section": "results",
        "found": found,
        "back_query": urlencode(round_part),
        "older_url": "?" + urlencode(older) if found.next_after else "",
    }
    return render(request, "listen/surveys/texts.html", context)


def asked_results(request: KnownRequest, key: str, *, language: str) -> SurveyResults:
    """The results that an address asks for. What is too much to be counted at once, a job begins to count."""
    side, cut = request.GET.get("side", ""), request.GET.get("cut", "")
    found = survey_results(
        request.viewer, key, language=language, round_number=round_asked(request), side=side, cut=cut
    )
    if found.to_count is not None:
        wanted = found.to_count
        ask_for_counts(round_ids=wanted.round_ids, version_id=wanted.version_id, cuts=wanted.cuts)
    return found


def counting_context(found: SurveyResults, language: str) -> dict[str, Any]:
    """What the part of the page shows that says how far counting is."""
    context: dict[str, Any] = {"head": found.head, "found": found, "query": _query(found)}
    if found.progress is not None:
        context["counted"] = _("%(counted)s of %(total)s answers are counted.") % {
            "counted": say.number_in_words(found.progress.counted, language=language),
            "total": say.number_in_words(found.progress.total, language=language),
        }
    return context


def round_asked(request: HttpRequest) -> int | None:
    """The number of the round that the address names; None for all."""
    given = request.GET.get("round", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 6:  # noqa: PLR2004 - digits
        raise HiddenError("There is no such round.")
    return int(given)


def _query(found: SurveyResults) -> str:
    number = "" if found.round is None else str(found.round.number)
    given: dict[str, str] = {"round": number, "side": found.side, "cut": found.cut}
    return urlencode({name: value for name, value in given.items() if value})


def _cut_choices(found: SurveyResults) -> list[tuple[str, Any]]:
    if found.head.is_anonymous:
        return [(cut, CUT_WORDS[cut]) for cut in found.head.cuts] if found.round is not None else []
    return [(cut, CUT_WORDS[cut]) for cut in CUTS]


def _answered(found: SurveyResults, language: str) -> str:
    asked = sum(one.asked for one in ([found.round] if found.round is not None else found.rounds))
    return answered_words(found.n, found.response.rate if found.response is not None else None, asked, language)


def _missing(found: SurveyResults, language: str) -> str:
    """Which groups answered clearly less than the others."""
    if found.response is None or not found.response.missing:
        return ""
    names = dict(found.response_names)
    words = [
        names.get(group, group) if found.response_by == "rater" else say.language_name(group, language=language)
        for group in found.response.missing
    ]
    return _("Clearly fewer answered than elsewhere: %(groups)s. Their view is missing here.") % {
        "groups": say_list(words)
    }


def _shown(result: QuestionResult, found: SurveyResults, language: str) -> dict[str, Any]:
    question = result.question
    figure = result.net or result.satisfied or (result.mean if not result.satisfied else None)
    lowest = question.lowest if isinstance(question.lowest, int | float) else 0
    highest = question.highest if isinstance(question.highest, int | float) else 1
    is_scale = question.kind is QuestionKind.SCALE
    return {
        "result": result,
        "kind": KIND_WORDS[question.kind],
        "n": say.number_in_words(result.n, language=language),
        "figure": dot_of(figure_name(question), figure, lowest=lowest, highest=highest, language=language)
        if figure is not None and is_scale
        else None,
        "mean": mean_words(result.mean, language)
        if result.mean is not None and (not is_scale or result.satisfied)
        else "",
        "median": _median(result, language),
        "middle": "" if result.middle is None else span_words(result.middle.low, result.middle.high, language),
        "is_spread": question.kind in {QuestionKind.NUMBER, QuestionKind.DATE},
        "bars": bars_of(result.shares, language),
        "lines": [
            {"line": line, "bars": bars_of(line.shares, language), "n": say.number_in_words(line.n, language=language)}
            for line in result.lines
        ],
        "ranks": [
            dot_of(one.label, one.place, lowest=1, highest=max(len(result.ranks), 2), language=language)
            for one in result.ranks
        ],
        "bins": histogram_of(result, language),
        "is_text": question.kind is QuestionKind.TEXT,
        "is_item": bool(found.quality) and question.measure.startswith("isq:"),
    }


def _median(result: QuestionResult, language: str) -> str:
    if result.median is None:
        return ""
    if isinstance(result.median, int | float):
        return say.number_in_words(round(result.median, 1), language=language)
    return say.full_day(result.median, language=language)


def _table(table: CutTable, language: str) -> dict[str, Any]:
    question = table.question
    lowest = question.lowest if question is not None and isinstance(question.lowest, int) else 1
    highest = question.highest if question is not None and isinstance(question.highest, int) else 7
    return {
        "title": table.title or _("Service quality, all together"),
        "figure": figure_name(question) if question is not None else _("mean"),
        "rows": [
            dot_of(
                cell.name or _("the others, together"), cell.figure, lowest=lowest, highest=highest, language=language
            )
            for cell in table.cells
        ],
        "words": [figure_words(cell.figure, language) for cell in table.cells],
    }

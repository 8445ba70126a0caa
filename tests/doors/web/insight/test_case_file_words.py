"""What cards of files from elsewhere say: every code has its words, and each outcome is told in its own."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from clientela.impact.models import CaseFile
from clientela.impact.queries.case_files import CaseFileLine, CaseFilePage, CaseFilePart, CaseOptions, Note
from clientela.impact.queries.estimates import (
    ByCase,
    ByCaseGroup,
    CheckSeen,
    Interval,
    MeasureSeen,
    SupplierSeen,
)
from clientela.impact.reading.roles import CASE_ROLES, PARTS
from clientela.impact.rules.checks import CheckName
from clientela.impact.rules.refusing import Refusal
from clientela.impact.rules.verdicts import Reason
from clientela.web.insight.case_card_words import case_card_words
from clientela.web.insight.case_file_words import note_words, problem_words, state_words
from clientela.web.insight.case_role_words import PART_HINTS, PART_WORDS, ROLE_WORDS
from clientela.web.insight.impact_card import card_of

EVERYBODY_LOOKS = (
    "Everybody looks at this first, and it proves nothing: a hard case is served late and disappoints for other "
    "reasons too. It never decides the answer above."
)
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHOSEN = {"supplier": "depot", "quality": "hours"}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def page(**options: Any) -> CaseFilePage:
    line = CaseFileLine(1, "Orders", "orders.csv", 1000, "done", 1.0, 10, "", AT, {}, is_stopping=False)
    part = CaseFilePart("cases", "orders.csv", 1000, ("depot", "hours", "left"), (), (), CHOSEN)
    return CaseFilePage(line, (part,), ("left",), CaseOptions(**options), None, (), (), may_change=True)


def measure(**changed: Any) -> MeasureSeen:
    supplier = SupplierSeen("North", 120, 0.5, 0, 9, 9, 0.3, Interval(0.3, 0.1, 0.5), "supported", None)
    plain = MeasureSeen(
        code="left", answer="supported", reasons=("told_from_nothing",), collect=(), failed=(), weeks_more=None,
        answers_more=None, refusal="", refusal_figures={}, period_weeks=4, periods=9, cases=1200, answered=1100,
        inside_answers=0, effect=Interval(0.3, 0.1, 0.5), points=Interval(0.04, 0.02, 0.06), satisfied=None,
        smallest_visible=0.1, smallest_points=0.02, reliability=1.0, load_share=1.0, checks=(), suppliers=(supplier,),
        period="month",
    )  # fmt: skip
    return replace(plain, **changed)


def card(one: MeasureSeen, **options: Any) -> Any:
    return card_of(one, case_card_words(page(**options)))


def test_yes_and_no_are_told_in_customers_of_a_hundred_and_in_the_direction_of_the_column() -> None:
    better = card(measure(is_share=True))
    assert (
        better.headline
        == "When those in “depot” serve one step better, “left” is yes for about 4 more of 100 customers."
    )
    worse = card(measure(is_share=True, is_turned=True))
    assert worse.headline == (
        "When those in “depot” serve one step better, “left” is yes for about 4 fewer of 100 customers."
    )
    assert worse.worth == [("North", "“left” is yes for about 2 fewer of 100 customers (1 to 3)")]
    assert worse.legend.endswith(
        "A change of 2 of 100 customers or more would be seen four times of five; a smaller one may stay unseen."
    )


def test_a_score_is_told_in_its_own_units() -> None:
    assert card(measure()).headline == "When those in “depot” serve one step better, “left” is about 0.04 higher."
    assert card(measure(is_turned=True)).headline.endswith("“left” is about 0.04 lower.")
    assert card(measure()).worth == [("North", "“left” is about 0.02 higher (0.01 to 0.03)")]
    assert card(measure()).counted == "1,200 cases · 1,100 say what came of them · 9 months"
    assert card(measure(inside_answers=756)).counted.endswith("756 answers about those inside · 9 months")


def test_only_a_supported_answer_is_told_as_an_effect() -> None:
    for answer, said in (
        ("not_supported", "These cases do not show that better service inside changes “left”."),
        ("not_enough_data", "It is too early to say whether better service inside changes “left”."),
    ):
        told = card(measure(answer=answer))
        assert told.headline == said
        assert told.worth == []
    refused = card(measure(effect=None, points=None, refusal="no_cases", answer="not_enough_data"))
    assert refused.headline == "There is no figure for what better service inside was worth for “left”."
    assert (refused.picture, refused.checks) == (None, [])


def test_case_by_case_is_told_in_the_signs_of_the_file_and_said_to_prove_nothing() -> None:
    by_case = ByCase(Interval(0.05, 0.01, 0.09), (ByCaseGroup(-4.0, 210, -0.12),))
    told = card(measure(is_share=True, is_turned=True, by_case=by_case), worse=("quality", "left")).by_case
    assert told == [
        EVERYBODY_LOOKS,
        "“hours” 4 (210 cases): “left” is yes for 12 of 100 customers.",
        "Among cases alike, with one less in “hours”: “left” is yes for about 5 fewer of 100 customers (1 to 9).",
    ]
    unknown = replace(by_case, within=None)
    assert len(card(measure(by_case=unknown)).by_case) == 2
    assert card(measure()).by_case == []


def test_what_would_help_is_counted_in_what_the_file_counts() -> None:
    open_ = measure(answer="not_enough_data", collect=("load", "more_weeks", "roll_out"), weeks_more=12)
    assert card(open_).collect == [
        "Cases of 12 more weeks would do.",
        "Add a column of how busy those in “depot” were at the time.",
        "Try it here: give an improvement to departments in random order, and see.",
    ]
    assert card(measure(periods_more=1)).collect == ["Cases of 1 more span of time would do."]


def test_every_state_role_part_reason_refusal_and_check_has_its_words() -> None:
    assert all(state_words(state) for state in CaseFile.State.values)
    assert set(ROLE_WORDS) == set(CASE_ROLES)
    assert set(PART_WORDS) == set(PART_HINTS) == set(PARTS)
    for reason in set(Reason) - {Reason.NO_NUMBER}:
        assert len(card(measure(reasons=(reason,))).reasons) == 1, reason
    figures = dict.fromkeys(
        [
            "cases",
            "of",
            "units",
            "example",
            "rows",
            "lowest",
            "highest",
            "suppliers",
            "fewest",
            "periods",
            "score",
            "cells",
            "least_answers",
        ],
        7,
    )
    for refusal in Refusal:
        (told,) = card(measure(refusal=refusal, refusal_figures=figures)).reasons
        assert told, refusal
        assert "%(" not in told
    words = case_card_words(page())
    for name in CheckName:
        told = words.check_name(measure(), CheckSeen(name, held=True, is_gate=True, figure=None, detail={}))
        assert told != name, name
        assert not re.search(r"%\(|department|score", told), told


def test_every_problem_and_note_of_reading_has_its_words() -> None:
    figures = {
        "file": "a.csv", "line": 1234, "role": "load", "roles": ["period", "quality"], "column": "busy", "value": "x",
        "name": "y", "other": 7, "most": 6, "values": "99", "rows": 1234, "low": "1", "high": "5",
        "limit_bytes": 500_000_000, "columns": ["a"],
    }  # fmt: skip
    codes = (
        "empty foreign packed unreadable no_heading no_table no_lines twice broken_line no_field no_number no_column "
        "no_role two_ways no_inside blank_period no_period blank_weight differs no_outcome too_many_outcomes "
        "used_twice wrong_option too_large no_memory too_long crashed lost unclear_number blank_case "
        "negative_weight strange_figures"
    )
    for code in codes.split():
        told = problem_words(code, figures, "the terminal's sentence")
        assert told != "the terminal's sentence", code
        assert "%(" not in told
    assert problem_words("no_role", figures, "") == (
        "a.csv: no column is chosen for “When it was”, “How well that one served inside at that time”. Choose one."
    )
    assert problem_words("too_large", figures, "").startswith("a.csv is larger than 500 MB.")
    assert problem_words("rare", {}, "the terminal's sentence") == "the terminal's sentence"
    assert problem_words("no_number", {"file": "a.csv"}, "the terminal's sentence") == "the terminal's sentence"
    for code in ["shared_alike", "quality_differs", "quality_once", "no_unit", "no_type"]:
        assert note_words(Note(code, {}, "x")) != "x"
    assert "1,234 cases have no earlier one" in note_words(Note("without_earlier", {"cases": 1234}, "x"))
    assert note_words(Note("units_without_cases", {"units": 1}, "x")) == "1 unit of the file of shares has no case."
    assert note_words(Note("pooled", {"suppliers": 2}, "x")) == (
        "2 of those who helped have fewer than five answers in every span of time, and count together."
    )
    assert note_words(Note("unnamed", {"cases": 1}, "x")) == "1 case does not say who helped and was left out."
    unknown = Note("unknown_quality", {"suppliers": 2, "of": 7, "example": "North", "share": 0.314}, "x")
    assert note_words(unknown) == (
        "How well 2 of 7 served (“North” is one) is not known at the time of the cases; 31% of the cases depended on "
        "them. See whether the files write the names and the times alike."
    )
    missing = Note("many_missing", {"share": 0.5, "name": "score"}, "x")
    assert note_words(missing).startswith("50% of the cases say nothing in “score”.")
    assert note_words(Note("rare", {}, "the terminal's sentence")) == "the terminal's sentence"


def test_what_is_doubtful_in_a_file_is_said_with_its_line_and_name() -> None:
    told = problem_words(
        "strange_figures",
        {"file": "a.csv", "line": 7, "role": "quality", "column": "q", "values": "99", "rows": 1234, "low": "1",
         "high": "5"},
        "",
    )  # fmt: skip
    assert told == (
        "a.csv, line 7, column “q” (How well that one served inside at that time): “99” stands there, and all others "
        "are from 1 to 5. Lines like this: 1,234. As a rule it means that nobody answered, or is a slip. Leave the "
        "field blank where nobody answered, mend what is wrong, and bring the file again. If they are meant, tick "
        "“Figures such as 99 among scores of 1 to 5 are meant” under “How it is to be read”."
    )
    figures = {"file": "a.csv", "line": 1234, "other": 7, "name": "Cluj", "count": 2, "sum": 0.9, "units": 1, "of": 30}
    codes = (
        "looks_like_panel single_answers inside_twice linked_twice unit_sums units_alike suppliers_alike units_twice "
        "suppliers_twice"
    )
    for code in codes.split():
        said = note_words(Note(code, figures, "the terminal's sentence"))
        assert said != "the terminal's sentence", code
        assert "%(" not in said
    assert note_words(Note("unit_sums", figures, "")) == (
        "a.csv, line 1,234: the shares of “Cluj” sum to 0.9 and not to 1. So it is with 1 of 30. Write 0.6 or 60 % for "
        "sixty of a hundred."
    )

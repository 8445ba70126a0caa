"""Counting answers one by one: who counts in which figure, under which week, and what is kept of it."""

import json
from datetime import date
from typing import Any

from clientela.voice.rules.anonymity.quality import APART, MEANS
from clientela.voice.rules.figures.servqual import Dimension
from clientela.voice.rules.surveys import SurveyDefinition
from clientela.voice.rules.tallying import AnswerCounter, Counts, from_json, to_json
from tests.rules.voice.surveys.making import question, survey

SCORES = dict(zip((str(one) for one in Dimension), (1, 2, 3, 4, 5), strict=True))
QUALITY = survey(
    *(question(f"q_{one}", lowest=1, highest=7, measure=f"isq:{one}:perception", item=one) for one in SCORES)
)


def counted(definition: SurveyDefinition, *answers: dict[str, Any], on: date | None = None) -> Counts:
    counts = Counts()
    for one in answers:
        AnswerCounter(definition).count(counts, one, on=on)
    return counts


def test_who_is_apart_counts_in_the_dimensions_and_not_in_the_whole() -> None:
    answer = {f"q_{name}": score for name, score in SCORES.items()}
    found = counted(QUALITY, answer, answer | {APART: True})
    assert found.quality["tangibles", "perception"] == {float(SCORES["tangibles"]): 2}
    assert found.quality["", "perception"] == {3.0: 1}


def test_a_mean_that_was_kept_counts_as_the_items_would_have() -> None:
    means = {name: {"perception": float(score)} for name, score in SCORES.items()}
    assert counted(QUALITY, {MEANS: means}).quality["", "perception"] == {3.0: 1}
    assert counted(QUALITY, {MEANS: means, APART: True}).quality[("", "perception")] == {}


def test_of_an_item_that_is_asked_twice_the_higher_answer_counts() -> None:
    twice = survey(
        *(question(name, lowest=1, highest=7, measure="isq:empathy:perception", item="cares") for name in ("a", "b"))
    )
    assert counted(twice, {"a": 2, "b": 6}).quality["empathy", "perception"] == {6.0: 1}


def test_the_main_score_counts_under_the_monday_of_its_week() -> None:
    satisfied = survey(question("how", measure="csat"))
    found = counted(satisfied, {"how": 4}, on=date(2026, 11, 22))
    found.add(counted(satisfied, {"how": 4}, on=date(2026, 11, 23)))
    found.add(counted(satisfied, {"how": 2}, {"why": "late"}, on=date(2026, 11, 29)))
    assert found.weeks == {"2026-11-16": {4: 1}, "2026-11-23": {4: 1, 2: 1}}
    assert found.n == 4


def test_what_is_kept_is_read_as_it_was_counted() -> None:
    answer = {f"q_{name}": score for name, score in SCORES.items()}
    found = counted(QUALITY, answer, {"q_empathy": 2}, on=date(2026, 11, 22))
    assert from_json(json.loads(json.dumps(to_json(found)))) == found

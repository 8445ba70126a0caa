"""Ready-made surveys can be asked as they are, in four languages."""

import pytest

from clientela.voice.rules.figures import ISQ, ITEMS
from clientela.voice.rules.surveys import checked_answers, from_json, problems_of, scale_of, to_json
from clientela.voice.rules.surveys.ready import READY, ReadySurvey, ready_survey
from clientela.voice.rules.surveys.surveyjs import from_surveyjs, to_surveyjs

LANGUAGES = ("en", "ro", "pl", "es")
each_ready = pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)


def test_there_is_one_for_each_measure_and_a_poll() -> None:
    assert [(ready.key, ready.kind, ready.is_anonymous) for ready in READY] == [
        ("satisfaction", "csat", False),
        ("effort", "ces", False),
        ("recommendation", "nps", False),
        ("quality", "isq", True),
        ("quality_gap", "isq_gap", True),
        ("poll", "poll", False),
    ]
    assert ready_survey("effort") is READY[1]
    assert ready_survey("mood") is None


@each_ready
def test_a_ready_made_survey_has_no_problems_in_four_languages(ready: ReadySurvey) -> None:
    assert problems_of(ready.definition, LANGUAGES) == []
    assert ready.definition.languages == LANGUAGES
    for texts in (ready.names, ready.tells):
        assert [language for language, text in texts.items() if text] == list(LANGUAGES)


@each_ready
def test_a_ready_made_survey_is_stored_and_exported_without_loss(ready: ReadySurvey) -> None:
    assert from_json(to_json(ready.definition)) == ready.definition
    assert from_surveyjs(to_surveyjs(ready.definition)).definition == ready.definition


@each_ready
def test_no_two_questions_read_alike_in_any_language(ready: ReadySurvey) -> None:
    for language in LANGUAGES:
        titles = [question.titles[language] for question in ready.definition.questions]
        assert len(set(titles)) == len(titles)
        assert all(title.endswith((".", "?")) or ":" in title for title in titles)
        assert not any("ş" in title or "ţ" in title for title in titles)


def test_the_pulse_asks_22_items_and_the_gap_both_sides_of_each() -> None:
    pulse, gap = (ready_survey(key) for key in ("quality", "quality_gap"))
    assert pulse is not None
    assert gap is not None
    asked = [(each.item, each.measure) for each in pulse.definition.questions if each.item]
    assert asked == [(item, f"isq:{dimension}:perception") for item, dimension in ITEMS.items()]
    both = {(each.item, each.measure.rpartition(":")[2]) for each in gap.definition.questions if each.item}
    assert both == {(item, side) for item in ITEMS for side in ("perception", "expectation")}
    weights = [each.measure for each in gap.definition.questions if each.measure.endswith("importance")]
    assert weights == [f"isq:{dimension}:importance" for dimension in dict.fromkeys(ITEMS.values())]
    assert {scale_of(each) for each in pulse.definition.questions if each.item} == {ISQ}


def test_a_low_score_is_asked_what_to_do_better_and_a_high_one_what_was_best() -> None:
    ready = ready_survey("satisfaction")
    assert ready is not None
    given = {"better": "Punctuality", "best": "Kindness"}
    assert checked_answers(ready.definition, {"score": "2", **given}).answers == {"score": 2, "better": "Punctuality"}
    assert checked_answers(ready.definition, {"score": "5", **given}).answers == {"score": 5, "best": "Kindness"}

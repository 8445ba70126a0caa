"""Which voices an answer holds: its scores by measure, and its words."""

from typing import Any

from clientela.voice.rules.survey_voices import VoiceInAnswer, clickable_scores, main_score, voices_in
from clientela.voice.rules.surveys import (
    Comparison,
    Condition,
    Join,
    Operator,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
)


def scale(name: str, measure: str, lowest: int, highest: int, **more: Any) -> Question:
    return Question(name, QuestionKind.SCALE, {"en": name}, lowest=lowest, highest=highest, measure=measure, **more)


def text(name: str, **more: Any) -> Question:
    return Question(name, QuestionKind.TEXT, {"en": name}, **more)


def survey(*questions: Question) -> SurveyDefinition:
    return SurveyDefinition({"en": "Survey"}, (Page("one", questions),))


def test_the_main_score_and_the_main_words_are_one_voice() -> None:
    asked = survey(scale("nps", "nps", 0, 10), text("short"), text("long", is_long=True))
    assert voices_in(asked, {"nps": 9, "short": "a", "long": "b"}) == [
        VoiceInAnswer("", "nps", 9, "b"),
        VoiceInAnswer("short", text="a"),
    ]


def test_words_without_a_score_are_a_voice_and_an_address_is_none() -> None:
    asked = survey(text("words"), text("mail", is_email=True))
    assert voices_in(asked, {"words": "a", "mail": "a@b.cd"}) == [VoiceInAnswer("", text="a")]
    assert voices_in(asked, {"mail": "a@b.cd"}) == []


def test_the_old_effort_scale_is_turned_round_and_five_steps_of_it_are_left_to_the_results() -> None:
    assert voices_in(survey(scale("e", "ces2010", 1, 7)), {"e": 2}) == [VoiceInAnswer("", "ces", 6)]
    assert voices_in(survey(scale("e", "ces2010", 1, 5)), {"e": 2}) == []


def test_each_dimension_is_one_voice_with_its_rounded_mean_and_expectations_are_none() -> None:
    asked = survey(
        scale("a", "isq:reliability:perception", 1, 7),
        scale("b", "isq:reliability:perception", 1, 7),
        scale("c", "isq:reliability:expectation", 1, 7),
        scale("d", "isq:empathy:perception", 1, 7),
        text("why"),
    )
    assert voices_in(asked, {"a": 4, "b": 5, "c": 7, "d": 2, "why": "w"}) == [
        VoiceInAnswer("", "isq:reliability", 5, "w"),
        VoiceInAnswer("isq-empathy", "isq:empathy", 2),
    ]


def test_an_answer_to_a_hidden_question_says_nothing() -> None:
    hidden = Condition(Join.ALL, (Comparison("s", Operator.AT_MOST, 2),))
    asked = survey(scale("s", "csat", 1, 5), text("why", shows_if=hidden))
    assert voices_in(asked, {"s": 5, "why": "old"}) == [VoiceInAnswer("", "csat", 5)]


def test_scores_are_links_only_if_they_fit_and_everybody_is_asked_first() -> None:
    nps = scale("s", "nps", 0, 10)
    assert clickable_scores(survey(nps)) == (nps, tuple(range(11)))
    assert clickable_scores(survey(scale("s", "", 1, 5))) is None
    later = SurveyDefinition({"en": "x"}, (Page("one", (text("t"),)), Page("two", (nps,))))
    assert (main_score(later), clickable_scores(later)) == (nps, None)

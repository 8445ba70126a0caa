"""Changing a survey's definition a step at a time."""

import pytest

from clientela.voice.rules import editing
from clientela.voice.rules.editing import NoSuchQuestionError
from clientela.voice.rules.surveys import Comparison, Condition, Join, Operator, Option, Page, Question, QuestionKind
from clientela.voice.rules.surveys.definition import SurveyDefinition


def text(name: str) -> Question:
    return Question(name, QuestionKind.TEXT, {"en": name})


def survey(*pages: str) -> SurveyDefinition:
    """A survey whose screens hold questions of one letter each."""
    made = tuple(Page(f"page{n}", tuple(text(name) for name in names)) for n, names in enumerate(pages, start=1))
    return SurveyDefinition({"en": "Survey"}, made)


def told(definition: SurveyDefinition) -> list[str]:
    return ["".join(question.name for question in page.questions) for page in definition.pages]


@pytest.mark.parametrize(
    ("name", "by", "after"),
    [
        ("a", 1, ["ba", "cd"]),
        ("b", 1, ["a", "bcd"]),
        ("c", -1, ["abc", "d"]),
        ("d", -1, ["ab", "dc"]),
        ("a", -1, ["ab", "cd"]),
        ("d", 1, ["ab", "cd"]),
    ],
)
def test_a_question_moves_within_its_screen_and_over_its_edge(name: str, by: int, after: list[str]) -> None:
    assert told(editing.moved(survey("ab", "cd"), name, by=by)) == after


def test_a_screen_that_is_left_empty_goes() -> None:
    assert told(editing.moved(survey("a", "b"), "a", by=1)) == ["ab"]
    assert told(editing.without_question(survey("a", "b"), "a")) == ["b"]
    assert told(editing.without_question(survey("a"), "a")) == [""]


def test_screens_are_split_and_joined() -> None:
    assert told(editing.with_screen_before(survey("abc"), "b")) == ["a", "bc"]
    assert told(editing.with_screen_before(survey("abc"), "a")) == ["abc"]
    assert told(editing.without_screen_before(survey("ab", "cd"), "c")) == ["abcd"]
    assert told(editing.without_screen_before(survey("ab", "cd"), "a")) == ["ab", "cd"]
    names = [page.name for page in editing.with_screen_before(survey("ab", "cd"), "d").pages]
    assert len(set(names)) == 3


def test_a_step_with_a_question_that_is_not_there_is_refused() -> None:
    for step in (
        editing.without_question,
        editing.duplicated,
        editing.with_screen_before,
        editing.without_screen_before,
    ):
        with pytest.raises(NoSuchQuestionError):
            step(survey("ab"), "x")
    with pytest.raises(NoSuchQuestionError):
        editing.moved(survey("ab"), "x", by=1)


def test_a_copy_stands_behind_and_has_a_name_of_its_own() -> None:
    changed, name = editing.duplicated(survey("ab"), "a")
    assert (name, [question.name for question in changed.questions]) == ("a_2", ["a", "a_2", "b"])


@pytest.mark.parametrize(
    ("wish", "name"),
    [("Jak było?", "jak_bylo"), ("Łódź", "lodz"), ("5 stars", "q_5_stars"), ("🙂", "question"), ("A", "A_2".lower())],
)
def test_a_name_is_made_from_a_title(wish: str, name: str) -> None:
    assert editing.fresh_name(survey("a"), wish) == name


BEFORE = (
    Option("time", {"en": "Time", "pl": "Czas"}),
    Option("price", {"en": "Price", "pl": "Cena"}),
)


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        # moved in one language only: the untouched other one goes along
        ({"en": "Price\nTime", "pl": "Czas\nCena"}, [("price", "Price", "Cena"), ("time", "Time", "Czas")]),
        # reworded in place
        ({"en": "Time\nThe price", "pl": "Czas\nCena"}, [("time", "Time", "Czas"), ("price", "The price", "Cena")]),
        # one more
        ({"en": "Time\nPrice\nPlace", "pl": "Czas\nCena\nMiejsce"},
         [("time", "Time", "Czas"), ("price", "Price", "Cena"), ("place", "Place", "Miejsce")]),
        # one less
        ({"en": "Price", "pl": "Cena"}, [("price", "Price", "Cena")]),
        # a language that lags behind
        ({"en": "Time\nPrice", "pl": "Czas"}, [("time", "Time", "Czas"), ("price", "Price", None)]),
        ({"en": "Time\nPrice", "pl": "–\nCena"}, [("time", "Time", None), ("price", "Price", "Cena")]),
        # twice the same line
        ({"en": "Time\nTime", "pl": ""}, [("time", "Time", None), ("time_2", "Time", None)]),
        ({"en": "", "pl": ""}, []),
    ],
)  # fmt: skip
def test_options_written_one_a_line_keep_their_keys(
    lines: dict[str, str], after: list[tuple[str, str, str | None]]
) -> None:
    found = editing.options_from_lines(lines, BEFORE)
    assert [(one.key, one.labels.get("en"), one.labels.get("pl")) for one in found] == after


def test_lines_and_options_are_each_others_reverse() -> None:
    options = (Option("a", {"en": "A"}), Option("b", {"en": "B", "pl": "Be"}))
    lines = {language: editing.lines_of(options, language) for language in ("en", "pl")}
    assert lines == {"en": "A\nB", "pl": "–\nBe"}
    assert editing.options_from_lines(lines, options) == options


def test_a_language_is_filled_from_another_and_taken_out_again() -> None:
    filled = editing.with_language_from(survey("a"), language="pl", source="en")
    assert (filled.titles, filled.questions[0].titles) == ({"en": "Survey", "pl": "Survey"}, {"en": "a", "pl": "a"})
    said = editing.with_texts(filled, {"titles": {"en": "Survey", "pl": "Ankieta"}})
    assert editing.with_language_from(said, language="pl", source="en") == said
    assert editing.without_language(filled, "pl") == survey("a")


def test_two_definitions_have_one_mark_exactly_when_they_are_the_same() -> None:
    assert editing.mark_of({"a": 1, "b": "ș"}) == editing.mark_of({"b": "ș", "a": 1})
    assert editing.mark_of({"a": 1}) != editing.mark_of({"a": 2})


def test_rows_show_a_condition_without_groups_only() -> None:
    one = Comparison("a", Operator.IS, "x")
    assert editing.simple_parts(None) == ()
    assert editing.simple_parts(Condition(Join.ANY, (one,))) == (one,)
    assert editing.simple_parts(Condition(Join.ALL, (one, Condition(Join.ANY, (one,))))) is None

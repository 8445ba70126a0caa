"""Days in a survey are said as the reader says them, never as a machine writes them."""

import pytest
from django.utils.translation import override, pgettext

from clientela.voice.rules.surveys import Fault, FaultCode, Question, QuestionKind
from clientela.web.portal.surveys.questions import answer_in_words
from clientela.web.portal.surveys.wording import fault_words

DAY = Question("day", QuestionKind.DATE, {"en": "When?"}, lowest="2026-11-23")
SAID = {"en": "23 November 2026", "ro": "23 noiembrie 2026", "pl": "23 listopada 2026", "es": "23 de noviembre de 2026"}


@pytest.mark.parametrize("language", sorted(SAID))
def test_the_day_to_look_over_is_in_the_readers_words(language: str) -> None:
    assert answer_in_words(DAY, "2026-11-23", language=language) == SAID[language]


@pytest.mark.parametrize("language", sorted(SAID))
@pytest.mark.parametrize(("code", "name"), [(FaultCode.TOO_EARLY, "lowest"), (FaultCode.TOO_LATE, "highest")])
def test_the_first_and_the_last_day_are_said_in_the_readers_words(code: FaultCode, name: str, language: str) -> None:
    with override(language):
        said = fault_words(Fault(code, {name: "2026-11-23"}), language=language)
    assert SAID[language] in said
    assert "2026-11-23" not in said


def test_a_number_that_is_too_low_is_still_a_number() -> None:
    with override("en"):
        assert (
            fault_words(Fault(FaultCode.TOO_LOW, {"lowest": 3}), language="en") == "Write a number that is at least 3."
        )


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Next"), ("ro", "Continuați"), ("pl", "Dalej"), ("es", "Siguiente")]
)
def test_the_button_that_goes_on_says_so_and_not_what_comes_first(language: str, words: str) -> None:
    with override(language):
        assert pgettext("the next page", "Next") == words

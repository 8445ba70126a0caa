import pytest

from clientela.voice.meaning.letters import likeliest_language
from clientela.voice.meaning.marks import bare, with_marks


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Spoznili sie i byli bardzo niemili", "Spoznili się i byli bardzo niemili"),
        ("nie wiem dlaczego ZOSTALA odwolana, Prosze", "nie wiem dlaczego ZOSTAŁA odwolana, Proszę"),
        ("Prosze o zwrot pieniedzy na moje konto", "Proszę o zwrot pieniędzy na moje konto"),
    ],
)
def test_polish_without_marks_gets_those_of_its_common_words(typed: str, read: str) -> None:
    assert with_marks(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "Spóźnili sie i byli bardzo niemili",
        "Das Paket ist noch nicht da, wo ist sie denn?",
        "Coletul a venit tarziu si nimeni nu m-a anuntat",
        "No volvere nunca mas a este hotel",
        "sie",
        "",
        "\x00\ud800",
        "👍👍",
    ],
)
def test_what_has_marks_or_is_another_language_stays_as_it_is(text: str) -> None:
    assert with_marks(text) == text


def test_bare_words_are_small_and_have_no_marks() -> None:
    assert bare("ZAŻÓŁĆ GĘŚLĄ JAŹŃ") == "zazolc gesla jazn"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("foarte multumit", "ro"),
        ("bardzo zle", "pl"),
        ("pessimo atendimento nunca mais", "pt"),
        ("the room was very dirty", "en"),
        ("la habitacion estaba muy sucia", "es"),
    ],
)
def test_letters_tell_the_language_also_without_marks(text: str, language: str) -> None:
    guess = likeliest_language(text)
    assert guess.language == language
    assert guess.known > 0.9
    assert guess.lead > 0.3


def test_letters_that_nobody_wrote_tell_nothing() -> None:
    assert likeliest_language("12345 👍").language == ""
    assert likeliest_language("ϟϟϟϟϟ ﷽﷽﷽").known < 0.1

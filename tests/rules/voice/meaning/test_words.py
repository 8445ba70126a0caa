import pytest

from clientela.voice.meaning.sentences import sentences_in
from clientela.voice.meaning.words import LANGUAGES, count_words, folded, stems_of, words_of


def test_marks_and_capitals_make_no_difference() -> None:
    assert folded("ȘTIRBĂ Żółć Ñandú Łódź") == "stirba zolc nandu lodz"
    assert words_of("Nu-i RĂU, 3 zile!") == ["nu", "i", "rau", "zile"]


def test_only_the_first_twenty_thousand_characters_are_read() -> None:
    assert len(folded("a" * 1_000_000)) == 20_000
    assert len(folded("\ufdfa" * 100_000)) == 40_000


def test_a_star_stands_for_any_ending() -> None:
    stems = stems_of(["late", "Deliver*", "x", "*"])
    assert [stems.has(word) for word in ("late", "later", "delivery", "deliver", "x", "")] == [
        True,
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "language", "good", "bad"),
    [
        ("The room was clean and the food delicious", "en", 2, 0),
        ("not good", "en", 0, 1),
        ("not bad", "en", 0.5, 0),
        ("It wasn't clean", "en", 0, 1),
        ("no. good", "en", 1, 0),
        ("nu e rău deloc", "ro", 0.5, 0),
        ("foarte murdar si rece", "ro", 0, 2),
        ("Nie polecam, brudno", "pl", 0, 2),
        ("sucio y caro", "es", 0, 2),
        ("ótimo produto, recomendo", "pt", 2, 0),
        ("👍👍", "en", 4, 0),
        ("😡", "xx", 0, 2),
        ("good", "xx", 0, 0),
        ("", "en", 0, 0),
    ],
)
def test_words_are_counted_with_their_denials(text: str, language: str, good: float, bad: float) -> None:
    count = count_words(text, language)
    assert (count.good, count.bad) == (good, bad)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_pleases_and_displeases_at_once(language: str) -> None:
    both = [word for word in ("good", "bun", "dobry", "bueno", "bom") if count_words(word, language).bad]
    assert both == []


def test_a_text_is_cut_into_sentences() -> None:
    assert sentences_in("Am sunat la nr. 5. Nimeni n-a răspuns! De ce?\nAltceva... și gata.") == [
        "Am sunat la nr. 5.",
        "Nimeni n-a răspuns!",
        "De ce?",
        "Altceva... și gata.",
    ]
    assert sentences_in("it came late. it was broken. never again") == [
        "it came late.",
        "it was broken.",
        "never again",
    ]
    assert sentences_in(" \n ") == []
    assert [len(part) for part in sentences_in("x" * 1_000_000)] == [400]

import pytest

from clientela.voice.meaning.language import has_letters, read_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The parcel came nine days late and nobody told me.", "en"),
        ("Coletul a venit tarziu si nimeni nu m-a anuntat", "ro"),
        ("Paczka przyszła tydzień po terminie i nikt mnie nie uprzedził.", "pl"),
        ("El paquete llegó tarde y nadie me avisó.", "es"),
        ("A encomenda chegou atrasada e ninguém me avisou.", "pt"),
    ],
)
def test_the_language_of_a_sentence_is_read(text: str, language: str) -> None:
    read = read_language(text, channel_language="xx")
    assert (read.language, read.is_mixed) == (language, False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("foarte multumit", "ro"),
        ("bardzo zle", "pl"),
        ("BARDZO ZLE", "pl"),
        ("mal servicio nunca mas", "es"),
        ("merge f bine", "ro"),
        ("😡😡 obsluga niemila i wolna", "pl"),
        ("pessimo atendimento nunca mais", "pt"),
        ("very bad service", "en"),
    ],
)
def test_a_few_words_in_a_hurry_without_marks_are_told(text: str, language: str) -> None:
    assert read_language(text, channel_language="xx").language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le colis est arrivé en retard et personne ne m'a prévenu", "fr"),
        ("Das Paket kam neun Tage zu spät und niemand hat etwas gesagt", "de"),
        ("Il pacco è arrivato tardi e nessuno mi ha avvisato", "it"),
        ("A csomag későn érkezett, és senki sem szólt", "hu"),
    ],
)
def test_languages_that_we_have_no_sentences_of_stay_what_they_are(text: str, language: str) -> None:
    assert read_language(text, channel_language="ro").language == language


@pytest.mark.parametrize("text", ["", "ok", "👍👍👍", "12345", "\x00", "super!", "\ud800"])
def test_where_the_words_tell_nothing_it_is_that_of_the_way_the_text_came(text: str) -> None:
    read = read_language(text, channel_language="pl")
    assert (read.language, read.is_mixed) == ("pl", False)


def test_a_text_in_two_languages_is_said_to_be_mixed_and_goes_by_the_greater_part() -> None:
    read = read_language(
        "Coletul a venit cu o săptămână întârziere și nimeni nu m-a anunțat, este inadmisibil așa ceva. "
        "Please send me my money back this week.",
        channel_language="en",
    )
    assert (read.language, read.is_mixed) == ("ro", True)


def test_a_foreign_name_makes_no_mixture() -> None:
    assert not read_language("Am comandat un Sony. A venit a doua zi și merge perfect.", channel_language="ro").is_mixed


def test_numbers_and_pictures_are_no_letters() -> None:
    assert [has_letters(text) for text in ("123 ###", "👍", "", "a", "ș")] == [False, False, False, True, True]

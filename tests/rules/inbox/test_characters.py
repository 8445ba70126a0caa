"""Text comes out right whatever character set was declared, as long as the bytes allow one reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.inbox.reading.characters import clean_text, decode_text

POLISH = "Dzień dobry, proszę o pilną naprawę zmywarki, ponieważ źle działa. Małgorzata Żółć"
ROMANIAN = "Bună ziua, maşina de spălat nu mai porneşte şi aş vrea să ştiu când veniţi."
GERMAN = "Grüße aus München, schöne Straße"
SPANISH = "Mañana llegará el técnico, ¿verdad? ¡Gracias! Corazón"
FRENCH = "Voilà, ça c'est déjà réglé, à bientôt"
RUSSIAN = "Здравствуйте, стиральная машина не работает"

WRITTEN = [
    (POLISH, "utf-8"),
    (POLISH, "iso8859_2"),
    (POLISH, "cp1250"),
    (ROMANIAN, "utf-8"),
    (ROMANIAN, "cp1250"),
    (ROMANIAN, "iso8859_2"),
    (GERMAN, "utf-8"),
    (GERMAN, "cp1252"),
    (SPANISH, "utf-8"),
    (SPANISH, "cp1252"),
    (FRENCH, "utf-8"),
    (FRENCH, "cp1252"),
    (RUSSIAN, "utf-8"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    ("Grüße", "utf-8"),
    ("Grüße", "cp1252"),
    ("Małgorzata", "iso8859_2"),
]
DECLARED = [
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "iso-8859-2",
    "windows-1250",
    "us-ascii",
    "x-unknown",
    "no such",
    None,
]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize(("text", "codec"), WRITTEN)
def test_a_lying_character_set_is_seen_through(text: str, codec: str, declared: str | None) -> None:
    assert decode_text(text.encode(codec), declared)[0] == text


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("洗濯機が動きません", "iso2022_jp", "ISO-2022-JP"),
        ("洗濯機が動きません", "cp932", "Shift_JIS"),
        ("洗衣机坏了", "gb18030", "GB2312"),
        ("세탁기가 고장났어요", "cp949", "ks_c_5601-1987"),
        ("Grüße", "utf-7", "unicode-1-1-utf-7"),
        ("Grüße", "utf-16", "utf-16"),
        ("„Größe“ – 5 €", "cp1252", "ISO-8859-1"),
        ("10 m³ și 5 ±", "utf-8", "utf-8"),
    ],
)
def test_an_honest_character_set_is_believed(text: str, codec: str, declared: str) -> None:
    assert decode_text(text.encode(codec), declared) == (text, None)


def test_a_lie_is_told() -> None:
    assert decode_text("Grüße".encode(), "iso-8859-1")[1] == "declared as iso-8859-1, written in utf-8"
    assert decode_text("Grüße".encode("cp1252"), "utf-8")[1] == "declared as utf-8, read as cp1252"
    assert decode_text("Grüße".encode("cp1252"), None)[1] == "no character set declared, read as cp1252"


def test_a_damaged_letter_among_good_ones_does_not_change_the_character_set() -> None:
    raw = (POLISH * 2).encode()
    text, defect = decode_text(raw[:-1], "utf-8")
    assert text == (POLISH * 2)[:-1] + "\ufffd"
    assert defect == "some bytes were damaged on the way"


@pytest.mark.parametrize("codec", ["idna", "punycode", "unicode_escape", "base64", "rot13", "undefined", "mbcs"])
def test_a_codec_that_is_no_character_set_is_not_used(codec: str) -> None:
    assert decode_text(b"xn--\\u0041-abc", codec)[0] == "xn--\\u0041-abc"


@given(
    st.binary(max_size=200),
    st.one_of(st.none(), st.sampled_from(["utf-8", "utf-7", "utf-16", "hz", "big5", "cp1250"]), st.text(max_size=10)),
)
def test_any_bytes_become_some_text(raw: bytes, declared: str | None) -> None:
    assert isinstance(decode_text(raw, declared)[0], str)


def test_clean_text_has_only_what_the_database_holds() -> None:
    assert clean_text("a\0b\r\nc\rd\x1be\ufefff\ud800g\x0ch\ti") == "ab\nc\ndef\ufffdg\nh\ti"

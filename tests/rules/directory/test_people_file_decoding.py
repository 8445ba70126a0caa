"""Bytes of a file of people to text: never the wrong text."""

import codecs

import pytest

from clientela.directory.rules.people_file import Problem, UnreadableFileError, decoded
from clientela.directory.rules.people_file.decoding import CODE_PAGES


def refusal(content: bytes, encoding: str = "") -> Problem:
    with pytest.raises(UnreadableFileError) as caught:
        decoded(content, encoding)
    return caught.value.problem


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Ana,Zofia", "ascii", "utf-8"),
        ("Lucía Łódź Ștefan 日本", "utf-8", "utf-8"),
        ("Łódź", "utf-8-sig", "utf-8"),
        ("Łódź", "utf-16", "utf-16"),
        ("name;Łódź Ana Radu", "utf-16-le", "utf-16"),
        ("name;Łódź Ana Radu", "utf-16-be", "utf-16"),
        ("Zieliński", "windows-1250", "windows-1250"),
        ("ŁUKASZ ŻÓŁĆ; Żółkiewski; Wąs", "windows-1250", "windows-1250"),
        ("Mădălina Ionescu", "windows-1250", "windows-1250"),
        ("Ioniţă din Mureş", "windows-1250", "windows-1250"),
        ("José García", "windows-1250", "windows-1250"),  # the same in both
        ("Muñoz; España", "windows-1252", "windows-1252"),
        ("MUÑOZ", "windows-1252", "windows-1252"),
        ("Mª José, 2º piso", "windows-1252", "windows-1252"),
        ("Muñoz, Hélène, João, Kjær", "windows-1252", "windows-1252"),  # ñ proves it for the others
        ("Kęsik, Gdańsk", "windows-1250", "windows-1250"),  # ń proves it for ę
        ("Popa – “şef”, Braşov", "windows-1250", "windows-1250"),
    ],
)
def test_a_text_is_read_as_it_was_written(text: str, encoding: str, name: str) -> None:
    found = decoded(text.encode(encoding))
    assert (found.text, found.encoding) == (text, name)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a\nKęsik".encode("windows-1250"), Problem("ambiguous_encoding", 2, "", {"one": "Kęsik", "other": "Kêsik"})),
        ("a\nb\nJoão".encode("windows-1252"), Problem("ambiguous_encoding", 3, "", {"one": "Joăo", "other": "João"})),
        ("Kjær".encode("windows-1252"), Problem("ambiguous_encoding", 1, "", {"one": "Kjćr", "other": "Kjær"})),
        ("sœur".encode("windows-1252"), Problem("ambiguous_encoding", 1, "", {"one": "sśur", "other": "sœur"})),
        # ń before s speaks for one page, ñ before o for the other: one of the words must be wrong.
        (b"Zieli\xf1ski Mu\xf1oz", Problem("ambiguous_encoding", 1, "", {"one": "Zieliński", "other": "Zieliñski"})),
        # ISO 8859-2, as old Linux machines write Polish.
        ("a\nŁódź, gęś".encode("iso-8859-2"), Problem("unknown_encoding", 2)),
        ("Łódź".encode("cp852"), Problem("unknown_encoding", 1)),
        (codecs.BOM_UTF32_LE + "Ana".encode("utf-32-le"), Problem("unknown_encoding")),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", Problem("workbook")),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00", Problem("unknown_encoding")),
        (b"a\x00b\x00\x07\x00", Problem("unknown_encoding")),
        ("a\nŁódź ".encode() + b"\xff", Problem("not_in_encoding", 2, "", {"encoding": "utf-8"})),
        ("Łódź".encode()[:-1], Problem("not_in_encoding", 1, "", {"encoding": "utf-8"})),  # cut off
        (codecs.BOM_UTF8 + b"a\n\xb3", Problem("not_in_encoding", 2, "", {"encoding": "utf-8"})),
        (codecs.BOM_UTF16_LE + b"a\x00b", Problem("not_in_encoding", 1, "", {"encoding": "utf-16"})),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_with_the_place(content: bytes, problem: Problem) -> None:
    assert refusal(content) == problem


def test_what_the_giver_says_of_the_encoding_counts() -> None:
    assert decoded("Kęsik".encode("windows-1250"), "windows-1250").text == "Kęsik"
    assert decoded("João".encode("windows-1252"), "windows-1252").text == "João"
    assert decoded("Łódź".encode("utf-8-sig"), "utf-8").text == "Łódź"
    assert refusal(b"\xb3", "utf-8") == Problem("not_in_encoding", 1, "", {"encoding": "utf-8"})
    assert refusal(b"\x81", "windows-1252") == Problem("not_in_encoding", 1, "", {"encoding": "windows-1252"})
    assert refusal(b"Ana", "klingon") == Problem("unknown_encoding", values={"encoding": "klingon"})


NAMES = [
    "Wałęsa",
    "Kościuszko",
    "Żeromski",
    "Źrebiec",
    "Ćwikła",
    "Łaś",
    "Śniadecki",
    "Gąska",
    "Młoźniak",
    "Boćkowski",
    "Zażółć gęślą jaźń",
    "Skłodowska",
    "Jędrzejczyk",
    "Bączek",
    "Kołodziejczyk",
    "Wróblewski",
    "Szymański",
    "Dąbrowska",
    "Kamińska",
    "Król",
]
ROMANIAN = [
    "Ştefănescu",
    "Ţepeş",
    "Brâncuşi",
    "Enăchescu",
    "Vlăduţ",
    "Mureşanu",
    "Crăciun",
    "Bălcescu",
    "Rădulescu",
    "Sârbu",
    "Măgureanu",
    "Ţuţea",
]
SPANISH = [
    "Muñoz",
    "Peña",
    "Núñez",
    "Ibáñez",
    "Ordóñez",
    "Castaño",
    "Coruña",
    "Iñigo",
    "Zúñiga",
    "Güell",
    "Ángel",
    "Óscar",
    "¿Iñaki?",
    "Begoña",
]


@pytest.mark.parametrize("text", NAMES + ROMANIAN)
def test_no_central_name_is_ever_read_in_the_western_page(text: str) -> None:
    content = text.encode("windows-1250")
    try:
        assert decoded(content).text == text
    except UnreadableFileError as error:
        assert error.problem.code == "ambiguous_encoding"  # noqa: PT017 - refusing is right too; a wrong text never


@pytest.mark.parametrize("text", SPANISH)
def test_every_spanish_name_is_read_as_it_was_written(text: str) -> None:
    assert decoded(text.encode("windows-1252")).text == text


def test_a_whole_file_of_each_language_is_read() -> None:
    assert decoded(";".join(NAMES).encode("windows-1250")).text == ";".join(NAMES)
    assert decoded(";".join(ROMANIAN).encode("windows-1250")).text == ";".join(ROMANIAN)
    assert decoded(";".join(SPANISH).encode("windows-1252")).text == ";".join(SPANISH)
    assert CODE_PAGES == ("windows-1250", "windows-1252")

import time

import pytest

from clientela.voice.meaning.personal import Personal, masked, personal_data


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(span.kind.value, text[span.start : span.end]) for span in personal_data(text, names=names)]


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("Write to ana.pop+x@mail.example.ro today", "email", "ana.pop+x@mail.example.ro"),
        ("IBAN RO49 AAAA 1B31 0075 9384 0000.", "iban", "RO49 AAAA 1B31 0075 9384 0000"),
        ("konto PL61109010140000071219812874 proszę", "iban", "PL61109010140000071219812874"),
        ("ES9121000418450200051332", "iban", "ES9121000418450200051332"),
        ("card 4111 1111 1111 1111 exp", "card", "4111 1111 1111 1111"),
        ("CNP 1800101221144, mulțumesc", "cnp", "1800101221144"),
        ("PESEL 44051401359", "pesel", "44051401359"),
        ("mi DNI es 12345678Z", "dni", "12345678Z"),
        ("DNI 12.345.678-Z", "dni", "12.345.678-Z"),
        ("NIE X1234567L", "nie", "X1234567L"),
        ("sunați la 0722 123 456 vă rog", "phone", "0722 123 456"),
        ("tel. +48 600 700 800", "phone", "+48 600 700 800"),
        ("llámame al 612 345 678", "phone", "612 345 678"),
        ("stau pe str. Lalelelor nr. 5, bl. A2 et. 3", "address", "str. Lalelelor nr. 5, bl. A2 et. 3"),
        ("mieszkam przy ul. Długiej 5/7 w Krakowie", "address", "ul. Długiej 5/7"),
        ("vivo en la calle Mayor 12", "address", "calle Mayor 12"),
        ("come to 12 High Street please", "address", "12 High Street"),
    ],
)
def test_personal_data_is_found_where_it_stands(text: str, kind: str, part: str) -> None:
    assert found(text) == [(kind, part)]


@pytest.mark.parametrize(
    "text",
    [
        "RO49AAAA1B31007593840001",  # the check digits are wrong
        "4111 1111 1111 1112",
        "DNI 12345678A",
        "Order 600700800 has not arrived",
        "comanda nr. 0722123456",
        "faktura nr 600700800",
        "It came on 12.05.2026 at 10",
        "2026-05-12",
        "I paid 1250 for 3 nights",
        "write @ me",
        "0000000000000000",
        "",
    ],
)
def test_other_numbers_and_signs_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_number_with_a_wrong_check_digit_is_no_identity() -> None:
    assert [kind for kind, _ in found("CNP 1800101221145")] == []
    assert [kind for kind, _ in found("PESEL 44051401358")] == []


def test_the_people_of_the_house_are_found_by_each_capitalised_part_of_their_names() -> None:
    assert found("Am vorbit cu Ștefan Ionescu, apoi cu popescu.", "Ștefan Ionescu", "Maria Popescu") == [
        ("name", "Ștefan Ionescu")
    ]
    assert found("Stefan was rude and so was Popescu.", "Ștefan Ionescu", "Maria Popescu") == [
        ("name", "Stefan"),
        ("name", "Popescu"),
    ]
    assert found("An empty room") == []


def test_masking_blots_out_what_was_found_and_nothing_else() -> None:
    text = "Ana: ana@x.example, 0722123456."
    assert masked(text, personal_data(text, names=["Ana Pop"])) == "[•••]: [•••], [•••]."
    assert masked("nothing", ()) == "nothing"


def test_a_number_is_only_one_thing() -> None:
    spans = personal_data("4111 1111 1111 1111")
    assert [span.kind for span in spans] == [Personal.CARD]


@pytest.mark.parametrize(
    "sign", ["a", "@", "1", "1 ", "RO49", "a@", "Str. A ", "+", "X1234567", "Ana ", "ul. ", "\ufdfa"]
)
def test_a_text_of_a_million_signs_takes_seconds_at_most(sign: str) -> None:
    text = sign * (1_000_000 // len(sign))
    started = time.monotonic()
    spans = personal_data(text, names=["Ana Pop"])
    assert time.monotonic() - started < 30
    assert all(span.start < span.end for span in spans)

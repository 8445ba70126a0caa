"""Names and addresses in one form."""

import pytest

from clientela.directory import rules


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Zofia Nowak", "zofia nowak"),
        ("  Lucía\t Herrero ", "lucia herrero"),
        ("Ștefan Țiriac", "stefan tiriac"),
        ("Ştefan Ţiriac", "stefan tiriac"),  # the old cedillas fold to the same key
        ("ŁUKASZ WÓJCIK", "lukasz wojcik"),
        ("Núñez", "nunez"),
        ("Groß", "gross"),
        ("Kjær", "kjaer"),
        ("", ""),
    ],
)
def test_a_name_is_folded_for_sorting_and_finding(name: str, key: str) -> None:
    assert rules.name_key(name) == key


def test_a_name_is_cleaned_of_controls_and_loose_marks() -> None:
    assert rules.clean_name(" Lucı́a\x00\u0007  Herrero\n") == "Lucı́a Herrero"
    assert rules.clean_name("Lucía") == "Lucía"


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+40 (721) 555-012", "+40721555012"),
        ("0040 721 555 012", "+40721555012"),
        ("0721.555.012", "0721555012"),
        (" 214 ", "214"),
    ],
)
def test_a_phone_number_is_kept_as_it_is_dialled(written: str, dialled: str) -> None:
    assert rules.phone_key(written) == dialled
    assert rules.is_phone(dialled)


@pytest.mark.parametrize("number", ["", "12", "call me", "+40721x"])
def test_what_cannot_be_dialled_is_no_phone_number(number: str) -> None:
    assert not rules.is_phone(rules.phone_key(number))


@pytest.mark.parametrize(
    "address", ["a@b.ro", "Zofia.Nowak+shop@example.test", "zażółć@przykład.pl", "o'neill@x.example"]
)
def test_addresses_that_work_are_taken(address: str) -> None:
    assert rules.is_email(address)


@pytest.mark.parametrize(
    "address", ["", "a@b", "a b@c.ro", "a@b..", "a@@b.ro", "<a@b.ro>", "a@b.ro, c@d.ro", "x" * 320 + "@b.ro"]
)
def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    assert not rules.is_email(address)


@pytest.mark.parametrize(
    ("name", "key"),
    [("Obsługa Klienta", "obsluga-klienta"), ("  Relații / clienți ", "relatii-clienti"), ("x" * 59 + " y", "x" * 59)],
)
def test_a_key_is_made_of_a_name(name: str, key: str) -> None:
    assert rules.department_key(name) == key

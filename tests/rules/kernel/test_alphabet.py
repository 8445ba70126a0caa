"""Names in the order of the reader's own alphabet."""

import pytest

from clientela.kernel.alphabet import alphabetical

LISTS = [
    ("ro", ["Atelier", "Întreținere", "Resurse umane", "Sală", "Șantier", "Vânzări"]),
    ("ro", ["Iași", "Izvor", "Încărcare", "Jurnal"]),
    ("pl", ["Lublin", "Lustro", "Łódź", "Magazyn", "Sprzedaż", "Świdnik", "Zakupy"]),
    ("es", ["África", "Almacén", "Nube", "Ñandú", "Orden"]),
    ("en", ["Care", "Éclair", "Łódź", "Maintenance"]),
    (None, ["care", "IT", "Sales"]),
]


@pytest.mark.parametrize(("language", "names"), LISTS)
def test_names_stand_as_the_readers_alphabet_has_them(language: str | None, names: list[str]) -> None:
    backwards = names[::-1]
    backwards.sort(key=lambda name: alphabetical(name, language=language))
    assert backwards == names


def test_a_mark_typed_as_a_letter_of_its_own_counts_the_same() -> None:
    assert alphabetical("I\u0302ntreținere", language="ro") == alphabetical("Întreținere", language="ro")


def test_of_two_names_that_differ_only_in_a_mark_the_bare_one_comes_first() -> None:
    assert sorted(["Ávila", "Avila"], key=lambda name: alphabetical(name, language="es")) == ["Avila", "Ávila"]

"""A text to rows of checked values."""

from datetime import date

import pytest

from clientela.directory.rules.people_file import NAMES, PeopleRow, Problem, UnreadableFileError, rows_of
from clientela.directory.rules.people_file.columns import MEANINGS, header_key

HEADER = "department_key,person_name,email"


def refusal(text: str) -> Problem:
    with pytest.raises(UnreadableFileError) as caught:
        rows_of(text)
    return caught.value.problem


def row_with(column: str, value: str) -> PeopleRow:
    (row,) = rows_of(f"{HEADER},{column}\ncare,Ana Ionescu,ana@x.test,{value}\n").rows
    return row


def problem_with(column: str, value: str) -> Problem:
    read = rows_of(f"{HEADER},{column}\ncare,Ana Ionescu,ana@x.test,{value}\n")
    assert read.rows == ()
    (problem,) = read.problems
    assert (problem.line, problem.column) == (2, column)
    return problem


@pytest.mark.parametrize(("delimiter", "name"), [(",", ","), (";", ";"), ("\t", "\t")])
def test_the_delimiter_is_found_by_the_columns_it_makes(delimiter: str, name: str) -> None:
    header = delimiter.join(["department_key", "person_name", "email", "place"])
    cells = delimiter.join(["care", "Ana Ionescu", "ana@x.test", '"Bucharest, Romania; EU"'])
    read = rows_of(f"{header}\r\n{cells}\r\n")
    assert read.delimiter == name
    expected = PeopleRow(2, "care", person_name="Ana Ionescu", email="ana@x.test", place="Bucharest, Romania; EU")
    assert read.rows == (expected,)


HEADERS = {
    "as in the manual": """DEPARTMENT_KEY;Department-Name;parent.key;PERSON NAME;short_name;EMAIL;phone;role;
        language;zone;place;employee_number;starts_on""",
    "en": """Department key;Department;Parent;Name;Called;E-mail;Phone;Role;
        Language;Time zone;Town;Employee number;Since""",
    "ro": """Cod departament;Departament;Departament superior;Nume complet;Nume scurt;Adresa de e-mail;Telefon;Funcție;
        Limba;Fus orar;Localitate;Marcă;Data angajării""",
    "pl": """Kod działu;Dział;Dział nadrzędny;Imię i nazwisko;Skrócone imię;Adres e-mail;Telefon;Funkcja;
        Język;Strefa czasowa;Miasto;Numer pracownika;Data zatrudnienia""",
    "es": """Código del departamento;Departamento;Departamento superior;Nombre y apellidos;Nombre corto;
        Correo electrónico;Teléfono;Función;Idioma;Zona horaria;Ciudad;Número de empleado;Fecha de alta""",
}


@pytest.mark.parametrize("language", HEADERS)
def test_headers_are_understood_in_our_languages(language: str) -> None:
    header = ";".join(name.strip() for name in HEADERS[language].split(";"))
    line = "care;Care;top;Ana Ionescu;Ana;ana@x.test;0721 555 012;head;ro;Europe/Bucharest;Cluj;17;2020-02-01"
    read = rows_of(f"{header}\n{line}\n")
    assert read.unknown_columns == ()
    assert read.rows == (
        PeopleRow(
            line=2,
            department_key="care",
            department_name="Care",
            parent_key="top",
            person_name="Ana Ionescu",
            short_name="Ana",
            email="ana@x.test",
            phone="0721555012",
            role="head",
            language="ro",
            zone="Europe/Bucharest",
            place="Cluj",
            employee_number="17",
            starts_on=date(2020, 2, 1),
        ),
    )


def test_no_header_means_two_columns() -> None:
    assert all(MEANINGS[header_key(name)] == column for column, names in NAMES.items() for name in names)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Prenume,Nume", "Ana,Ionescu"),
        ("Nume,Prenume", "Ionescu,Ana"),
        ("Nazwisko,Imię", "Ionescu,Ana"),
        ("Nombre,Apellidos", "Ana,Ionescu"),
        ("First name,Last name", "Ana,Ionescu"),
        ("Name,First name", "Ionescu,Ana"),
    ],
)
def test_a_name_in_two_columns_is_put_together_given_name_first(header: str, cells: str) -> None:
    read = rows_of(f"department_key,email,{header}\ncare,ana@x.test,{cells}\n")
    assert [(row.person_name, row.short_name) for row in read.rows] == [("Ana Ionescu", "Ana")]


def test_a_family_name_alone_is_not_a_name() -> None:
    found = "department_key, email, Nazwisko"
    assert refusal("department_key,email,Nazwisko\ncare,a@x.test,Nowak\n") == Problem(
        "column_missing", 1, "person_name", {"found": found}
    )


def test_a_file_without_a_needed_column_says_which_and_what_it_has() -> None:
    assert refusal("person_name,email\n") == Problem(
        "column_missing", 1, "department_key", {"found": "person_name, email"}
    )
    assert refusal("department_key,person_name\n") == Problem(
        "column_missing", 1, "email", {"found": "department_key, person_name"}
    )
    assert refusal("\n\nx;y\n") == Problem("column_missing", 3, "department_key", {"found": "x;y"})


def test_two_columns_of_one_meaning_are_refused() -> None:
    assert refusal("department_key,person_name,E-mail,Correo\n") == Problem(
        "column_twice", 1, "email", {"one": "E-mail", "other": "Correo"}
    )


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert refusal(text) == Problem("empty_file")


def test_quotes_that_do_not_close_are_refused_with_the_line() -> None:
    assert refusal(f'{HEADER}\ncare,Ana Ionescu,a@x.test\ncare,"Radu,b@x.test\n') == Problem("broken_quotes", 3)


def test_columns_nobody_knows_are_named_and_not_used() -> None:
    assert rows_of(f"{HEADER},Shoe size\ncare,Ana,a@x.test,38\n").unknown_columns == ("Shoe size",)


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    text = f'{HEADER}\n\ncare,"Ana\nIonescu",ana@x.test\n,,\ncare,Radu Popa,wrong\n'
    read = rows_of(text)
    assert read.rows == (PeopleRow(3, "care", person_name="Ana Ionescu", email="ana@x.test"),)
    assert read.problems == (Problem("wrong_email", 6, "email", {"value": "wrong"}),)
    assert read.lines == (3, 6)


def test_a_row_with_more_cells_than_columns_is_refused_and_one_with_fewer_is_not() -> None:
    read = rows_of(f"{HEADER},place\ncare,Popa, Radu,r@x.test,Cluj\ncare,Ana,a@x.test\n")
    assert read.problems == (Problem("too_many_cells", 2, "", {"cells": "5", "columns": "4"}),)
    assert read.rows == (PeopleRow(3, "care", person_name="Ana", email="a@x.test"),)


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("role", "", ""),
        ("role", "Șef", "head"),
        ("role", "KIEROWNIK", "head"),
        ("role", "jefa", "head"),
        ("role", "członek", "member"),
        ("language", "Polski", "pl"),
        ("language", "română", "ro"),
        ("language", "EN", "en"),
        ("language", "pt-BR", "pt-br"),
        ("phone", "0040 721 555 012", "+40721555012"),
        ("starts_on", "", None),
        ("starts_on", "2024-02-29", date(2024, 2, 29)),
        ("starts_on", "1.12.2023", date(2023, 12, 1)),
        ("starts_on", "23/11/2026", date(2026, 11, 23)),
        ("starts_on", "04/04/2026", date(2026, 4, 4)),
        ("parent_key", "Top-Level", "top-level"),
        ("department_name", "KÓŁKO", "KÓŁKO"),  # its bytes could be UTF-8 of another letter; it is a word all the same
    ],
)
def test_values_are_kept_in_one_form(column: str, value: str, kept: object) -> None:
    assert getattr(row_with(column, value), column) == kept


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("role", "boss", Problem("wrong_role", 2, "role", {"value": "boss"})),
        ("language", "polishish", Problem("wrong_language", 2, "language", {"value": "polishish"})),
        ("zone", "Bucharest", Problem("wrong_zone", 2, "zone", {"value": "Bucharest"})),
        ("phone", "later", Problem("wrong_phone", 2, "phone", {"value": "later"})),
        ("starts_on", "2023-02-29", Problem("wrong_day", 2, "starts_on", {"value": "2023-02-29"})),
        ("starts_on", "soon", Problem("wrong_day", 2, "starts_on", {"value": "soon"})),
        ("starts_on", "0026-11-23", Problem("wrong_day", 2, "starts_on", {"value": "0026-11-23"})),
        (
            "starts_on",
            "03/04/2026",
            Problem("day_or_month", 2, "starts_on", {"value": "03/04/2026", "suggestion": "2026-04-03"}),
        ),
        (
            "parent_key",
            "Obsługa Klienta",
            Problem("wrong_key", 2, "parent_key", {"value": "Obsługa Klienta", "suggestion": "obsluga-klienta"}),
        ),
        ("place", "x" * 121, Problem("too_long", 2, "place", {"value": "x" * 121, "limit": "120"})),
        ("place", "ZieliÅ„ski", Problem("garbled", 2, "place", {"value": "ZieliÅ„ski"})),
        ("place", "LucÃ­a", Problem("garbled", 2, "place", {"value": "LucÃ­a"})),
        ("place", "Zieli\ufffdski", Problem("garbled", 2, "place", {"value": "Zieli\ufffdski"})),
    ],
)
def test_a_value_that_cannot_be_used_leaves_its_row_out(column: str, value: str, problem: Problem) -> None:
    assert problem_with(column, value) == problem


def test_a_row_without_a_department_or_an_identity_is_left_out() -> None:
    text = f"{HEADER}\n,Ana Ionescu,a@x.test\ncare,Radu Popa,\ncare,,b@x.test\ncare,,\n"
    read = rows_of(text)
    assert read.problems == (
        Problem("value_missing", 2, "department_key"),
        Problem("no_identity", 3, "email", {"name": "Radu Popa"}),
        Problem("value_missing", 4, "person_name"),
    )
    assert read.rows == (PeopleRow(5, "care"),)

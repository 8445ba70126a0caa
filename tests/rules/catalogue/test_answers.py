"""Whether an answer to a service's form is one."""

from typing import Any

import pytest

from clientela.catalogue.rules import (
    DefinitionError,
    Fault,
    FaultKind,
    Field,
    FieldKind,
    checked_answers,
    checked_texts,
    fields_from_json,
    in_language,
    plan_from_json,
)


def field(kind: str, **more: Any) -> Field:
    row = {"key": "it", "kind": kind, "labels": {"en": "It"}, **more}
    if kind == "choice":
        row.setdefault("choices", [{"key": "red", "labels": {"en": "Red"}}, {"key": "blue", "labels": {"en": "Blue"}}])
    return fields_from_json([row])[0]


@pytest.mark.parametrize(
    ("kind", "more", "given", "kept"),
    [
        ("text", {}, "  Lavora 7\x00 ", "Lavora 7"),
        ("text", {}, "x" * 300, "x" * 300),
        ("long_text", {}, "x" * 5000, "x" * 5000),
        ("number", {}, "12,5", "12.5"),
        ("number", {}, "1 200", "1200"),
        ("number", {}, "1e3", "1000"),
        ("number", {"lowest": 1, "highest": 3}, "3", "3"),
        ("date", {}, "2024-02-29", "2024-02-29"),
        ("date", {"lowest": "2024-01-01"}, "2024-01-01", "2024-01-01"),
        ("choice", {}, "blue", "blue"),
        ("file", {}, ["pralka.jpg", "seal.png"], ["pralka.jpg", "seal.png"]),
        ("file", {}, "pralka.jpg", ["pralka.jpg"]),
        ("phone", {}, "+40 (721) 555-012", "+40 (721) 555-012"),
        ("email", {}, "zofia@example.test", "zofia@example.test"),
        ("yes_no", {}, "on", True),
        ("yes_no", {}, "No", False),
    ],
)
def test_an_answer_is_kept(kind: str, more: dict[str, Any], given: object, kept: object) -> None:
    checked = checked_answers([field(kind, **more)], {"it": given})
    assert (checked.answers, checked.faults) == ({"it": kept}, ())


@pytest.mark.parametrize(
    ("kind", "more", "given", "fault", "limit"),
    [
        ("text", {}, "x" * 301, FaultKind.TOO_LONG, "300"),
        ("text", {"longest": 5}, "123456", FaultKind.TOO_LONG, "5"),
        ("long_text", {}, "x" * 5001, FaultKind.TOO_LONG, "5000"),
        ("number", {}, "twelve", FaultKind.NOT_A_NUMBER, ""),
        ("number", {}, "NaN", FaultKind.NOT_A_NUMBER, ""),
        ("number", {}, "Infinity", FaultKind.NOT_A_NUMBER, ""),
        ("number", {"lowest": 1}, "0.99", FaultKind.TOO_LOW, "1"),
        ("number", {"highest": 3}, "3.01", FaultKind.TOO_HIGH, "3"),
        ("date", {}, "2026-02-29", FaultKind.NOT_A_DATE, ""),
        ("date", {"lowest": "2024-01-01"}, "2023-12-31", FaultKind.TOO_EARLY, "2024-01-01"),
        ("date", {"highest": "2024-01-01"}, "2024-01-02", FaultKind.TOO_LATE, "2024-01-01"),
        ("choice", {}, "green", FaultKind.NOT_A_CHOICE, ""),
        ("file", {}, {"name": "x"}, FaultKind.NOT_A_FILE, ""),
        ("file", {}, [7], FaultKind.NOT_A_FILE, ""),
        ("phone", {}, "12345", FaultKind.NOT_A_PHONE, ""),
        ("phone", {}, "call me on 0721 555 012", FaultKind.NOT_A_PHONE, ""),
        ("phone", {}, "1234567890123456", FaultKind.NOT_A_PHONE, ""),
        ("email", {}, "zofia at example", FaultKind.NOT_AN_EMAIL, ""),
        ("email", {}, "zofia@example", FaultKind.NOT_AN_EMAIL, ""),
        ("yes_no", {}, "maybe", FaultKind.NOT_YES_OR_NO, ""),
    ],
)
def test_what_is_no_answer_is_told_with_its_reason(
    kind: str, more: dict[str, Any], given: object, fault: FaultKind, limit: str
) -> None:
    checked = checked_answers([field(kind, **more)], {"it": given})
    assert (checked.answers, checked.faults) == ({}, (Fault("it", fault, limit),))


@pytest.mark.parametrize("given", [None, "", "   ", [], ()])
def test_nothing_is_an_answer_only_where_none_is_required(given: object) -> None:
    assert checked_answers([field("text", is_required=True)], {"it": given}).faults == (Fault("it", FaultKind.MISSING),)
    assert checked_answers([field("text")], {"it": given}).faults == ()


def test_an_answer_nobody_asked_for_is_told() -> None:
    assert checked_answers([], {"colour": "red"}).faults == (Fault("colour", FaultKind.NOT_ASKED),)


def test_every_fault_is_told_in_the_order_of_the_form() -> None:
    fields = fields_from_json(
        [
            {"key": "model", "kind": "text", "labels": {"en": "Model"}, "is_required": True},
            {"key": "bought_on", "kind": "date", "labels": {"en": "Bought on"}},
            {"key": "note", "kind": "text", "labels": {"en": "Note"}},
        ]
    )
    checked = checked_answers(fields, {"bought_on": "soon", "note": "loud"})
    assert checked.answers == {"note": "loud"}
    assert checked.faults == (Fault("model", FaultKind.MISSING), Fault("bought_on", FaultKind.NOT_A_DATE))


@pytest.mark.parametrize(
    ("rows", "place", "fault"),
    [
        ([{"key": "it", "kind": "colour", "labels": {"en": "It"}}], "fields[0].kind", "unknown"),
        ([{"kind": "text", "labels": {"en": "It"}}], "fields[0].key", "not_a_key"),
        ([{"key": "It!", "kind": "text", "labels": {"en": "It"}}], "fields[0].key", "not_a_key"),
        ([{"key": "it", "kind": "text", "labels": {"en": " "}}], "fields[0].labels", "empty"),
        ([{"key": "it", "kind": "text"}], "fields[0].labels", "empty"),
        ([{"key": "it", "kind": "choice", "labels": {"en": "It"}}], "fields[0].choices", "empty"),
        (
            [{"key": "it", "kind": "text", "labels": {"en": "It"}, "choices": [{"key": "a", "labels": {"en": "A"}}]}],
            "fields[0].choices",
            "not_wanted",
        ),
        ([{"key": "it", "kind": "text", "labels": {"en": "It"}, "lowest": 1}], "fields[0].lowest", "not_wanted"),
        ([{"key": "it", "kind": "number", "labels": {"en": "It"}, "lowest": "a"}], "fields[0].lowest", "not_a_number"),
        ([{"key": "it", "kind": "date", "labels": {"en": "It"}, "highest": "a"}], "fields[0].highest", "not_a_date"),
        ([{"key": "it", "kind": "text", "labels": {"en": "It"}, "longest": 0}], "fields[0].longest", "not_a_number"),
        ([{"key": "it", "kind": "text", "labels": {"en": "It"}}] * 2, "fields.it", "twice"),
    ],
)
def test_a_form_that_cannot_be_used_names_the_part(rows: list[dict[str, Any]], place: str, fault: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        fields_from_json(rows)
    assert (refused.value.place, refused.value.fault) == (place, fault)


def test_a_plan_names_each_step_once() -> None:
    plan = plan_from_json([{"key": "pick_up", "titles": {"en": "Pick up"}, "shown_to_customer": False}])
    assert (plan[0].key, plan[0].is_shown_to_customer) == ("pick_up", False)
    with pytest.raises(DefinitionError) as refused:
        plan_from_json([{"key": "a", "titles": {"en": "A"}}, {"key": "a", "titles": {"en": "B"}}])
    assert (refused.value.place, refused.value.fault) == ("plan.a", "twice")


def test_texts_need_a_title_in_every_language_they_have() -> None:
    assert checked_texts({"pl": {"title": " Naprawa "}}) == {
        "pl": {"title": "Naprawa", "summary": "", "what_happens": ""}
    }
    with pytest.raises(DefinitionError) as refused:
        checked_texts({"pl": {"title": "Naprawa"}, "ro": {"summary": "…"}})
    assert (refused.value.place, refused.value.fault) == ("texts.ro.title", "empty")
    with pytest.raises(DefinitionError) as refused:
        checked_texts({})
    assert (refused.value.place, refused.value.fault) == ("texts", "empty")


@pytest.mark.parametrize(
    ("texts", "language", "read"),
    [
        ({"en": "Repair", "pl": "Naprawa"}, "pl", "Naprawa"),
        ({"en": "Repair", "pl": "Naprawa"}, "ro", "Repair"),
        ({"pl": "Naprawa"}, "ro", "Naprawa"),
        ({"pl": "", "es": "Reparación"}, "pl", "Reparación"),
        ({}, "ro", ""),
    ],
)
def test_a_text_is_read_in_the_nearest_language(texts: dict[str, str], language: str, read: str) -> None:
    assert in_language(texts, language) == read


def test_every_kind_of_field_has_its_check() -> None:
    for kind in FieldKind:
        assert checked_answers([field(kind.value)], {"it": "\x00x" * 6000}).faults != () or kind is FieldKind.FILE

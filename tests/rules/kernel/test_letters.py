"""Letters from templates: in the reader's language and zone, escaped where it matters, and never with a hole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template import TemplateDoesNotExist

import clientela
from clientela.kernel.letters import MissingWordError, render_letter

FOLDER = Path(__file__).parent / "sample_letters"
THANKS = Path(clientela.__file__).parent / "requests" / "letters"
CONTEXT = {
    "name": "Ana <b>& Łucja</b>",
    "due_at": datetime(2026, 3, 2, 13, 0, tzinfo=UTC),
    "lines": ["one", "two"],
    "reference": "R-7KX2-4",
    "is_urgent": False,
}


def test_a_letter_is_in_the_readers_language_and_zone() -> None:
    letter = render_letter(FOLDER, "sample", language="pl", zone="Europe/Bucharest", context=CONTEXT)
    assert letter.subject == "We answer Ana <b>& Łucja</b> [R-7KX2-4]"
    assert letter.text == "Ana <b>& Łucja</b>,\n\nwe answer by 2 marca 2026, 15:00.\n\n- one\n- two\n\nTak\n"
    assert render_letter(FOLDER, "sample", language="es", zone="Europe/Madrid", context=CONTEXT).text == (
        "Ana <b>& Łucja</b>,\n\nwe answer by 2 de marzo de 2026, 14:00.\n\n- one\n- two\n\nSí\n"
    )


def test_html_is_escaped_and_stands_in_the_common_frame() -> None:
    html = render_letter(FOLDER, "sample", language="pl", zone="Europe/Warsaw", context=CONTEXT).html
    assert html.startswith('<!DOCTYPE html>\n<html lang="pl" dir="ltr">')
    assert "<title>We answer Ana &lt;b&gt;&amp; Łucja&lt;/b&gt; [R-7KX2-4]</title>" in html
    assert "<p>Ana &lt;b&gt;&amp; Łucja&lt;/b&gt;,</p>" in html
    assert "2 marca 2026, 14:00" in html
    assert "prefers-color-scheme: dark" in html
    assert "You get this letter because you wrote to us." in html
    assert "<script" not in html
    assert "http" not in html.replace('"http-equiv"', "")  # nothing is fetched from anywhere


@pytest.mark.parametrize("missing", ["name", "due_at", "reference", "lines", "is_urgent"])
def test_a_letter_with_a_hole_does_not_come_to_be(missing: str) -> None:
    words = {key: value for key, value in CONTEXT.items() if key != missing}
    with pytest.raises(MissingWordError) as refusal:
        render_letter(FOLDER, "sample", language="en", zone="UTC", context=words)
    assert str(refusal.value) == f"The letter was not given «{missing}»."


def test_a_part_that_a_thing_does_not_have_is_a_hole_too(tmp_path: Path) -> None:
    (tmp_path / "short").mkdir()
    for part in ("subject.txt", "body.txt", "body.html"):
        (tmp_path / "short" / part).write_text("{{ due_at.tonne }}")
    with pytest.raises(MissingWordError) as refusal:
        render_letter(tmp_path, "short", language="en", zone="UTC", context=CONTEXT)
    assert str(refusal.value) == "The letter was not given «due_at.tonne»."


def test_a_letter_without_one_of_its_parts_does_not_come_to_be() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render_letter(FOLDER, "nothing", language="en", zone="UTC", context=CONTEXT)


def test_a_language_that_is_not_ours_is_read_in_english() -> None:
    letter = render_letter(FOLDER, "sample", language="xx", zone="UTC", context=CONTEXT)
    assert "<p>March 2, 2026, 13:00</p>" in letter.html


SAID = {"title": "Washing machine", "reference": "R-7KX2-4", "department": "Care", "link": "https://example.test/p/x"}


@pytest.mark.parametrize(
    "said",
    [
        {**SAID, "first_reply_by": "Tuesday", "resolution_by": "Friday"},
        {**SAID, "first_reply_by": "", "resolution_by": "Friday"},
        {**SAID, "first_reply_by": "Tuesday", "resolution_by": ""},
        {**SAID, "first_reply_by": "", "resolution_by": ""},
        {**SAID, "first_reply_by": "", "resolution_by": "", "title": ""},
        {
            **SAID,
            "first_reply_by": "",
            "resolution_by": "",
            "title": "100 % <b>& {{ link }} %(link)s \\1  \n\n\n\n x \t",
        },
        {**SAID, "first_reply_by": "", "resolution_by": "", "title": "\ue000link\ue001 \ue000nothing\ue001 \ue000"},
    ],
)
@pytest.mark.parametrize("missing", [(), ("Order <number>", "Colour"), ("\ue000link\ue001",), ("\ue000x\ue001",)])
@pytest.mark.parametrize("language", ["en", "ro", "pl", "es"])
def test_letters_that_differ_in_words_only_read_as_if_each_were_worked_out_by_itself(
    language: str, missing: tuple[str, ...], said: dict[str, str]
) -> None:
    where: dict[str, Any] = {"language": language, "zone": "Europe/Warsaw"}
    by_itself = render_letter(THANKS, "acknowledgement", **where, context={**said, "missing": missing})
    for _ in range(2):
        assert render_letter(THANKS, "acknowledgement", **where, context={"missing": missing}, words=said) == by_itself


def test_a_template_that_does_more_with_a_word_than_write_it_down_is_worked_out_for_each_letter(tmp_path: Path) -> None:
    (tmp_path / "short").mkdir()
    (tmp_path / "short" / "subject.txt").write_text("{{ name|truncatechars:4 }}")
    (tmp_path / "short" / "body.txt").write_text("{{ name|upper }}")
    (tmp_path / "short" / "body.html").write_text("{{ name|slice:':3' }} {{ letter_subject }}")
    for name, subject in (("Zofia", "Zof…"), ("Ana", "Ana")):
        letter = render_letter(tmp_path, "short", language="en", zone="UTC", context={}, words={"name": name})
        assert (letter.subject, letter.text) == (subject, f"{name.upper()}\n")
        assert letter.html == f"{name[:3]} {subject}\n"


def test_a_word_that_no_letter_was_given_is_a_hole_also_where_letters_are_alike() -> None:
    with pytest.raises(MissingWordError) as refusal:
        render_letter(THANKS, "acknowledgement", language="en", zone="UTC", context={"missing": ()}, words=SAID)
    assert str(refusal.value) == "The letter was not given «first_reply_by»."

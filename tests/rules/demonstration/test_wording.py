"""The small templates of which the demonstration's texts are made."""

from random import Random

import pytest

from clientela.command.demonstration.wording import FEMININE, MASCULINE, NEUTER, Template, TemplateError, Voice, capital

ANA = Voice("en", {"thing": "oven", "name": "Ana"}, {"w": FEMININE, "t": MASCULINE, "p": MASCULINE})


def say(source: str, voice: Voice = ANA) -> set[str]:
    """Everything a template says in a hundred goes."""
    rng = Random(1)
    return {Template(source).say(rng, voice) for _ in range(100)}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("The {thing} of {name}.", {"The oven of Ana."}),
        ("{Thing} of {name}", {"Oven of Ana"}),
        ("[One|Two] {thing}", {"One oven", "Two oven"}),
        ("an [old |]{thing}", {"an old oven", "an oven"}),
        ("[a[b|c]|d]", {"ab", "ac", "d"}),
        ("{w:he|she} and {t:he|she}", {"she and he"}),
        ("[{w:x|y}|z]", {"y", "z"}),
        ("two  spaces , and a stop .", {"two spaces, and a stop."}),
        ("Sp. z o.o..", {"Sp. z o.o."}),
    ],
)
def test_a_template_says_all_it_can_and_nothing_else(source: str, said: set[str]) -> None:
    assert say(source) == said


def test_a_third_form_is_used_only_where_there_is_one() -> None:
    neuter = Voice("pl", {}, {"t": NEUTER, "w": MASCULINE, "p": MASCULINE})
    assert say("{t:gotowy|gotowa|gotowe}", neuter) == {"gotowe"}
    assert say("{t:l'|la }", neuter) == {"la "}


def test_spanish_contracts_and_the_others_do_not() -> None:
    spanish = Voice("es", {"el_thing": "el horno"}, {})
    assert say("a {el_thing} y de {el_thing}", spanish) == {"al horno y del horno"}
    assert say("a el {thing}") == {"a el oven"}


@pytest.mark.parametrize("source", ["[a|b", "a]", "{thing", "{w:a|b", "{two words}"])
def test_a_template_that_cannot_be_read_says_where(source: str) -> None:
    with pytest.raises(TemplateError, match="“"):
        Template(source)


def test_a_slot_that_nobody_fills_is_named() -> None:
    with pytest.raises(TemplateError, match="nothing fills 'nobody' in en"):
        say("{nobody}")


@pytest.mark.parametrize(
    ("text", "large"), [("ana", "Ana"), ("¿cuánto?", "¿Cuánto?"), ("„cu", "„Cu"), ("10 lei", "10 lei"), ("", "")]
)
def test_a_sentence_begins_with_a_large_letter(text: str, large: str) -> None:
    assert capital(text) == large

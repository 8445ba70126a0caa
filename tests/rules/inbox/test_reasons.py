"""Why something became of a mail is stored in English and read in the reader's language."""

import ast
import inspect
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import clientela
from clientela.inbox.queries.reasons import HAD_MANY, MACHINES, REFUSALS, reason_in_their_language, reason_words
from clientela.inbox.reading import classify
from clientela.inbox.rules.deciding import Reason
from clientela.requests.policies import refusal_words
from clientela.requests.rules import Refusal

HOUSE = Path(clientela.__file__).parent
DATA = {"name": "Workshop (Warsaw)", "reference": "R-7KX2-4", "address": "ana@x.test", "size": 9, "limit": 8}


@pytest.mark.parametrize("was_told", [True, False])
@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.MACHINE])
def test_a_stored_reason_is_read_as_if_it_were_said_now(reason: Reason, *, was_told: bool) -> None:
    data = {**DATA, "was_told": was_told}
    with override("en"):
        stored = reason_words(reason, data)
        assert reason_in_their_language(stored) == stored
    with override("pl"):
        assert reason_in_their_language(stored) == reason_words(reason, data)


def test_what_was_added_to_a_reason_is_translated_too() -> None:
    with override("pl"):
        assert reason_in_their_language(f"It is new. {HAD_MANY}") == f"{gettext('It is new.')} {gettext(HAD_MANY)}"


@pytest.mark.parametrize("refusal", Refusal)
def test_what_the_rules_of_requests_refuse_is_read_in_the_readers_language(refusal: Refusal) -> None:
    with override("en"):
        stored = refusal_words(refusal)
    with override("pl"):
        assert stored != refusal_words(refusal)
        assert reason_in_their_language(stored) == refusal_words(refusal)


@pytest.mark.parametrize("sentence", REFUSALS)
def test_every_refusal_is_said_somewhere_and_known_again_with_its_names(sentence: str) -> None:
    named = {"name": "Workshop (Warsaw)", "address": "ana@x.test", "size": "30 MB", "limit": "25 MB", "count": "4"}
    sources = [path.read_text(encoding="utf-8") for path in HOUSE.rglob("*.py") if path.name != "reasons.py"]
    with_names = sentence.replace("%(count)s", "{tried[left.at[0]]}")
    assert any(with_names in source for source in sources)
    with override("pl"):
        assert reason_in_their_language(sentence % named) == gettext(sentence) % named


def test_the_words_of_a_fault_stay_as_they_are() -> None:
    with override("pl"):
        assert reason_in_their_language("ValueError: it %(broke)s, 100%") == "ValueError: it %(broke)s, 100%"


def test_everything_that_is_said_of_a_machine_can_be_translated() -> None:
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(classify))) if isinstance(node, ast.Call)]
    said = {
        argument.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Classification"
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant)
    }
    assert said == set(MACHINES)

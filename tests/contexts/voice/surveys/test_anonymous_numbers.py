"""Of a number that somebody told in an anonymous round its class alone is kept, the same from round to round."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from clientela.voice.actions.surveys import releasing
from clientela.voice.models import SurveyAnswer
from clientela.voice.rules.surveys import Page, SurveyDefinition
from tests.contexts.voice.surveys.attacking import tables_that_hold
from tests.contexts.voice.surveys.houses import ENOUGH_TO_WRITE, WHAT, House
from tests.world import World

pytestmark = pytest.mark.django_db


class NothingLeftOut(Random):
    """The chance by which every fifth edge is left out, in a round in which it leaves out none."""

    def random(self) -> float:
        return 1.0 - 2.0**-53


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def test_of_a_number_nobody_keeps_more_than_its_class(house: House) -> None:
    """Who has the whole database learns of everybody's number in which class it lies, with at least four others."""
    one = house.round(ENOUGH_TO_WRITE)
    for place, key in enumerate(ENOUGH_TO_WRITE):
        house.answer(one, key, {"what": (4 if place < 6 else 8) * 10**9 + 312_907_001 + place})
    house.end(one)
    assert tables_that_hold(b"3129070") == set()
    kept = [row.values["what"] for row in SurveyAnswer.objects.filter(round=one, is_complete=True)]
    assert {tuple(each) for each in kept} == {("from", "under")}
    assert sorted(Counter(str(each) for each in kept).values()) in ([11], [5, 6])


@pytest.mark.parametrize("name", ["what", "what__else", "2"])
def test_a_later_round_keeps_to_the_classes_of_the_earlier_one_whatever_a_question_is_named(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "_chance", NothingLeftOut())
    house = House(world, definition=SurveyDefinition({"en": "x"}, (Page("one", (replace(WHAT, name=name),)),)))
    edges = []
    for low, high in ((2_990, 3_101), (2_300, 7_600)):
        one = house.round(ENOUGH_TO_WRITE)
        for place, key in enumerate(ENOUGH_TO_WRITE):
            house.answer(one, key, {name: (low if place < 5 else high) + place})
        house.end(one)
        kept = [row.values[name] for row in SurveyAnswer.objects.filter(round=one, is_complete=True)]
        edges.append({each["from"] for each in kept})
    assert edges == [{None, 3000}, {None, 3000}]  # by its own numbers the later one would be cut at 5000

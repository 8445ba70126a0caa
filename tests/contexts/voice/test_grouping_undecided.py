"""A voice whose feeling cannot be told is counted with those who said the same, and stays as it is."""

from collections.abc import Iterator

import pytest

from clientela.voice import actions
from clientela.voice.actions.readers import HouseReader, house_reader
from clientela.voice.meaning.encoder import Encoder, is_available
from clientela.voice.models import Voice, VoiceGroup
from tests.contexts.voice.saying import said
from tests.world import World

LATE = (
    ("en", "The courier came three days late and nobody told me."),
    ("ro", "Curierul a venit cu trei zile întârziere și nu m-a anunțat nimeni."),
)
UNTOLD = (
    ("en", "It took the courier three more days than agreed."),
    ("ro", "Curierul a venit după trei zile, nu a doua zi."),
    ("pl", "Kurier przyjechał dopiero po trzech dniach."),
)
GLAD = ("en", "The courier came three days early and told me in advance!")
LEANS_GLAD = ("en", "The courier told me it would be three days late, and was friendly about it.")
ALONE = ("en", "The blue door of the third floor is blue.")


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    if not is_available():
        pytest.skip("The weights of the encoder are not installed.")
    with Encoder() as running:
        yield running


def heard(world: World, *told: tuple[str, str]) -> list[Voice]:
    people = ("zofia", "lucia", "mihai", "tomasz")
    return [said(world, text, language=language, by=people[n % 4]) for n, (language, text) in enumerate(told)]


def grouped(world: World, encoder: Encoder) -> set[frozenset[str]]:
    """Read what waits and group all that was said of Care; the texts of each group."""
    reader: HouseReader = house_reader(at=world.at, encodes=encoder)
    actions.read_voices(moment=lambda: world.at, reader=reader)
    actions.group_voices(at=world.at, reader=reader, provider_id=world.care.id)
    groups: dict[int, set[str]] = {}
    for group, text in Voice.objects.filter(group__isnull=False).values_list("group_id", "text"):
        groups.setdefault(group or 0, set()).add(text)
    assert {row.pk: row.n for row in VoiceGroup.objects.all()} == {pk: len(texts) for pk, texts in groups.items()}
    return {frozenset(texts) for texts in groups.values()}


def texts(*told: tuple[str, str]) -> frozenset[str]:
    return frozenset(text for _language, text in told)


def test_what_is_glad_or_near_nobody_does_not_join_a_complaint(world: World, encoder: Encoder) -> None:
    glad, alone = heard(world, GLAD, ALONE)
    heard(world, *LATE)
    assert grouped(world, encoder) == {texts(*LATE)}
    for voice, feeling in ((glad, "positive"), (alone, "cant_tell")):
        voice.refresh_from_db()
        assert (voice.feeling, voice.group_id) == (feeling, None)


def test_what_leans_to_glad_does_not_join_the_complaint_that_is_nearest(world: World, encoder: Encoder) -> None:
    (leans,) = heard(world, LEANS_GLAD)
    heard(world, *LATE)
    assert grouped(world, encoder) == {texts(*LATE)}
    leans.refresh_from_db()
    assert leans.feeling == "cant_tell"
    heard(world, GLAD)
    assert grouped(world, encoder) == {texts(*LATE), texts(GLAD, LEANS_GLAD)}


def test_what_cannot_be_told_joins_those_who_said_the_same_and_still_cannot_be_told(
    world: World, encoder: Encoder
) -> None:
    untold = heard(world, *UNTOLD)
    heard(world, *LATE)
    assert grouped(world, encoder) == {texts(*LATE, *UNTOLD)}
    for voice in untold:
        voice.refresh_from_db()
        assert (voice.feeling, voice.feeling_by) == ("cant_tell", "model")
        assert 0.5 <= (voice.feeling_probability or 0) < 0.8


def test_without_one_that_was_told_they_stay_among_themselves(world: World, encoder: Encoder) -> None:
    heard(world, *UNTOLD, ALONE)
    assert grouped(world, encoder) == {texts(*UNTOLD)}


def test_another_departments_voice_decides_nothing(world: World, encoder: Encoder) -> None:
    heard(world, UNTOLD[0])
    said(world, LATE[0][1], provider_id=world.it.id)
    assert grouped(world, encoder) == set()


def test_what_a_person_says_of_a_feeling_wins(world: World, encoder: Encoder) -> None:
    _first, second, _third, last = heard(world, *UNTOLD[1:], *LATE)
    assert grouped(world, encoder) == {texts(*UNTOLD[1:], *LATE)}
    actions.say_feeling(by=world.ana, at=world.at, voice_id=second.pk, feeling="positive")
    assert grouped(world, encoder) == {texts(UNTOLD[1], *LATE)}
    # A neighbour counts by what a person called it.
    actions.say_feeling(by=world.ana, at=world.at, voice_id=last.pk, feeling="mixed")
    assert grouped(world, encoder) == {texts(UNTOLD[1], LATE[1])}


def test_one_after_the_other_makes_the_same_groups_as_all_at_once(world: World, encoder: Encoder) -> None:
    told = (*UNTOLD, LATE[0], GLAD, ALONE, LEANS_GLAD, LATE[1])
    for one in told:
        heard(world, one)
        step_by_step = grouped(world, encoder)
    # The first of the untold is nearer to the glad one than to the others, and leans away from it.
    assert step_by_step == {texts(*LATE, *UNTOLD[1:]), texts(GLAD, LEANS_GLAD)}
    Voice.objects.update(group=None)
    VoiceGroup.objects.all().delete()
    assert grouped(world, encoder) == step_by_step

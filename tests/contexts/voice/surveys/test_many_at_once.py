"""Many answers at once: none is lost, none is counted twice, and who comes at the very end is in or is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from clientela.kernel.policies import NotAllowedError
from clientela.voice.actions import ToAsk, close_round, send_answers
from clientela.voice.actions.surveys.inviting import invite
from clientela.voice.models import SealedBox, SurveyAnswer, SurveyInvitation, SurveyRound, Tally, Voice
from tests.contexts.voice.surveys.building import PULSE, SHORT, opened, tokens_of
from tests.world import PEOPLE, World

NAMES = [person.key for person in PEOPLE]


def send_all(tokens: list[str], *, at: datetime, is_anonymous: bool, times: int = 1) -> list[bool]:
    """Everybody sends at the same moment, each so many times; return who got through."""
    start = Barrier(len(tokens) * times)

    def send(token: str) -> bool:
        try:
            start.wait()
            send_answers(at=at, token=token, answers={"score": "4"}, language="en", is_anonymous=is_anonymous)
        except NotAllowedError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tokens) * times) as threads:
        return list(threads.map(send, tokens * times))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_anonymous", [False, True])
def test_twelve_people_who_press_twice_at_the_same_moment_answer_twelve_times(
    world: World, *, is_anonymous: bool
) -> None:
    one = opened(world.care.id, at=world.at, definition=PULSE if is_anonymous else SHORT, is_anonymous=is_anonymous)
    invite(at=world.at, round_id=one.pk, wanted=[ToAsk(world.id_of(name), "inside") for name in NAMES])
    sent = send_all(tokens_of(one), at=world.at, is_anonymous=is_anonymous, times=2)
    assert sent.count(True) == len(NAMES)
    close_round(at=world.at, round_id=one.pk)
    assert SurveyAnswer.objects.filter(values={"score": 4}).count() == len(NAMES)
    assert Voice.objects.count() == (0 if is_anonymous else len(NAMES))  # scores without a name are no voices
    told = Tally.objects.filter(measure="csat", cut="").values_list("n", flat=True)
    assert list(told) == ([] if is_anonymous else [len(NAMES)])
    assert SealedBox.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_anonymous", [False, True])
def test_who_sends_while_the_round_ends_is_in_or_is_told(world: World, *, is_anonymous: bool) -> None:
    one = opened(world.care.id, at=world.at, definition=PULSE if is_anonymous else SHORT, is_anonymous=is_anonymous)
    invite(at=world.at, round_id=one.pk, wanted=[ToAsk(world.id_of(name), "inside") for name in NAMES])
    tokens = tokens_of(one)
    early = send_all(tokens[:6], at=world.at, is_anonymous=is_anonymous)

    def end(_turn: int) -> None:
        try:
            close_round(at=world.at, round_id=one.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        ending = threads.submit(end, 0)
        late = send_all(tokens[6:], at=world.at, is_anonymous=is_anonymous)
        ending.result()
    assert early == [True] * 6
    in_time = 6 + late.count(True)
    assert SurveyRound.objects.get().released_at == world.at
    assert SurveyAnswer.objects.filter(is_complete=True).count() == in_time
    assert SurveyInvitation.objects.filter(spent_on__isnull=False).count() == in_time
    assert SealedBox.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_surveys_that_ask_the_same_people_at_the_same_moment_ask_each_once(world: World) -> None:
    rounds = [opened(world.care.id, at=world.at, key=key) for key in ("first", "second")]
    start = Barrier(len(rounds))

    def ask(one: SurveyRound) -> None:
        try:
            start.wait()
            invite(at=world.at, round_id=one.pk, wanted=[ToAsk(world.id_of(name), "inside") for name in NAMES])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(rounds)) as threads:
        list(threads.map(ask, rounds))
    asked = list(SurveyInvitation.objects.values_list("person", flat=True))
    assert sorted(asked) == sorted(world.id_of(name) for name in NAMES)

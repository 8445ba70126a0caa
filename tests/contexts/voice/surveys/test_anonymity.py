"""Anonymous means anonymous: whoever has the database, its copies and the logs, and saw each one answer, only guesses.

Strength of the guessing test: 40 rounds of 11 people. By chance a way of guessing names 1 of a round right, 40 in all,
with a standard deviation of 6.3; more than 72 (five deviations) fails. A leak that lets an attacker know one person in
eleven for sure (and guess the rest) would be right 76 times and be caught three times in four, one in five nearly
always; the order of arrival, by a column that counts, is right 440 times.
"""

import json
import logging
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from clientela.kernel.models import Fact
from clientela.kernel.policies import NotAllowedError
from clientela.voice.actions import open_round, save_answers
from clientela.voice.actions.surveys import releasing
from clientela.voice.actions.surveys.rounds import end_rounds_that_are_over
from clientela.voice.models import SealedBox, SurveyAnswer, SurveyInvitation, SurveyRound, Tally, Voice
from clientela.voice.policies import survey_token
from clientela.voice.rules import sealed_boxes
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition
from tests.contexts.voice.surveys.attacking import ORDERS, guesses, linked_by_transaction, tables_that_hold
from tests.contexts.voice.surveys.building import PULSE, days, make_survey
from tests.contexts.voice.surveys.houses import ENOUGH_TO_WRITE, PEOPLE, WHAT, House
from tests.world import World

ROUNDS = 40
FAILS_ABOVE = 72


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def right_guesses(house: House, *, rounds: int = ROUNDS) -> Counter[str]:
    """How often each way of guessing was right, over many rounds answered in random order.

    Each marks their answer with a mark of their own, to choose and in words; the two lie apart.
    """
    chance = random.Random(20261123)
    right: Counter[str] = Counter()
    for _round in range(rounds):
        one = house.round(ENOUGH_TO_WRITE)
        order = chance.sample(ENOUGH_TO_WRITE, len(ENOUGH_TO_WRITE))
        marks = dict(zip(order, chance.sample(range(100), len(order)), strict=True))
        for minute, key in enumerate(order):
            mark = f"m{marks[key]}"
            house.answer(
                one,
                key,
                {"score": chance.randint(1, 5), "mark": mark, "what": marks[key], "words": mark},
                minutes=minute,
            )
        house.end(one)
        whose = {
            str(row.pk): int((row.values.get("mark") or row.values["words"])[1:])
            for row in SurveyAnswer.objects.filter(round=one)
        }
        found = guesses(one)
        for name, rows in found.items():
            right[name] += sum(whose[row] == marks[key] for row, key in zip(rows, order, strict=False))
        for name in ORDERS:
            if f"words by {name}" in found:
                pairs = zip(found[name], found[f"words by {name}"], strict=True)
                right[f"words beside scores by {name}"] += sum(whose[row] == whose[words] for row, words in pairs)
        right["transaction of the invitation"] += len(linked_by_transaction(one))
    return right


def test_whoever_saw_everybody_answer_guesses_no_better_than_chance(house: House) -> None:
    right = right_guesses(house)
    assert SurveyAnswer.objects.filter(is_complete=True).count() == ROUNDS * len(ENOUGH_TO_WRITE)
    assert SurveyAnswer.objects.filter(is_complete=False).count() == ROUNDS * len(ENOUGH_TO_WRITE)
    assert Voice.objects.count() == ROUNDS * len(ENOUGH_TO_WRITE)
    assert {name: count for name, count in right.items() if count > FAILS_ABOVE} == {}
    assert right["transaction of the invitation"] == 0


@pytest.fixture
def _rows_in_order_of_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "shuffled", list)
    monkeypatch.setattr(sealed_boxes._random, "shuffle", lambda _answers: None)


@pytest.mark.usefixtures("_rows_in_order_of_arrival")
def test_rows_in_order_of_arrival_are_caught(house: House) -> None:
    right = right_guesses(house)
    for name in ("voice", "facts"):
        assert right[name] == ROUNDS * len(ENOUGH_TO_WRITE), name
    # A row too long for what is left of a page leaves that room to a shorter one that comes later. Which rows those
    # are hangs on what lay in the table before; at some twenty pages a few rounds of the forty are out of order.
    for name in (
        "place on the disk",
        "voice on the disk",
        "words by place on the disk",
        "words beside scores by place on the disk",
    ):
        assert right[name] > 3 * FAILS_ABOVE, name


@pytest.fixture
def _keys_that_count(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers: Iterator[int] = iter(range(1_000_000))
    ordinary = releasing._row

    def counted(*given: Any, **more: Any) -> SurveyAnswer:
        row = ordinary(*given, **more)
        row.pk = UUID(int=next(numbers))
        return row

    monkeypatch.setattr(sealed_boxes._random, "shuffle", lambda _answers: None)
    monkeypatch.setattr(releasing, "shuffled", list)
    monkeypatch.setattr(releasing, "_row", counted)


@pytest.mark.usefixtures("_keys_that_count")
def test_keys_that_count_are_caught(house: House) -> None:
    assert right_guesses(house, rounds=10)["key"] > FAILS_ABOVE / 4 + 50


def test_an_answer_written_when_it_is_sent_is_caught(house: House) -> None:
    one = house.round()
    invitation = SurveyInvitation.objects.filter(round=one).first()
    assert invitation is not None
    SurveyInvitation.objects.filter(pk=invitation.pk).update(spent_on=house.at.date())
    SurveyAnswer.objects.create(
        round=one, version_id=one.version_id, side="", language="", values={"what": 1}, is_complete=True
    )
    assert len(linked_by_transaction(one)) >= 1


def test_before_the_end_no_table_holds_what_was_said_and_after_it_only_without_a_person(house: House) -> None:
    one = house.round()
    for minute, key in enumerate(PEOPLE):
        said = {"what": 7_316_502_940 + minute, "mark": f"m{minute}", "words": f"zqxjwvkq{minute}"}
        house.answer(one, key, said, minutes=minute)
    assert tables_that_hold(b"zqxjwvkq", b"731650294", b'"mark"') == {"voice_surveyversion"}
    house.end(one)
    assert tables_that_hold(b"zqxjwvkq", b"731650294") == set()
    assert tables_that_hold(b'"mark": "m7"') == {"voice_surveyanswer"}
    assert SealedBox.objects.count() == 0
    rows = SurveyAnswer.objects.filter(round=one)
    assert {
        (row.person_id, row.invitation_id, row.about, row.saved_at, row.answered_at, row.rater_id, row.language)
        for row in rows
    } == {(None, None, "", None, None, None, "")}
    assert "words" not in {name for row in rows for name in row.values}, "of eight who wrote no words are kept"
    assert Voice.objects.count() == 0


def test_what_fewer_than_ten_all_answered_alike_is_in_no_table(house: House) -> None:
    one = house.round()
    for key in PEOPLE:
        house.answer(one, key, {"score": 1, "mark": "m1"})
    house.end(one)
    assert [row.values for row in SurveyAnswer.objects.filter(round=one)] == [{}] * len(PEOPLE)


def test_what_is_heard_of_a_round_names_nobody_and_is_of_one_moment(world: World) -> None:
    house = House(world, definition=PULSE)
    one = house.round(ENOUGH_TO_WRITE)
    for minute, key in enumerate(ENOUGH_TO_WRITE):
        house.answer(one, key, {"score": 4, "words": f"Words {minute}"}, minutes=minute)
    house.end(one)
    voices = list(Voice.objects.all())
    assert len(voices) == 11
    assert {(voice.speaker_id, voice.rater_id, voice.about, voice.is_anonymous) for voice in voices} == {
        (None, None, "", True)
    }
    assert len({(voice.said_at, voice.heard_at) for voice in voices}) == 1
    assert voices[0].said_at == voices[0].said_at.replace(hour=0, minute=0, second=0, microsecond=0)
    assert {voice.text for voice in voices} == {f"Words {minute}" for minute in range(11)}
    assert {(voice.measure, voice.score) for voice in voices} == {("", None)}
    rows = list(SurveyAnswer.objects.filter(round=one))
    assert sorted(tuple(row.values) for row in rows) == [("score",)] * 11 + [("words",)] * 11
    assert {(row.is_complete, row.saved_at) for row in rows if "words" in row.values} == {(False, None)}
    assert Tally.objects.count() == 0


def test_of_the_moment_only_the_day_is_kept(house: House) -> None:
    one = house.round()
    house.answer(one, "ana", {"what": 1}, minutes=0)
    house.answer(one, "radu", {"what": 2}, minutes=300)
    spent = SurveyInvitation.objects.filter(round=one, spent_on__isnull=False)
    assert {(row.spent_on, row.reminded_at, row.declined_on) for row in spent} == {(house.at.date(), None, None)}
    (box,) = SealedBox.objects.filter(round=one)
    assert {field.name for field in box._meta.concrete_fields} == {"id", "round", "shard", "content"}


def test_four_answers_are_destroyed_unread(house: House) -> None:
    one = house.round()
    for key in PEOPLE[:4]:
        house.answer(one, key, {"what": 5})
    house.end(one)
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count(), Voice.objects.count()) == (0, 0, 0)
    assert SurveyRound.objects.get(pk=one.pk).released_at == house.at + days(7)


def test_five_answers_are_shown_and_nobody_answers_afterwards(house: House) -> None:
    one = house.round()
    for key in PEOPLE[:5]:
        house.answer(one, key, {"what": 5})
    house.end(one)
    with pytest.raises(NotAllowedError):
        house.answer(one, "magda", {"what": 6})
    assert SurveyAnswer.objects.count() == 5


def test_addresses_that_an_anonymous_survey_asked_for_are_nowhere_after_its_end(world: World) -> None:
    mail = Question("mail", QuestionKind.TEXT, {"en": "Your address"}, is_email=True)
    house = House(world, definition=SurveyDefinition({"en": "Marks"}, (Page("one", (WHAT, mail)),)))
    one = house.round(ENOUGH_TO_WRITE)
    for key in ENOUGH_TO_WRITE:
        house.answer(one, key, {"what": 1, "mail": f"zqxjwvkq.{key}@example.test"})
    house.end(one)
    assert SurveyAnswer.objects.count() == len(ENOUGH_TO_WRITE)
    assert tables_that_hold(b"zqxjwvkq") == set()


def test_what_stands_in_a_column_of_bytes_is_seen(house: House) -> None:
    one = house.round()
    SealedBox.objects.create(round=one, shard=0, content=b"\x00\\ zqxjwvkq0 \xff")
    assert tables_that_hold(b"zqxjwvkq") == {"voice_sealedbox"}


class _DiedError(Exception):
    """As if the worker were killed here."""


def test_a_worker_that_dies_while_it_releases_leaves_the_boxes_and_the_next_one_releases_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = house.round()
    for key in PEOPLE:
        house.answer(one, key, {"what": 5})

    def die(**_given: Any) -> None:
        raise _DiedError

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "hear", die)
        with pytest.raises(_DiedError):
            house.end(one)
    one.refresh_from_db()
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count(), one.released_at) == (0, 1, None)
    for _again in range(3):
        house.end(one)
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count()) == (len(PEOPLE), 0)
    assert Fact.objects.filter(verb="survey_round_ended").count() == 1


def test_a_round_whose_boxes_cannot_be_opened_keeps_no_other_from_ending(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    one = house.round()
    house.answer(one, "ana", {"what": 5})
    box = SealedBox.objects.get()
    SealedBox.objects.filter(pk=box.pk).update(content=b"written with a key that nobody has")
    other = make_survey(house.survey.owner_id, at=house.at, key="other", trigger_data={"open_days": 7})
    second = open_round(at=house.at + timedelta(minutes=1), survey_id=other.pk)
    assert end_rounds_that_are_over(at=house.at + days(8)) == 1
    ended = dict(SurveyRound.objects.values_list("pk", "released_at"))
    assert (ended[one.pk], ended[second]) == (None, house.at + days(8))
    assert bytes(SealedBox.objects.get().content) == b"written with a key that nobody has"
    assert "cannot be opened" in caplog.text


def test_a_department_of_few_is_not_told_apart_in_the_rows(world: World) -> None:
    house = House(world, cuts=("rater", "language"))
    one = house.round(PEOPLE[:6], rater_id=world.care.id)
    SurveyInvitation.objects.bulk_create(
        SurveyInvitation(
            round=one,
            person_id=world.id_of(key),
            side="inside",
            language="pl",
            rater_id=world.hr.id,
            asked_at=house.at,
            expires_at=house.at + days(7),
        )
        for key in PEOPLE[6:]
    )
    for key in PEOPLE:
        house.answer(one, key, {"what": 5})
    house.end(one)
    assert {row.rater_id for row in SurveyAnswer.objects.all()} == {None}


def test_nothing_is_saved_as_one_goes(house: House) -> None:
    one = house.round()
    number = SurveyInvitation.objects.filter(round=one).values_list("pk", flat=True).first()
    checked = save_answers(at=house.at, token=survey_token(number or 0), answers={"what": "12"}, language="en")
    assert checked.answers == {"what": 12}
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count()) == (0, 0)


def test_two_copies_of_the_database_one_answer_apart_do_not_tell_long_from_short(house: House) -> None:
    """The size of a box follows from how many are inside; so between two copies it grows by as much for any answer."""
    grown: Counter[int] = Counter()
    for words in ("", "a" * 4000, "ț" * 4000):
        one = house.round()
        house.answer(one, "ana", {"what": 1})
        before = len(SealedBox.objects.get(round=one).content)
        house.answer(one, "radu", {"what": 1, "words": words})
        grown[len(SealedBox.objects.get(round=one).content) - before] += 1
        house.end(one)
    assert grown == {sealed_boxes.SLOT_BYTES: 3}


def test_boxes_that_are_not_padded_are_caught(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_boxes, "_padded", lambda answers: zlib.compress(json.dumps(answers).encode()))
    with pytest.raises(AssertionError):
        test_two_copies_of_the_database_one_answer_apart_do_not_tell_long_from_short(house)


def test_the_logs_know_neither_the_key_of_a_link_nor_an_answer(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # statements are logged where DEBUG is on, only
    one = house.round()
    token = survey_token(SurveyInvitation.objects.filter(round=one).values_list("pk", flat=True)[0])
    for minute, key in enumerate(PEOPLE):
        house.answer(one, key, {"what": 7_316_502_940, "words": "Secret words"}, minutes=minute)
    house.end(one)
    assert "7316502940" not in caplog.text
    assert "Secret words" not in caplog.text
    assert token not in caplog.text

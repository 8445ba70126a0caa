"""What the store says of people: counts and scores, never who, never words, and of an anonymous answer no past."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.models import Party
from clientela.kernel.analytics.contracts import Told
from clientela.kernel.analytics.keeping import exports
from clientela.kernel.analytics.reading import all_ids, read
from clientela.voice.actions import close_round, hear
from clientela.voice.actions.hearing import VoiceToHear
from clientela.voice.models import SurveyAnswer, SurveyRound, Voice
from tests.contexts.voice.surveys.houses import ENOUGH_TO_WRITE, House
from tests.shop import Shop
from tests.world import World

pytestmark = pytest.mark.django_db

# Every column that may hold a word, and which words: ours, from lists that the program knows, or the house's own keys.
OUR_WORDS = {
    ("departments", "key"),
    ("services", "key"),
    ("services", "audience"),
    ("declared", "side"),
    ("declared", "how"),
    ("requests", "customer_kind"),
    ("requests", "segment"),
    ("requests", "side"),
    ("requests", "channel"),
    ("requests", "language"),
    ("requests", "state"),
    ("legs", "side"),
    ("legs", "outcome"),
    ("clocks", "kind"),
    ("voices", "side"),
    ("voices", "kind"),
    ("voices", "measure"),
}
# Every column that holds a number of something, and of what: departments, never people.
OF_DEPARTMENTS = {
    "department_id",
    "parent_id",  # of a request: a request
    "provider_id",
    "owner_id",
    "customer_id",
    "customer_department_id",
    "rater_department_id",
}
OF_THINGS = {"request_id", "root_id", "service_id", "clock_id", "voice_id"}
COUNTED = {"members", "position", "reopened_count", "score", "last_days", "earlier_days", "next_days"}


def test_every_column_is_a_number_of_things_or_one_of_our_words() -> None:
    columns = [(export.table.name, column) for export in exports() for column in export.table.columns]
    assert {(table, column.name) for table, column in columns if column.type == "string"} == OUR_WORDS
    numbers = {column.name for _, column in columns if column.type == "int64" and not column.name.endswith("_seconds")}
    assert numbers == OF_DEPARTMENTS | OF_THINGS | COUNTED


def test_no_number_in_any_table_is_that_of_a_person(shop: Shop) -> None:
    """Everything that may name a party is looked up: it must be a department."""
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    hear(at=shop.at, voices=[_said(shop.world, "rating:1")])
    kinds = dict(Party.objects.values_list("pk", "kind"))
    looked_at = set()
    for export in exports():
        for row in read(export, [int(one) for one in all_ids(export)], at=shop.at):
            of_requests = {"parent_id"} if "root_id" in row else set()
            for name in (OF_DEPARTMENTS - of_requests) & row.keys():
                if row[name] is not None:
                    looked_at.add(name)
                    assert kinds[row[name]] == "department", (export.table.name, name)
    assert looked_at >= {"provider_id", "customer_department_id", "owner_id", "parent_id", "department_id"}


def test_anonymous_scores_are_all_of_one_moment_and_alike_but_for_what_they_say(world: World) -> None:
    house, one = _round(world)
    before = [row for row in _voices(house.at) if row["is_anonymous"]]
    assert before == []  # as long as it is open there is nothing of it
    close_round(at=house.at + timedelta(days=8), round_id=one.pk)
    rows = [row for row in _voices(house.at) if row["is_anonymous"] and row["score"] is not None]
    assert len(rows) == len(ENOUGH_TO_WRITE)
    monday = (house.at + timedelta(days=8)).astimezone(UTC)
    monday = datetime.combine((monday - timedelta(days=monday.weekday())).date(), datetime.min.time(), UTC)
    assert {row["said_at"] for row in rows} == {monday}
    assert {row["request_id"] for row in rows} == {None}
    assert sorted(-row["voice_id"] - (one.pk << 24) for row in rows) == list(range(1, len(rows) + 1))
    # The numbers do not rise with the scores: every second one is a half by chance.
    numbered = [row["score"] for row in sorted(rows, key=lambda row: -row["voice_id"])]
    assert numbered != sorted(numbered)
    # But for number and score, no row can be told from the others.
    same = set(rows[0]) - {"voice_id", "score", "share"}
    assert len({tuple(row[name] for name in sorted(same)) for row in rows}) == 1


def test_the_same_answers_give_the_same_rows_whoever_gave_them_and_when(world: World) -> None:
    """Written again in another order under other keys, as if others had given them, they are the very same rows."""
    house, one = _round(world)
    house.end(one)
    before = _voices(house.at)
    answers = list(SurveyAnswer.objects.filter(round=one).order_by("-pk"))
    SurveyAnswer.objects.filter(round=one).delete()
    for row in answers:
        row.pk = uuid4()
    SurveyAnswer.objects.bulk_create(sorted(answers, key=lambda row: str(row.pk)))
    after = _voices(house.at)
    assert len(before) > len(ENOUGH_TO_WRITE)
    assert after == before


def test_anonymous_words_have_no_row_with_a_day(world: World) -> None:
    house, one = _round(world)
    close_round(at=house.at + timedelta(days=8), round_id=one.pk)
    words = {row.pk for row in Voice.objects.filter(is_anonymous=True)}
    rows = [row for row in _voices(house.at) if row["voice_id"] in words]
    assert len(rows) == len(words) > 0
    assert {(row["score"], row["request_id"], row["said_at"].weekday(), row["said_at"].hour) for row in rows} == {
        (None, None, 0, 0)
    }


def test_a_named_score_keeps_its_moment_and_its_request(shop: Shop) -> None:
    opened = shop.ask_repair()
    said = _said(shop.world, "rating:1", about=f"request:{opened.id}", score=4)
    (number,) = hear(at=shop.at, voices=[said])
    (row,) = _voices(shop.at)
    assert row == {
        "voice_id": number,
        "request_id": opened.id,
        "provider_id": shop.care_id,
        "rater_department_id": None,
        "service_id": None,
        "side": "outside",
        "kind": "rating",
        "measure": "csat",
        "score": 4,
        "share": 0.75,
        "said_at": shop.at,
        "is_anonymous": False,
    }


@pytest.mark.parametrize("count", [1, 40])
def test_rows_of_any_number_of_ids_cost_a_fixed_number_of_statements(shop: Shop, count: int) -> None:
    for _ in range(count):
        shop.ask_repair()
    for export in exports():
        ids = [int(one) for one in all_ids(export)]
        with CaptureQueriesContext(connection) as asked:
            read(export, ids, at=shop.at)
        # Of purchases also: whose they are, and who was found to be one with these.
        assert len(asked) == (3 if export.table.name == "purchases" else 1), export.table.name


@pytest.mark.parametrize("count", [1, 40])
def test_what_facts_touched_costs_a_fixed_number_of_statements(shop: Shop, count: int) -> None:
    things = [f"{kind}:{number}" for number in range(1, count + 1) for kind in ("request", "clock", "party", "service")]
    rounds = [f"survey_round:{number}" for number in range(1, count + 1)]
    facts = [Told("request_opened", things), Told("survey_round_ended", rounds), Told("membership_started", things)]
    facts.append(Told("group_changed", [f"group:{number}" for number in range(1, count + 1)]))
    cost = {}
    for export in exports():
        with CaptureQueriesContext(connection) as asked:
            export.touched_by(facts)
        cost[export.table.name] = len(asked)
    assert cost == {
        "departments": 0,
        "staffing": 1,
        "clocks": 1,
        "services": 0,
        "declared": 2,
        "requests": 1,
        "legs": 1,
        "purchases": 2,  # the customers, of whom there are none here, and what is theirs
        "voices": 2,
    }


def _voices(at: datetime) -> list[dict[str, Any]]:
    (export,) = [one for one in exports() if one.table.name == "voices"]
    return read(export, [int(one) for one in all_ids(export)], at=at)


def _round(world: World) -> tuple[House, SurveyRound]:
    """A round in which the first scores 1, the next 2, and so on, each some minutes after the other."""
    house = House(world)
    one = house.round(ENOUGH_TO_WRITE)
    for place, key in enumerate(ENOUGH_TO_WRITE):
        house.answer(one, key, {"score": place % 5 + 1, "words": f"words of number {place}"}, minutes=7 * place)
    return house, one


def _said(world: World, source: str, *, about: str = "", score: int = 4) -> VoiceToHear:
    return VoiceToHear(
        kind=Voice.Kind.RATING,
        source=source,
        side="outside",
        provider_id=world.id_of("care"),
        said_at=world.at,
        language="pl",
        about=about,
        speaker_id=world.id_of("zofia"),
        measure="csat",
        score=score,
        text="Dziękuję.",
    )

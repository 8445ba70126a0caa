"""Improvements through the door: proposed, agreed, done, did it help, told; and who may do what."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.kernel.models import Letter
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.proposing import propose_improvement
from clientela.voice.models import Evidence, Improvement, ReviewMeeting
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

LIST = "/listen/improvements"


def heard(shop: Shop, count: int = 3, **more: Any) -> list[int]:
    said: dict[str, Any] = {
        "kind": "rating",
        "side": "outside",
        "provider_id": shop.world.care.id,
        "said_at": shop.at - timedelta(days=9),
        "language": "pl",
        "speaker_id": shop.world.zofia.person_id,
        "measure": "csat",
        "score": 2,
        "text": "Nikt nie uprzedził o opóźnieniu.",
    } | more
    start = len(Evidence.objects.all()) + len(Letter.objects.all())
    return hear(
        at=shop.at,
        voices=[
            VoiceToHear(source=f"rating:{start * 1000 + place + more.get('score', 0) * 100}", **said)
            for place in range(count)
        ],
    )


def proposed(shop: Shop, **more: Any) -> int:
    values: dict[str, Any] = {"department_id": shop.world.care.id, "title": "Told before it gets late"} | more
    return propose_improvement(by=shop.world.radu, at=shop.at, **values)


def page_of(desk: Desk, address: str, who: str = "ana") -> str:
    response = desk.of(who).get(address)
    assert response.status_code == 200
    return response.content.decode()


def agree(desk: Desk, shop: Shop, number: int, who: str = "ana", **more: Any) -> int:
    given = {
        "what": "We write before the promise breaks.",
        "owner": str(shop.world.id_of("radu")),
        "due_on": "2099-01-01",
    } | more
    return desk.of(who).post(f"{LIST}/{number}/agree", given).status_code


def test_a_customer_and_a_stranger_find_no_such_page(desk: Desk, shop: Shop) -> None:
    assert desk.of_customer("zofia").get(LIST).status_code == 404
    number = proposed(shop)
    assert desk.of("tomasz").get(f"{LIST}/{number}").status_code == 404
    assert desk.of("tomasz").post(f"{LIST}/{number}/agree", {}).status_code == 404
    assert Improvement.objects.get().state == "proposed"


def test_an_empty_list_says_what_comes_there(desk: Desk, shop: Shop) -> None:
    html = page_of(desk, LIST)
    assert "Nothing is being improved yet" in html
    assert "Start an improvement" in html


def test_a_colleague_proposes_from_voices_and_the_head_agrees(desk: Desk, shop: Shop) -> None:
    voices = heard(shop)
    address = f"{LIST}/new?" + "&".join(f"voice={number}" for number in voices)
    assert "3 voices speak for it already." in page_of(desk, address, "radu")
    sent = desk.of("radu").post(
        address, {"title": "Told before it gets late", "department": str(shop.world.care.id), "side": "", "subject": ""}
    )
    assert sent.status_code == 302
    made = Improvement.objects.get()
    html = page_of(desk, f"{LIST}/{made.pk}", "radu")
    assert "Nikt nie uprzedził o opóźnieniu." in html
    assert "3 voices, " in html
    assert "Agree on it" not in html
    assert agree(desk, shop, made.pk, who="radu") == 422
    assert agree(desk, shop, made.pk) == 302
    assert Improvement.objects.get().state == "agreed"
    # What is agreed is for every colleague to see, the very words are not.
    other = page_of(desk, f"{LIST}/{made.pk}", "tomasz")
    assert "We write before the promise breaks." in other
    assert "Nikt nie" not in other


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(desk: Desk, shop: Shop) -> None:
    number = proposed(shop)
    response = desk.of("ana").post(
        f"{LIST}/{number}/agree", {"what": "We write.", "owner": "999999", "due_on": "2020-01-01"}
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "This is not one of the answers to choose from." in html
    assert "We write." in html
    assert Improvement.objects.get().state == "proposed"


def test_done_it_shows_whether_it_helped_and_those_who_said_it_are_told(desk: Desk, shop: Shop) -> None:
    number = proposed(shop, voice_ids=heard(shop))
    agree(desk, shop, number)
    assert desk.of("radu").post(f"{LIST}/{number}/done", {"done_on": "2026-11-01", "what": ""}).status_code == 302
    html = page_of(desk, f"{LIST}/{number}")
    assert "Did it help" in html
    assert "Too early or too few to say." in html
    assert "One person is known who said it and was not told yet." in html
    empty = desk.of("ana").post(f"{LIST}/{number}/tell", {"en": ""})
    assert empty.status_code == 422
    assert "Say in a few sentences what you did." in empty.content.decode()
    told = desk.of("ana").post(f"{LIST}/{number}/tell", {"pl": "Piszemy, zanim się opóźni."})
    assert told.status_code == 302
    assert "Piszemy, zanim się opóźni." in Letter.objects.get().text
    assert "One person who said it was told" in page_of(desk, f"{LIST}/{number}")
    assert desk.of("ana").post(f"{LIST}/{number}/public", {"public": "yes"}).status_code == 302
    assert Improvement.objects.get().is_public


def test_dropping_and_taking_up_again(desk: Desk, shop: Shop) -> None:
    number = proposed(shop)
    assert desk.of("ana").post(f"{LIST}/{number}/drop", {"because": ""}).status_code == 422
    assert desk.of("ana").post(f"{LIST}/{number}/drop", {"because": "Too dear."}).status_code == 302
    assert "Not done, because: Too dear." in page_of(desk, f"{LIST}/{number}")
    assert desk.of("ana").post(f"{LIST}/{number}/again", {}).status_code == 302
    assert Improvement.objects.get().state == "proposed"


def test_a_voice_that_does_not_belong_is_taken_away(desk: Desk, shop: Shop) -> None:
    first, *_rest = heard(shop)
    number = proposed(shop, voice_ids=[first])
    assert desk.of("radu").post(f"{LIST}/{number}/without/{first}", {}).status_code == 302
    assert Evidence.objects.count() == 0


def test_the_page_of_an_improvement_asks_the_database_as_often_however_many_spoke(desk: Desk, shop: Shop) -> None:
    number = proposed(shop, voice_ids=heard(shop, 3))
    page_of(desk, f"{LIST}/{number}")
    with CaptureQueriesContext(connection) as few:
        page_of(desk, f"{LIST}/{number}")
    Evidence.objects.bulk_create(Evidence(improvement_id=number, voice_id=one) for one in heard(shop, 30, score=1))
    with CaptureQueriesContext(connection) as many:
        page_of(desk, f"{LIST}/{number}")
    assert len(many) == len(few)


def test_the_review_meeting_of_a_department_is_written_down(desk: Desk, shop: Shop) -> None:
    heard(shop, 6, said_at=datetime.now(tz=shop.at.tzinfo) - timedelta(days=2))
    address = f"/listen/meeting/{shop.world.care.key}"
    assert desk.of("tomasz").get(address).status_code == 404
    html = page_of(desk, address)
    assert "6 voices" in html
    assert "The first one" in html
    wrong = desk.of("ana").post(address, {"held_on": "2026-11-20", "notes": "", "next_on": ""})
    assert wrong.status_code == 422
    kept = desk.of("ana").post(
        address, {"held_on": "2026-11-20", "notes": "We looked at delays.", "next_on": "2026-12-18"}
    )
    assert kept.status_code == 302
    assert ReviewMeeting.objects.get().notes == "We looked at delays."
    assert "We looked at delays." in page_of(desk, address)

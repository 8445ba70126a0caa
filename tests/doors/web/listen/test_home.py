"""Listen through the door: what is new, chosen, counted and handed out; and only to whom it is said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.improving import agree_improvement, finish_improvement
from clientela.voice.actions.proposing import propose_improvement
from clientela.voice.models import Voice
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

HOME = "/listen/"
LATE = "Nikt nie uprzedził o opóźnieniu."


def say_things(shop: Shop, count: int = 1, **more: Any) -> list[int]:
    """Have so many things heard, a minute apart; of Care, by Zofia, unless said otherwise."""
    said: dict[str, Any] = {
        "kind": "rating",
        "side": "outside",
        "provider_id": shop.world.care.id,
        "said_at": shop.at - timedelta(days=2),
        "language": "pl",
        "speaker_id": shop.world.zofia.person_id,
        "measure": "csat",
        "score": 2,
        "text": LATE,
    } | more
    start = Voice.objects.count()
    moment: datetime = said.pop("said_at")
    return hear(
        at=shop.at,
        voices=[
            VoiceToHear(
                source=f"{said['kind']}:{900_000 + start + place}", said_at=moment - timedelta(minutes=place), **said
            )
            for place in range(count)
        ],
    )


def page_of(desk: Desk, address: str = HOME, who: str = "ana", **headers: str) -> str:
    response = desk.of(who).get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(desk: Desk, address: str, who: str = "ana") -> list[str]:
    response = desk.of(who).get(address)
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def improve(shop: Shop, voices: Sequence[int], *, is_done: bool = True) -> int:
    """An improvement of Care, done four weeks ago."""
    number = propose_improvement(
        by=shop.world.ana,
        at=shop.at - timedelta(days=40),
        department_id=shop.world.care.id,
        title="Told before it gets late",
        voice_ids=list(voices),
    )
    agree_improvement(
        by=shop.world.ana,
        at=shop.at - timedelta(days=39),
        improvement_id=number,
        owner_id=shop.world.id_of("radu"),
        due_on=shop.at.date(),
        what="We write before the promise breaks.",
        expected="",
        expected_points=None,
    )
    if is_done:
        finish_improvement(
            by=shop.world.ana,
            at=shop.at - timedelta(days=28),
            improvement_id=number,
            done_on=(shop.at - timedelta(days=28)).date(),
            what="We write before the promise breaks.",
        )
    return number


def test_a_customer_and_a_stranger_find_no_such_page(desk: Desk) -> None:
    assert desk.of_customer("zofia").get(HOME).status_code == 404
    assert desk.of_customer("zofia").get(f"{HOME}voices.csv").status_code == 404


def test_a_colleague_of_another_department_reads_nothing_of_it(desk: Desk, shop: Shop) -> None:
    say_things(shop)
    assert LATE not in page_of(desk, who="tomasz")
    assert LATE not in page_of(desk, f"{HOME}?department={shop.world.care.key}", "tomasz")
    assert LATE not in page_of(desk, f"{HOME}?words=opóźnieniu", "tomasz")
    # An administrator is nobody to read what people said.
    assert LATE not in page_of(desk, who="vera")
    assert len(rows_of(desk, f"{HOME}voices.csv", "tomasz")) == 1
    assert LATE in page_of(desk)
    assert LATE in page_of(desk, who="carmen")


def test_an_empty_house_says_what_will_come(desk: Desk, shop: Shop) -> None:
    html = page_of(desk)
    assert "Nobody has said anything in words yet" in html
    assert "0 new voices this week" in html


def test_voices_stand_there_in_their_very_words_the_newest_first(desk: Desk, shop: Shop) -> None:
    say_things(shop, said_at=shop.at - timedelta(minutes=5))
    say_things(shop, said_at=shop.at - timedelta(minutes=1), text="Great work, thank you!", language="en", score=5)
    html = page_of(desk)
    assert f'<blockquote class="c-said" lang="pl">{LATE}</blockquote>' in html
    assert html.index("Great work") < html.index(LATE)
    assert "2 new voices this week" in html
    assert "0 inside, 2 outside" in html
    assert "2 of 5" in html
    assert "2 voices wait to be read." in html


def test_what_a_colleague_said_of_a_department_stands_without_the_name(desk: Desk, shop: Shop) -> None:
    say_things(
        shop,
        side="inside",
        speaker_id=shop.world.id_of("tomasz"),
        rater_id=shop.world.maintenance.id,
        text="Care never calls back.",
        language="en",
    )
    html = page_of(desk)
    assert "Care never calls back." in html
    assert "a colleague" in html
    assert "Tomasz" not in html


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("side=outside", True),
        ("side=inside", False),
        ("kind=rating", True),
        ("kind=talk", False),
        ("feeling=negative", False),
        ("since=7", True),
        ("words=uprzedzi", True),
        ("words=unicorn", False),
        ("scores=yes", True),
        ("department=care", True),
        # What nobody offered is no choice, and no error.
        ("side=upside&feeling=x&since=5&kind=%00&subject=none&department=nowhere", True),
    ],
)
def test_voices_are_chosen(desk: Desk, shop: Shop, query: str, *, is_there: bool) -> None:
    say_things(shop)
    assert (LATE in page_of(desk, f"{HOME}?{query}")) is is_there


def test_nothing_found_says_how_to_find_more(desk: Desk, shop: Shop) -> None:
    say_things(shop)
    html = page_of(desk, f"{HOME}?words=unicorn")
    assert "Nobody said such a thing" in html
    assert 'value="unicorn"' in html


def test_the_list_alone_comes_when_the_browser_asks_for_it(desk: Desk, shop: Shop) -> None:
    say_things(shop)
    part = page_of(desk, f"{HOME}?side=outside", **{"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="voices-list">')
    assert "1 voice shown" in part
    assert "<html" not in part
    # Going back in the browser wants the whole page again.
    whole = page_of(desk, HOME, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole
    assert desk.of("ana").get(HOME)["Vary"].find("HX-Request") >= 0


def test_older_voices_follow_page_by_page(desk: Desk, shop: Shop) -> None:
    say_things(shop, 60, score=4)
    seen: list[str] = []
    address = HOME
    for expected in (25, 25, 10):
        html = page_of(desk, address)
        found = [part.split('"')[0] for part in html.split('href="/listen/voices/')[1:] if part[0].isdigit()]
        assert len(found) == expected
        seen += found
        address = html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if expected == 25 else ""
    assert len(set(seen)) == 60


def test_satisfied_shares_stand_with_their_interval_or_not_at_all(desk: Desk, shop: Shop) -> None:
    say_things(shop, 4, score=5)
    assert "too few to say" in page_of(desk)
    say_things(shop, 16, score=5)
    html = page_of(desk)
    assert "84–100" in html
    assert "Outside: from 100% to 100% satisfied over 12 weeks" in html


def test_the_newest_finished_improvement_stands_on_top(desk: Desk, shop: Shop) -> None:
    voices = say_things(shop, 8, said_at=shop.at - timedelta(days=45))
    number = improve(shop, voices)
    html = page_of(desk)
    assert "Told before it gets late" in html
    assert "We write before the promise breaks." in html
    assert f'href="/listen/improvements/{number}"' in html
    assert "stroke-dasharray" in html
    assert "Too early or too few to say." in html


def test_the_page_costs_the_same_whatever_was_said(desk: Desk, shop: Shop) -> None:
    improve(shop, say_things(shop, 6, score=4))
    client = desk.of("ana")
    client.get(HOME)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    say_things(shop, 300, score=5)
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)
    assert len(many) == len(few) == 29


def test_the_file_holds_what_the_page_shows_and_no_formula(desk: Desk, shop: Shop) -> None:
    say_things(shop, text='=HYPERLINK("http://evil")', language="en")
    say_things(shop, side="inside", speaker_id=shop.world.id_of("tomasz"), text="Never a word.", language="en")
    lines = rows_of(desk, f"{HOME}voices.csv")
    assert lines[0].startswith("said_at,side,kind,department")
    assert len(lines) == 3
    assert "'=HYPERLINK" in "\n".join(lines)
    assert "Tomasz" not in "\n".join(lines)
    assert len(rows_of(desk, f"{HOME}voices.csv?side=inside")) == 2


def test_a_large_file_is_read_in_parts(desk: Desk, shop: Shop) -> None:
    say_things(shop, 1_100, text="")
    lines = rows_of(desk, f"{HOME}voices.csv?scores=yes")
    assert len(lines) == 1_101
    assert len(set(lines)) == 1_101

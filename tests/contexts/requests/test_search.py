"""Finding requests: by words of four languages, and only what one may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.policies import HOUSE
from clientela.requests import actions, queries
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Message
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def opened(shop: Shop, text: str, language: str, **more: object) -> OpenedRequest:
    return shop.ask_repair(title="Untitled", text=text, language=language, **more)  # type: ignore[arg-type]


def found(shop: Shop, words: str, who: str = "ana") -> list[int]:
    return [row.request.id for row in queries.requests_found(getattr(shop.world, who), words).requests]


@pytest.mark.parametrize(
    ("text", "language", "hits", "misses"),
    [
        ("The washing machines are leaking", "en", ["leak", "leaks machine", "WASHING", "mach"], ["leaf", "leak oven"]),
        (
            "Pralka od wczoraj przecieka, łącznie z uszczelką",
            "pl",
            ["pralka", "pral", "lacznie", "ŁĄCZNIE"],
            ["pralke"],
        ),
        ("Maşina de spălat curge şi face zgomot", "ro", ["mașină", "masina", "spalat", "zgomote"], ["frigider"]),
        ("Las neveras no enfrían", "es", ["nevera", "neveras", "enfrian", "enfrían"], ["horno"]),
        ("Die Maschine läuft aus", "de", ["maschine", "lauft", "läuft"], ["maschinen"]),
    ],
)
def test_words_are_found_by_the_rules_of_their_language(
    shop: Shop, text: str, language: str, hits: list[str], misses: list[str]
) -> None:
    request = opened(shop, text, language)
    assert {words: found(shop, words) for words in hits} == {words: [request.id] for words in hits}
    assert {words: found(shop, words) for words in misses} == {words: [] for words in misses}


def test_an_english_stem_finds_no_polish_word(shop: Shop) -> None:
    opened(shop, "Poniedziałek", "pl")
    english = opened(shop, "Running water", "en")
    polish = opened(shop, "Runda próbna", "pl")
    assert found(shop, "running") == [english.id]
    assert set(found(shop, "run")) == {english.id, polish.id}


def test_a_title_a_reference_and_a_customers_name_are_found_too(shop: Shop) -> None:
    request = shop.ask_repair(title="Suszarka hałasuje", text="…")
    other = shop.ask_repair(by=shop.world.lucia, title="La nevera", text="…", language="es")
    assert found(shop, "suszarka") == [request.id]
    assert found(shop, request.reference.lower()) == [request.id]
    assert found(shop, "herrero") == [other.id]
    assert found(shop, "LUCÍA herrero") == [other.id]
    assert found(shop, "100% _") == []


@pytest.mark.parametrize(
    "words", ["", "   ", "!!!", "the", "a & | ! <-> ) (", "'; DROP TABLE requests_request; --", "\x00"]
)
def test_nothing_typed_breaks_the_search(shop: Shop, words: str) -> None:
    shop.ask_repair()
    assert found(shop, words) == []


def test_nobody_finds_what_they_may_not_read(shop: Shop) -> None:
    request = opened(shop, "Tajemnica pralki", "pl")
    for stranger in ("lucia", "magda", "stefan", "vera"):
        assert found(shop, "tajemnica", stranger) == []
        assert found(shop, "nowak", stranger) == []
        assert found(shop, request.reference, stranger) == []
    for reader in ("ana", "zofia", "carmen"):
        assert found(shop, "tajemnica", reader) == [request.id]


def test_a_note_is_found_only_by_those_who_may_read_it(shop: Shop) -> None:
    request = shop.ask_repair()
    child = shop.ask_workshop(request.id)
    actions.write_note(
        by=shop.world.ana, at=shop.after(1), request_id=request.id, text="She is a difficult customer", language="en"
    )
    actions.write_note(
        by=shop.world.stefan, at=shop.after(1), request_id=child.id, text="A difficult pump", language="en"
    )
    assert found(shop, "difficult", "zofia") == []
    assert found(shop, "difficult", "ana") == [request.id]
    assert found(shop, "difficult", "stefan") == [child.id]
    excerpt = queries.requests_found(shop.world.ana, "pump difficult").requests
    assert [row.request.id for row in excerpt] == []
    assert set(found(shop, "pump", "ana")) == {child.id}


def test_the_passage_that_matches_is_shown(shop: Shop) -> None:
    opened(shop, "Long ago. " * 40 + "Then the drain pump broke." + " The end." * 40, "en")
    row = queries.requests_found(shop.world.ana, "drain pump").requests[0]
    assert "Then the drain pump broke." in row.excerpt
    assert row.excerpt.startswith("…")


def test_what_is_found_is_read_page_by_page_in_three_questions(shop: Shop) -> None:
    requests = [opened(shop, "Equal words", "en", at=shop.at + timedelta(minutes=number)) for number in range(5)]
    ana = shop.world.ana
    with CaptureQueriesContext(connection) as captured:
        first = queries.requests_found(ana, "equal", limit=3)
    assert len(captured) == 3
    assert [row.request.id for row in first.requests] == [requests[4].id, requests[3].id, requests[2].id]
    second = queries.requests_found(shop.world.ana, "equal", before=first.before, limit=3)
    assert ([row.request.id for row in second.requests], second.before) == ([requests[1].id, requests[0].id], None)


def test_a_message_too_long_to_index_is_kept_whole_and_found_by_its_beginning(shop: Shop) -> None:
    text = "Beginning " + " ".join(f"w{number:06d}ż" for number in range(200_000))
    request = opened(shop, text, "pl")
    assert Message.objects.get(request=request.id).text == text
    assert found(shop, "beginning") == [request.id]


def test_a_mail_is_found_back_by_its_message_id(shop: Shop) -> None:
    request = opened(shop, "First", "en", channel="email", message_id="one@example.test")
    seen = queries.request_of_mail(["unknown@example.test", "one@example.test"], at=shop.at)
    assert seen is not None
    assert (seen.id, seen.reference, seen.takes_messages) == (request.id, request.reference, True)
    assert queries.request_of_mail(["", "unknown@example.test"], at=shop.at) is None
    actions.cancel_request(by=HOUSE, at=shop.at, request_id=request.id)
    by_reference = queries.request_of_reference(request.reference, at=shop.at)
    assert by_reference is not None
    assert by_reference.takes_messages is False
    assert queries.request_of_reference("R-0000-0", at=shop.at) is None


def test_what_a_closing_letter_needs_is_at_hand(shop: Shop) -> None:
    request = opened(shop, "First", "en", channel="email", message_id="one@example.test")
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=request.id, text="Done.", language="en")
    seen = queries.requests_lately_resolved([request.id])[request.id]
    assert (seen.last_reply, seen.last_reply_language, seen.is_still_resolved) == ("Done.", "en", True)
    assert seen.message_ids[0] == "one@example.test"
    assert len(seen.message_ids) == 2


def test_the_map_is_told_who_asked_whom(shop: Shop) -> None:
    request = shop.ask_repair()
    child = shop.ask_workshop(request.id)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(2), request_id=child.id)
    asked = queries.requests_asked(since=shop.at, until=shop.after(1))
    assert [(row.asking_id, row.provider_id, row.is_inside, row.wait_seconds) for row in asked] == [
        (None, shop.care_id, False, None),
        (shop.care_id, shop.world.id_of("workshop"), True, 7200),
    ]
    loads = queries.loads_of([shop.care_id, shop.world.id_of("workshop")], at=shop.after(3))
    assert {number: (load.live, load.overdue, load.unanswered) for number, load in loads.items()} == {
        shop.care_id: (1, 1, 1)
    }

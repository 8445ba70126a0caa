"""Reviews and talks are found by their words and by whom they are of, as far as that may be seen."""

from datetime import timedelta

import pytest
from django.db import connection

from clientela.voice.actions.reviews import add_review_site, answer_review, match_review, take_in_file
from clientela.voice.actions.talks import Matter, note_talk, plan_talks
from clientela.voice.models import Review, Talk
from clientela.voice.queries.reviews import reviews_page
from clientela.voice.queries.talks import TALKS_SHOWN, talks_page
from tests.shop import Shop

FILE = (
    "author,score,text,date\n"
    "Mara,2,Țevile au venit prea târziu,2026-11-20\n"
    "Ion,5,Totul perfect,2026-01-05\n"
    "Łukasz,1,Naprawa żelazka trwała miesiąc,2026-11-21\n"
).encode()


def reviewed(shop: Shop) -> None:
    """A site of Care with three reviews."""
    number = add_review_site(
        by=shop.world.carmen,
        at=shop.at,
        name="Review site",
        kind="csv",
        provider_id=shop.world.care.id,
        language="ro",
        address="",
        terms_id=None,
        highest=5,
    )
    take_in_file(by=shop.world.ana, at=shop.at, site_id=number, content=FILE)


def talked(shop: Shop, notes: str, **more: object) -> int:
    values = {
        "by": shop.world.radu,
        "customer_id": shop.world.delta.id,
        "provider_id": shop.world.care.id,
        "notes": notes,
        "language": "en",
    } | more
    return note_talk(at=shop.at, **values)  # type: ignore[arg-type]  # as the test says


def authors(shop: Shop, words: str, *, who: str = "ana", is_waiting: bool = False) -> list[str]:
    page = reviews_page(getattr(shop.world, who), at=shop.at, words=words, is_waiting=is_waiting)
    return [one.author for one in page.reviews]


def notes(shop: Shop, words: str, *, who: str = "radu") -> list[str]:
    return [one.notes for one in talks_page(getattr(shop.world, who), at=shop.at, words=words).talks]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tevile", ["Mara"]),
        ("TÂRZIU țev", ["Mara"]),
        ("mara", ["Mara"]),
        ("lukasz", ["Łukasz"]),
        ("zelazk", ["Łukasz"]),
        ("perfect târziu", []),
        ("!?", []),
        ("'; DROP TABLE voice_review; --", []),
    ],
)
def test_reviews_are_found_by_their_words_and_by_the_name_of_their_author(
    shop: Shop, words: str, found: list[str]
) -> None:
    reviewed(shop)
    assert authors(shop, words) == found


def test_the_search_stays_among_those_that_wait(shop: Shop) -> None:
    reviewed(shop)
    answer_review(by=shop.world.ana, at=shop.at, review_id=Review.objects.get(author="Mara").pk, text="Sorry.")
    assert authors(shop, "mara", is_waiting=True) == []
    assert authors(shop, "mara") == ["Mara"]
    assert len(authors(shop, "  ")) == 3


def test_who_wrote_a_review_is_found_only_by_those_who_are_told(shop: Shop) -> None:
    reviewed(shop)
    name = shop.world.zofia.name
    assert authors(shop, name) == []
    match_review(
        by=shop.world.ana,
        at=shop.at,
        review_id=Review.objects.get(author="Łukasz").pk,
        party_id=shop.world.id_of("zofia"),
        consent="said so in a mail",
    )
    assert authors(shop, name) == ["Łukasz"]
    for who in ("tomasz", "vera"):  # colleagues who read reviews, and are not told whose they are
        assert authors(shop, name, who=who) == []
        assert authors(shop, "zelazk", who=who) == ["Łukasz"]


def test_talks_are_found_by_notes_by_what_matters_and_by_the_customer(shop: Shop) -> None:
    first = talked(shop, "They want one person to speak to.")
    talked(shop, "The invoice was late.", customer_id=shop.world.workshop.id)
    talked(shop, "Nothing new.", matters=[Matter("need", "A second key")])
    assert notes(shop, "invoices") == ["The invoice was late."]
    assert notes(shop, "second keys") == ["Nothing new."]
    assert notes(shop, "need") == []  # what kind of thing it is, is no word of theirs
    assert notes(shop, shop.world.workshop.name) == ["The invoice was late."]
    assert notes(shop, shop.world.delta.name) == ["Nothing new.", "They want one person to speak to."]
    assert notes(shop, "elephant") == []
    # Another department's talks are not found by their words either.
    assert notes(shop, "person", who="tomasz") == []
    Talk.objects.filter(pk=first).update(notes="")
    assert notes(shop, "person") == []


def test_plans_are_found_by_their_customer(shop: Shop) -> None:
    for customer in (shop.world.delta, shop.world.workshop):
        plan_talks(
            by=shop.world.ana,
            at=shop.at,
            customer_id=customer.id,
            provider_id=shop.world.care.id,
            talker_id=shop.world.id_of("radu"),
            every_weeks=13,
            guide="What matters most?",
            first_on=(shop.at + timedelta(days=7)).date(),
        )
    page = talks_page(shop.world.radu, at=shop.at, words=shop.world.workshop.name)
    assert [plan.customer.id for plan in page.plans] == [shop.world.workshop.id]
    assert len(talks_page(shop.world.radu, at=shop.at).plans) == 2


def test_talks_go_on_page_by_page(shop: Shop) -> None:
    for number in range(TALKS_SHOWN + 3):
        talked(shop, f"Talk {number:02}")
    first = talks_page(shop.world.radu, at=shop.at, words="talk")
    assert len(first.talks) == TALKS_SHOWN
    rest = talks_page(shop.world.radu, at=shop.at, words="talk", after=first.next_after)
    assert [one.notes for one in rest.talks] == ["Talk 02", "Talk 01", "Talk 00"]
    assert (rest.next_after, rest.plans) == (None, ())


@pytest.mark.parametrize("table", ["voice_review", "voice_talk"])
def test_the_words_are_indexed(shop: Shop, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM {table} WHERE search @@ 'tevile'::tsquery")  # noqa: S608 - one of two
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert f"Bitmap Index Scan on {table.removeprefix('voice_')}_search" in plan

"""Public reviews: taken in once, answered within a promise, somebody's only with their consent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from clientela.inbox.receiver.certificates import server_context
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises import queries as promises
from clientela.promises.models import Clock
from clientela.voice import fetching
from clientela.voice.actions import ensure_default_subjects, read_voices
from clientela.voice.actions.readers import house_reader
from clientela.voice.actions.reviews import (
    ReviewError,
    add_review_site,
    answer_review,
    match_review,
    note_site_failure,
    part_review,
    read_site_now,
    stars_of,
    stop_reading_site,
    take_in_answer,
    take_in_file,
)
from clientela.voice.fetching import FetchError, fetch
from clientela.voice.jobs.reviews import read_review_sites
from clientela.voice.meaning.personal import Personal
from clientela.voice.models import Review, ReviewSource, Voice
from clientela.voice.queries.reviews import review_seen, reviews_page, sites_to_read
from clientela.voice.queries.voices import voice_page
from clientela.voice.rules.reviews import ReviewsUnreadableError
from tests.mail_servers.parts import Certificate
from tests.mail_servers.parts import certificate as make_certificate
from tests.shop import Shop

FILE = (
    "author,score,text,date\nMara,2,Prea târziu,2026-11-20\nIon,5,Perfect,2026-01-05\nAna,nine,?,2026-11-20\n".encode()
)
FEED = b"""<rss version="2.0"><channel><item><guid>r-1</guid><title>Late again</title><rating>1</rating>
<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""


def site(shop: Shop, **more: Any) -> int:
    values: dict[str, Any] = {
        "by": shop.world.carmen,
        "name": "Review site",
        "kind": "csv",
        "provider_id": shop.world.care.id,
        "language": "ro",
        "terms_id": promises.terms_by_key("service"),
        "is_inside": True,
    } | more
    return add_review_site(at=shop.at, **values)


def taken(shop: Shop) -> Review:
    take_in_file(by=shop.world.radu, at=shop.at, site_id=site(shop), content=FILE)
    return Review.objects.get(author="Mara")


def test_who_is_neither_owner_nor_administrator_adds_no_site(shop: Shop) -> None:
    for who in ("radu", "ana", "zofia"):
        with pytest.raises(NotAllowedError):
            site(shop, by=getattr(shop.world, who))
    assert ReviewSource.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "feed", "address": "file:///etc/passwd"}, "address"),
        ({"kind": "feed", "address": "https://user:secret@site.example/"}, "address"),
        ({"kind": "feed", "address": ""}, "address"),
        ({"kind": "carrier pigeon"}, "kind"),
        ({"provider_id": 0}, "provider"),
    ],
)
def test_a_site_has_a_name_an_address_of_the_web_and_a_department(
    shop: Shop, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ReviewError) as refusal:
        site(shop, **wrong)
    assert refusal.value.field == field
    assert ReviewSource.objects.count() == 0


def test_a_name_is_taken_once(shop: Shop) -> None:
    site(shop)
    with pytest.raises(ReviewError, match="already"):
        site(shop)


def test_a_file_is_taken_in_once_with_voices_and_a_promise_for_what_is_fresh(shop: Shop) -> None:
    number = site(shop)
    first = take_in_file(by=shop.world.radu, at=shop.at, site_id=number, content=FILE)
    again = take_in_file(by=shop.world.radu, at=shop.at, site_id=number, content=FILE)
    assert (first.new, first.known, len(first.read.troubles)) == (2, 0, 1)
    assert (again.new, again.known) == (0, 2)
    voice = Voice.objects.get(text="Prea târziu")
    assert (voice.kind, voice.side, voice.measure, voice.score, voice.speaker_id) == (
        "review",
        "outside",
        "stars",
        2,
        None,
    )
    clock = Clock.objects.get()
    assert (clock.kind, clock.provider_id, clock.subject) == (
        "first_reply",
        shop.world.care.id,
        f"review:{Review.objects.get(author='Mara').pk}",
    )


def test_a_web_page_instead_of_a_file_keeps_nothing(shop: Shop) -> None:
    number = site(shop)
    with pytest.raises(ReviewsUnreadableError):
        take_in_file(by=shop.world.radu, at=shop.at, site_id=number, content=b"<html>Log in</html>")
    assert Review.objects.count() == 0


def test_another_department_gives_no_file_and_answers_nothing(shop: Shop) -> None:
    review = taken(shop)
    with pytest.raises(NotAllowedError):
        take_in_file(by=shop.world.tomasz, at=shop.at, site_id=review.source_id, content=FILE)
    with pytest.raises(NotAllowedError):
        answer_review(by=shop.world.tomasz, at=shop.at, review_id=review.pk, text="Sorry.")
    with pytest.raises(HiddenError):
        answer_review(by=shop.world.radu, at=shop.at, review_id=0, text="Sorry.")
    with pytest.raises(HiddenError):
        reviews_page(shop.world.zofia, at=shop.at)


def test_an_answer_keeps_the_promise_once(shop: Shop) -> None:
    review = taken(shop)
    with pytest.raises(ReviewError):
        answer_review(by=shop.world.radu, at=shop.at, review_id=review.pk, text=" ")
    answer_review(by=shop.world.radu, at=shop.after(1), review_id=review.pk, text="We are sorry.")
    answer_review(by=shop.world.ana, at=shop.after(2), review_id=review.pk, text="We are sorry, and it is mended.")
    assert Clock.objects.get().kept_at == shop.after(1)
    seen = review_seen(shop.world.radu, review.pk, at=shop.after(3))
    assert (seen.answer, seen.answered_at) == ("We are sorry, and it is mended.", shop.after(1))
    assert [one.id for one in reviews_page(shop.world.radu, at=shop.at, is_waiting=True).reviews] == [
        Review.objects.get(author="Ion").pk
    ]


def test_a_review_is_somebodys_only_with_their_consent_and_not_for_ever(shop: Shop) -> None:
    review = taken(shop)
    zofia = shop.world.id_of("zofia")
    with pytest.raises(ReviewError, match="Without their word"):
        match_review(by=shop.world.radu, at=shop.at, review_id=review.pk, party_id=zofia, consent=" ")
    assert Review.objects.get(pk=review.pk).party_id is None
    match_review(by=shop.world.radu, at=shop.at, review_id=review.pk, party_id=zofia, consent="Said so on the phone.")
    assert Voice.objects.get(source=f"review:{review.pk}").speaker_id == zofia
    part_review(by=shop.world.radu, at=shop.at, review_id=review.pk)
    assert Voice.objects.get(source=f"review:{review.pk}").speaker_id is None
    assert Review.objects.get(pk=review.pk).consent == ""


def test_a_site_that_fails_rests_longer_each_time_and_says_why(shop: Shop) -> None:
    number = site(shop, kind="feed", address="https://site.example/feed")
    assert [one.id for one in sites_to_read(at=shop.at, limit=5)] == [number]
    pauses = []
    for _try in range(7):
        note_site_failure(at=shop.at, site_id=number, reason="The site answered 500.")
        pauses.append(ReviewSource.objects.get().next_read_at - shop.at)  # type: ignore[operator]
    assert pauses == [timedelta(hours=hours) for hours in (2, 4, 8, 16, 24, 24, 24)]
    assert take_in_answer(at=shop.at, site_id=number, content=b"<html>") is None
    assert ReviewSource.objects.get().error == "html"
    read_site_now(by=shop.world.carmen, at=shop.at, site_id=number)
    assert take_in_answer(at=shop.at, site_id=number, content=FEED, etag="e1") is not None
    fresh = ReviewSource.objects.get()
    assert (fresh.error, fresh.failure_count, fresh.next_read_at, fresh.etag) == ("", 0, shop.after(1), "e1")
    stop_reading_site(by=shop.world.carmen, at=shop.at, site_id=number)
    assert sites_to_read(at=shop.after(9), limit=5) == []


@pytest.mark.parametrize(
    ("score", "highest", "stars"), [(5, 5, 5), (0, 5, 1), (10, 10, 5), (7, 10, 4), (50, 100, 3), (1, 3, 2)]
)
def test_stars_stand_at_the_same_share_of_the_way(score: int, highest: int, stars: int) -> None:
    assert stars_of(score, highest=highest) == stars


@contextmanager
def served(
    status: int = 200, content: bytes = FEED, *, certificate: Certificate | None = None, **headers: str
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A site on loopback that answers every call alike, and what it was asked."""
    asked: list[dict[str, str]] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(dict(self.headers))
            self.send_response(304 if self.headers.get("If-None-Match") == "e1" else status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if not self.headers.get("If-None-Match"):
                self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if certificate is not None:
        context = server_context(certificate.path, certificate.key_path)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}/feed", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def later(shop: Shop) -> Iterator[None]:
    """An hour after World.at, by the clock that jobs read."""
    with time_machine.travel(shop.after(1)):
        yield


@pytest.mark.usefixtures("later")
def test_a_feed_is_fetched_once_and_then_only_asked_whether_it_changed(shop: Shop) -> None:
    with served(ETag="e1") as (address, asked):
        site(shop, kind="feed", address=address)
        assert read_review_sites() == 1
        assert Review.objects.get().text == "Late again"
        ReviewSource.objects.update(next_read_at=shop.at)
        assert read_review_sites() == 1
    assert asked[1]["If-None-Match"] == "e1"
    assert Review.objects.count() == 1
    assert ReviewSource.objects.get().error == ""


@pytest.mark.usefixtures("later")
def test_one_site_that_is_down_does_not_stop_the_next(shop: Shop) -> None:
    site(shop, name="Down", kind="feed", address="http://127.0.0.1:9/feed")
    with served() as (address, _asked):
        site(shop, name="Up", kind="feed", address=address)
        assert read_review_sites() == 2
    assert ReviewSource.objects.get(name="Down").error.startswith("The site could not be reached")
    assert Review.objects.get().source.name == "Up"


def test_what_is_too_large_or_leads_away_from_the_web_is_refused() -> None:
    with served(content=b"x" * 5_000_001) as (address, _asked), pytest.raises(FetchError, match="more than 5 MB"):
        fetch(address, is_inside=True)
    with served(302, Location="file:///etc/passwd") as (address, _asked), pytest.raises(FetchError, match="away from"):
        fetch(address, is_inside=True)
    with served(500) as (address, _asked), pytest.raises(FetchError, match="answered 500"):
        fetch(address, is_inside=True)
    with pytest.raises(FetchError):
        fetch("ftp://127.0.0.1/x")


def test_nothing_is_read_in_our_own_network_for_a_site_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = make_certificate(tmp_path, host="localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    for certificate in (None, made):
        with served(certificate=certificate) as (address, asked):
            # A sign written by its number is the same address.
            for host in ("127.0.0.1", "localhost", "127.0.0.%31", "%31%32%37.0.0.1"):
                with pytest.raises(FetchError, match="own network"):
                    fetch(address.replace("127.0.0.1", host))
            assert asked == []
            assert fetch(address, is_inside=True).content == FEED


def test_a_proxy_may_stand_in_our_own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as (address, asked):
        monkeypatch.setenv("http_proxy", address.removesuffix("/feed"))
        assert fetch("http://reviews.example/feed").content == FEED
    assert [one["Host"] for one in asked] == ["reviews.example"]


@pytest.mark.usefixtures("later")
def test_a_site_that_leads_into_our_own_network_says_so_and_rests(shop: Shop) -> None:
    with served() as (address, asked):
        site(shop, kind="feed", address=address, is_inside=False)
        assert read_review_sites() == 1
    assert asked == []
    row = ReviewSource.objects.get()
    assert (row.failure_count, row.error.split(".")[0]) == (1, "The site leads into our own network")


@pytest.mark.usefixtures("later")
def test_a_site_whose_answer_breaks_the_reading_rests_and_does_not_stop_the_next(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with served() as (address, _asked):
        site(shop, name="Bad", kind="feed", address=address)
        site(shop, name="Good", kind="feed", address=address)
        with connection.cursor() as cursor:
            bad = ReviewSource.objects.get(name="Bad").pk
            cursor.execute(f"ALTER TABLE voice_review ADD CONSTRAINT refuses_one CHECK (source_id <> {bad})")
        assert read_review_sites() == 2
    assert ReviewSource.objects.get(name="Bad").failure_count == 1
    assert Review.objects.get().source.name == "Good"
    assert f"What the review site {bad} sent could not be taken in." in caplog.text


def test_a_site_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LONGEST_SECONDS", -1.0)
    with served() as (address, _asked), pytest.raises(FetchError, match="too long"):
        fetch(address, is_inside=True)


HOSTILE = (
    "Bardzo późno, foarte târziu, muy tarde, far too late",
    "🙂🙂😡",
    "You idiots!",
    "x" * 1_000_000,
    "a\x00b \ud800 c",
    "Sunați-mă la 0721 234 567",
)


def test_whatever_a_review_file_says_is_kept_and_read_by_words(shop: Shop) -> None:
    rows = [{"text": words, "date": "2026-11-20", "score": 1, "url": "https://x.example/\0"} for words in HOSTILE]
    content = json.dumps(rows).encode()
    taken = take_in_file(by=shop.world.radu, at=shop.at, site_id=site(shop), content=content)
    assert (taken.new, taken.read.troubles) == (len(HOSTILE), ())
    ensure_default_subjects(at=shop.at)
    reader = house_reader(at=shop.at, encodes=None)
    assert read_voices(moment=lambda: shop.at, reader=reader) == len(HOSTILE)
    assert Voice.objects.filter(read_by="").count() == 0
    phone = Voice.objects.get(text__contains="0721")
    assert [span.kind for span in voice_page(shop.world.ana, phone.pk, at=shop.at).personal] == [Personal.PHONE]

"""What public sites say of us, read from feeds and files of many kinds; what cannot be read is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.voice.rules.reviews import (
    FoundReview,
    ReadReviews,
    ReviewsUnreadableError,
    Trouble,
    reviews_of_csv,
    reviews_of_feed,
    reviews_of_json,
)
from clientela.voice.rules.reviews.entries import moment_of, plain_text, review_of, score_of

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Reviews</title>
<item><guid>r-1</guid><title>Montaj impecabil</title><author>Mara D.</author><link>https://reviews.example/r-1</link>
<rating>4</rating>
<description>&lt;p&gt;Dar am așteptat &lt;b&gt;de două ori&lt;/b&gt;.&lt;/p&gt;&lt;i&gt;x&lt;/i&gt;</description>
<pubDate>Tue, 17 Nov 2026 20:14:00 +0200</pubDate></item>
<item><guid>r-2</guid><title>Bez daty</title><description>Kiedy?</description></item>
</channel></rss>""".encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>a-1</id><title>Bien</title>
<author><name>Lucía</name></author>
<updated>2026-11-18T10:00:00Z</updated><content type="text">Muy bien.</content>
</entry></feed>""".encode()


def test_an_rss_feed_is_read_entry_by_entry_and_what_is_broken_is_named() -> None:
    assert reviews_of_feed(RSS, highest=5) == ReadReviews(
        reviews=(
            FoundReview(
                external_id="r-1",
                author="Mara D.",
                address="https://reviews.example/r-1",
                score=4,
                text="Montaj impecabil\nDar am așteptat de două ori.\nx",
                language="",
                posted_at=datetime(2026, 11, 17, 18, 14, tzinfo=UTC),
            ),
        ),
        troubles=(Trouble(2, "posted", "missing", ""),),
    )


def test_an_atom_feed_without_scores_is_read_too() -> None:
    (found,) = reviews_of_feed(ATOM, highest=5).reviews
    assert (found.external_id, found.author, found.score, found.text) == ("a-1", "Lucía", None, "Bien\nMuy bien.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b"just words", "not_a_feed"),
        (b'{"a": 1}', "not_a_feed"),
        (bytes(range(256)), "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(ReviewsUnreadableError) as refusal:
        reviews_of_feed(content, highest=5)
    assert refusal.value.code == code


def test_an_entity_bomb_in_a_feed_does_not_grow() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "'
        + "ha" * 50
        + '">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 20}">' for n in range(8))
        + "]><rss version='2.0'><channel><item><title>&i;</title><pubDate>2026-11-01</pubDate></item></channel></rss>"
    )
    try:
        found = reviews_of_feed(bomb.encode(), highest=5)
    except ReviewsUnreadableError:
        return
    assert all(len(one.text) < 1000 for one in found.reviews)


def test_json_is_read_by_the_names_that_sites_use() -> None:
    content = (
        '{"reviews": [{"reviewId": "g-1", "reviewer": {"displayName": "Jan"}, "starRating": "TWO",'
        ' "comment": "Za drogo", "createTime": "2026-11-01T08:00:00Z"}, "nonsense", {"comment": "no day"}]}'
    )
    found = reviews_of_json(content.encode(), highest=5)
    assert [(one.external_id, one.author, one.score, one.text) for one in found.reviews] == [
        ("g-1", "Jan", 2, "Za drogo")
    ]
    assert found.troubles == (
        Trouble(2, "", "not_an_object", "nonsense"),
        Trouble(3, "posted", "missing", ""),
    )


def test_json_is_read_by_the_names_that_one_says() -> None:
    content = b'[{"key": "1", "words": {"main": "Late"}, "when": "2026-11-01", "points": 8}]'
    names = {"id": "key", "text": "words.main", "posted": "when", "score": "points"}
    (found,) = reviews_of_json(content, highest=10, fields=names).reviews
    assert (found.external_id, found.text, found.score) == ("1", "Late", 8)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<html>", "html"),
        (b'{"a": [1,]}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a": 1}', "no_list"),
    ],
)
def test_what_is_no_json_of_reviews_is_refused_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(ReviewsUnreadableError) as refusal:
        reviews_of_json(content, highest=5)
    assert refusal.value.code == code


def test_a_table_is_read_with_any_separator_in_any_of_our_languages() -> None:
    content = "nume;notă;recenzie;data\nMara;4;Bine;2026-11-01\nIon;nouă;Rău;2026-11-02\n\nAna;5;Perfect;ieri\n"
    found = reviews_of_csv(content.encode(), highest=5)
    assert [(one.author, one.score, one.text) for one in found.reviews] == [("Mara", 4, "Bine")]
    assert found.troubles == (Trouble(3, "score", "not_a_score", "nouă"), Trouble(5, "posted", "not_a_day", "ieri"))


def test_a_table_of_an_old_spreadsheet_keeps_its_letters() -> None:
    (found,) = reviews_of_csv("opinia,data\nZażółć,2026-11-01\n".encode("cp1250"), highest=5).reviews
    assert found.text == "Zażółć"


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"text\nWords without a day\n", b"date\n2026-11-01\n"])
def test_a_table_without_the_columns_is_refused_and_names_those_it_has(content: bytes) -> None:
    with pytest.raises(ReviewsUnreadableError) as refusal:
        reviews_of_csv(content, highest=5)
    assert (refusal.value.code, refusal.value.detail) == (
        "no_columns",
        content.partition(b"\n")[0].decode().replace(",", ", "),
    )


@pytest.mark.parametrize(
    ("given_score", "highest", "score"),
    [
        ("4", 5, 4),
        ("4.0", 5, 4),
        ("4,5", 5, 5),
        ("4/5", 5, 4),
        ("8/10", 5, 4),
        ("7 of 10", 5, 4),
        ("★★★★", 5, 4),
        ("★★★★★★", 5, None),
        ("6", 5, None),
        ("-1", 5, None),
        ("9/5", 5, None),
        ("good", 5, None),
        ("3/0", 5, None),
    ],
)
def test_scores_are_read_as_people_write_them(given_score: str, highest: int, score: int | None) -> None:
    assert score_of(given_score, highest=highest) == score


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2026-11-01T08:00:00+02:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("2026-11-01 08:00", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 08:00:00 GMT", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("2026-13-01", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_moments_are_read_with_their_zone(words: str, moment: datetime | None) -> None:
    assert moment_of(words) == moment


def test_an_entry_without_an_id_is_the_same_review_when_it_is_read_again() -> None:
    content = b"text,date\nLate,2026-11-01\n"
    first, again = reviews_of_csv(content, highest=5), reviews_of_csv(content, highest=5)
    assert first == again
    assert first.reviews[0].external_id.startswith("sha256:")


@given(st.binary(max_size=3000))
def test_nothing_that_a_site_sends_breaks_the_reading(content: bytes) -> None:
    for read in (reviews_of_feed, reviews_of_json, reviews_of_csv):
        try:
            found = read(content, highest=5)
        except ReviewsUnreadableError:
            continue
        assert all("\0" not in one.text and len(one.external_id) <= 200 for one in found.reviews)


@given(st.text(max_size=500))
def test_plain_text_holds_no_tag_and_nothing_that_cannot_be_stored(words: str) -> None:
    assert "\0" not in plain_text(words)
    assert plain_text(f"<b>{'x' * 3}</b>") == "xxx"


@pytest.mark.parametrize("score", ["9" * 5000, "9" * 400, f"1/{'9' * 5000}", f"{'9' * 400}/5"])
def test_a_number_of_a_thousand_digits_is_no_score_and_breaks_nothing(score: str) -> None:
    made = review_of({"text": "Late", "posted": "2026-11-20", "score": score}, place=1, highest=5)
    assert isinstance(made, Trouble)
    assert made.code == "not_a_score"


def test_a_number_of_a_thousand_digits_in_json_is_refused_with_the_reason() -> None:
    with pytest.raises(ReviewsUnreadableError) as refusal:
        reviews_of_json(b'[{"text": "Late", "date": "2026-11-20", "score": ' + b"9" * 5000 + b"}]", highest=5)
    assert refusal.value.code == "not_json"


def test_no_column_of_a_review_holds_what_cannot_be_stored() -> None:
    hostile = dict.fromkeys(("id", "author", "address", "text", "title", "language"), "https://x.example/\x00\ud800")
    made = review_of(hostile | {"posted": "2026-11-20"}, place=1, highest=5)
    assert isinstance(made, FoundReview)
    kept = [made.external_id, made.author, made.address, made.text, made.language]
    assert not any("\0" in words or "\ud800" in words for words in kept)
    assert made.address == "https://x.example/"

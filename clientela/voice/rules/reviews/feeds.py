"""Reviews in an RSS or Atom feed."""

import io
from typing import Any

import feedparser

from clientela.voice.rules.reviews.entries import (
    MOST_ENTRIES,
    FoundReview,
    ReadReviews,
    ReviewsUnreadableError,
    Trouble,
    review_of,
)

# Where sites put the score: each by the name that feedparser gives it.
_SCORES = ("rating", "score", "im_rating", "g_rating", "stars", "review_rating", "media_starrating", "reviewrating")


def reviews_of_feed(content: bytes, *, highest: int) -> ReadReviews:
    """Read an RSS or Atom feed. A broken entry is named and left out; the others count.

    Raises ReviewsUnreadableError: "html" for a web page, "empty" for nothing, "not_a_feed" for anything else.
    """
    if not content.strip():
        raise ReviewsUnreadableError("empty")
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise ReviewsUnreadableError("html")
    # A stream, so that the library never takes the content for an address to fetch.
    found = feedparser.parse(io.BytesIO(content), sanitize_html=True, resolve_relative_uris=False)
    if not found.get("version") and not found.entries:
        raise ReviewsUnreadableError("html" if b"<html" in start else "not_a_feed")
    reviews: list[FoundReview] = []
    troubles: list[Trouble] = []
    for place, entry in enumerate(found.entries[:MOST_ENTRIES], start=1):
        made = review_of(_values(entry), place=place, highest=highest)
        if isinstance(made, Trouble):
            troubles.append(made)
        else:
            reviews.append(made)
    return ReadReviews(tuple(reviews), tuple(troubles))


def _values(entry: Any) -> dict[str, str]:
    content = entry.get("content") or [{}]
    score = next((str(entry[name]) for name in _SCORES if entry.get(name)), "")
    return {
        "id": str(entry.get("id", "")),
        "author": str(entry.get("author", "")),
        "address": str(entry.get("link", "")),
        "score": score,
        "title": str(entry.get("title", "")),
        "text": str(content[0].get("value", "") or entry.get("summary", "")),
        "language": str(content[0].get("language") or ""),
        "posted": str(entry.get("published") or entry.get("updated") or ""),
    }

"""Reviews in JSON: a list of objects, or an object that holds one; JSON Feed as well."""

import json
from collections.abc import Mapping
from typing import Any, Final

from clientela.voice.rules.reviews.entries import (
    MOST_ENTRIES,
    FoundReview,
    ReadReviews,
    ReviewsUnreadableError,
    Trouble,
    review_of,
)

DEEPEST: Final = 40
# By what names sites call our fields, in the order in which they are looked for; a dot goes one object deeper.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "review_id", "reviewId", "guid", "uuid"),
    "author": ("author", "author_name", "reviewer.displayName", "author.name", "user.name", "name", "authors.0.name"),
    "address": ("url", "link", "address", "review_url"),
    "score": ("score", "rating", "stars", "starRating", "rating.value", "reviewRating.ratingValue"),
    "title": ("title", "headline"),
    "text": ("text", "comment", "body", "review", "content", "content_text", "content_html", "reviewBody", "summary"),
    "language": ("language", "lang"),
    "posted": ("posted_at", "date", "created_at", "createTime", "date_published", "datePublished", "published", "time"),
}
_WORDS: Final = {"ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5"}


def reviews_of_json(content: bytes, *, highest: int, fields: Mapping[str, str] | None = None) -> ReadReviews:
    """Read reviews of a JSON answer or file. `fields` says by what names this site calls our fields, if by others.

    Raises ReviewsUnreadableError: "html", "empty", "not_json" (with the line), "no_list".
    """
    if not content.strip():
        raise ReviewsUnreadableError("empty")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise ReviewsUnreadableError("html")
    try:
        found = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:  # ValueError: broken, or a number of thousands of digits
        line = (
            f"line {error.lineno}, column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else "too deep or too long"
        )
        raise ReviewsUnreadableError("not_json", line) from error
    entries = _list_in(found)
    if entries is None:
        raise ReviewsUnreadableError("no_list")
    reviews: list[FoundReview] = []
    troubles: list[Trouble] = []
    for place, entry in enumerate(entries[:MOST_ENTRIES], start=1):
        made = (
            review_of(_values(entry, fields or {}), place=place, highest=highest)
            if isinstance(entry, dict)
            else Trouble(place, "", "not_an_object", str(entry)[:60])
        )
        if isinstance(made, Trouble):
            troubles.append(made)
        else:
            reviews.append(made)
    return ReadReviews(tuple(reviews), tuple(troubles))


def _list_in(found: Any) -> list[Any] | None:
    """The list itself, or the longest list of objects directly in an object."""
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        return max(lists, key=len) if lists else None
    return None


def _values(entry: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for field, names in NAMES.items():
        wanted = (fields[field],) if fields.get(field) else names
        found = next((value for name in wanted if (value := _at(entry, name)) is not None), None)
        words = "" if found is None or isinstance(found, dict | list) else str(found)
        values[field] = _WORDS.get(words, words) if field == "score" else words
    return values


def _at(entry: Any, path: str) -> Any:
    found = entry
    for part in path.split(".")[:DEEPEST]:
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found

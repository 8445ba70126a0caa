"""One entry of a review site, whatever it came in, made into a review; or the reason why it cannot be."""

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

LONGEST_TEXT: Final = 20_000
LONGEST_NAME: Final = 200
LONGEST_ID: Final = 200
MOST_ENTRIES: Final = 20_000
LONGEST_SCORE: Final = 60  # a number of a thousand digits is none
_TAGS = re.compile(r"<[^>]{0,2000}>")
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^>]{0,200}>", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|z|din|de|von|su|sur)\s*(\d+)", re.IGNORECASE)
_STARS = re.compile(r"[★⭐]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ReviewsUnreadableError(ValueError):
    """The whole cannot be read. `code`: "html", "empty", "not_json", "no_list", "not_a_feed" or "no_columns"."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class FoundReview:
    """A review as it stands there. `score` is on the source's own scale; None without one."""

    external_id: str
    author: str
    address: str
    score: int | None
    text: str
    language: str  # "" where the site does not say
    posted_at: datetime


@dataclass(frozen=True)
class Trouble:
    """An entry that was left out: its line or place, the field, and a code ("missing", "not_a_day", "not_a_score")."""

    place: int
    field: str
    code: str
    found: str


@dataclass(frozen=True)
class ReadReviews:
    """What could be read, and what was left out."""

    reviews: tuple[FoundReview, ...]
    troubles: tuple[Trouble, ...]


def review_of(values: Mapping[str, str], *, place: int, highest: int) -> FoundReview | Trouble:
    """Make a review of an entry's words: "id", "author", "address", "score", "text", "title", "language", "posted".

    Without text and without score there is nothing to keep. Without an id of its own it gets one from its content, so
    that the same entry read again is the same review.
    """
    text = plain_text(values.get("text", ""))
    title = plain_text(values.get("title", ""))
    if title and not text.startswith(title):
        text = f"{title}\n{text}".strip()
    given = values.get("score", "").strip()
    score = score_of(given, highest=highest) if 0 < len(given) <= LONGEST_SCORE else None
    if given and score is None:
        return Trouble(place, "score", "not_a_score", given[:60])
    if not text and score is None:
        return Trouble(place, "text", "missing", "")
    posted_at = moment_of(values.get("posted", ""))
    if posted_at is None:
        found = values.get("posted", "")[:60]
        return Trouble(place, "posted", "not_a_day" if found else "missing", found)
    author = plain_text(values.get("author", ""))[:LONGEST_NAME]
    external_id = _UNSTORABLE.sub("", values.get("id", "").strip())
    if not external_id or len(external_id) > LONGEST_ID:
        content = f"{external_id}\0{author}\0{text}\0{posted_at.isoformat()}"
        external_id = "sha256:" + sha256(content.encode("utf-8", "replace")).hexdigest()
    address = _UNSTORABLE.sub("", values.get("address", "")).strip()
    return FoundReview(
        external_id=external_id,
        author=author,
        address=address if address.startswith(("https://", "http://")) and len(address) <= 500 else "",  # noqa: PLR2004 - the column
        score=score,
        text=text[:LONGEST_TEXT],
        language=_UNSTORABLE.sub("", values.get("language", "")).strip()[:8],
        posted_at=posted_at,
    )


def score_of(given: str, *, highest: int) -> int | None:
    """The score on the source's scale: "4", "4.0", "4/5", "4 of 5", "★★★★", "8/10" on a scale of 5; None if it is none.

    A score of another scale is brought to this one at the same share of the way; halves are rounded up.
    """
    stars = len(_STARS.findall(given))
    if stars:
        return stars if stars <= highest else None
    pair = _OUT_OF.search(given)
    if pair:
        value, of = float(pair[1].replace(",", ".")), int(pair[2])
        return None if of < 1 or value > of else _whole(value * highest / of, highest)
    number = _NUMBER.fullmatch(given.strip())
    return None if number is None else _whole(float(given.strip().replace(",", ".")), highest)


def moment_of(given: str) -> datetime | None:
    """A moment of ISO 8601 or of mail's form; a day alone is its noon in UTC, so that it is that day in most zones."""
    words = given.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            return datetime.fromisoformat(words).replace(hour=12, tzinfo=UTC)
        found = datetime.fromisoformat(words)
    except ValueError:
        try:
            found = parsedate_to_datetime(words)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def plain_text(given: str) -> str:
    """The words without tags and entities, white space folded within lines."""
    words = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", _UNSTORABLE.sub("", given[: 4 * LONGEST_TEXT]))))
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]


def _whole(value: float, highest: int) -> int | None:
    rounded = math.floor(value + 0.5)
    return rounded if 0 <= rounded <= highest else None

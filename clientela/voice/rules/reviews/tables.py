"""Reviews in a CSV file: a header line, then one review a line."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from clientela.voice.rules.reviews.entries import (
    MOST_ENTRIES,
    FoundReview,
    ReadReviews,
    ReviewsUnreadableError,
    Trouble,
    review_of,
)

# By what names the columns are known, in small letters.
COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "id": frozenset({"id", "review id", "review_id"}),
    "author": frozenset({"author", "name", "reviewer", "autor", "nume", "imię", "nombre"}),
    "address": frozenset({"url", "link", "address"}),
    "score": frozenset({"score", "rating", "stars", "stele", "ocena", "gwiazdki", "puntuación", "nota", "notă"}),
    "title": frozenset({"title", "titlu", "tytuł", "título"}),
    "text": frozenset(
        {"text", "comment", "review", "recenzie", "opinia", "opinie", "reseña", "comentario", "comentariu"}
    ),
    "language": frozenset({"language", "lang", "limba", "język", "idioma"}),
    "posted": frozenset({"posted", "posted_at", "date", "data", "fecha", "created_at", "created", "time"}),
}


def reviews_of_csv(content: bytes, *, highest: int, fields: Mapping[str, str] | None = None) -> ReadReviews:
    """Read reviews of a CSV file with commas, semicolons or tabs. `fields` names other columns for our fields.

    Places are the lines of the file, the header is line 1. Raises ReviewsUnreadableError: "empty", "html",
    "no_columns" when there is neither a text nor a score to read, or no day.
    """
    if not content.strip():
        raise ReviewsUnreadableError("empty")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise ReviewsUnreadableError("html")
    words = _decoded(content)
    first_line = words.partition("\n")[0]
    separator = max(",;\t", key=first_line.count)
    lines = csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    try:
        header = [name.strip() for name in next(lines)]
    except (StopIteration, csv.Error) as error:
        raise ReviewsUnreadableError("no_columns") from error
    places = _places(header, fields or {})
    if not ({"text", "score"} & set(places)) or "posted" not in places:
        raise ReviewsUnreadableError("no_columns", ", ".join(header)[:200])
    reviews: list[FoundReview] = []
    troubles: list[Trouble] = []
    try:
        for row in lines:
            if not any(cell.strip() for cell in row):
                continue
            values = {field: row[place] if place < len(row) else "" for field, place in places.items()}
            made = review_of(values, place=lines.line_num, highest=highest)
            if isinstance(made, Trouble):
                troubles.append(made)
            else:
                reviews.append(made)
            if len(reviews) >= MOST_ENTRIES:
                break
    except csv.Error as error:  # a cell larger than any review
        troubles.append(Trouble(lines.line_num, "", "not_a_row", str(error)[:60]))
    return ReadReviews(tuple(reviews), tuple(troubles))


def _places(header: list[str], fields: Mapping[str, str]) -> dict[str, int]:
    places = {}
    for field, known in COLUMNS.items():
        wanted = {fields[field].strip().lower()} if fields.get(field) else known
        place = next((at for at, name in enumerate(header) if name.lower() in wanted), None)
        if place is not None:
            places[field] = place
    return places


def _decoded(content: bytes) -> str:
    """UTF-8 as files should be; else the encoding of old spreadsheets in these countries."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1250", "replace")

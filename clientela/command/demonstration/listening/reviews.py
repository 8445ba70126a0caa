"""The public site: files of reviews given one after the other, most of them answered or owed nothing."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.hours import DAY, HOUR, OpenHours
from clientela.command.demonstration.listening.house import Loaded
from clientela.directory.policies import HOUSE
from clientela.promises import actions as promises
from clientela.voice.actions import reviews
from clientela.voice.queries import reviews as voice

TERMS = "public-reviews"
FILES = (("older", 0.0), ("recent", 8.5), ("newest", 0.1))  # and how many days ago somebody gave each
UNANSWERED = frozenset({"risky", "newest"})  # files of which not everything was answered
ANSWERED_AFTER = timedelta(hours=20)
LONGEST_LOOK_BACK = 14 * DAY


def take_in_reviews(loaded: Loaded) -> None:
    """Add the site, take its reviews in and answer them; two stay unanswered, one of them owed an answer soon."""
    told = table("listening/story")["site"]
    added_at = loaded.morning(told["added_days_ago"])
    terms_id = promises.define_terms(
        by=HOUSE,
        at=added_at,
        key=TERMS,
        name="An answer under a public review",
        first_reply_minutes=told["first_reply_minutes"],
        next_reply_minutes=None,
        resolution_minutes=None,
        pauses_while=[],
        on_reopen="restart",
    )
    site_id = reviews.add_review_site(
        by=loaded.colleague(told["by"]),
        at=added_at,
        name=told["name"],
        kind="csv",
        provider_id=loaded.departments[told["department"]],
        language=told["language"],
        terms_id=terms_id,
    )
    moments = [(name, loaded.morning(days) if days else added_at) for name, days in FILES]
    moments.append(("risky", _almost_due(loaded, told)))
    for name, given_at in sorted(moments, key=lambda pair: pair[1]):
        _give(loaded, told, name, site_id=site_id, at=given_at)


def _give(loaded: Loaded, told: Mapping[str, Any], name: str, *, site_id: int, at: datetime) -> None:
    by, written = loaded.colleague(told["answers_by"]), table("listening/reviews")
    rows: Sequence[Any] = written[name]
    reviews.take_in_file(by=by, at=at, site_id=site_id, content=_file(loaded, rows, at=at))
    answers = {text: (language, answer) for _days, _stars, language, _author, text, answer in rows}
    page = voice.reviews_page(by, at=at, is_waiting=True, site_id=site_id)
    for place, review in enumerate(one for one in page.reviews if one.text in answers):
        language, answer = answers[review.text]
        if name in UNANSWERED and not answer:
            continue
        thanks = written["thanks"][language]
        answered_at = min(max(review.posted_at, at) + ANSWERED_AFTER, loaded.plan.until)
        words = answer or thanks[place % len(thanks)]
        reviews.answer_review(by=by, at=answered_at, review_id=review.id, text=words)


def _file(loaded: Loaded, rows: Sequence[Any], *, at: datetime) -> bytes:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(("id", "date", "rating", "language", "author", "text"))
    for days, stars, language, author, text, _answer in rows:
        posted_at = min(loaded.plan.until - timedelta(days=days), at)
        lines.writerow((f"r{round(days * 10)}", posted_at.isoformat(), stars, language, author, text))
    return written.getvalue().encode()


def _almost_due(loaded: Loaded, told: Mapping[str, Any]) -> datetime:
    """When a review was read whose answer is due very soon: the first full hour from which it is not late yet."""
    until = int(loaded.plan.until.timestamp())
    department = next(one for one in loaded.plan.departments if one.key == told["department"])
    calendar = next(one for one in loaded.plan.calendars if one.key == department.calendar)
    hours = OpenHours(calendar, since=until - 30 * DAY, until=until + 30 * DAY)
    at = until
    while at > until - LONGEST_LOOK_BACK and hours.add(at - HOUR, told["first_reply_minutes"] * 60) > until:
        at -= HOUR
    return loaded.plan.until - timedelta(seconds=until - at)

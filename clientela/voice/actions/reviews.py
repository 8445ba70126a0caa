"""Public reviews: sites that are read, reviews taken in once each, answered within a promise, matched with consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import actions as directory_actions
from clientela.directory import queries as directory
from clientela.directory.policies import HOUSE, PartySeen, Viewer, may_see_party
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.promises import actions as promises
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.models import Review, ReviewSource, Voice
from clientela.voice.policies.reviews import may_answer_reviews, may_set_review_sites
from clientela.voice.rules.reviews import (
    FoundReview,
    ReadReviews,
    ReviewsUnreadableError,
    reviews_of_csv,
    reviews_of_feed,
    reviews_of_json,
)

READ_EVERY: Final = timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(days=1)
LONGEST_ANSWER: Final = 4000
FIRST_REPLY: Final = "first_reply"
STARS: Final = 5
AT_ONCE: Final = 500


class ReviewError(FieldRefusedError):
    """A site or an answer that cannot be kept so. `field` names the field, the message the reason and the remedy."""


@dataclass(frozen=True)
class TakenIn:
    """What came of a file or a feed: reviews that are new, those known already, and entries that were left out."""

    new: int
    known: int
    read: ReadReviews


@transaction.atomic
def add_review_site(
    *,
    by: Viewer,
    at: datetime,
    name: str,
    kind: str,
    provider_id: int,
    language: str,
    address: str = "",
    is_inside: bool = False,
    terms_id: int | None = None,
    highest: int = STARS,
    fields: Mapping[str, str] | None = None,
) -> int:
    """Read a public site from now on: a "feed" or "json" at an address every hour, a "csv" when a file is given.

    `is_inside`: it stands in our own network, where nothing is read for any other site.
    With terms each new review is to be answered within their first reply. Return the site's id.
    Raises NotAllowedError, ReviewError.
    """
    require(may_set_review_sites(by))
    words = name.replace("\0", "").strip()[:120]
    if not words:
        raise ReviewError("name", _("Give the site a name, as people call it."))
    _require_address(kind, address)
    department = directory.department_by_id(provider_id)
    if department is None:
        raise ReviewError("provider", _("Choose the department that the site is about."))
    party = None
    if terms_id is not None:
        party = directory_actions.register_organisation(
            by=HOUSE, at=at, name=words, language=product_language(language), zone=department.zone
        )
    with refusals_as({"voice_reviewsource_name_key": ReviewError("name", _("There is a site of this name already."))}):
        site = ReviewSource.objects.create(
            name=words,
            kind=kind,
            address=address.strip() if kind != ReviewSource.Kind.FILE else "",
            is_inside=is_inside,
            provider_id=provider_id,
            terms_id=terms_id,
            party_id=party,
            fields=dict(fields or {}),
            highest=highest,
            language=product_language(language),
            next_read_at=None if kind == ReviewSource.Kind.FILE else at,
        )
    record(verb="review_site_added", by=by.person_id, at=at, about=[thing("review_source", site.pk)], name=words)
    return site.pk


@transaction.atomic
def stop_reading_site(*, by: Viewer, at: datetime, site_id: int) -> None:
    """Read the site no longer; its reviews stay. Raises NotAllowedError, HiddenError."""
    require(may_set_review_sites(by))
    site = _held(site_id)
    site.next_read_at = None
    site.save(update_fields=["next_read_at"])
    record(verb="review_site_stopped", by=by.person_id, at=at, about=[thing("review_source", site.pk)])


@transaction.atomic
def read_site_now(*, by: Viewer, at: datetime, site_id: int) -> None:
    """Read the site at the next minute, whatever its pause. Raises NotAllowedError, HiddenError."""
    require(may_set_review_sites(by))
    site = _held(site_id)
    if site.kind == ReviewSource.Kind.FILE:
        raise ReviewError("", _("This site is read from files. Give one."))
    site.next_read_at = at
    site.failure_count = 0
    site.save(update_fields=["next_read_at", "failure_count"])


@transaction.atomic
def take_in_file(*, by: Viewer, at: datetime, site_id: int, content: bytes) -> TakenIn:
    """Take in reviews of a file that somebody gives: CSV, JSON or a saved feed; the same review counts once.

    Raises HiddenError, NotAllowedError, ReviewsUnreadableError (nothing is kept then).
    """
    site = _held(site_id)
    require(may_answer_reviews(by, site.provider_id))
    return _take_in(site, content, at=at, by=by)


@transaction.atomic
def take_in_answer(*, at: datetime, site_id: int, content: bytes, etag: str = "", modified: str = "") -> TakenIn | None:
    """Take in what a site answered; when it cannot be read the reason stands at the site, and it rests for longer.

    Return None when it could not be read, with the pause growing from an hour to a day.
    """
    site = _held(site_id)
    try:
        taken = _take_in(site, content, at=at, by=HOUSE)
    except ReviewsUnreadableError as error:
        _note_failure(site, str(error), at=at)
        return None
    site.etag, site.modified = etag[:200], modified[:60]
    _note_success(site, at=at)
    return taken


@transaction.atomic
def note_site_unchanged(*, at: datetime, site_id: int) -> None:
    """The site says that nothing is new."""
    _note_success(_held(site_id), at=at)


@transaction.atomic
def note_site_failure(*, at: datetime, site_id: int, reason: str) -> None:
    """The site could not be reached: keep why, and rest for longer."""
    _note_failure(_held(site_id), reason, at=at)


@transaction.atomic
def answer_review(*, by: Viewer, at: datetime, review_id: int, text: str) -> None:
    """Keep the answer that was written under the review on the site; the promise to answer is kept by it.

    Raises HiddenError, NotAllowedError, ReviewError.
    """
    review = _held_review(review_id)
    require(may_answer_reviews(by, review.source.provider_id))
    words = text.replace("\0", "").strip()
    if not words:
        raise ReviewError("answer", _("Write what you answered there."))
    if len(words) > LONGEST_ANSWER:
        raise ReviewError("answer", _("Keep it to %(n)s characters.") % {"n": LONGEST_ANSWER})
    is_first = review.answered_at is None
    review.answer = words
    review.answered_by_id = by.person_id
    review.answered_at = review.answered_at or at
    review.save(update_fields=["answer", "answered_by", "answered_at"])
    if is_first:
        promises.keep_clocks(at=at, subject=thing("review", review.pk), kinds=[FIRST_REPLY])
    record(verb="review_answered", by=by.person_id, at=at, about=[thing("review", review.pk)])


@transaction.atomic
def match_review(*, by: Viewer, at: datetime, review_id: int, party_id: int, consent: str) -> None:
    """Say who wrote a review. Only with their consent: `consent` says how we know that they agreed.

    Raises HiddenError, NotAllowedError, ReviewError.
    """
    review = _held_review(review_id)
    require(may_answer_reviews(by, review.source.provider_id))
    card = directory.party_cards({party_id}).get(party_id)
    if card is None or card.kind == "department":
        raise HiddenError
    is_employee = card.kind == "person" and directory.is_employee(card.id, at)
    require_seen(may_see_party(by, PartySeen(card.id, card.kind, is_employee)))
    words = consent.replace("\0", "").strip()[:300]
    if not words:
        raise ReviewError(
            "consent", _("Say how you know that they agreed. Without their word a review stays nobody’s.")
        )
    review.party_id, review.consent = party_id, words
    review.save(update_fields=["party", "consent"])
    Voice.objects.filter(source=thing("review", review.pk)).update(speaker=party_id)
    about = [thing("review", review.pk), thing("party", party_id)]
    record(verb="review_matched", by=by.person_id, at=at, about=about, consent=words)


@transaction.atomic
def part_review(*, by: Viewer, at: datetime, review_id: int) -> None:
    """It was not them, or they do not want it any more: the review is nobody's again."""
    review = _held_review(review_id)
    require(may_answer_reviews(by, review.source.provider_id))
    about = [thing("review", review.pk), *([thing("party", review.party_id)] if review.party_id else [])]
    review.party, review.consent = None, ""
    review.save(update_fields=["party", "consent"])
    Voice.objects.filter(source=thing("review", review.pk)).update(speaker=None)
    record(verb="review_parted", by=by.person_id, at=at, about=about)


def stars_of(score: int, *, highest: int) -> int:
    """A score of the site's scale as 1 to 5 stars: at the same share of the way, never fewer than one."""
    return max(1, min(STARS, (2 * score * STARS + highest) // (2 * highest)))


def _take_in(site: ReviewSource, content: bytes, *, at: datetime, by: Viewer) -> TakenIn:
    read = _read(site, content)
    unique = {one.external_id: one for one in read.reviews}
    known = set(Review.objects.filter(source=site, external_id__in=list(unique)).values_list("external_id", flat=True))
    fresh = [one for one in unique.values() if one.external_id not in known]
    for start in range(0, len(fresh), AT_ONCE):
        _keep(site, fresh[start : start + AT_ONCE], at=at)
    record(
        verb="reviews_taken_in",
        by=by.person_id,
        at=at,
        about=[thing("review_source", site.pk)],
        new=len(fresh),
        left_out=len(read.troubles),
    )
    return TakenIn(len(fresh), len(known), read)


def _read(site: ReviewSource, content: bytes) -> ReadReviews:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if site.kind == ReviewSource.Kind.FEED or (site.kind == ReviewSource.Kind.FILE and start == b"<"):
        return reviews_of_feed(content, highest=site.highest)
    if site.kind == ReviewSource.Kind.JSON or start in {b"{", b"["}:
        return reviews_of_json(content, highest=site.highest, fields=site.fields)
    return reviews_of_csv(content, highest=site.highest, fields=site.fields)


def _keep(site: ReviewSource, found: Sequence[FoundReview], *, at: datetime) -> None:
    rows = Review.objects.bulk_create(
        [
            Review(
                source=site,
                external_id=one.external_id,
                author=one.author,
                address=one.address,
                score=one.score,
                text=one.text,
                language=one.language or site.language,
                # A site whose clock runs ahead does not write into our future.
                posted_at=min(one.posted_at, at),
            )
            for one in found
        ]
    )
    hear(
        at=at,
        voices=[
            VoiceToHear(
                kind=Voice.Kind.REVIEW,
                source=thing("review", row.pk),
                side="outside",
                provider_id=site.provider_id,
                said_at=row.posted_at,
                language=row.language,
                about=thing("review", row.pk),
                measure="stars" if row.score is not None else "",
                score=None if row.score is None else stars_of(row.score, highest=site.highest),
                text=row.text,
            )
            for row in rows
        ],
    )
    if site.terms_id is not None and site.party_id is not None:
        promises.start_clocks_of_many(
            at=at,
            starts=[
                promises.ClocksToStart(
                    subject=thing("review", row.pk),
                    provider_id=site.provider_id,
                    customer_id=site.party_id,
                    terms_id=site.terms_id,
                    kinds=[FIRST_REPLY],
                )
                # What was written long before we began to read is shown, and owed no answer by a clock.
                for row in rows
                if row.posted_at > at - timedelta(days=7)
            ],
        )


def _note_failure(site: ReviewSource, reason: str, *, at: datetime) -> None:
    site.failure_count += 1
    site.error = reason.replace("\0", "")[:500]
    site.next_read_at = at + min(READ_EVERY * 2 ** min(site.failure_count, 5), LONGEST_PAUSE)
    site.save(update_fields=["failure_count", "error", "next_read_at"])


def _note_success(site: ReviewSource, *, at: datetime) -> None:
    site.failure_count, site.error, site.read_at = 0, "", at
    site.next_read_at = at + READ_EVERY
    site.save(update_fields=["failure_count", "error", "read_at", "next_read_at", "etag", "modified"])


def _held(site_id: int) -> ReviewSource:
    site = ReviewSource.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise HiddenError
    return site


def _held_review(review_id: int) -> Review:
    review = Review.objects.select_for_update(of=("self",)).filter(pk=review_id).select_related("source").first()
    if review is None:
        raise HiddenError
    return review


def _require_address(kind: str, address: str) -> None:
    if kind not in ReviewSource.Kind.values:
        raise ReviewError("kind", _("Choose what the site offers: a file, a feed or JSON."))
    if kind == ReviewSource.Kind.FILE:
        return
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or len(address) > 500:  # noqa: PLR2004 - the column
        raise ReviewError("address", _("Write the address as in a browser, beginning with https://."))

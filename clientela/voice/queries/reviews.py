"""Public reviews, ready to show: what waits for an answer first; and the sites they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.kernel.policies import HiddenError, Verdict, require_seen
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.voice.models import Review, ReviewSource, Voice
from clientela.voice.policies.reviews import may_answer_reviews, may_read_reviews, may_set_review_sites
from clientela.voice.queries.wording import has_words, parties_called

A_PAGE = 25


@dataclass(frozen=True)
class SiteToRead:
    """A site that is due to be read."""

    id: int
    address: str
    is_inside: bool
    etag: str
    modified: str


@dataclass(frozen=True)
class SiteSeen:
    """A review site: what it is, how reading it goes, how many reviews wait for an answer."""

    id: int
    name: str
    kind: str  # csv, feed or json
    address: str
    provider: DepartmentCard
    highest: int
    is_read: bool
    read_at: datetime | None
    failure_count: int
    error: str
    waiting_count: int
    may_give_file: bool


@dataclass(frozen=True)
class ReviewSeen:
    """A review as it stands there, its promise, and its answer. `feeling` is "" until it is read."""

    id: int
    site: str
    provider: DepartmentCard
    author: str
    address: str
    score: int | None
    highest: int
    text: str
    language: str
    posted_at: datetime
    feeling: str
    party: PartyCard | None
    consent: str
    answer: str
    answered_by: PartyCard | None
    answered_at: datetime | None
    promise: ClockSeen | None
    may_answer: Verdict


@dataclass(frozen=True)
class ReviewsPage:
    """Reviews with where to go on: the id of the last one shown, and its moment."""

    reviews: tuple[ReviewSeen, ...]
    next_after: tuple[datetime, int] | None
    sites: tuple[SiteSeen, ...]
    may_set_sites: bool


def sites_to_read(*, at: datetime, limit: int) -> list[SiteToRead]:
    """The sites whose time has come, the longest waiting first."""
    rows = ReviewSource.objects.filter(next_read_at__lte=at).order_by("next_read_at", "pk")[:limit]
    return [SiteToRead(row.pk, row.address, row.is_inside, row.etag, row.modified) for row in rows]


def reviews_page(
    viewer: Viewer,
    *,
    at: datetime,
    is_waiting: bool = False,
    words: str = "",
    site_id: int | None = None,
    after: tuple[datetime, int] | None = None,
) -> ReviewsPage:
    """Reviews, the newest first; `is_waiting`: only those without an answer. Raises HiddenError.

    `words` must each begin a word of the review or of its author's name there; or be the name of who wrote it, where
    the viewer is told.
    """
    require_seen(may_read_reviews(viewer))
    rows = Review.objects.select_related("source")
    if words.strip():
        rows = rows.filter(_said_or_written_by(viewer, words, at=at))
    if is_waiting:
        rows = rows.filter(answered_at__isnull=True)
    if site_id is not None:
        rows = rows.filter(source=site_id)
    if after is not None:
        rows = rows.filter(Q(posted_at__lt=after[0]) | Q(posted_at=after[0], pk__lt=after[1]))
    found = list(rows.order_by(F("posted_at").desc(), F("pk").desc())[: A_PAGE + 1])
    shown = found[:A_PAGE]
    return ReviewsPage(
        reviews=_seen(viewer, shown, at=at),
        next_after=(shown[-1].posted_at, shown[-1].pk) if len(found) > A_PAGE else None,
        sites=_sites(viewer),
        may_set_sites=may_set_review_sites(viewer).is_allowed,
    )


def review_seen(viewer: Viewer, review_id: int, *, at: datetime) -> ReviewSeen:
    """One review. Raises HiddenError."""
    require_seen(may_read_reviews(viewer))
    row = Review.objects.filter(pk=review_id).select_related("source").first()
    if row is None:
        raise HiddenError
    return _seen(viewer, [row], at=at)[0]


def _said_or_written_by(viewer: Viewer, words: str, *, at: datetime) -> Q:
    found = has_words("voice_review", words)
    if not viewer.is_house and not viewer.department_ids:
        return found
    named = Q(party__in=parties_called(viewer, words, at=at))
    return found | (named if viewer.is_house else named & Q(source__provider__in=viewer.department_ids))


def _seen(viewer: Viewer, rows: Sequence[Review], *, at: datetime) -> tuple[ReviewSeen, ...]:
    departments = {card.id: card for card in directory.departments()}
    people = directory.party_cards(
        {number for row in rows for number in (row.party_id, row.answered_by_id) if number is not None}
    )
    names = {row.pk: f"review:{row.pk}" for row in rows}
    clocks = promises.clocks_of(names.values(), at=at)
    feelings = dict(Voice.objects.filter(source__in=names.values()).values_list("source", "feeling"))
    return tuple(
        ReviewSeen(
            id=row.pk,
            site=row.source.name,
            provider=departments[row.source.provider_id],
            author=row.author,
            address=row.address,
            score=row.score,
            highest=row.source.highest,
            text=row.text,
            language=row.language,
            posted_at=row.posted_at,
            feeling=feelings.get(names[row.pk], ""),
            party=people.get(row.party_id or 0) if may_answer_reviews(viewer, row.source.provider_id) else None,
            # How they agreed names them, or the request they wrote it in.
            consent=row.consent if may_answer_reviews(viewer, row.source.provider_id) else "",
            answer=row.answer,
            answered_by=people.get(row.answered_by_id or 0),
            answered_at=row.answered_at,
            promise=next(iter(clocks.get(names[row.pk], ())), None),
            may_answer=may_answer_reviews(viewer, row.source.provider_id),
        )
        for row in rows
    )


def _sites(viewer: Viewer) -> tuple[SiteSeen, ...]:
    departments = {card.id: card for card in directory.departments()}
    rows = ReviewSource.objects.order_by("name")
    # Only those without an answer are counted, by their own index: the past does not make the page slower.
    waiting = dict(
        Review.objects.filter(answered_at__isnull=True).values_list("source").annotate(n=Count("pk")).order_by()
    )
    return tuple(
        SiteSeen(
            id=row.pk,
            name=row.name,
            kind=row.kind,
            address=row.address,
            provider=departments[row.provider_id],
            highest=row.highest,
            is_read=row.next_read_at is not None,
            read_at=row.read_at,
            failure_count=row.failure_count,
            error=row.error,
            waiting_count=waiting.get(row.pk, 0),
            may_give_file=may_answer_reviews(viewer, row.provider_id).is_allowed,
        )
        for row in rows
    )

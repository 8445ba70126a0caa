"""What was said about being served."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.voice.models import Rating, RatingInvitation
from clientela.voice.policies import invitation_of, may_rate, may_see_ratings_of


@dataclass(frozen=True)
class RatingSeen:
    """One rating, to be shown."""

    subject: str
    score: int
    comment: str
    language: str
    rated_at: datetime


@dataclass(frozen=True)
class RatingQuestion:
    """What the page behind a rating link shows."""

    subject: str
    provider_id: int
    language: str
    score: int | None  # None: not answered yet
    comment: str
    may_answer: bool
    reason: str


def rating_question(token: str, *, at: datetime) -> RatingQuestion | None:
    """Return the question that a link's key names, or None if the key is not ours."""
    invitation = RatingInvitation.objects.filter(pk=invitation_of(token) or 0).select_related("rating").first()
    if invitation is None:
        return None
    rating = getattr(invitation, "rating", None)
    verdict = may_rate(expires_at=invitation.expires_at, is_spent=rating is not None, at=at)
    return RatingQuestion(
        subject=invitation.subject,
        provider_id=invitation.provider_id,
        language=invitation.language,
        score=rating.score if rating else None,
        comment=rating.comment if rating else "",
        may_answer=verdict.is_allowed,
        reason=verdict.reason,
    )


def ratings_of(viewer: Viewer, subjects: Collection[str]) -> dict[str, RatingSeen]:
    """Return the newest rating of each subject that the viewer may read."""
    found: dict[str, RatingSeen] = {}
    for rating in Rating.objects.filter(subject__in=list(subjects)).order_by("rated_at", "id"):
        if may_see_ratings_of(viewer, rating.provider_id).is_allowed:
            found[rating.subject] = RatingSeen(
                subject=rating.subject,
                score=rating.score,
                comment=rating.comment,
                language=rating.language,
                rated_at=rating.rated_at,
            )
    return found


def last_rating_by(viewer: Viewer, person_id: int) -> RatingSeen | None:
    """Return the last rating a person gave that the viewer may read."""
    for rating in Rating.objects.filter(invitation__person=person_id).order_by("-rated_at", "-id")[:20]:
        if may_see_ratings_of(viewer, rating.provider_id).is_allowed:
            return RatingSeen(rating.subject, rating.score, rating.comment, rating.language, rating.rated_at)
    return None

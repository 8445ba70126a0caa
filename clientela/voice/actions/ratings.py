"""Asking how it went, and taking the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.kernel.policies import HiddenError, require
from clientela.voice.actions.hearing import hear_words
from clientela.voice.actions.origins import hear_ratings
from clientela.voice.models import Rating, RatingInvitation
from clientela.voice.policies import invitation_of, may_rate

ANSWER_WITHIN = timedelta(days=30)
LONGEST_COMMENT = 4000


class ScoreError(ValueError):
    """A score that is not 1, 2, 3, 4 or 5."""


class CommentError(ValueError):
    """A comment that cannot be kept."""


@transaction.atomic
def invite_rating(
    *,
    at: datetime,
    subject: str,
    person_id: int,
    provider_id: int,
    side: str,
    language: str,
    is_asked: bool = True,
) -> int | None:
    """Ask a person once how a subject went. Return the invitation's id, or None if they have been asked before.

    `is_asked` False: their letter only tells that it is done, for they were asked enough lately.
    """
    invitation, is_new = RatingInvitation.objects.get_or_create(
        subject=subject,
        person_id=person_id,
        defaults={
            "provider_id": provider_id,
            "side": side,
            "language": language,
            "asked_at": at,
            "expires_at": at + ANSWER_WITHIN,
            "is_asked": is_asked,
        },
    )
    return invitation.pk if is_new else None


@transaction.atomic
def rate(*, at: datetime, token: str, score: int) -> int:
    """Take a score from 1 (badly) to 5 (very well) from the holder of a link. The first answer counts. Return its id.

    Raises HiddenError for a key that is not ours, ScoreError, and NotAllowedError once answered or expired.
    """
    if score not in range(1, 6):
        raise ScoreError(score)
    # Two clicks at once take turns on this lock; the second finds the first one's answer.
    invitation = RatingInvitation.objects.select_for_update().filter(pk=invitation_of(token) or 0).first()
    if invitation is None:
        raise HiddenError
    is_spent = Rating.objects.filter(invitation=invitation).exists()
    require(may_rate(expires_at=invitation.expires_at, is_spent=is_spent, at=at))
    rating = Rating.objects.create(
        invitation=invitation,
        subject=invitation.subject,
        provider_id=invitation.provider_id,
        side=invitation.side,
        score=score,
        language=invitation.language,
        rated_at=at,
    )
    record(
        verb="rating_given",
        by=invitation.person_id,
        at=at,
        about=[invitation.subject, thing("party", invitation.provider_id), thing("party", invitation.person_id)],
        score=score,
    )
    # Heard with the score alone: most people write no words, and those who do write them after the click.
    hear_ratings(at=at, ratings=[(rating, invitation.person_id)])
    return rating.pk


@transaction.atomic
def comment_on_rating(*, at: datetime, token: str, comment: str) -> None:
    """Add words to a score that has been given. Sent again, they replace the first ones while the question lasts."""
    words = comment.replace("\x00", "").strip()
    if not words or len(words) > LONGEST_COMMENT:
        raise CommentError(len(words))
    invitation = RatingInvitation.objects.select_for_update().filter(pk=invitation_of(token) or 0).first()
    rating = None if invitation is None else Rating.objects.filter(invitation=invitation).first()
    if invitation is None or rating is None:
        raise HiddenError
    require(may_rate(expires_at=invitation.expires_at, is_spent=False, at=at))
    rating.comment, rating.commented_at = words, at
    rating.save(update_fields=["comment", "commented_at"])
    # The voice is held before the fact is told: who follows it up meanwhile either waits for the words, or was told of
    # the voice before the fact, and is then handed them.
    hear_words(at=at, source=thing("rating", rating.pk), text=words)
    record(
        verb="rating_commented",
        by=invitation.person_id,
        at=at,
        about=[invitation.subject, thing("party", invitation.provider_id), thing("party", invitation.person_id)],
    )


@dataclass(frozen=True)
class PastRating:
    """A question of the past, with its answer if there was one."""

    subject: str
    person_id: int
    provider_id: int
    side: str
    language: str
    asked_at: datetime
    score: int | None = None
    comment: str = ""
    rated_at: datetime | None = None
    is_asked: bool = True  # False where a survey asked instead


@transaction.atomic
def write_rating_history(past: Sequence[PastRating]) -> list[int | None]:
    """Write questions and answers of the past in bulk, with the facts that the single actions would have recorded.

    They are heard too, but nobody is told that they were: the past was followed up in the past. Return the voice of
    each, None without an answer.
    """
    invitations = RatingInvitation.objects.bulk_create(
        [
            RatingInvitation(
                subject=one.subject,
                person_id=one.person_id,
                provider_id=one.provider_id,
                side=one.side,
                language=one.language,
                asked_at=one.asked_at,
                expires_at=one.asked_at + ANSWER_WITHIN,
                is_asked=one.is_asked,
            )
            for one in past
        ],
        batch_size=2000,
    )
    ratings = Rating.objects.bulk_create(
        [
            Rating(
                invitation=invitation,
                subject=one.subject,
                provider_id=one.provider_id,
                side=one.side,
                score=one.score,
                comment=one.comment,
                language=one.language,
                rated_at=one.rated_at,
                commented_at=one.rated_at if one.comment else None,
            )
            for one, invitation in zip(past, invitations, strict=True)
            if one.score is not None and one.rated_at is not None
        ],
        batch_size=2000,
    )
    record_many([fact for one in past for fact in _facts_of(one)])
    if not ratings:
        return [None] * len(past)
    heard_at = max(rating.rated_at for rating in ratings)
    ids = hear_ratings(at=heard_at, ratings=[(row, row.invitation.person_id) for row in ratings], is_told=False)
    voices = {row.invitation_id: voice_id for row, voice_id in zip(ratings, ids, strict=True)}
    return [voices.get(invitation.pk) for invitation in invitations]


def _facts_of(one: PastRating) -> list[FactToRecord]:
    if one.rated_at is None:
        return []
    about = (one.subject, thing("party", one.provider_id), thing("party", one.person_id))
    given = FactToRecord(verb="rating_given", by=one.person_id, at=one.rated_at, about=about, data={"score": one.score})
    words = FactToRecord(verb="rating_commented", by=one.person_id, at=one.rated_at, about=about, data={})
    return [given, words] if one.comment else [given]

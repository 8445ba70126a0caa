"""Hearing what the desk heard: ratings of requests, and complaints, with the request they are about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from clientela.directory import queries as directory
from clientela.kernel.journal import FactSeen, thing
from clientela.requests import queries as requests
from clientela.requests.queries import RequestOrigin
from clientela.voice.actions.hearing import AT_ONCE, VoiceToHear, hear
from clientela.voice.models import Rating, Voice

# What happened longer ago is heard for the figures; nobody follows up on it now.
TOLD_WITHIN = timedelta(days=7)
INSIDE = "inside"


def hear_ratings(*, at: datetime, ratings: Sequence[tuple[Rating, int]], is_told: bool = True) -> list[int]:
    """Hear ratings, each with the person who gave it; return the ids of the new voices. In steps of AT_ONCE."""
    return [
        number
        for start in range(0, len(ratings), AT_ONCE)
        for number in _hear_ratings(ratings[start : start + AT_ONCE], at=at, is_told=is_told)
    ]


def hear_complaints(*, at: datetime, message_ids: Collection[int], is_told: bool = True) -> list[int]:
    """Hear what was complained about in these messages; return the ids of the new voices. A request counts once."""
    words = requests.words_of_complaints(message_ids)
    origins = requests.request_origins({one.request_id for one in words})
    raters = _raters(origins.values(), also={one.author_id for one in words if one.author_id}, at=at)
    voices = []
    for one in words:
        origin = origins[one.request_id]
        speaker_id = one.author_id or origin.asker_id
        voices.append(
            VoiceToHear(
                kind=Voice.Kind.COMPLAINT,
                source=thing("request", one.request_id),
                side=origin.side,
                provider_id=origin.provider_id,
                said_at=one.at,
                language=one.language,
                about=thing("request", one.request_id),
                service_id=origin.service_id,
                speaker_id=speaker_id,
                rater_id=_rater(origin, speaker_id, origin.side, raters),
                text=one.text,
            )
        )
    return hear(at=at, voices=voices, is_told=is_told)


def hear_what_the_desk_heard(facts: Sequence[FactSeen], *, at: datetime) -> None:
    """Hear the complaints and ratings of these facts; those already heard are passed over.

    A rating is heard when it is given; here come those of the time before there was anybody to hear them.
    """
    for is_told in (False, True):
        some = [fact for fact in facts if (at - fact.at <= TOLD_WITHIN) is is_told]
        complaints = {int(fact.data["message"]) for fact in some if fact.verb == "complaint_made"}
        if complaints:
            hear_complaints(at=at, message_ids=complaints, is_told=is_told)
        subjects = {name for fact in some if fact.verb == "rating_given" for name in fact.about}
        if subjects:
            rows = Rating.objects.filter(subject__in=subjects).select_related("invitation").order_by("pk")
            hear_ratings(at=at, ratings=[(row, row.invitation.person_id) for row in rows], is_told=is_told)


def _hear_ratings(ratings: Sequence[tuple[Rating, int]], *, at: datetime, is_told: bool) -> list[int]:
    origins = requests.request_origins({_number(rating.subject) for rating, _person in ratings})
    raters = _raters(origins.values(), also={person for rating, person in ratings if rating.side == INSIDE}, at=at)
    voices = []
    for rating, person_id in ratings:
        origin = origins.get(_number(rating.subject))
        voices.append(
            VoiceToHear(
                kind=Voice.Kind.RATING,
                source=thing("rating", rating.pk),
                side=rating.side,
                provider_id=rating.provider_id,
                said_at=rating.rated_at,
                language=rating.language,
                about=rating.subject,
                service_id=origin.service_id if origin else None,
                speaker_id=person_id,
                rater_id=_rater(origin, person_id, rating.side, raters),
                measure="csat",
                score=rating.score,
                text=rating.comment,
            )
        )
    return hear(at=at, voices=voices, is_told=is_told)


def _number(subject: str) -> int:
    kind, _colon, number = subject.partition(":")
    return int(number) if kind == "request" and number.isdecimal() else 0


def _raters(origins: Collection[RequestOrigin], *, also: Collection[int], at: datetime) -> Mapping[int, int]:
    people = {one.asker_id for one in origins if one.side == INSIDE} | set(also)
    return directory.main_departments_of(people, at=at) if people else {}


def _rater(origin: RequestOrigin | None, person_id: int, side: str, raters: Mapping[int, int]) -> int | None:
    if side != INSIDE:
        return None
    if origin is not None and origin.customer_kind == "department":
        return origin.customer_id
    return raters.get(person_id)

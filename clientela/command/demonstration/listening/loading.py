"""Listening, told to the product: what people said of the past's requests, and everything that came of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clientela.command.demonstration.listening.house import Loaded
from clientela.command.demonstration.listening.improvements import improve, name_subject
from clientela.command.demonstration.listening.opinions import Opinions, opinions_of, resolved_at
from clientela.command.demonstration.listening.reviews import take_in_reviews
from clientela.command.demonstration.listening.surveys import (
    ask_after_requests,
    ask_how_work_is,
    draft_a_poll,
    rate_each_other,
)
from clientela.command.demonstration.listening.talks import hold_talks
from clientela.command.demonstration.story import Complained, Rated, RequestStory
from clientela.kernel.journal import facts_about_any, thing
from clientela.voice.actions import PastRating, hear_complaints, write_rating_history
from clientela.voice.actions.following_up import follow_up_what_hurts
from clientela.voice.actions.surveys.policy import change_listening_policy

COMPLAINTS = "care-complaint"  # the service by which one complains
FOLLOWED_UP = timedelta(days=2.5)  # older ones were followed up in the past
MOST_FOLLOWED_UP = 7
LOW = 2


@dataclass
class _Heard:
    """What was said: of each theme, of each department, and what hurt lately."""

    themes: dict[str, list[tuple[int, datetime]]] = field(default_factory=lambda: defaultdict(list))
    departments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    low: list[tuple[datetime, int]] = field(default_factory=list)

    def add(self, request: RequestStory, voice_id: int, *, at: datetime, score: int, theme: str) -> None:
        """Note one voice."""
        self.departments[request.department].append(at)
        if theme:
            self.themes[theme].append((voice_id, at))
        if score <= LOW:
            self.low.append((at, voice_id))


def load_listening(loaded: Loaded) -> None:
    """Load everything that was said, asked, talked about and improved."""
    heard = _Heard()
    opinions = opinions_of(loaded.plan)
    owner = loaded.colleague(next(one.key for one in loaded.plan.colleagues if one.is_owner))
    change_listening_policy(
        by=owner,
        at=loaded.plan.starts_at,
        asks_a_quarter=4,
        days_between_asks=14,
        remind_after_days=5,
        follow_up_at_or_below=LOW,
        follow_up_service_id=None,
        publishes_what_we_heard=True,
    )
    name_subject(loaded)
    _rate(loaded, opinions, heard)
    voices = ask_after_requests(loaded, opinions)
    for one in (one for some in opinions.surveys.values() for one in some):
        if one.request.key in voices and one.answered_at is not None:
            heard.add(one.request, voices[one.request.key], at=one.answered_at, score=one.score or 0, theme=one.theme)
    _complain(loaded, heard)
    rate_each_other(loaded)
    ask_how_work_is(loaded)
    draft_a_poll(loaded)
    hold_talks(loaded)
    take_in_reviews(loaded)
    improve(loaded, heard.themes, heard.departments)
    _follow_up(loaded, heard)


def _rate(loaded: Loaded, opinions: Opinions, heard: _Heard) -> None:
    """Write the questions after requests and the ratings; where a survey asked, nothing else was asked."""
    by_survey = {one.request.key for some in opinions.surveys.values() for one in some}
    past: dict[str, PastRating] = {}
    asked: list[RequestStory] = []
    for request in loaded.plan.requests:
        at = resolved_at(request)
        if at is None or at > loaded.plan.until or request.key not in loaded.requests:
            continue
        rated = next((event for event in request.events if isinstance(event, Rated)), None)
        opinion = opinions.ratings.get(request.key)
        said = rated or opinion
        asked.append(request)
        past[request.key] = PastRating(
            subject=thing("request", loaded.requests[request.key]),
            person_id=loaded.parties[request.asker],
            provider_id=loaded.departments[request.department],
            side=request.side,
            language=request.language,
            asked_at=at,
            score=None if said is None else said.score,
            comment=rated.comment if rated else opinion.text if opinion else "",
            rated_at=rated.at if rated else opinion.answered_at if opinion else None,
            is_asked=request.key not in by_survey,
        )
    voices = write_rating_history([past[request.key] for request in asked])
    for request, voice_id in zip(asked, voices, strict=True):
        one = past[request.key]
        if voice_id is not None and one.rated_at is not None:
            theme = opinions.ratings[request.key].theme if request.key in opinions.ratings else ""
            heard.add(request, voice_id, at=one.rated_at, score=one.score or 0, theme=theme)


def _complain(loaded: Loaded, heard: _Heard) -> None:
    """Hear the complaints. Each is its own follow-up, noted for those of the last days."""
    complained = [
        request
        for request in loaded.plan.requests
        if request.key in loaded.requests
        and (request.service == COMPLAINTS or any(isinstance(event, Complained) for event in request.events))
    ]
    names = {thing("request", loaded.requests[request.key]): request for request in complained}
    facts = facts_about_any(names, verbs={"complaint_made"}, limit=len(names) * 4)
    lately = [fact for fact in facts if fact.at > loaded.plan.until - FOLLOWED_UP]
    before = {int(fact.data["message"]) for fact in facts} - {int(fact.data["message"]) for fact in lately}
    if before:
        hear_complaints(at=loaded.plan.until, message_ids=before, is_told=False)
    for fact in sorted(lately, key=lambda fact: fact.at):
        voices = hear_complaints(at=fact.at, message_ids=[int(fact.data["message"])], is_told=False)
        follow_up_what_hurts(at=fact.at, voice_ids=voices)
    for request in complained:
        heard.departments[request.department].append(request.opened.at)


def _follow_up(loaded: Loaded, heard: _Heard) -> None:
    """Open the follow-ups of the last days, as the house would have when it heard the low scores."""
    lately = sorted(one for one in heard.low if one[0] > loaded.plan.until - FOLLOWED_UP)
    for at, voice_id in lately[-MOST_FOLLOWED_UP:]:
        follow_up_what_hurts(at=at, voice_ids=[voice_id])

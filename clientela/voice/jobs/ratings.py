"""The voice's work in the background: a resolved request asks its customer how it went."""

from collections.abc import Sequence

from clientela.directory import queries as directory
from clientela.kernel.journal import FactSeen, Follower, thing
from clientela.requests import queries as requests
from clientela.voice import actions
from clientela.voice.actions.surveys.audiences import ask_after_requests
from clientela.voice.actions.surveys.budget import may_ask_in_passing
from clientela.voice.letters import send_closing


def ask_how_it_went(facts: Sequence[FactSeen]) -> None:
    """Write the closing letter of each request that was resolved and still is: once, however often this runs."""
    resolved = requests.requests_lately_resolved({_request_of(fact) for fact in facts})
    readers = directory.party_cards({request.asker_id for request in resolved.values()})
    departments = {department.id: department for department in directory.departments()}
    by_survey: frozenset[tuple[int, int]] = frozenset()
    if facts:
        # A survey that waits for this asks in its own letter; the closing letter then asks nothing.
        by_survey = ask_after_requests(
            at=max(fact.at for fact in facts),
            words={one.id: one.last_reply_language for one in resolved.values() if one.is_still_resolved},
        )
    for fact in facts:
        request = resolved.get(_request_of(fact))
        if request is None or not request.is_still_resolved or request.asker_id not in readers:
            continue
        reader = readers[request.asker_id]
        is_asked = (request.id, reader.id) not in by_survey and may_ask_in_passing(
            reader.id, zone=reader.zone, at=fact.at
        )
        invitation_id = actions.invite_rating(
            at=fact.at,
            subject=thing("request", request.id),
            person_id=request.asker_id,
            provider_id=request.provider_id,
            side=request.side,
            language=request.last_reply_language,
            is_asked=is_asked,
        )
        if invitation_id is not None:
            send_closing(
                request,
                invitation_id=invitation_id,
                reader=reader,
                department=departments[request.provider_id],
                at=fact.at,
                is_asked=is_asked,
            )


def _request_of(fact: FactSeen) -> int:
    return int(next(name for name in fact.about if name.startswith("request:")).partition(":")[2])


CLOSING_LETTERS = Follower(name="voice.closing_letters", verbs=frozenset({"request_resolved"}), follow=ask_how_it_went)

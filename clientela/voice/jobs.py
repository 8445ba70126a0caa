"""The voice's work in the background: a resolved request asks its customer how it went."""

from collections.abc import Sequence

from clientela.directory import queries as directory
from clientela.kernel.journal import FactSeen, Follower, thing
from clientela.requests import queries as requests
from clientela.voice import actions
from clientela.voice.letters import send_closing


def ask_how_it_went(facts: Sequence[FactSeen]) -> None:
    """Write the closing letter of each request that was resolved and still is: once, however often this runs."""
    resolved = requests.requests_lately_resolved({_request_of(fact) for fact in facts})
    readers = directory.party_cards({request.asker_id for request in resolved.values()})
    departments = {department.id: department for department in directory.departments()}
    for fact in facts:
        request = resolved.get(_request_of(fact))
        if request is None or not request.is_still_resolved or request.asker_id not in readers:
            continue
        invitation_id = actions.invite_rating(
            at=fact.at,
            subject=thing("request", request.id),
            person_id=request.asker_id,
            provider_id=request.provider_id,
            side=request.side,
            language=request.last_reply_language,
        )
        if invitation_id is not None:
            send_closing(
                request,
                invitation_id=invitation_id,
                reader=readers[request.asker_id],
                department=departments[request.provider_id],
                at=fact.at,
            )


def _request_of(fact: FactSeen) -> int:
    return int(next(name for name in fact.about if name.startswith("request:")).partition(":")[2])


FOLLOWERS = (Follower(name="voice.closing_letters", verbs=frozenset({"request_resolved"}), follow=ask_how_it_went),)

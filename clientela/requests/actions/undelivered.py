"""Letters that did not reach their reader: the request does not wait for an answer to what nobody has read."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel import post
from clientela.kernel.journal import FactSeen, facts_about_any, thing
from clientela.kernel.policies import HiddenError, denied, require
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.turns import end_waiting, save
from clientela.requests.models import Request
from clientela.requests.queries.letters import letter_page, may_look_after_post
from clientela.requests.rules import State, Verb

NOT_ARRIVED = frozenset({"letter_failed", "letter_bounced"})
TOLD = "reply_undelivered"


def note_undelivered(facts: Sequence[FactSeen]) -> None:
    """Let each request go on whose letter by a person failed or came back: once, however often this runs.

    Letters of the house itself are shown with the post; nobody waits for their answer.
    """
    for fact in facts:
        letters, requests = _numbers(fact, "letter"), _numbers(fact, "request")
        rows = {row.id: row for number in requests for row in post.letters_about(subject_of(number))}
        for letter_id in letters:
            row = rows.get(letter_id)
            if row is None or row.by_party_id is None or row.state not in {"failed", "bounced"}:
                continue
            for request_id in requests:
                _go_on_without_an_answer(request_id, letter_id, at=fact.at)


@transaction.atomic
def _go_on_without_an_answer(request_id: int, letter_id: int, *, at: datetime) -> None:
    if not Request.objects.filter(pk=request_id).exists():
        return
    request = hold_request(Verb.LOOK, by=HOUSE, at=at, request_id=request_id).request
    told = facts_about_any([subject_of(request_id)], verbs=[TOLD])
    if any(fact.data.get("letter") == letter_id for fact in told):
        return
    # What was said afterwards may have arrived, so only the last word said to the customer ends the waiting.
    newest = next((row.id for row in post.letters_about(subject_of(request_id)) if row.by_party_id is not None), None)
    if request.state == State.WAITING_CUSTOMER and newest == letter_id:
        end_waiting(request, by=None, at=at, because="letter_undelivered")
        save(request)
    tell(TOLD, request, by=None, at=at, also=[thing("letter", letter_id)], letter=letter_id)


@transaction.atomic
def settle_letter_trouble(*, by: Viewer, at: datetime, letter_id: int) -> None:
    """Note that somebody has seen to a letter that did not arrive, so that it is no longer shown as trouble.

    Who wrote it may, who may send it again, and who looks after the post. Raises HiddenError, NotAllowedError.
    """
    page = letter_page(by, letter_id)
    is_theirs = by.person_id is not None and page.letter.row.by_party_id == by.person_id
    if not is_theirs and not page.may_send_again and not may_look_after_post(by):
        require(denied(_("Only who wrote this letter, or who serves the request, can see to it.")))
    try:
        post.settle_trouble(letter_id, by=by.person_id, at=at)
    except post.NoTroubleError:
        raise HiddenError(f"Letter {letter_id} is in no trouble.") from None


def _numbers(fact: FactSeen, kind: str) -> list[int]:
    return [int(name.partition(":")[2]) for name in fact.about if name.startswith(f"{kind}:")]

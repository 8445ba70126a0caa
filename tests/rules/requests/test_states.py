"""What can be done with a request in which state."""

from datetime import UTC, datetime, timedelta

import pytest

from clientela.requests.rules import Refusal, State, Verb, refusal_of

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATELY = NOW - timedelta(days=30)
LONG_AGO = LATELY - timedelta(microseconds=1)

# verb: what stands in its way in open, waiting_*, resolved, closed (lately), cancelled. "" is nothing.
TABLE = {
    Verb.REPLY: ("", "", "", "already_closed", "already_cancelled"),
    Verb.NOTE: ("", "", "", "", ""),
    Verb.TAKE: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.ASSIGN: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.HAND_OVER: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.WAIT: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.RESUME: ("not_waiting", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.ASK_DEPARTMENT: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.PROMISE: ("", "", "", "already_closed", "already_cancelled"),
    Verb.FINISH_STEP: ("", "", "", "already_closed", "already_cancelled"),
    Verb.RESOLVE: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.CLOSE: ("not_resolved", "not_resolved", "", "already_closed", "already_cancelled"),
    Verb.REOPEN: ("still_open", "still_open", "", "", "already_cancelled"),
    Verb.CANCEL: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.WRITE: ("", "", "", "", "already_cancelled"),
    Verb.COMPLAIN: ("", "", "", "", "already_cancelled"),
    Verb.LOOK: ("", "", "", "", ""),
    Verb.WEIGH: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.CHOOSE: ("", "", "already_resolved", "already_closed", "already_cancelled"),
    Verb.MERGE: ("", "", "", "", ""),
}
STATES = (
    (State.OPEN,),
    (State.WAITING_CUSTOMER, State.WAITING_DEPARTMENT, State.WAITING_DATE),
    (State.RESOLVED,),
    (State.CLOSED,),
    (State.CANCELLED,),
)


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_is_refused_in_exactly_these_states(verb: Verb) -> None:
    for states, expected in zip(STATES, TABLE[verb], strict=True):
        for state in states:
            assert (refusal_of(verb, state, now=NOW, closed_at=LATELY) or "") == expected, (verb, state)


@pytest.mark.parametrize("verb", [Verb.REOPEN, Verb.WRITE, Verb.COMPLAIN])
def test_a_closed_request_opens_again_for_thirty_days(verb: Verb) -> None:
    assert refusal_of(verb, State.CLOSED, now=NOW, closed_at=LATELY) is None
    assert refusal_of(verb, State.CLOSED, now=NOW, closed_at=LONG_AGO) is Refusal.TOO_LONG_AGO


def test_what_waits_on_a_department_cannot_be_resolved_and_everything_else_can_be_done() -> None:
    assert refusal_of(Verb.RESOLVE, State.OPEN, now=NOW, open_blockers=1) is Refusal.WAITS_ON_DEPARTMENTS
    assert refusal_of(Verb.RESOLVE, State.OPEN, now=NOW, open_blockers=0) is None
    assert refusal_of(Verb.CANCEL, State.OPEN, now=NOW, open_blockers=1) is None


@pytest.mark.parametrize("verb", list(Verb))
def test_a_merged_request_goes_on_only_in_the_other_one(verb: Verb) -> None:
    refusal = refusal_of(verb, State.CLOSED, now=NOW, closed_at=NOW, is_merged=True)
    assert refusal == (None if verb in {Verb.NOTE, Verb.LOOK, Verb.MERGE} else Refusal.MERGED)

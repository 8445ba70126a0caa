"""The work of requests in the background."""

from collections.abc import Callable, Sequence
from datetime import datetime

from procrastinate.contrib.django import app

from clientela.kernel.clock import now
from clientela.kernel.journal import FactSeen, Follower, thing
from clientela.requests import actions
from clientela.requests.queries.past_changes import CHANGES

BATCH = 200
POLICY_CHANGED = "stake_policy_changed"
# What makes a request, and what it waits on, more or less urgent than it was.
ORDER_CHANGES = frozenset(
    {
        "request_opened",
        "request_taken",
        "request_handed_over",
        "request_resolved",
        "request_reopened",
        "request_cancelled",
        "request_weighed",
        "waiting_started",
        "waiting_ended",
        "department_asked",
        "departments_asked_together",
        "department_answered",
        "enough_parts_done",
        "parts_dropped",
        "parts_stopped",
        "requests_linked",
        "requests_unlinked",
        "request_took_in",
        "complaint_made",
        "message_received",
        "reply_sent",
        "promise_made",
        "promise_kept",
        "promise_moved",
        POLICY_CHANGED,
    }
)


def resume_what_waited_for_a_date() -> int:
    """Let every request go on whose date has come; return how many."""
    return _all(lambda at: actions.resume_due_requests(at=at, limit=BATCH))


def close_what_was_resolved() -> int:
    """Close every request resolved seven days ago and left alone since; return how many."""
    return _all(lambda at: actions.close_resolved_requests(at=at, limit=BATCH))


def learn_what_to_expect() -> int:
    """Learn from the legs that have ended what work to expect and how long a stay takes; return how many rows."""
    return actions.learn_from_legs(at=now())


def foresee_what_will_be_late() -> int:
    """Say which promises will likely be late while there is still time; return how many were said."""
    return actions.foresee_lateness(at=now())


def forget_who_looked() -> int:
    """Remove those who closed their page without a word; return how many."""
    return actions.forget_lookers(at=now())


def _all(batch: Callable[[datetime], int]) -> int:
    total = 0
    while (done := batch(now())) == BATCH:
        total += done
    return total + done


def write_legs(facts: Sequence[FactSeen]) -> None:
    """Make the legs of the requests anew that something happened to."""
    changed = {int(fact.about[0].partition(":")[2]) for fact in facts}
    actions.rebuild_legs(at=max(now(), *(fact.at for fact in facts)), request_ids=changed)


@app.task(name="requests.rank_by_another_policy")
def rank_by_another_policy() -> None:
    """Rank everything soon, because the policy is another."""
    actions.rank_everything(at=now())


def rank_again() -> int:
    """Rank every open request as things stand now: time passes for all of them. Return how many changed."""
    return actions.rank_everything(at=now())


def follow_the_order(facts: Sequence[FactSeen]) -> None:
    """Rank what hangs together with what changed; the whole house is ranked by a job, so that nobody waits for it."""
    actions.end_choices(facts)
    prefix = thing("request", 0).removesuffix("0")
    changed = {int(name.removeprefix(prefix)) for fact in facts for name in fact.about if name.startswith(prefix)}
    actions.rank_around(at=max(now(), *(fact.at for fact in facts)), request_ids=changed)
    if any(fact.verb == POLICY_CHANGED for fact in facts):
        rank_by_another_policy.defer()


FOLLOWERS = (
    Follower(name="requests.legs", verbs=CHANGES | {"request_opened"}, follow=write_legs),
    Follower(name="requests.order", verbs=ORDER_CHANGES | actions.ENDS_A_CHOICE, follow=follow_the_order),
    Follower(name="requests.undelivered", verbs=actions.NOT_ARRIVED, follow=actions.note_undelivered),
)

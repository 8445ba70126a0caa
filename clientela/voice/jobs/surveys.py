"""Surveys in the background: rounds turn, people are asked by what happened or by schedule, and reminded once."""

from collections.abc import Sequence

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.kernel.clock import now
from clientela.kernel.journal import FactSeen, Follower
from clientela.voice.actions.surveys.answering import count_what_was_left
from clientela.voice.actions.surveys.audiences import ask_after_talks, ask_audience
from clientela.voice.actions.surveys.counting import COUNT_JOB
from clientela.voice.actions.surveys.counting import count_answers as count
from clientela.voice.actions.surveys.reminding import AT_ONCE, remind_once
from clientela.voice.actions.surveys.rounds import end_rounds_that_are_over, open_rounds_that_are_due

# Asking ten thousand people takes a while: it has a queue of its own lock, so no two do it at once.
ASK_LOCK = "voice.ask_audience"
TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name="clientela.voice.jobs.ask_people", retry=TRIED_AGAIN)
def ask_people(round_id: int) -> None:
    """Ask everybody whom a scheduled survey asks in this round. Run again, nobody is asked twice."""
    ask_audience(at=now(), round_id=round_id)


@app.task(name=COUNT_JOB, retry=TRIED_AGAIN)
def count_answers(*, round_ids: Sequence[int], version_id: int, cut: str) -> None:
    """Count the answers of some rounds for the page of their results. Run again, it goes on where it was."""
    count(at=now(), round_ids=round_ids, version_id=version_id, cut=cut)


def turn_rounds() -> int:
    """Count what was left unsent, end the rounds whose time is up, open those that are due; return how many turned."""
    at = now()
    count_what_was_left(at=at)
    return end_rounds_that_are_over(at=at) + len(open_rounds_that_are_due(at=at))


def remind_who_was_asked() -> int:
    """Write the reminders that are due; return about how many questions."""
    total = reminded = remind_once(at=now())
    while reminded == AT_ONCE:
        reminded = remind_once(at=now())
        total += reminded
    return total


def ask_for_answers(facts: Sequence[FactSeen]) -> None:
    """Ask after talks that were held, and start asking in rounds that were opened."""
    talks = [_number("talk", fact) for fact in facts if fact.verb == "talk_held"]
    if talks:
        ask_after_talks(at=max(fact.at for fact in facts), talk_ids=talks)
    for fact in facts:
        if fact.verb == "survey_round_opened":
            app.configure_task(ask_people.name, lock=ASK_LOCK).defer(round_id=_number("survey_round", fact))


def _number(kind: str, fact: FactSeen) -> int:
    return int(next(name for name in fact.about if name.startswith(f"{kind}:")).partition(":")[2])


ASKING = Follower(name="voice.asking", verbs=frozenset({"talk_held", "survey_round_opened"}), follow=ask_for_answers)

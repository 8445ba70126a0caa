"""Talks with customers, outside and inside: planned, some of them held, with what matters and what was promised."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.listening.house import Loaded
from clientela.directory import queries as directory
from clientela.promises import actions as promises
from clientela.voice.actions import talks
from clientela.voice.actions.talks import Matter, PromiseInTalk
from clientela.voice.queries import talks as voice

PROMISE_HOURS = 6  # later in the day than the talk
KEPT_BEFORE = timedelta(days=1)  # a promise that was kept, before it was due


def hold_talks(loaded: Loaded) -> None:
    """Plan the talks, and note down those that were held."""
    for told in table("listening/story")["talk"]:
        customer_id, contact_id, language = _customer(loaded, told)
        by, planned_at = loaded.colleague(told["talker"]), loaded.morning(told["planned_days_ago"])
        plan_id = talks.plan_talks(
            by=by,
            at=planned_at,
            customer_id=customer_id,
            provider_id=loaded.departments[told["provider"]],
            talker_id=by.person_id or 0,
            every_weeks=told["every_weeks"],
            guide="\n".join(told["guide"]),
            first_on=loaded.morning(told["first_days_ago"]).date(),
        )
        if "held_days_ago" in told:
            _note(loaded, told, plan_id=plan_id, customer_id=customer_id, contact_id=contact_id, language=language)


def _note(
    loaded: Loaded,
    told: Mapping[str, Any],
    *,
    plan_id: int,
    customer_id: int,
    contact_id: int | None,
    language: str,
) -> None:
    by, at = loaded.colleague(told["talker"]), loaded.morning(told["held_days_ago"])
    promised = [
        PromiseInTalk(words, at + timedelta(days=days, hours=PROMISE_HOURS)) for words, days, _ in told["promises"]
    ]
    talk_id = talks.note_talk(
        by=by,
        at=at,
        customer_id=customer_id,
        provider_id=loaded.departments[told["provider"]],
        notes=told["notes"],
        language=told.get("language", language),
        plan_id=plan_id,
        with_person_id=contact_id,
        matters=[Matter(kind, text) for kind, text in told["matters"]],
        promised=promised,
    )
    seen = voice.talk_seen(by, talk_id, at=at)
    for clock, one, (_words, _days, is_kept) in zip(seen.promises, promised, told["promises"], strict=True):
        if is_kept:
            promises.keep_promise(by=by, at=one.due_at - KEPT_BEFORE, clock_id=clock.id)


def _customer(loaded: Loaded, told: Mapping[str, Any]) -> tuple[int, int | None, str]:
    """The customer of a talk, with whom one speaks there, and in which language."""
    if not told["customer"].isdecimal():
        head = loaded.head_of(told["customer"])
        return loaded.departments[told["customer"]], head.person_id, "en"
    language = told.get("language", "es")
    companies = [one for one in loaded.plan.customers if one.contacts and one.language == language]
    company = companies[int(told["customer"]) % len(companies)]
    card = directory.party_cards({loaded.parties[company.key]})[loaded.parties[company.key]]
    return card.id, loaded.parties[company.contacts[0].key], language

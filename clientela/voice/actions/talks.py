"""Talks with customers: planned, held and noted down in a minute; what was promised in them becomes a promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import actions as directory_actions
from clientela.directory import queries as directory
from clientela.directory.policies import PartySeen, Viewer, may_see_party
from clientela.directory.queries import PartyCard
from clientela.directory.rules import day_in_zone
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.promises import actions as promises
from clientela.promises.actions import PromiseError
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.models import Talk, TalkPlan, Voice
from clientela.voice.policies.talking import may_plan_talks
from clientela.voice.rules.guides import guide_lines

LONGEST_NOTES: Final = 8000
LONGEST_MATTER: Final = 500
MOST_MATTERS: Final = 5
MOST_PROMISES: Final = 5
MATTERS: Final = ("need", "expectation", "preference")
WEEKS: Final = range(1, 105)


class TalkError(FieldRefusedError):
    """A talk that cannot be planned or kept so. `field` names the field, the message the reason and the remedy."""


@dataclass(frozen=True)
class Matter:
    """What matters most to the customer: a "need", "expectation" or "preference", in their words."""

    kind: str
    text: str


@dataclass(frozen=True)
class PromiseInTalk:
    """What was promised in the talk, and by when."""

    words: str
    due_at: datetime


@transaction.atomic
def plan_talks(
    *,
    by: Viewer,
    at: datetime,
    customer_id: int,
    provider_id: int,
    talker_id: int,
    every_weeks: int,
    guide: str,
    first_on: date,
) -> int:
    """Let somebody talk with a customer, inside or outside, every so many weeks. Return the plan's id.

    Raises HiddenError (no such customer), NotAllowedError, TalkError.
    """
    require(may_plan_talks(by, provider_id))
    _require_customer(by, customer_id, at=at)
    if customer_id == provider_id:
        raise TalkError("customer", _("A department does not serve itself. Choose whom it serves."))
    _require_terms(talker_id, every_weeks, guide, first_on, by=by, at=at)
    twice = _("There is a plan for talks with them already. Change that one.")
    with refusals_as({"one_talk_plan_each": TalkError("customer", twice)}):
        plan = TalkPlan.objects.create(
            customer_id=customer_id,
            provider_id=provider_id,
            talker_id=talker_id,
            every_weeks=every_weeks,
            guide="\n".join(guide_lines(guide)),
            next_on=first_on,
        )
    _tell("talks_planned", plan, by=by, at=at)
    return plan.pk


@transaction.atomic
def change_talk_plan(
    *, by: Viewer, at: datetime, plan_id: int, talker_id: int, every_weeks: int, guide: str, next_on: date
) -> None:
    """Change who talks, how often, about what, or when next. Raises HiddenError, NotAllowedError, TalkError."""
    plan = _held_plan(by, plan_id)
    _require_terms(talker_id, every_weeks, guide, next_on, by=by, at=at)
    plan.talker_id = talker_id
    plan.every_weeks = every_weeks
    plan.guide = "\n".join(guide_lines(guide))
    plan.next_on = next_on
    plan.save()
    _tell("talks_changed", plan, by=by, at=at)


@transaction.atomic
def end_talk_plan(*, by: Viewer, at: datetime, plan_id: int) -> None:
    """Talk no longer on a schedule; the talks that were held stay. Raises HiddenError, NotAllowedError."""
    plan = _held_plan(by, plan_id)
    plan.ended_at = at
    plan.save(update_fields=["ended_at"])
    _tell("talks_ended", plan, by=by, at=at)


@transaction.atomic
def note_talk(
    *,
    by: Viewer,
    at: datetime,
    customer_id: int,
    provider_id: int,
    notes: str,
    language: str,
    held_at: datetime | None = None,
    plan_id: int | None = None,
    with_person_id: int | None = None,
    matters: Sequence[Matter] = (),
    promised: Sequence[PromiseInTalk] = (),
) -> int:
    """Note down a talk: it is heard as a voice, what matters goes to the customer's record, what was promised is owed.

    All of it or nothing. A planned talk sets the next one, counted from the day it was held. Return the talk's id.
    Raises HiddenError, NotAllowedError, TalkError.
    """
    require(may_plan_talks(by, provider_id))
    customer = _require_customer(by, customer_id, at=at)
    plan = None if plan_id is None else _held_plan(by, plan_id)
    if plan is not None and (plan.customer_id, plan.provider_id) != (customer_id, provider_id):
        raise HiddenError
    when = held_at or at
    kept = [Matter(one.kind, one.text.replace("\0", "").strip()) for one in matters if one.text.strip()]
    _require_theirs(customer, with_person_id, at=at)
    words = notes.replace("\0", "").strip()
    _require_note(words, kept, promised, when=when, at=at)
    talk = Talk.objects.create(
        plan=plan,
        customer_id=customer_id,
        provider_id=provider_id,
        talker_id=by.person_id,
        with_person_id=with_person_id,
        notes=words,
        matters_most=[{"kind": one.kind, "text": one.text} for one in kept],
        language=language,
        held_at=when,
    )
    talk.clock_ids = _promise(talk, promised, by=by, at=at)
    talk.save(update_fields=["clock_ids"])
    for one in kept:
        directory_actions.note_about_customer(
            by=by, at=at, party_id=customer_id, kind=one.kind, text=one.text, source=_("a talk"), language=language
        )
    _hear(talk, customer, kept, at=at)
    if plan is not None:
        plan.next_on = day_in_zone(when, by.zone) + timedelta(weeks=plan.every_weeks)
        plan.save(update_fields=["next_on"])
    about = [thing("talk", talk.pk), thing("party", customer_id), thing("party", provider_id)]
    record(verb="talk_held", by=by.person_id, at=at, about=about)
    return talk.pk


def _promise(talk: Talk, promised: Sequence[PromiseInTalk], *, by: Viewer, at: datetime) -> list[int]:
    clocks = []
    for place, one in enumerate(promised, start=1):
        try:
            clocks.append(
                promises.make_promise(
                    by=by,
                    at=at,
                    subject=thing("talk", talk.pk),
                    provider_id=talk.provider_id,
                    customer_id=talk.customer_id,
                    words=one.words,
                    due_at=one.due_at,
                )
            )
        except PromiseError as error:
            raise TalkError(f"promise_{place}", str(error)) from error
    return clocks


def _hear(talk: Talk, customer: PartyCard, kept: Sequence[Matter], *, at: datetime) -> None:
    """A talk is a voice of the customer: the notes, and what matters most in their own words."""
    is_inside = customer.kind == "department" or directory.is_employee(customer.id, talk.held_at)
    voice = VoiceToHear(
        kind=Voice.Kind.TALK,
        source=thing("talk", talk.pk),
        side="inside" if is_inside else "outside",
        provider_id=talk.provider_id,
        said_at=talk.held_at,
        language=product_language(talk.language),
        about=thing("talk", talk.pk),
        speaker_id=talk.with_person_id or talk.customer_id,
        rater_id=customer.id if customer.kind == "department" else None,
        text="\n".join([talk.notes, *(one.text for one in kept)]).strip(),
    )
    hear(at=at, voices=[voice])


def _require_terms(talker_id: int, every_weeks: int, guide: str, next_on: date, *, by: Viewer, at: datetime) -> None:
    if every_weeks not in WEEKS:
        raise TalkError("every_weeks", _("Choose between 1 and 104 weeks."))
    if not guide_lines(guide):
        raise TalkError("guide", _("Write at least one question to ask, one on a line."))
    if next_on < day_in_zone(at, by.zone):
        raise TalkError("next_on", _("Choose a day that is still to come."))
    if not directory.is_employee(talker_id, at):
        raise TalkError("talker", _("Choose a colleague who works here."))


def _require_note(
    words: str, kept: Sequence[Matter], promised: Sequence[PromiseInTalk], *, when: datetime, at: datetime
) -> None:
    if not words and not kept:
        raise TalkError("notes", _("Write what they said, or what matters most to them."))
    if len(words) > LONGEST_NOTES:
        raise TalkError("notes", _("Keep it to %(n)s characters.") % {"n": LONGEST_NOTES})
    if when > at:
        raise TalkError("held_at", _("A talk is noted down when it has been held."))
    if len(kept) > MOST_MATTERS or len(promised) > MOST_PROMISES:
        raise TalkError("", _("Five things that matter and five promises are enough for one talk."))
    for place, one in enumerate(kept, start=1):
        if one.kind not in MATTERS:
            raise TalkError(f"matter_{place}", _("Say whether it is a need, an expectation or a preference."))
        if len(one.text) > LONGEST_MATTER:
            raise TalkError(f"matter_{place}", _("Keep it to %(n)s characters.") % {"n": LONGEST_MATTER})


def _require_customer(by: Viewer, customer_id: int, *, at: datetime) -> PartyCard:
    customer = directory.party_cards({customer_id}).get(customer_id)
    if customer is None:
        raise HiddenError
    is_employee = customer.kind == "person" and directory.is_employee(customer.id, at)
    require_seen(may_see_party(by, PartySeen(customer.id, customer.kind, is_employee)))
    return customer


def _require_theirs(customer: PartyCard, person_id: int | None, *, at: datetime) -> None:
    """Whom one talked with is the customer, works there or acts for them: nobody else is made to have said it."""
    if person_id is None or person_id == customer.id:
        return
    if customer.kind == "department":
        theirs = {one.id for one in directory.colleagues_of(customer.id, at)}
    elif customer.kind == "organisation" and customer.id in {
        one.id for one in directory.organisations_of(person_id, at)
    }:
        theirs = {person_id}
    else:
        theirs = set()
    if person_id not in theirs:
        raise HiddenError


def _held_plan(by: Viewer, plan_id: int) -> TalkPlan:
    plan = TalkPlan.objects.select_for_update().filter(pk=plan_id, ended_at__isnull=True).first()
    if plan is None:
        raise HiddenError
    require_seen(may_plan_talks(by, plan.provider_id))
    return plan


def _tell(verb: str, plan: TalkPlan, *, by: Viewer, at: datetime) -> None:
    about = [thing("talk_plan", plan.pk), thing("party", plan.customer_id), thing("party", plan.provider_id)]
    record(verb=verb, by=by.person_id, at=at, about=about)

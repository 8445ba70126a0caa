"""Talks, ready to show: which are due, what was said in those that were held, what was promised in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from clientela.directory import queries as directory
from clientela.directory.policies import PartySeen, Viewer, may_see_party
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.directory.rules import day_in_zone
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.policies import HiddenError, require_seen
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.voice.models import Talk, TalkPlan
from clientela.voice.policies.talking import may_plan_talks, may_read_talk, talks_read_by
from clientela.voice.queries.wording import has_words, parties_called
from clientela.voice.rules.guides import guide_lines

DAYS_AHEAD = 7
MOST_DUE = 20
PLANS_SHOWN = 200
TALKS_SHOWN = 30


@dataclass(frozen=True)
class PlanSeen:
    """A plan of talks. `is_due`: its day has come. `last_on` is the day of the last talk. An erased talker is None."""

    id: int
    customer: PartyCard
    provider: DepartmentCard
    talker: PartyCard | None
    every_weeks: int
    guide: tuple[str, ...]
    next_on: date
    is_due: bool
    is_inside: bool
    last_on: date | None


@dataclass(frozen=True)
class TalkSeen:
    """A talk that was held. `matters` are (kind, words); `promises` as they stand now."""

    id: int
    customer: PartyCard
    provider: DepartmentCard
    talker: PartyCard | None
    with_person: PartyCard | None
    notes: str
    language: str
    matters: tuple[tuple[str, str], ...]
    promises: tuple[ClockSeen, ...]
    held_at: datetime


@dataclass(frozen=True)
class TalksPage:
    """The plans of the viewer's departments, the soonest first, and the talks held, the newest first.

    `next_after` is where the talks go on: the moment and the id of the last one shown.
    """

    plans: tuple[PlanSeen, ...]
    talks: tuple[TalkSeen, ...]
    next_after: tuple[datetime, int] | None
    may_plan: bool


@dataclass(frozen=True)
class TalkChoices:
    """Whom one may talk with and for whom: (id, name). `people` may have the talk in hand."""

    departments: tuple[tuple[int, str], ...]
    people: tuple[tuple[int, str], ...]


def talks_page(
    viewer: Viewer, *, at: datetime, words: str = "", after: tuple[datetime, int] | None = None
) -> TalksPage:
    """The talks of the viewer's departments. Eight statements at most, two more to find by `words`.

    Those must each begin a word of what was noted down, or be the name of the customer. Plans stand on the first page.
    """
    talks = Talk.objects.filter(talks_read_by(viewer))
    plans = TalkPlan.objects.filter(talks_read_by(viewer), ended_at__isnull=True)
    if words.strip():
        called = Q(customer__in=parties_called(viewer, words, at=at))
        talks, plans = talks.filter(has_words("voice_talk", words) | called), plans.filter(called)
    if after is not None:
        talks = talks.filter(Q(held_at__lt=after[0]) | Q(held_at=after[0], pk__lt=after[1]))
    found = list(talks.order_by("-held_at", "-pk")[: TALKS_SHOWN + 1])
    shown = found[:TALKS_SHOWN]
    return TalksPage(
        plans=() if after else _plans(viewer, list(plans.order_by("next_on", "pk")[:PLANS_SHOWN]), at=at),
        talks=_talks(shown, at=at),
        next_after=(shown[-1].held_at, shown[-1].pk) if len(found) > TALKS_SHOWN else None,
        may_plan=viewer.is_owner or (viewer.is_employee and bool(viewer.department_ids)),
    )


def talks_due(viewer: Viewer, *, at: datetime) -> tuple[PlanSeen, ...]:
    """The talks that this person is to have within a week, the soonest first: for their day."""
    until = day_in_zone(at, viewer.zone) + timedelta(days=DAYS_AHEAD)
    rows = TalkPlan.objects.filter(talker=viewer.person_id, ended_at__isnull=True, next_on__lte=until)
    found = list(rows.order_by("next_on", "pk")[:MOST_DUE])
    return _plans(viewer, found, at=at) if found else ()


def talk_plan(viewer: Viewer, plan_id: int, *, at: datetime) -> tuple[PlanSeen, tuple[TalkSeen, ...]]:
    """A plan and the talks that were held by it. Raises HiddenError."""
    row = TalkPlan.objects.filter(pk=plan_id, ended_at__isnull=True).first()
    if row is None:
        raise HiddenError
    require_seen(may_read_talk(viewer, row.provider_id))
    found = _plans(viewer, [row], at=at)
    if not found:
        raise HiddenError
    talks = list(Talk.objects.filter(plan=row).order_by("-held_at", "-pk")[:TALKS_SHOWN])
    return found[0], _talks(talks, at=at)


def talk_seen(viewer: Viewer, talk_id: int, *, at: datetime) -> TalkSeen:
    """One talk. Raises HiddenError."""
    row = Talk.objects.filter(pk=talk_id).first()
    if row is None:
        raise HiddenError
    require_seen(may_read_talk(viewer, row.provider_id))
    found = _talks([row], at=at)
    if not found:
        raise HiddenError
    return found[0]


def talk_customer(viewer: Viewer, customer_id: int, *, at: datetime) -> PartyCard:
    """Whom one talks with, if the viewer may see them. Raises HiddenError."""
    card = directory.party_cards({customer_id}).get(customer_id)
    if card is None:
        raise HiddenError
    is_employee = card.kind == "person" and directory.is_employee(card.id, at)
    require_seen(may_see_party(viewer, PartySeen(card.id, card.kind, is_employee)))
    return card


def talk_choices(viewer: Viewer, *, at: datetime, language: str) -> TalkChoices:
    """Where the viewer may plan talks, their own departments first, and the colleagues there."""
    cards = [card for card in directory.departments() if may_plan_talks(viewer, card.id).is_allowed]
    cards.sort(
        key=lambda card: (
            card.id not in viewer.own_department_ids,
            alphabetical(card.name_in(language), language=language),
        )
    )
    people: dict[int, str] = {}
    for card in cards:
        if card.id in viewer.own_department_ids or len(cards) == 1:
            people.update({one.id: one.name for one in directory.colleagues_of(card.id, at)})
    if viewer.person_id is not None:
        people.setdefault(viewer.person_id, viewer.name)
    return TalkChoices(
        tuple((card.id, card.name_in(language)) for card in cards),
        tuple(sorted(people.items(), key=lambda one: (one[0] != viewer.person_id, one[1]))),
    )


def _plans(viewer: Viewer, rows: Sequence[TalkPlan], *, at: datetime) -> tuple[PlanSeen, ...]:
    cards = directory.party_cards({number for row in rows for number in (row.customer_id, row.talker_id)})
    departments = {card.id: card for card in directory.departments()} if rows else {}
    inside = directory.employees_among({row.customer_id for row in rows}, at) if rows else frozenset()
    last = dict(
        Talk.objects.filter(plan__in=rows).order_by("plan", "-held_at").distinct("plan").values_list("plan", "held_at")
    )
    return tuple(
        PlanSeen(
            id=row.pk,
            customer=cards[row.customer_id],
            provider=departments[row.provider_id],
            talker=cards.get(row.talker_id),
            every_weeks=row.every_weeks,
            guide=guide_lines(row.guide),
            next_on=row.next_on,
            is_due=row.next_on <= day_in_zone(at, viewer.zone),
            is_inside=cards[row.customer_id].kind == "department" or row.customer_id in inside,
            last_on=day_in_zone(last[row.pk], viewer.zone) if row.pk in last else None,
        )
        for row in rows
        if row.customer_id in cards  # who was erased is talked with no more, and shown no more
    )


def _talks(rows: Sequence[Talk], *, at: datetime) -> tuple[TalkSeen, ...]:
    people = {number for row in rows for number in (row.customer_id, row.talker_id, row.with_person_id) if number}
    cards = directory.party_cards(people)
    departments = {card.id: card for card in directory.departments()} if rows else {}
    clocks: Mapping[str, Sequence[ClockSeen]] = promises.clocks_of([f"talk:{row.pk}" for row in rows], at=at)
    return tuple(
        TalkSeen(
            id=row.pk,
            customer=cards[row.customer_id],
            provider=departments[row.provider_id],
            talker=cards.get(row.talker_id),
            with_person=cards.get(row.with_person_id or 0),
            notes=row.notes,
            language=row.language,
            matters=tuple((one["kind"], one["text"]) for one in row.matters_most),
            promises=tuple(clocks.get(f"talk:{row.pk}", ())),
            held_at=row.held_at,
        )
        for row in rows
        if row.customer_id in cards  # who was erased is talked with no more, and shown no more
    )

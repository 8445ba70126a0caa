"""Writing to who is asked: as often as the listening policy allows over everything that is asked, and one reminder."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from clientela.directory import queries as directory
from clientela.directory.actions import LetterToPerson, write_to_people
from clientela.directory.queries import PartyCard
from clientela.directory.queries.boundaries import wishes_among, wishes_by_party
from clientela.kernel.journal import record, thing
from clientela.network.letters import dependence_letter
from clientela.network.models import DependenceInvitation
from clientela.voice.actions.surveys.budget import asking_budget, asks_of, take_turns
from clientela.voice.rules.asking import AskReason, may_be_asked, may_be_reminded

AT_ONCE: Final = 500
TIME_LEFT: Final = timedelta(days=1)  # who has less left is not written to any more
_GO_AHEAD: Final = frozenset({None, AskReason.QUIET_HOURS})  # quiet hours put the letter off, not the question


@transaction.atomic
def ask_who_may_be_asked(*, at: datetime) -> int:
    """Write to up to 500 people who have not been written to yet and may be asked now; return how many.

    Who was asked something else lately waits for a later run, and finds the questions on the map all the same; so does
    who wants no such letters, or has no address.
    """
    take_turns()
    waiting = list(
        _open(at).filter(asked_at__isnull=True).order_by("pk").select_related("round").select_for_update(of=("self",))
    )
    cards = directory.party_cards({row.person_id for row in waiting})
    budget, asks, wishes = asking_budget(), asks_of(cards, at=at), wishes_by_party(cards)
    chosen = [
        row
        for row in waiting
        if row.person_id in cards
        and cards[row.person_id].email
        and may_be_asked(
            at=at,
            zone=cards[row.person_id].zone,
            asked_before=asks.get(row.person_id, ()),
            budget=budget,
            boundaries=wishes_among(wishes, {row.person_id}),
        ).reason
        in _GO_AHEAD
    ][:AT_ONCE]
    if chosen:
        DependenceInvitation.objects.filter(pk__in=[row.pk for row in chosen]).update(asked_at=at)
        _write(chosen, cards, at=at, is_reminder=False)
        about = [thing("dependence_round", chosen[0].round_id)]
        record(verb="dependence_asked", by=None, at=at, about=about, people=len(chosen))
    return len(chosen)


@transaction.atomic
def remind_who_has_not_answered(*, at: datetime) -> int:
    """Write the one reminder to up to 500 people whose letter has waited long enough; return how many."""
    budget = asking_budget()
    if not budget.remind_after_days:
        return 0
    waiting = list(
        _open(at)
        .filter(asked_at__isnull=False, reminded_at__isnull=True)
        .order_by("asked_at", "pk")
        .select_related("round")
        .select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]
    )
    cards = directory.party_cards({row.person_id for row in waiting})
    wishes = wishes_by_party(cards)
    due = [
        row
        for row in waiting
        if row.person_id in cards
        and may_be_reminded(
            at=at,
            zone=cards[row.person_id].zone,
            asked_at=row.asked_at or at,
            expires_at=row.round.closes_at,
            budget=budget,
            is_answered=False,
            is_reminded=False,
            boundaries=wishes_among(wishes, {row.person_id}),
        ).reason
        in _GO_AHEAD
    ]
    if due:
        DependenceInvitation.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=at)
        _write(due, cards, at=at, is_reminder=True)
        about = [thing("dependence_round", due[0].round_id)]
        record(verb="dependence_reminded", by=None, at=at, about=about, people=len(due))
    return len(due)


def _open(at: datetime) -> QuerySet[DependenceInvitation]:
    """Those of the open round who have neither answered nor declined, while there is still time."""
    return DependenceInvitation.objects.filter(
        round__is_open=True, round__closes_at__gt=at + TIME_LEFT, answered_on__isnull=True, declined_on__isnull=True
    )


def _write(
    rows: Sequence[DependenceInvitation], cards: Mapping[int, PartyCard], *, at: datetime, is_reminder: bool
) -> None:
    write_to_people(
        at=at,
        letters=[
            LetterToPerson(
                row.person_id,
                dependence_letter(row, reader=cards[row.person_id], at=at, is_reminder=is_reminder),
                "surveys",
            )
            for row in rows
        ],
    )

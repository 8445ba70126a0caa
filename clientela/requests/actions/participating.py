"""Who else goes on with a request by mail, which departments it also concerns, and what it takes up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.models import Participant, Request
from clientela.requests.rules import storable_line

LONGEST_ADDRESS = 320
LONGEST_NAME = 200


@dataclass(frozen=True)
class NewParticipant:
    """An address that may go on with a request from now on. `because` as in Participant.Because."""

    request_id: int
    address: str
    name: str
    because: str


@transaction.atomic
def let_go_on(*, at: datetime, participants: Sequence[NewParticipant]) -> None:
    """Let these addresses go on with their requests by mail; those that may already stay as they are. One statement.

    Whoever calls this has made sure that somebody who belongs to the request copied them in, or that they had a letter
    of ours in hand.
    """
    rows = [
        Participant(
            request_id=one.request_id,
            address=storable_line(one.address, LONGEST_ADDRESS).lower(),
            name=storable_line(one.name, LONGEST_NAME),
            because=one.because,
            added_at=at,
        )
        for one in participants
    ]
    Participant.objects.bulk_create([row for row in rows if row.address], ignore_conflicts=True)


@transaction.atomic
def address_departments(*, at: datetime, addressed: Mapping[int, Collection[int]]) -> None:
    """Let departments see the requests, by their ids, that were addressed to them as well. Who serves it stays."""
    rows = Request.objects.select_for_update().filter(pk__in=addressed).order_by("pk")
    for row in rows if addressed else ():
        new = set(addressed[row.pk]) - {row.provider_id, *row.also_department_ids}
        if not new:
            continue
        row.also_department_ids = sorted({*row.also_department_ids, *new})
        row.save(update_fields=["also_department_ids"])
        for department_id in sorted(new):
            tell("department_addressed", row, by=None, at=at, department=department_id)


@transaction.atomic
def take_up(*, at: datetime, request_id: int, earlier_id: int) -> None:
    """Note that a new request takes up one that has ended: both tell of it."""
    rows = Request.objects.in_bulk([request_id, earlier_id])
    new, earlier = rows[request_id], rows[earlier_id]
    tell(
        "request_takes_up",
        new,
        by=None,
        at=at,
        also=(subject_of(earlier.pk),),
        request=earlier.pk,
        reference=earlier.reference,
    )
    tell(
        "request_taken_up",
        earlier,
        by=None,
        at=at,
        also=(subject_of(new.pk),),
        request=new.pk,
        reference=new.reference,
    )

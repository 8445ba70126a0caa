"""Answers of the past, written in bulk as the single actions would have taken them; nobody is written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.kernel.rows import write_rows
from clientela.network.actions.asking_dependence.answering import services_by_department
from clientela.network.models import DependenceInvitation, DependenceSheet
from clientela.network.rules.sheets import Sheet, checked, sheet_as_json


@dataclass(frozen=True)
class PastSheet:
    """What somebody who was asked had answered when the round ended, and when they answered first."""

    person_id: int
    answered_at: datetime
    sheet: Sheet


@transaction.atomic
def write_sheets_of_the_past(*, asked_at: datetime, round_id: int, past: Sequence[PastSheet]) -> None:
    """Write what people answered in the open round; everybody counts as written to at `asked_at`.

    Empty sheets are left out. Raises ValueError for who was not asked, SheetError.
    """
    invitations = {row.person_id: row for row in DependenceInvitation.objects.filter(round=round_id)}
    if unknown := {one.person_id for one in past} - invitations.keys():
        raise ValueError(f"Nobody asked {min(unknown)} in round {round_id}.")
    services = services_by_department()
    sheets, facts = [], []
    for one in sorted(past, key=lambda one: one.answered_at):
        invitation = invitations[one.person_id]
        kept = checked(one.sheet, own=invitation.department_id, services_of=services)
        if kept.is_empty:
            continue
        invitation.answered_on = one.answered_at.astimezone(UTC).date()
        sheets.append(DependenceSheet(invitation=invitation, **sheet_as_json(kept)))
        about = [thing("dependence_round", round_id)]
        facts.append(FactToRecord(verb="dependence_answered", by=one.person_id, at=one.answered_at, about=about))
    for invitation in invitations.values():
        invitation.asked_at = asked_at
    DependenceInvitation.objects.bulk_update(invitations.values(), ["asked_at", "answered_on"])
    write_rows(sheets)
    record_many(facts)

"""Ending a round: what was answered is counted by department, and then destroyed."""

from datetime import datetime

from django.db import transaction

from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.kernel.rows import write_rows
from clientela.network.actions.asking_dependence.refusing import AskingRefusal, AskingRefusedError
from clientela.network.models import AskedPair, AskedWord, DependenceInvitation, DependenceRound, DependenceSheet
from clientela.network.policies import may_ask_about_dependence
from clientela.network.rules.sheets import CountedPair, counted, sheet_from_json


def count_what_has_ended(*, at: datetime) -> int:
    """End the round whose time is over, if there is one; return how many were."""
    over = DependenceRound.objects.filter(is_open=True, closes_at__lte=at).values_list("pk", flat=True)
    for number in list(over):
        close_asking(by=HOUSE, at=at, round_id=number)
    return len(over)


@transaction.atomic
def close_asking(*, by: Viewer, at: datetime, round_id: int) -> None:
    """End a round now. Its answers are counted and the sheets destroyed, in one transaction: there is no way back.

    Raises NotAllowedError, HiddenError, AskingRefusedError if it has ended.
    """
    require(may_ask_about_dependence(by))
    ending = DependenceRound.objects.select_for_update().filter(pk=round_id).first()
    if ending is None:
        raise HiddenError(f"There is no round {round_id}.")
    if not ending.is_open:
        raise AskingRefusedError(AskingRefusal.OVER)
    # Who saves an answer holds their invitation: we wait for them, and who comes after us finds the round ended.
    asked = DependenceInvitation.objects.select_for_update().filter(round=ending).order_by("pk")
    department_of = dict(asked.values_list("pk", "department_id"))
    sheets = DependenceSheet.objects.filter(invitation__round=ending)
    found = counted(
        (department_of[number], sheet_from_json({"job": job, "needs": needs, "serves": serves}))
        for number, job, needs, serves in sheets.values_list("invitation_id", "job", "needs", "serves")
    )
    AskedPair.objects.bulk_create(
        [
            *(_pair(ending, one, AskedPair.Side.CUSTOMER) for one in found.as_customers),
            *(_pair(ending, one, AskedPair.Side.SUPPLIER) for one in found.as_suppliers),
        ]
    )
    write_rows(
        [
            AskedWord(
                round=ending,
                rater_id=one.rater,
                other_id=one.other,
                service_id=one.service,
                words=one.words,
                people=one.people,
            )
            for one in found.words
        ]
    )
    sheets.delete()
    ending.is_open, ending.counted_at = False, at
    ending.save(update_fields=["is_open", "counted_at"])
    record(verb="dependence_asking_ended", by=by.person_id, at=at, about=[thing("dependence_round", ending.pk)])


def _pair(ending: DependenceRound, one: CountedPair, side: AskedPair.Side) -> AskedPair:
    return AskedPair(
        round=ending,
        rater_id=one.rater,
        other_id=one.other,
        side=side,
        people=one.people,
        matters_counts=list(one.matters),
        quality_counts=list(one.quality),
    )

"""Beginning a round: who is asked, and until when."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.kernel.rows import write_rows
from clientela.network.actions.asking_dependence.refusing import AskingRefusal, AskingRefusedError
from clientela.network.models import DependenceInvitation, DependenceRound
from clientela.network.policies import departments_below, may_ask_about_dependence

SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=60)
MOST_WORDS: Final = 500


@transaction.atomic
def start_asking(
    *, by: Viewer, at: datetime, closes_at: datetime, department_ids: Collection[int] = (), words: str = ""
) -> int:
    """Begin to ask the people of these departments and of those below them, or everybody; return the round's id.

    Everybody who works there on the day of `at` (UTC) is asked, with the department at the top of their branch; of
    several departments the one they joined first. Their letters are written by a job, as the house's listening policy
    allows. Raises NotAllowedError, HiddenError for an unknown department, AskingRefusedError.
    """
    require(may_ask_about_dependence(by))
    if closes_at < at + SHORTEST:
        raise AskingRefusedError(AskingRefusal.TOO_SHORT)
    if closes_at > at + LONGEST:
        raise AskingRefusedError(AskingRefusal.TOO_LONG)
    with connection.cursor() as cursor:
        # Two who begin at once take turns, so that the second is told, and not stopped by the database.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('network: one begins to ask at a time'))")
    if DependenceRound.objects.filter(is_open=True).exists():
        raise AskingRefusedError(AskingRefusal.ASKED_ALREADY)
    cards = directory.departments()
    by_id = {card.id: card for card in cards}
    if not by_id.keys() >= set(department_ids):
        raise HiddenError("There is no such department.")
    asked = departments_below(department_ids, cards) if department_ids else frozenset(by_id)
    people = {span.person_id for span in directory.work_spans(asked, since=at, until=at)}
    works_in = directory.main_departments_of(people, at=at)
    tops = {card.id: _top(card, by_id) for card in cards}
    wanted = sorted((person, tops[department]) for person, department in works_in.items() if department in asked)
    if not wanted:
        raise AskingRefusedError(AskingRefusal.NOBODY)
    begun = DependenceRound.objects.create(
        department_ids=sorted(set(department_ids)),
        words=words.strip()[:MOST_WORDS],
        opens_at=at,
        closes_at=closes_at,
        started_by_id=by.person_id,
    )
    write_rows([DependenceInvitation(round=begun, person_id=person, department_id=top) for person, top in wanted])
    record(
        verb="dependence_asking_started",
        by=by.person_id,
        at=at,
        about=[thing("dependence_round", begun.pk), *(thing("party", number) for number in sorted(department_ids))],
        people=len(wanted),
        closes_at=closes_at.isoformat(),
    )
    return begun.pk


def _top(card: directory.DepartmentCard, by_id: dict[int, directory.DepartmentCard]) -> int:
    while card.parent_id is not None:
        card = by_id[card.parent_id]
    return card.id

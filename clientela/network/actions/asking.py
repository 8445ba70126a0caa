"""Asking what if, and changing one's mind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.network.models import WhatIf
from clientela.network.policies import (
    WhatIfSeen,
    departments_below,
    may_ask_what_if,
    may_cancel_what_if,
    may_see_what_if,
)
from clientela.network.simulation import Question, question_as_json, question_from_json

# The job's name, by which it is deferred: it lives in `clientela.network.jobs`, which stands above this module.
RUN_JOB = "clientela.network.jobs.run_one_what_if"
# One at a time: a simulation takes all cores for a minute, and must never hold up mail and letters.
RUN_LOCK = "network.what_if"
QUEUE = "what_if"


class WhatIfRefusedError(Exception):
    """It cannot be cancelled, as things stand. The message says why, in the viewer's words."""


@transaction.atomic
def ask_what_if(*, by: Viewer, at: datetime, title: str, question: Mapping[str, Any]) -> int:
    """Ask a question and queue its simulation; return its id.

    `question` is JSON as `simulation.question_from_json` reads it. Raises QuestionError for one that cannot be asked,
    NotAllowedError.
    """
    read = question_from_json(question)
    department_ids, is_house_wide = departments_in(read)
    require(
        may_ask_what_if(
            by,
            department_ids=department_ids,
            is_house_wide=is_house_wide,
            headed=departments_below(by.headed_department_ids, directory.departments()),
        )
    )
    asked = WhatIf.objects.create(
        title=title[:200],
        question=question_as_json(read),
        department_ids=sorted(department_ids),
        is_house_wide=is_house_wide,
        asked_by_id=by.person_id,
        asked_at=at,
    )
    about = [thing("what_if", asked.pk), *(thing("party", number) for number in sorted(department_ids))]
    record(verb="what_if.asked", by=by.person_id, at=at, about=about, title=asked.title)
    app.configure_task(RUN_JOB, lock=RUN_LOCK, queue=QUEUE).defer(what_if_id=asked.pk)
    return asked.pk


@transaction.atomic
def cancel_what_if(*, by: Viewer, at: datetime, what_if_id: int) -> None:
    """Stop a simulation, or take a waiting question back. Whoever simulates it notices within a second.

    Raises HiddenError, NotAllowedError, WhatIfRefusedError for one that has ended.
    """
    row = WhatIf.objects.select_for_update().filter(pk=what_if_id).first()
    if row is None:
        raise HiddenError(f"There is no question {what_if_id}.")
    seen = seen_of(row)
    require_seen(may_see_what_if(by, seen))
    headed = departments_below(by.headed_department_ids, directory.departments())
    require(may_cancel_what_if(by, seen, headed=headed))
    if row.state not in {WhatIf.State.WAITING, WhatIf.State.RUNNING}:
        raise WhatIfRefusedError(_("This question has already ended."))
    row.is_cancel_wished = True
    if row.state == WhatIf.State.WAITING:  # nobody has begun: nobody else would end it
        row.state, row.finished_at = WhatIf.State.CANCELLED, at
    row.save(update_fields=["is_cancel_wished", "state", "finished_at"])
    record(verb="what_if.cancelled", by=by.person_id, at=at, about=[thing("what_if", row.pk)])


def departments_in(question: Question) -> tuple[frozenset[int], bool]:
    """Return the departments that a question changes, and whether it changes something for all of them."""
    ids = {change.department_id for change in question.changes}
    return frozenset(number for number in ids if number is not None), None in ids


def seen_of(row: WhatIf) -> WhatIfSeen:
    """Return what the policies must know of a question."""
    return WhatIfSeen(
        asked_by_id=row.asked_by_id, department_ids=frozenset(row.department_ids), is_house_wide=row.is_house_wide
    )

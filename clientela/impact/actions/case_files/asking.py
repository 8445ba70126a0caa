"""Which column is what, confirmed; an estimation asked for, and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clientela.directory.policies import Viewer
from clientela.impact.actions.case_files.locking import LIVE, CaseFileRefusedError, locked, locked_at_rest
from clientela.impact.models import CaseFile, CaseFilePart
from clientela.impact.queries.case_files import CaseOptions
from clientela.impact.reading.choosing import Choice, checked_choice
from clientela.kernel.journal import record, thing
from clientela.network.actions.asking import QUEUE, RUN_LOCK

__all__ = ["CaseFileRefusedError", "ask_for_case_estimation", "cancel_case_estimation"]

# The job's name, by which it is deferred: it lives in `clientela.impact.jobs`, which stands above this module.
ESTIMATE_CASES_JOB: Final = "clientela.impact.jobs.case_files.estimate_cases"


@transaction.atomic
def ask_for_case_estimation(
    *,
    by: Viewer,
    at: datetime,
    number: int,
    roles: Mapping[str, Mapping[str, str]],
    outcomes: Sequence[str],
    options: CaseOptions,
) -> None:
    """Confirm which column is what (part to role to column, "" for none), and have every outcome worked out.

    Raises CasesProblemError for columns and options that cannot be, CaseFileRefusedError while it is being worked out,
    HiddenError.
    """
    row = locked_at_rest(by, number)
    parts = {part.part: part for part in CaseFilePart.objects.filter(case_file=row)}
    choice = checked_choice(
        Choice(
            roles=roles,
            outcomes=tuple(outcomes),
            columns={name: tuple(part.columns) for name, part in parts.items()},
            files={name: part.file_name for name, part in parts.items()},
            options=asdict(options),
        )
    )
    for name, part in parts.items():
        part.roles = choice[name]
    CaseFilePart.objects.bulk_update(parts.values(), ["roles"])
    row.outcomes, row.options, row.asked_at = list(outcomes), asdict(options), at
    row.state, row.is_cancel_wished, row.progress, row.rows_read = CaseFile.State.WAITING, False, 0.0, 0
    row.error, row.result, row.answers, row.started_at, row.finished_at = None, None, {}, None, None
    row.save()
    record(
        verb="case_file.asked",
        by=by.person_id,
        at=at,
        about=[thing("case_file", row.pk)],
        outcomes=row.outcomes,
        roles=choice,
        options=row.options,
    )
    # With the what-ifs and Impact itself, one at a time: minutes of a core must never hold up mail and letters.
    app.configure_task(ESTIMATE_CASES_JOB, lock=RUN_LOCK, queue=QUEUE).defer(case_file_id=row.pk)


@transaction.atomic
def cancel_case_estimation(*, by: Viewer, at: datetime, number: int) -> None:
    """Stop working it out. Whoever does notices within a second. Raises CaseFileRefusedError, HiddenError."""
    row = locked(by, number)
    if row.state not in LIVE:
        raise CaseFileRefusedError(_("This is not being worked out."))
    row.is_cancel_wished = True
    if row.state == CaseFile.State.WAITING:  # nobody has begun: nobody else would end it
        row.state, row.finished_at = CaseFile.State.CANCELLED, at
    row.save(update_fields=["is_cancel_wished", "state", "finished_at"])
    record(verb="case_file.cancelled", by=by.person_id, at=at, about=[thing("case_file", row.pk)])

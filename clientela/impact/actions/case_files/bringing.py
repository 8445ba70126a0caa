"""Files of cases brought in, and taken away with their bytes: they may name customers."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.impact.actions.case_files.locking import CaseFileRefusedError, locked, locked_at_rest
from clientela.impact.models import CASE_FILES, CaseFile, CaseFilePart
from clientela.impact.policies.case_files import may_bring_case_files
from clientela.impact.reading.heading import Heading, read_heading
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CASES, PARTS
from clientela.kernel.journal import record, thing
from clientela.kernel.own_files import (
    ReceivedFile,
    delete_own_file,
    discard_received_file,
    give_file_to_row,
    own_file_numbers,
    receive_file,
    sweep_own_files,
)
from clientela.kernel.policies import require_seen

LONGEST_NAME = 200
LONGEST_TITLE = 160
NAMELESS = "cases.csv"


def bring_case_file(*, by: Viewer, at: datetime, name: str, chunks: Iterable[bytes], title: str = "") -> int:
    """Take in a file of cases as a draft whose columns wait to be confirmed; return its id.

    Raises CasesProblemError (code, figures, words) for what is no such file, HiddenError; nothing is kept of it then.
    """
    require_seen(may_bring_case_files(by))
    name = name.strip()[:LONGEST_NAME] or NAMELESS
    received = receive_file(_within_limit(chunks, name))
    try:
        heading = read_heading(received.path, name=name)  # what cannot be read is refused now
        with transaction.atomic():
            row = CaseFile.objects.create(
                title=(title.strip() or name)[:LONGEST_TITLE], brought_by_id=by.person_id, brought_at=at
            )
            record(verb="case_file.brought", by=by.person_id, at=at, about=[thing("case_file", row.pk)], name=name)
            _keep_part(row, CASES, name, received, heading)
    finally:
        discard_received_file(received)
    return row.pk


def bring_case_part(*, by: Viewer, at: datetime, number: int, part: str, name: str, chunks: Iterable[bytes]) -> None:
    """Bring the file `inside` or `crosswalk` too, or another file of `cases`; what was there before is replaced.

    What was estimated without it is gone: the columns are to be confirmed again. Raises CasesProblemError,
    CaseFileRefusedError while it is being worked out, HiddenError; nothing changes then.
    """
    require_seen(may_bring_case_files(by))
    if part not in PARTS:
        raise ValueError(part)
    name = name.strip()[:LONGEST_NAME] or NAMELESS
    received = receive_file(_within_limit(chunks, name))
    try:
        heading = read_heading(received.path, name=name)
        with transaction.atomic():
            row = locked_at_rest(by, number)
            _forget_part(row, part)
            if part == CASES:  # its columns may be others
                row.outcomes = []
            _begin_anew(row)
            about = [thing("case_file", row.pk)]
            record(verb="case_file.part_brought", by=by.person_id, at=at, about=about, part=part, name=name)
            _keep_part(row, part, name, received, heading)
    finally:
        discard_received_file(received)


@transaction.atomic
def remove_case_part(*, by: Viewer, at: datetime, number: int, part: str) -> None:
    """Take the file `inside` or `crosswalk` away again, with its bytes. One that is not there changes nothing.

    Raises CaseFileRefusedError while it is being worked out, and for the file of cases itself; HiddenError.
    """
    row = locked_at_rest(by, number)
    if part == CASES:
        raise CaseFileRefusedError(_("Without its file of cases nothing is left. Delete it all instead."))
    if _forget_part(row, part):
        _begin_anew(row)
        about = [thing("case_file", row.pk)]
        record(verb="case_file.part_removed", by=by.person_id, at=at, about=about, part=part)


@transaction.atomic
def delete_case_file(*, by: Viewer, at: datetime, number: int) -> None:
    """Delete a file of cases with what was estimated from it, and its bytes for good.

    Raises CaseFileRefusedError while it is being worked out, HiddenError.
    """
    row = locked(by, number)
    if row.state == CaseFile.State.RUNNING:
        raise CaseFileRefusedError(_("These cases are being worked out. Stop that first."))
    record(verb="case_file.deleted", by=by.person_id, at=at, about=[thing("case_file", row.pk)], name=row.title)
    for part in PARTS:
        _forget_part(row, part)
    row.delete()


def sweep_case_files(*, at: datetime) -> int:
    """Remove the bytes of files that are gone, a day later; return how many. Only a crash leaves any."""
    numbers = own_file_numbers(room=CASE_FILES, at=at)
    known = set(CaseFilePart.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    return sweep_own_files(room=CASE_FILES, at=at, orphans=set(numbers) - known)


def _within_limit(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    limit, size_bytes = settings.CASE_FILE_LIMIT_BYTES, 0
    for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > limit:
            raise CasesProblemError(
                f"{name}: the file is larger than {limit // 1024**2} MB. Pack it by gzip, or leave columns out.",
                "too_large", file=name, limit_bytes=limit,
            )  # fmt: skip
        yield chunk


def _keep_part(row: CaseFile, part: str, name: str, received: ReceivedFile, heading: Heading) -> None:
    kept = CaseFilePart.objects.create(
        case_file=row,
        part=part,
        file_name=name,
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        columns=list(heading.names),
        first_rows=[list(one) for one in heading.rows],
    )
    give_file_to_row(received, room=CASE_FILES, number=kept.pk)


def _forget_part(row: CaseFile, part: str) -> bool:
    """Take a part away, its bytes once that is certain; return whether it was there."""
    kept = CaseFilePart.objects.filter(case_file=row, part=part).first()
    if kept is None:
        return False
    number = kept.pk
    kept.delete()
    transaction.on_commit(lambda: delete_own_file(room=CASE_FILES, number=number))
    return True


def _begin_anew(row: CaseFile) -> None:
    """Make it a draft again: what was estimated was of other files."""
    row.state, row.result, row.error, row.finished_at = CaseFile.State.DRAFT, None, None, None
    row.progress, row.rows_read, row.answers = 0.0, 0, {}
    row.save(update_fields=["outcomes", "state", "result", "answers", "error", "finished_at", "progress", "rows_read"])

"""A file of cases, taken hold of for one change."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.impact.models import CaseFile
from clientela.impact.policies.case_files import may_bring_case_files
from clientela.kernel.policies import HiddenError, require_seen

LIVE = (CaseFile.State.WAITING, CaseFile.State.RUNNING)


class CaseFileRefusedError(Exception):
    """It cannot be done with this file, as things stand. The message says why, in the viewer's words."""


def locked(by: Viewer, number: int) -> CaseFile:
    """Return the file of cases, locked until the transaction ends. Raises HiddenError."""
    require_seen(may_bring_case_files(by))
    row = CaseFile.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise HiddenError(f"There is no file of cases {number}.")
    return row


def locked_at_rest(by: Viewer, number: int) -> CaseFile:
    """The same, of one that nobody works out. Raises HiddenError, CaseFileRefusedError."""
    row = locked(by, number)
    if row.state in LIVE:
        raise CaseFileRefusedError(_("These cases are being worked out. Stop that first."))
    return row

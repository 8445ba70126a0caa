"""Who sees inside and outside beside each other."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_see_parity(viewer: Viewer) -> Verdict:
    """The owner, administrators and heads of departments: counts of departments, never of persons."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Inside and outside are compared for the owner and the heads of departments."))

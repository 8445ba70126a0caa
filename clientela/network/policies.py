"""Who sees who serves whom."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_see_service_map(viewer: Viewer) -> Verdict:
    """Every employee sees how departments serve each other: counts of departments, never of persons."""
    return ALLOWED if viewer.is_house or viewer.is_employee else denied(_("The service map is for colleagues."))

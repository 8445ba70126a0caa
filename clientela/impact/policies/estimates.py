"""Who sees what inside does to outside, and who has it worked out anew."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_see_impact(viewer: Viewer) -> Verdict:
    """The owner, administrators and heads of departments: figures of departments, never of persons."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Impact is for the owner and the heads of departments."))


def may_estimate(viewer: Viewer) -> Verdict:
    """Whoever sees it: working it out costs the machine some minutes, and nobody anything else."""
    return may_see_impact(viewer)

"""Who talks with whom, and who reads what was said."""

from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_plan_talks(viewer: Viewer, provider_id: int) -> Verdict:
    """The people of a department plan its talks; the owner plans any."""
    if viewer.is_house or viewer.is_owner or (viewer.is_employee and provider_id in viewer.department_ids):
        return ALLOWED
    return denied(_("Talks are planned by the people of the department that serves."))


def may_read_talk(viewer: Viewer, provider_id: int) -> Verdict:
    """The department that serves reads what it was told, and the owner."""
    return may_plan_talks(viewer, provider_id)


def talks_read_by(viewer: Viewer) -> Q:
    """The talks, and the plans of talks, that the viewer may read."""
    if viewer.is_house or viewer.is_owner:
        return Q()
    return Q(provider__in=viewer.department_ids) if viewer.is_employee else Q(pk__in=[])

"""Who may set and change what is promised."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_set_promises(viewer: Viewer) -> Verdict:
    """Calendars and terms bind everybody, so administrators set them, and the house itself."""
    if viewer.is_house or viewer.is_administrator:
        return ALLOWED
    return denied(_("Calendars and promised times are set by an administrator."))


def may_change_promise(viewer: Viewer, *, promised_by_id: int | None, provider_id: int) -> Verdict:
    """A personal promise is kept or moved by who made it, or by the head of the department that owes it."""
    if viewer.is_house or viewer.person_id == promised_by_id or provider_id in viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Only the person who made this promise, or the head of the department, can change it."))

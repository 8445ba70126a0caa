"""Who makes surveys, and who reads what was answered."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_make_survey(viewer: Viewer, owner_id: int) -> Verdict:
    """Heads make surveys of their department, the owner and administrators those of any department."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator or owner_id in viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Surveys of a department are made by its head, the owner and the administrators."))


def may_make_some_survey(viewer: Viewer) -> Verdict:
    """Whether there is any department whose surveys the viewer makes."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Surveys are made by heads of departments, the owner and the administrators."))


def may_see_survey(viewer: Viewer, owner_id: int) -> Verdict:
    """Whether the survey exists for this viewer: for who makes it, and for the people of its department."""
    if may_make_survey(viewer, owner_id) or (viewer.is_employee and owner_id in viewer.department_ids):
        return ALLOWED
    return denied(_("This survey belongs to another department."))


def may_see_survey_results(viewer: Viewer, owner_id: int) -> Verdict:
    """What was answered is read by the survey's department and the owner, not by administrators as such."""
    if viewer.is_house or viewer.is_owner or (viewer.is_employee and owner_id in viewer.department_ids):
        return ALLOWED
    return denied(_("Results are read by the department whose survey it is."))


def may_take_single_answers(viewer: Viewer, owner_id: int, *, is_anonymous: bool) -> Verdict:
    """Answer by answer as a file: the head of the survey's department and the owner; never of an anonymous survey."""
    if is_anonymous:
        return denied(_("It was promised to be anonymous: single answers are shown to nobody."))
    if viewer.is_house or viewer.is_owner or owner_id in viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Single answers are taken out by the head of the department whose survey it is, and the owner."))


def may_set_listening(viewer: Viewer) -> Verdict:
    """How often people may be asked over all surveys is set by the owner and the administrators."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return ALLOWED
    return denied(_("How often people may be asked is set by the owner and the administrators."))

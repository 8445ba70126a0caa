"""Who looks after public reviews: who reads them, answers them, and says which site is read."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_set_review_sites(viewer: Viewer) -> Verdict:
    """Which sites are read is set by an administrator or the owner: the house fetches what they name."""
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return ALLOWED
    return denied(_("Which review sites are read is set by an administrator or the owner."))


def may_read_reviews(viewer: Viewer) -> Verdict:
    """What stands in public may be read by every colleague."""
    if viewer.is_house or viewer.is_employee:
        return ALLOWED
    return denied(_("Reviews are read by colleagues."))


def may_answer_reviews(viewer: Viewer, provider_id: int) -> Verdict:
    """The department that the site is about answers, and takes in files of it."""
    if viewer.is_house or provider_id in viewer.department_ids:
        return ALLOWED
    return denied(_("The department that this site is about answers its reviews."))

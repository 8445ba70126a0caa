"""Who plans a roll-out, who learns which date, and who notes what really happened."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.impact.models.rollouts import BEGUN, ENDED
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_plan_rollouts(viewer: Viewer) -> Verdict:
    """The owner and administrators plan, start and stop roll-outs, and see every date."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return ALLOWED
    return denied(_("Only the owner and administrators plan what is tried in departments in random order."))


def may_see_rollouts(viewer: Viewer) -> Verdict:
    """Every colleague learns what is being tried."""
    if viewer.is_employee or may_plan_rollouts(viewer):
        return ALLOWED
    return denied(_("What is tried inside is for colleagues."))


def may_see_rollout(viewer: Viewer, *, state: str) -> Verdict:
    """A plan is for those who plan; once it has begun, every colleague may know that there is one."""
    if may_plan_rollouts(viewer):
        return ALLOWED
    if viewer.is_employee and state in BEGUN:
        return ALLOWED
    return denied(_("There is no such roll-out for you."))


def rollouts_seen_by(viewer: Viewer) -> Q:
    """The same as `may_see_rollout`, as a filter."""
    if may_plan_rollouts(viewer):
        return Q()
    return Q(state__in=BEGUN) if viewer.is_employee else Q(pk__in=[])


def may_see_draw(viewer: Viewer, *, state: str) -> Verdict:
    """Who plans sees the whole draw; everybody else once it has ended: who knows the order may work towards it."""
    if may_plan_rollouts(viewer) or (viewer.is_employee and state in ENDED):
        return ALLOWED
    return denied(_("The order is shown to everybody when it has ended."))


def may_see_place(viewer: Viewer, department_id: int, *, state: str, headed: Collection[int]) -> Verdict:
    """A head sees the date of their department and those below (`headed` holds them all); else as the draw."""
    if may_see_draw(viewer, state=state) or (viewer.is_employee and department_id in headed):
        return ALLOWED
    return denied(_("The head of the department knows its date."))


def may_note_beginning(viewer: Viewer, department_id: int, *, headed: Collection[int]) -> Verdict:
    """The head notes when the department really began; who plans may do it for anybody."""
    if may_plan_rollouts(viewer) or (viewer.is_employee and department_id in headed):
        return ALLOWED
    return denied(_("The head of the department notes when it began."))

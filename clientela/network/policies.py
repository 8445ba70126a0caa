"""Who sees who serves whom, how busy a department is, and what would change; and who asks that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import ALLOWED, Verdict, denied

_DEPENDENCE = "clientela.network.dependence"


def may_see_service_map(viewer: Viewer) -> Verdict:
    """Every employee sees how departments serve each other: counts of departments, never of persons."""
    return ALLOWED if viewer.is_house or viewer.is_employee else denied(_("The service map is for colleagues."))


def may_ask_about_dependence(viewer: Viewer) -> Verdict:
    """The owner and administrators ask people on whom they depend, see who has answered by department, and end it."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return ALLOWED
    return denied(_("Only the owner or an administrator asks everybody on whom they depend."))


def may_declare_lines(viewer: Viewer) -> Verdict:
    """The owner and administrators say who should serve whom."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator:
        return ALLOWED
    return denied(_("Only the owner or an administrator declares who should serve whom."))


def dependence_token(invitation_id: int) -> str:
    """The key in the link of somebody who is asked on whom they depend: it is the right to answer, and their sheet."""
    return signing.Signer(salt=_DEPENDENCE).sign_object([invitation_id], compress=False)


def invitation_of_dependence(token: str) -> int | None:
    """The invitation that a key names, or None if the key is not ours."""
    try:
        content = signing.Signer(salt=_DEPENDENCE).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return content[0] if isinstance(content, list) and len(content) == 1 and isinstance(content[0], int) else None


def may_see_some_insight(viewer: Viewer) -> Verdict:
    """Whether there is any department whose load the viewer sees: one's own, those below, or all of them."""
    if sees_every_department(viewer) or (viewer.is_employee and viewer.department_ids):
        return ALLOWED
    return denied(_("Insight is for colleagues, about the departments they work in."))


def may_see_own_department(viewer: Viewer) -> Verdict:
    """Whether there is a department that the viewer works in."""
    if viewer.is_employee and viewer.own_department_ids:
        return ALLOWED
    return denied(_("You work in no department yet."))


def may_see_load(viewer: Viewer, department_id: int) -> Verdict:
    """Whether the viewer sees how busy a department is: its people and those above it, the owner, administrators."""
    if sees_every_department(viewer) or (viewer.is_employee and department_id in viewer.department_ids):
        return ALLOWED
    return denied(_("There is no such department for you."))


def sees_every_department(viewer: Viewer) -> bool:
    """Whether the viewer sees the load of the whole house. These are figures of departments, never conversations."""
    return viewer.is_house or viewer.is_owner or viewer.is_administrator


@dataclass(frozen=True)
class WhatIfSeen:
    """What a policy must know of a question: who asked, and which departments it changes."""

    asked_by_id: int | None
    department_ids: frozenset[int]
    is_house_wide: bool


def departments_below(department_ids: Collection[int], cards: Sequence[DepartmentCard]) -> frozenset[int]:
    """Return the departments and everything below them."""
    found = set(department_ids)
    waiting = list(cards)
    while more := [card.id for card in waiting if card.parent_id in found and card.id not in found]:
        found.update(more)
    return frozenset(found)


def may_ask_what_if(
    viewer: Viewer, *, department_ids: frozenset[int], is_house_wide: bool, headed: frozenset[int]
) -> Verdict:
    """Heads ask about their department and those below (`headed` holds them all), the owner about anything."""
    if viewer.is_house or viewer.is_owner:
        return ALLOWED
    if viewer.is_employee and not is_house_wide and department_ids and department_ids <= headed:
        return ALLOWED
    return denied(_("Only the head of a department asks what would change there, and the owner for every department."))


def may_see_what_if(viewer: Viewer, asked: WhatIfSeen) -> Verdict:
    """Whoever asked it, and whoever sees the load of every department it changes."""
    if sees_every_department(viewer) or (viewer.person_id is not None and viewer.person_id == asked.asked_by_id):
        return ALLOWED
    if viewer.is_employee and not asked.is_house_wide and asked.department_ids <= viewer.department_ids:
        return ALLOWED
    return denied(_("There is no such question for you."))


def what_ifs_seen_by(viewer: Viewer) -> Q:
    """The same as `may_see_what_if`, as a filter."""
    if sees_every_department(viewer):
        return Q()
    own = Q(asked_by=viewer.person_id)
    if not viewer.is_employee:
        return own
    return own | Q(is_house_wide=False, department_ids__contained_by=sorted(viewer.department_ids))


def may_cancel_what_if(viewer: Viewer, asked: WhatIfSeen, *, headed: frozenset[int]) -> Verdict:
    """Whoever asked it, and whoever might have asked it."""
    if viewer.person_id is not None and viewer.person_id == asked.asked_by_id:
        return ALLOWED
    return may_ask_what_if(
        viewer, department_ids=asked.department_ids, is_house_wide=asked.is_house_wide, headed=headed
    )


def may_bring_logs(viewer: Viewer) -> Verdict:
    """Who brings event logs in, sees them, says which team is which department, and deletes them.

    A log names people and cases of who knows which system: only administrators and the owner. What it adds to the map
    are counts between departments, which every colleague sees there.
    """
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return ALLOWED
    return denied(_("Event logs are for administrators and the owner."))


def may_allow_mail(viewer: Viewer) -> Verdict:
    """Who allows that the mail server's own record is read and counted by department, and who ends that.

    Also who brings such a record in, follows it, and deletes what was counted; every colleague sees that it is so.
    """
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return ALLOWED
    return denied(_("Only the owner or an administrator lets the mail server’s record be read."))


def may_see_mail_counting(viewer: Viewer) -> Verdict:
    """Every colleague sees whether mail is counted, what of it, and since when."""
    return may_see_service_map(viewer)

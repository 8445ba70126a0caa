"""Who follows up, who improves, and who sees what became of it."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied
from clientela.voice.models import Improvement, Voice
from clientela.voice.policies.heard import may_see_speaker


def may_follow_up(viewer: Viewer, voice: Voice) -> Verdict:
    """The people of the department that it was said of go back to the person, if the person is known."""
    if voice.speaker_id is None:
        return denied(_("Nobody knows who said this, so nobody can go back to them."))
    if viewer.is_house:
        return ALLOWED
    if not viewer.is_employee or voice.provider_id not in viewer.department_ids:
        return denied(_("The people of the department that this was said of follow it up."))
    # A request in the person's name would tell who said it.
    return may_see_speaker(
        viewer,
        provider_id=voice.provider_id,
        side=voice.side,
        about=voice.about,
        is_anonymous=voice.is_anonymous,
    )


def may_propose_improvement(viewer: Viewer, department_id: int) -> Verdict:
    """Who works in a department proposes what it could do better; the owner proposes anywhere."""
    if viewer.is_house or viewer.is_owner or department_id in viewer.department_ids:
        return ALLOWED
    return denied(_("Improvements are proposed by the people of the department, and by the owner."))


def may_decide_improvement(viewer: Viewer, department_id: int, *, owner_id: int | None = None) -> Verdict:
    """The head of the department and the owner decide; who has it in hand reports what was done."""
    if viewer.is_house or viewer.is_owner or department_id in viewer.headed_department_ids:
        return ALLOWED
    if owner_id is not None and viewer.person_id == owner_id:
        return ALLOWED
    return denied(_("The head of the department decides on this, or who has it in hand."))


def may_see_improvement(viewer: Viewer, improvement: Improvement) -> Verdict:
    """What was agreed or done is for every colleague to see; a proposal is for the department and the owner."""
    if viewer.is_house or viewer.is_owner or improvement.department_id in viewer.department_ids:
        return ALLOWED
    if viewer.is_employee and improvement.state in {Improvement.State.AGREED, Improvement.State.DONE}:
        return ALLOWED
    return denied(_("Proposals are read by the department, until it agrees."))


def may_hold_review_meeting(viewer: Viewer, department_id: int) -> Verdict:
    """The people of the department look at what they were told; the owner may look too."""
    return may_propose_improvement(viewer, department_id)

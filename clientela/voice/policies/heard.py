"""Who reads what was said, who says what it means, and who teaches the machine."""

from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied

INSIDE = "inside"


def reads_everything(viewer: Viewer) -> bool:
    """Whether every voice is for this viewer: the owner, and the house itself. Not the administrator."""
    return viewer.is_house or viewer.is_owner


def may_see_voices_of(viewer: Viewer, provider_id: int | None) -> Verdict:
    """What was said of a department is read by its people and the owner; what was said of the house, by heads too."""
    if reads_everything(viewer):
        return ALLOWED
    if provider_id is not None and provider_id in viewer.department_ids:
        return ALLOWED
    if provider_id is None and viewer.headed_department_ids:
        return ALLOWED
    return denied(_("What people said is read by the department that they said it of."))


def providers_read_by(viewer: Viewer) -> frozenset[int | None] | None:
    """The same as `may_see_voices_of`, as the departments whose voices the viewer reads; None for all of them."""
    if reads_everything(viewer):
        return None
    house: frozenset[int | None] = frozenset({None}) if viewer.headed_department_ids else frozenset()
    return house | viewer.department_ids


def voices_read_by(viewer: Viewer) -> Q:
    """The same as `may_see_voices_of`, as a filter on Voice."""
    providers = providers_read_by(viewer)
    if providers is None:
        return Q()
    own = Q(provider__in=providers - {None})
    return own | Q(provider__isnull=True) if None in providers else own


def may_see_speaker(viewer: Viewer, *, provider_id: int | None, side: str, about: str, is_anonymous: bool) -> Verdict:
    """Who said it: known of a customer outside, and of a colleague who said it of their own request, as it is there."""
    hidden = denied(_("Colleagues say what they think of a department without their name."))
    if is_anonymous or not may_see_voices_of(viewer, provider_id):
        return hidden
    return ALLOWED if side != INSIDE or about.startswith("request:") else hidden


def may_correct_voice(viewer: Viewer, provider_id: int | None) -> Verdict:
    """Whoever may read a voice may say what it means, and blot out personal data in it."""
    return may_see_voices_of(viewer, provider_id)


def may_keep_subjects(viewer: Viewer) -> Verdict:
    """The list of subjects is one for the whole house: the owner and the heads of departments keep it."""
    if reads_everything(viewer) or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("The list of subjects is kept by the owner and the heads of departments."))


def may_teach(viewer: Viewer) -> Verdict:
    """What the machine learns counts for every department: the owner and the heads of departments teach it."""
    if reads_everything(viewer) or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("The machine is taught by the owner and the heads of departments."))


def may_see_parity(viewer: Viewer) -> Verdict:
    """Inside and outside side by side: for the owner and the heads of departments."""
    if reads_everything(viewer) or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Inside and outside are compared for the owner and the heads of departments."))

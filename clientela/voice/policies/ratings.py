"""Who may rate, and who sees what was said."""

from datetime import datetime

from django.core import signing
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied

_SALT = "clientela.voice.rating"


def may_rate(*, expires_at: datetime, is_spent: bool, at: datetime) -> Verdict:
    """The link itself is the right to answer: once, and while it lasts."""
    if is_spent:
        return denied(_("You have already answered. Thank you."))
    if at >= expires_at:
        return denied(_("This question has ended. You can still write to us on the page of your request."))
    return ALLOWED


def may_see_ratings_of(viewer: Viewer, provider_id: int) -> Verdict:
    """A rating is read by the department that served, and by the owner."""
    if viewer.is_house or viewer.is_owner or provider_id in viewer.department_ids:
        return ALLOWED
    return denied(_("Ratings are read by the department that served."))


def rating_token(invitation_id: int) -> str:
    """Return the key that stands in the link of an invitation."""
    return signing.Signer(salt=_SALT).sign_object([invitation_id], compress=False)


def invitation_of(token: str) -> int | None:
    """Return the invitation that a key names, or None if the key is not ours."""
    try:
        content = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return content[0] if isinstance(content, list) and len(content) == 1 and isinstance(content[0], int) else None

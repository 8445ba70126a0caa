"""Who looks after the mail."""

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied


def may_handle_mail(viewer: Viewer) -> Verdict:
    """Administrators see what came in and what became of it, never what was said on a request."""
    if viewer.is_house or viewer.is_administrator:
        return ALLOWED
    return denied(_("Received mail is looked after by administrators."))


def may_look_after_mailboxes(viewer: Viewer) -> Verdict:
    """Administrators say which mailboxes are read, and with which secrets."""
    if viewer.is_house or viewer.is_administrator:
        return ALLOWED
    return denied(_("Mailboxes are looked after by administrators."))

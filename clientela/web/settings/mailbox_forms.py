"""The form of a mailbox: where it is, how to log in, its folders."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.inbox.actions.mailboxes import DONE_FOLDER, UNREADABLE_FOLDER, MailboxSettings
from clientela.inbox.queries.mailboxes import MailboxSeen
from clientela.web.settings.mail_addresses import PlaceForm

KEEP = gettext_lazy("It is kept, and not shown. Leave this empty to keep it as it is.")
PORT_WRONG = gettext_lazy("A port is a number from 1 to 65535; IMAP's are 993 and 143.")
SECRETS = ("password", "client_secret", "refresh_token")


class MailboxForm(PlaceForm):
    """A mailbox. Secrets that are kept are never sent to the browser; an empty field leaves them as they are."""

    key = "mailbox"
    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address whose mail lies in this mailbox, for example support@example.org."),
        max_length=320,
    )
    server = forms.CharField(
        label=gettext_lazy("IMAP server"),
        help_text=gettext_lazy("For example imap.example.org; imap.gmail.com; outlook.office365.com."),
        max_length=255,
    )
    security = forms.ChoiceField(
        label=gettext_lazy("How is the way there protected?"),
        choices=(
            ("tls", gettext_lazy("TLS from the start (usually port 993)")),
            ("starttls", gettext_lazy("STARTTLS (usually port 143)")),
            ("none", gettext_lazy("not at all: only to this machine itself")),
        ),
        widget=forms.RadioSelect,
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        min_value=1,
        max_value=65535,
        error_messages={"invalid": PORT_WRONG, "min_value": PORT_WRONG, "max_value": PORT_WRONG},
    )
    user_name = forms.CharField(
        label=gettext_lazy("User name"), help_text=gettext_lazy("Often the address itself."), max_length=320
    )
    log_in = forms.ChoiceField(
        label=gettext_lazy("How does it log in?"),
        choices=(
            ("password", gettext_lazy("with a password, or an app password")),
            ("oauth2", gettext_lazy("with OAuth2, as Google and Microsoft want it")),
        ),
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    token_url = forms.CharField(
        label=gettext_lazy("Token address"),
        help_text=gettext_lazy(
            "Google: https://oauth2.googleapis.com/token; Microsoft: "
            "https://login.microsoftonline.com/common/oauth2/v2.0/token, with your tenant in place of common."
        ),
        required=False,
        max_length=500,
    )
    client_id = forms.CharField(label=gettext_lazy("Client ID"), required=False, max_length=500)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    refresh_token = forms.CharField(
        label=gettext_lazy("Refresh token"),
        required=False,
        max_length=8000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope"),
        help_text=gettext_lazy(
            "Google: https://mail.google.com/; Microsoft: "
            "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access."
        ),
        required=False,
        max_length=500,
    )
    takes_what_is_there = forms.BooleanField(
        label=gettext_lazy("Take in what lies in it already, too"),
        help_text=gettext_lazy(
            "Each of those mails then opens a request or goes on with one; no letter thanks for what came long ago. "
            "Without this only what comes from now on is taken in."
        ),
        required=False,
    )
    folder = forms.CharField(label=gettext_lazy("Folder with new mail"), max_length=255)
    done_folder = forms.CharField(label=gettext_lazy("Folder for mail that was taken in"), max_length=255)
    unreadable_folder = forms.CharField(
        label=gettext_lazy("Folder for what is no mail or too large"),
        help_text=gettext_lazy("Folders that are not there are made."),
        max_length=255,
    )
    certificate = forms.CharField(
        label=gettext_lazy("The server's own certificate"),
        help_text=gettext_lazy("Only for a server of yours that vouches for itself: its certificate in PEM form."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    field_order = ("address", "place")

    def __init__(self, *args: Any, at: datetime, found: MailboxSeen | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(found))
        super().__init__(*args, at=at, **kwargs)
        place = self.fields["place"]
        place.required = False
        place.help_text = _("Leave it empty if this address has its place among the mail addresses already.")
        if found is None:
            return
        del self.fields["takes_what_is_there"]
        for name, is_kept in zip(
            SECRETS, (found.has_password, found.has_client_secret, found.has_refresh_token), strict=True
        ):
            if is_kept:
                self.fields[name].help_text = KEEP

    def settings(self) -> MailboxSettings:
        """Return what was written, as the action takes it."""
        values = {name: self.cleaned_data[name] for name in self.fields if name not in {"place", "takes_what_is_there"}}
        kept = {name: None for name in SECRETS if not values[name]}
        return MailboxSettings(**values | kept)


def _initial(found: MailboxSeen | None) -> dict[str, Any]:
    if found is None:
        return {
            "security": "tls",
            "port": 993,
            "log_in": "password",
            "folder": "INBOX",
            "done_folder": DONE_FOLDER,
            "unreadable_folder": UNREADABLE_FOLDER,
        }
    names = (
        "address", "server", "port", "security", "certificate", "user_name", "log_in", "token_url", "client_id",
        "scope", "folder", "done_folder", "unreadable_folder",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names}

"""The forms of a mail server's record: a file, and which of its columns holds what."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.network.discovery.mail.bundles import MOST_FILES
from clientela.network.discovery.mail.columns import NONE
from clientela.network.discovery.mail.contracts import NEEDED
from clientela.web.forms import NO_SUCH_CHOICE, FilesField, NamedForm
from clientela.web.map.log_forms import LogForm

ROLES = {
    "sender": (gettext_lazy("Who wrote"), gettext_lazy("The sender’s mail address.")),
    "recipients": (gettext_lazy("To whom"), gettext_lazy("The addresses of the recipients, one or several.")),
    "moment": (gettext_lazy("The moment"), gettext_lazy("When it was sent or received.")),
    "status": (gettext_lazy("What became of it"), gettext_lazy("Mail that never arrived is left out by it.")),
    "message": (
        gettext_lazy("The number of the mail"),
        gettext_lazy("A mail that stands in several lines counts once by it. It is not kept."),
    ),
}


class MailTraceForm(LogForm):
    """A record to bring in: a file, or every file of a server's log."""

    key = "trace"
    file = FilesField(allow_empty_file=True)  # the newest of a log that was just rotated is

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("The record")
        self.fields["file"].help_text = _(
            "The log of a Postfix or an Exim, all its files at once if it was rotated; or a table saved as CSV with "
            "sender, recipients and moment. Also packed by gzip."
        )

    def clean_file(self) -> Any:
        """Refuse what is too much to be taken: all files together count as one."""
        files = self.cleaned_data["file"]
        if not any(file.size for file in files):
            raise forms.ValidationError(self.fields["file"].error_messages["empty"])
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("These are more than %(most)s files. Bring them in several times, by months.") % {"most": MOST_FILES}
            )
        self.check_size(sum(file.size for file in files))
        return files


class MailColumnsForm(NamedForm):
    """Which column holds what, and in which zone people work."""

    key = "columns"
    zone = forms.CharField(
        label=gettext_lazy("Time zone in which people work"),
        help_text=gettext_lazy("Working days are counted in it, and moments that name no zone are read in it."),
        max_length=60,
    )

    def __init__(
        self, *args: Any, names: Sequence[str], known_zones: Collection[str], is_log: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._zones = known_zones
        given = self.initial or {}
        self._roles = () if is_log else tuple(ROLES)
        if is_log:
            self.fields["latest_on"] = forms.DateField(
                label=_("The last day in it"),
                help_text=_(
                    "Many servers write no year into their logs; it is found from this day. A later day does no harm."
                ),
                initial=given.get("latest_on"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
        for role in self._roles:
            label, hint = ROLES[role]
            blank = _("choose one") if role in NEEDED else _("not in this record")
            self.fields[role] = forms.ChoiceField(
                label=label,
                help_text=str(hint),
                required=role in NEEDED,
                choices=[("", blank), *((name, name) for name in names if name)],
                initial=given.get(role, ""),
                error_messages={"required": _("Choose the column."), "invalid_choice": str(NO_SUCH_CHOICE)},
            )
        self.order_fields([*self._roles, "latest_on", "zone"])

    def clean_zone(self) -> str:
        """Refuse a zone that nobody knows."""
        zone = str(self.cleaned_data["zone"]).strip()
        if zone not in self._zones:
            raise forms.ValidationError(_("There is no such time zone. Write it like Europe/Bucharest."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Ask for different columns."""
        given = super().clean() or {}
        named = [given[role] for role in self._roles if given.get(role)]
        twice = next((name for name in named if named.count(name) > 1), "")
        if twice:
            self.add_error(None, _("The column “%(name)s” is chosen twice. Choose a different one.") % {"name": twice})
        return given

    def columns(self) -> dict[str, str]:
        """Give the column of each role; what is not in the record is not looked for either."""
        return {role: self.cleaned_data.get(role) or NONE for role in self._roles}

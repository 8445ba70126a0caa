"""The forms of event logs: a file, and which of its columns holds what."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.network.discovery.guessing import NONE
from clientela.web.forms import NO_SUCH_CHOICE, NamedForm

READINGS = {
    "asks": gettext_lazy("who hands over asks the next for help"),
    "delivers": gettext_lazy("who hands over has finished and delivers to the next"),
}
ROLES = {
    "case": (gettext_lazy("The case"), gettext_lazy("What goes from one to the next: a ticket, an order.")),
    "moment": (gettext_lazy("The moment"), gettext_lazy("When it happened.")),
    "team": (gettext_lazy("The team"), gettext_lazy("Who did it. Without it, groups are looked for among people.")),
    "resource": (gettext_lazy("The person"), gettext_lazy("Only needed where no team is named.")),
    "activity": (gettext_lazy("What was done"), ""),
    "transition": (gettext_lazy("The step of its life"), gettext_lazy("Started, completed; rarely needed.")),
}
NEEDED = frozenset({"case", "moment"})


class LogForm(NamedForm):
    """A log to bring in."""

    key = "log"
    file = forms.FileField(
        label=gettext_lazy("The log"),
        help_text=gettext_lazy(
            "A table saved as CSV, or an XES or MXML; also packed by gzip, or alone in a zip. One line an event."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages |= {
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose one with at least a line that names the columns."),
        }

    def clean_file(self) -> Any:
        """Refuse what is too large to be taken."""
        file = self.cleaned_data["file"]
        self.check_size(file.size)
        return file

    def check_size(self, size_bytes: int) -> None:
        """Refuse what is larger than the limit."""
        if size_bytes > settings.LOG_LIMIT_BYTES:
            limit = filesizeformat(settings.LOG_LIMIT_BYTES)
            raise forms.ValidationError(
                _("This file is larger than %(limit)s. Pack it by gzip, or cut it by months.") % {"limit": limit}
            )


class TeamsForm(NamedForm):
    """A small table that says which team is which department."""

    key = "teams"
    teams = forms.FileField(
        label=gettext_lazy("A table with the columns team and department"),
        help_text=gettext_lazy(
            "A CSV. Write “outside” for a team that is none of ours; leave blank what is not known."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = _("This file is empty. Choose one with at least a line that names the columns.")
        self.fields["teams"].error_messages |= {"required": _("Choose a file first."), "empty": empty}


class ColumnsForm(NamedForm):
    """Which column holds what, and how hand-overs are to be read."""

    key = "columns"
    zone = forms.CharField(
        label=gettext_lazy("Time zone of moments that name none"),
        help_text=gettext_lazy("For example Europe/Warsaw."),
        max_length=60,
    )
    reading = forms.ChoiceField(
        label=gettext_lazy("What a hand-over means in this log"),
        choices=list(READINGS.items()),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, names: Sequence[str], known_zones: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zones = known_zones
        given = self.initial or {}
        for role, (label, hint) in ROLES.items():
            blank = _("choose one") if role in NEEDED else _("not in this log")
            self.fields[role] = forms.ChoiceField(
                label=label,
                help_text=str(hint),
                required=role in NEEDED,
                choices=[("", blank), *((name, name) for name in names if name)],
                initial=given.get(role, ""),
                error_messages={"required": _("Choose the column."), "invalid_choice": str(NO_SUCH_CHOICE)},
            )
        self.order_fields([*ROLES, "zone", "reading"])

    def clean_zone(self) -> str:
        """Refuse a zone that nobody knows."""
        zone = str(self.cleaned_data["zone"]).strip()
        if zone not in self._zones:
            raise forms.ValidationError(_("There is no such time zone. Write it like Europe/Bucharest."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Ask for somebody who did it, and for different columns."""
        given = super().clean() or {}
        if not self.errors and not given.get("team") and not given.get("resource"):
            self.add_error("team", _("Choose the column that says who did it: the team, or at least the person."))
        named = [given[role] for role in ROLES if given.get(role)]
        twice = next((name for name in named if named.count(name) > 1), "")
        if twice:
            self.add_error(None, _("The column “%(name)s” is chosen twice. Choose a different one.") % {"name": twice})
        return given

    def columns(self) -> dict[str, str]:
        """Give the column of each role; what is not in the log is not looked for either."""
        return {role: self.cleaned_data.get(role) or NONE for role in ROLES}

"""What the directory asks: a note, a wish, an address, a name, a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.directory.actions.wishes import LONGEST_NOTE, LONGEST_SOURCE
from clientela.directory.rules.people_file import ENCODINGS
from clientela.web.forms import DayField, NamedForm, language_choices

NOTE_KINDS = (
    ("need", _("Needs")),
    ("preference", _("Prefers")),
    ("expectation", _("Expects")),
    ("good_to_know", _("Good to know")),
)
# One answer says kind and rule of a boundary; quiet hours have two more fields.
WISHES = (
    ("channel:email", _("write by e-mail")),
    ("channel:phone", _("call")),
    ("channel:post", _("write by post")),
    ("subject:offers", _("write about offers")),
    ("subject:surveys", _("ask for opinions")),
    ("subject:news", _("send news")),
    ("quiet_hours", _("write at certain hours")),
    ("do_not_contact", _("get in touch at all")),
)
SOURCE = _("How do we know?")
SOURCE_HINT = _("For example: phone call, visit, their letter of Tuesday.")


class NoteForm(NamedForm):
    """What a customer needs, prefers or expects."""

    key = "note"
    kind = forms.ChoiceField(label=_("What is it?"), choices=NOTE_KINDS)
    text = forms.CharField(
        label=_("In their words, as far as you can"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(label=SOURCE, help_text=SOURCE_HINT, max_length=LONGEST_SOURCE)


class BoundaryForm(NamedForm):
    """What a customer does not want."""

    key = "boundary"
    wish = forms.ChoiceField(label=_("Please don’t"), choices=WISHES)
    starts = forms.CharField(
        label=_("Not from"), help_text=_("Only for certain hours, on their clock."), required=False, max_length=5
    )
    ends = forms.CharField(label=_("until"), required=False, max_length=5)
    source = forms.CharField(label=SOURCE, help_text=SOURCE_HINT, max_length=LONGEST_SOURCE)
    ends_on = DayField(label=_("Until which day?"), help_text=_("Leave it empty if there is none."), required=False)

    def rule(self) -> tuple[str, dict[str, str]]:
        """Return kind and rule as the directory keeps them."""
        kind, _colon, value = self.cleaned_data["wish"].partition(":")
        if kind == "quiet_hours":
            return kind, {"from": self.cleaned_data["starts"], "to": self.cleaned_data["ends"]}
        return kind, {kind: value} if value else {}

    def refuse(self, field: str, why: str) -> None:
        """Say beside the field why not: the rule's parts have names of their own."""
        super().refuse({"from": "starts", "to": "ends", "channel": "wish", "subject": "wish"}.get(field, field), why)


class ContactPointForm(NamedForm):
    """An address or a number more."""

    key = "contact"
    kind = forms.ChoiceField(label=_("What is it?"), choices=(("email", _("E-mail")), ("phone", _("Phone"))))
    value = forms.CharField(label=_("Address or number"), max_length=320)
    is_main = forms.BooleanField(label=_("Use this one first"), required=False)

    def refuse(self, field: str, why: str) -> None:
        """Say beside the value why not."""
        super().refuse("value" if field in {"email", "phone"} else field, why)


class RepresentativeForm(NamedForm):
    """Somebody who may act for an organisation."""

    key = "representative"
    address = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Of somebody who is in the directory already."),
        error_messages={"invalid": _("That is not an e-mail address. It looks like name@example.com.")},
    )
    title = forms.CharField(label=_("As what?"), required=False, max_length=120)


class PartyForm(NamedForm):
    """What is written of a person, a department or an organisation. Fields that do not belong are left out."""

    key = "party"
    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("How to call them"), max_length=100)
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=40)
    registration_number = forms.CharField(label=_("Registration number"), required=False, max_length=60)
    language = forms.ChoiceField(label=_("Language"))
    zone = forms.CharField(label=_("Time zone"), help_text=_("For example Europe/Warsaw."), max_length=60)
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        error_messages={"invalid": _("That is not an e-mail address. It looks like name@example.com.")},
    )

    def __init__(self, *args: Any, only: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(only):
            del self.fields[name]
        if "language" in self.fields:
            current = str((self.initial or {}).get("language", ""))
            self.fields["language"].choices = language_choices(current)  # type: ignore[attr-defined]  # a ChoiceField


class PeopleFileForm(NamedForm):
    """A file of people and departments."""

    key = "file"
    file = forms.FileField(
        label=_("The file"),
        help_text=_("A table saved as CSV, with a first line that names the columns."),
    )
    default_language = forms.ChoiceField(label=_("Language of people for whom the file names none"))
    default_zone = forms.CharField(label=_("Time zone of people for whom the file names none"), max_length=60)
    encoding = forms.ChoiceField(
        label=_("How letters are written in the file"),
        help_text=_("Choose one only if names come out wrong."),
        choices=[("", _("Find it by reading")), *((name, name) for name in ENCODINGS)],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["default_language"].choices = language_choices(  # type: ignore[attr-defined]  # a ChoiceField
            str((self.initial or {}).get("default_language", ""))
        )
        self.fields["file"].error_messages |= {
            "required": str(_("Choose a file first.")),
            "empty": str(_("This file is empty. Choose one with at least a line that names the columns.")),
        }

    def refuse(self, field: str, why: str) -> None:
        """Say beside the file what is wrong with its content."""
        names = {"content": "file", "language": "default_language", "zone": "default_zone"}
        super().refuse(names.get(field, field), why)

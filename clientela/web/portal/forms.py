"""What the portal asks, made of the service's own fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clientela.catalogue.queries import AnswersNotAcceptedError, FieldSeen, ServiceSeen
from clientela.requests.actions import IncomingFile
from clientela.web.uploads import incoming_files

LONGEST_WORDS = 20_000
FEW_CHOICES = 5  # are shown at once


class WordsForm(forms.Form):
    """A message, with files."""

    text = forms.CharField(
        label=_("Message to us"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("There is nothing to send yet. Write a few words first.")},
    )
    file = forms.FileField(label=_("Add a photo or a file"), required=False)


class AskForm(forms.Form):
    """The form of one service: what it asks for, then the asker's own words."""

    def __init__(self, *args: Any, service: ServiceSeen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        for field in service.fields:
            self.fields[_name_of(field)] = _form_field(field)
        self.fields["text"] = forms.CharField(
            label=gettext("In your own words"),
            help_text=gettext("What you need, and anything we should know."),
            max_length=LONGEST_WORDS,
            required=not any(field.is_required for field in service.fields),
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": gettext("Tell us in a few words what you need.")},
        )
        if not any(field.kind == "file" for field in service.fields):
            self.fields["file"] = forms.FileField(label=gettext("A photo or a file, if it helps"), required=False)

    def answers(self) -> dict[str, Any]:
        """Return what was answered, by the service's field keys; a file is answered by its name."""
        given = {}
        for field in self.service.fields:
            value = self.cleaned_data.get(_name_of(field))
            if value in (None, ""):
                continue
            given[field.key] = [value.name] if field.kind == "file" else str(value)
        return given

    def files_to_send(self) -> list[IncomingFile]:
        """Return the files that came with the form, in its order."""
        return incoming_files([self.cleaned_data[name] for name in self.fields if name in self.files])

    def refuse(self, error: AnswersNotAcceptedError) -> None:
        """Put what the catalogue did not accept beside its field."""
        for fault in error.errors:
            name = f"f_{fault.field_key}"
            self.add_error(name if name in self.fields else None, f"{fault.reason} {fault.remedy}")


def _name_of(field: FieldSeen) -> str:
    return f"f_{field.key}"


def _form_field(field: FieldSeen) -> forms.Field:
    words: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.is_required,
        "error_messages": {"required": gettext("We need an answer here. Please fill it in.")},
    }
    if field.kind == "choice":
        is_short = len(field.choices) <= FEW_CHOICES and field.is_required
        choices = [(choice.key, choice.label) for choice in field.choices]
        widget = forms.RadioSelect() if is_short else forms.Select()
        return forms.ChoiceField(choices=choices if is_short else [("", ""), *choices], widget=widget, **words)
    if field.kind == "yes_no":
        choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect(), **words)
    if field.kind == "file":
        return forms.FileField(**words)
    # The catalogue itself checks what is a number, a day or an address, with its own words; the browser only helps.
    return forms.CharField(max_length=field.longest, widget=_widget_of(field.kind), **words)


def _widget_of(kind: str) -> forms.Widget:
    if kind == "long_text":
        return forms.Textarea(attrs={"rows": 4})
    attributes = {
        "date": {"type": "date"},
        "number": {"inputmode": "decimal"},
        "phone": {"type": "tel", "autocomplete": "tel"},
        "email": {"type": "email", "autocomplete": "email"},
    }
    return forms.TextInput(attrs=attributes.get(kind, {}))

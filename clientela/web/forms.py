"""What forms have in common when several stand on one page, and when an action refuses what was written."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clientela.kernel.languages import LANGUAGE_NAMES

REQUIRED = _("Please write something here.")
NOT_A_DAY = _("This is not a day. Write it as year-month-day, for example 2026-12-24.")
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"  # what a browser's own field of a moment sends
NO_SUCH_CHOICE = _("This is not one of the answers to choose from. Choose one from the list.")


class FilesInput(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; none only where none is asked for."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        """Every file that came, each checked as one."""
        given = data if isinstance(data, list | tuple) else [data] if data is not None else []
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(one, initial) for one in given]


class DayField(forms.DateField):
    """A day, as the browser's own field sends it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"required": REQUIRED, "invalid": NOT_A_DAY})
        super().__init__(**kwargs)


class MomentField(forms.DateTimeField):
    """A day and an hour on the clock of the one who types it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT))
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Say when. Choose a day and an hour."),
                "invalid": _("This is not a day and an hour. Write it like 2026-11-23 15:00."),
            },
        )
        super().__init__(**kwargs)


class NamedForm(forms.Form):
    """A form among others on one page: its fields carry its name in their ids, not in their names."""

    key = "form"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.key}_%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = str(REQUIRED)
            if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
                field.error_messages["invalid_choice"] = str(NO_SUCH_CHOICE)

    def refuse(self, field: str, why: str) -> None:
        """Say beside the field why it was not done; on top of the form if it has no such field."""
        self.add_error(field if field in self.fields else None, why)


def language_choices(current: str = "") -> list[tuple[str, str]]:
    """The product's languages by their own names, and the current one if it is another."""
    choices = list(LANGUAGE_NAMES.items())
    return choices if not current or current in LANGUAGE_NAMES else [*choices, (current, current)]

"""What is written about subjects, and files of scored comments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.kernel.languages import LANGUAGE_NAMES, LANGUAGES
from clientela.voice.actions.subjects import LONGEST_NAME
from clientela.voice.queries.subjects import SubjectSeen
from clientela.web.forms import NamedForm


class SubjectForm(NamedForm):
    """A subject: its name, how people say it, and words, in each language. Fields are called name_en, sentences_ro…"""

    key = "subject"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
            self.fields[f"sentences_{code}"] = forms.CharField(
                label=_("As people say it"),
                help_text=_("One sentence on a line, as different as people are; five are good."),
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
            )
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("Words"),
                help_text=_("One on a line. A star stands for any ending: deliver*"),
                widget=forms.Textarea(attrs={"rows": 3}),
                required=False,
            )

    def by_language(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields of each language, with its code and own name."""
        return [
            (code, LANGUAGE_NAMES[code], [self[f"{part}_{code}"] for part in ("name", "sentences", "words")])
            for code in LANGUAGES
        ]

    def content(self) -> dict[str, Any]:
        """Return what was written, as the actions take it."""
        values = self.cleaned_data
        return {
            "names": {code: values[f"name_{code}"] for code in LANGUAGES},
            "sentences": {code: values[f"sentences_{code}"].splitlines() for code in LANGUAGES},
            "words": {code: values[f"words_{code}"].splitlines() for code in LANGUAGES},
        }

    def refuse(self, field: str, why: str) -> None:
        """Say it beside the field of the first language."""
        part = {"names": "name"}.get(field, field)
        super().refuse(f"{part}_{LANGUAGES[0]}", why)


def initial_subject(seen: SubjectSeen) -> dict[str, str]:
    """Return a subject as the form shows it."""
    return {
        **{f"name_{code}": seen.names.get(code, "") for code in LANGUAGES},
        **{f"sentences_{code}": "\n".join(seen.sentences.get(code, ())) for code in LANGUAGES},
        **{f"words_{code}": "\n".join(seen.words.get(code, ())) for code in LANGUAGES},
    }


class MergeForm(NamedForm):
    """Which subject another goes into."""

    key = "merge"
    into = forms.TypedChoiceField(label=_("Merge it into"), coerce=int)

    def __init__(self, *args: Any, others: Sequence[SubjectSeen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.id), one.name) for one in others]


class ScoredFileForm(NamedForm):
    """A file of scored comments."""

    key = "file"
    file = forms.FileField(
        label=_("The file"),
        help_text=_("A table saved as CSV UTF-8, with a first line that names the columns."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages |= {
            "required": str(_("Choose a file first.")),
            "empty": str(_("This file is empty. Choose one with at least a line that names the columns.")),
        }

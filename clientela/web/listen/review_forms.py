"""What is written about public reviews: the sites, an answer, who wrote it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.voice.actions.reviews import LONGEST_ANSWER
from clientela.web.forms import NamedForm, language_choices

Choices = Sequence[tuple[str, str]]
LARGEST_FILE = 5_000_000


class SiteForm(NamedForm):
    """A review site, and how it is read."""

    key = "site"
    name = forms.CharField(label=_("What is the site called?"), max_length=120)
    kind = forms.ChoiceField(
        label=_("How do its reviews come?"),
        choices=[
            ("feed", _("from a feed (RSS or Atom), every hour")),
            ("json", _("from an address that answers JSON, every hour")),
            ("csv", _("from files that somebody gives")),
        ],
    )
    address = forms.CharField(
        label=_("Address of the feed"), help_text=_("Not for files."), max_length=500, required=False
    )
    is_inside = forms.BooleanField(
        label=_("The site stands in our own network"),
        help_text=_("Of any other site nothing is read there, wherever it leads."),
        required=False,
    )
    provider = forms.TypedChoiceField(label=_("Which department answers them?"), coerce=int)
    terms = forms.TypedChoiceField(
        label=_("Answered within"),
        help_text=_("The first reply of these terms is promised for each new review."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    highest = forms.IntegerField(label=_("The best score there"), min_value=2, max_value=100, initial=5)
    language = forms.ChoiceField(label=_("In which language, mostly?"))

    def __init__(self, *args: Any, departments: Choices, terms: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("provider", list(departments)),
            ("terms", [("", _("no promise")), *terms]),
            ("language", language_choices()),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class ReviewFileForm(NamedForm):
    """A file of reviews."""

    key = "file"
    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV with a header line (text or score, and date), JSON, or a saved feed; at most 5 MB."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB. Cut it into parts."))
        return file


class AnswerForm(NamedForm):
    """The answer that was written there."""

    key = "answer"
    text = forms.CharField(
        label=_("What did you answer there?"),
        help_text=_("Write it on the site first, then keep it here: the promise is kept by it."),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MatchForm(NamedForm):
    """Who wrote it, and how we know that they agree."""

    key = "match"
    email = forms.EmailField(label=_("The customer’s e-mail address"))
    consent = forms.CharField(
        label=_("How do you know that they agree?"),
        help_text=_("For example: she said so in R-7KX2-4. Without their word a review stays nobody’s."),
        max_length=300,
    )

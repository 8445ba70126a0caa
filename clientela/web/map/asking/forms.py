"""The questions as forms, one a screen."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.network.queries.sheets import Nameable, SheetPage
from clientela.network.rules.sheets import LONGEST_WORDS, MOST_NAMED, QUALITY, Said
from clientela.web.map.asking import scales

TOO_MANY = _("Choose at most %(limit_value)s departments: those without which your work would stand still.")
CHOOSE = {"required": _("Choose the answer that comes nearest.")}


class JobForm(forms.Form):
    """What somebody does."""

    job = forms.CharField(
        label=_("What is your job, in a few words?"),
        help_text=_("“I plan the deliveries.” You can leave it empty."),
        max_length=LONGEST_WORDS,
        required=False,
    )


class NamesForm(forms.Form):
    """Which departments."""

    departments = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, page: SheetPage, *args: object, label: str, hint: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["departments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.label, field.help_text = label, hint
        field.choices = [(str(one.id), one.name) for one in page.departments]

    def clean_departments(self) -> list[int]:
        """Refuse more than anybody can say something about."""
        chosen = [int(number) for number in self.cleaned_data["departments"]]
        if len(chosen) > MOST_NAMED:
            raise forms.ValidationError(TOO_MANY % {"limit_value": MOST_NAMED})
        return chosen


class NeedForm(forms.Form):
    """What somebody needs from one department, how much it matters, how good it is."""

    services = forms.MultipleChoiceField(
        label=_("For what?"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Choose all that fit.")
    )
    what = forms.CharField(
        label=_("Something else?"),
        help_text=_("A word or two. It is shown only where five or more write the same."),
        max_length=LONGEST_WORDS,
        required=False,
    )
    matters = forms.TypedChoiceField(
        label=_("How much does it matter for your work?"),
        choices=[(str(value), words) for value, words in enumerate(scales.MATTERS)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    quality = forms.TypedChoiceField(
        label=_("How well do they do it?"),
        choices=[
            *((str(value), words) for value, words in zip(QUALITY, scales.QUALITY, strict=True)),
            ("", _("I can’t say")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, about: Nameable, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not about.services:
            del self.fields["services"]
            self.fields["what"].label = _("For what?")
            return
        field = self.fields["services"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(str(number), title) for number, title in about.services]

    def said(self, department: int) -> Said:
        """Return the answer."""
        told = self.cleaned_data
        services = tuple(int(number) for number in told.get("services", ()))
        return Said(department, told["matters"], told["quality"], services, told["what"])


class ServeForm(forms.Form):
    """How much somebody thinks their work matters to one department, and how well they do it."""

    matters = forms.TypedChoiceField(
        label=_("How much do you think your work matters to them?"),
        choices=[(str(value), words) for value, words in enumerate(scales.MATTERS)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    quality = forms.TypedChoiceField(
        label=_("How well do you serve them, honestly?"),
        choices=[
            *((str(value), words) for value, words in zip(QUALITY, scales.QUALITY, strict=True)),
            ("", _("I can’t say")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def said(self, department: int) -> Said:
        """Return the answer."""
        return Said(department, self.cleaned_data["matters"], self.cleaned_data["quality"])


class StartForm(forms.Form):
    """Who is asked, until when, and why."""

    departments = forms.MultipleChoiceField(
        label=_("Who is asked?"),
        help_text=_("Choose nobody to ask everybody. The teams of a department are asked with it."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=_("Until which day?"),
        help_text=_("Two weeks are usual. Answers can be given and changed until the end of that day."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Choose the last day."), "invalid": _("Choose a day, like 2026-12-04.")},
    )
    words = forms.CharField(
        label=_("Why do you ask?"),
        help_text=_("One or two sentences. They stand in the letter and above the questions."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, departments: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["departments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = departments


class DeclareForm(forms.Form):
    """Who should serve whom, with what, from when to when."""

    provider = forms.ChoiceField(label=_("Who serves?"), error_messages={"required": _("Choose a department.")})
    customer = forms.ChoiceField(
        label=_("Whom?"), error_messages={"required": _("Choose a department, or customers outside.")}
    )
    what = forms.CharField(
        label=_("With what?"),
        help_text=_("In a few words: “Laptops for new colleagues”."),
        max_length=200,
        error_messages={"required": _("Write what for, in a few words: “Laptops for new colleagues”.")},
    )
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": _("Choose a day.")}
    )
    ends_on = forms.DateField(
        label=_("Until"),
        help_text=_("Leave it empty if there is no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self, departments: list[tuple[str, str]], outside: list[tuple[str, str]], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("provider", departments), ("customer", [*departments, *outside])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", _("Choose")), *choices]

    @property
    def dates(self) -> tuple[date, date | None]:
        """From when to when."""
        return self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]

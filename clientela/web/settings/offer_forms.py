"""How a service is described in a form: words in four languages, what to bring, the plan, the promise."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clientela.catalogue.queries.describing import ServiceDescribed
from clientela.catalogue.rules import FieldKind
from clientela.directory.queries import DepartmentCard, GroupCard
from clientela.kernel.languages import LANGUAGE_NAMES
from clientela.promises.queries import TermsSeen
from clientela.web.forms import DayField, NamedForm

TEXTS = ("title", "summary", "what_happens")
MOST_ROWS = 60
KINDS = (
    (FieldKind.TEXT, _("a line of text")),
    (FieldKind.LONG_TEXT, _("a longer text")),
    (FieldKind.NUMBER, _("a number")),
    (FieldKind.DATE, _("a day")),
    (FieldKind.CHOICE, _("one of several answers")),
    (FieldKind.FILE, _("a file or photo")),
    (FieldKind.PHONE, _("a phone number")),
    (FieldKind.EMAIL, _("an e-mail address")),
    (FieldKind.YES_NO, _("yes or no")),
)
AUDIENCES = (
    ("both", _("colleagues and customers outside")),
    ("inside", _("colleagues")),
    ("outside", _("customers outside")),
    ("groups", _("only named groups")),
)


def words_in_languages(form: forms.Form, prefix: str) -> dict[str, str]:
    """Return what was written under `prefix` by language, the empty ones left out."""
    said = {code: form.cleaned_data.get(f"{prefix}_{code}", "").strip() for code in LANGUAGE_NAMES}
    return {code: words for code, words in said.items() if words}


class ServiceForm(NamedForm):
    """Everything about a service but its rows."""

    key = "service"
    service_key = forms.SlugField(
        label=_("Key"),
        help_text=_("Small letters, digits and hyphens, for example repair-appliance. It stays for ever."),
        max_length=80,
        error_messages={"invalid": _("Use small letters, digits and hyphens, for example repair-appliance.")},
    )
    owner_key = forms.ChoiceField(label=_("Which department answers for it?"), required=False)
    audience = forms.ChoiceField(label=_("Who may ask for it?"), choices=AUDIENCES, widget=forms.RadioSelect)
    group_ids = forms.TypedMultipleChoiceField(
        label=_("Which groups?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    takes_mail = forms.BooleanField(
        label=_("Mail to the department’s address opens a request of this service"), required=False
    )
    is_bought = forms.BooleanField(
        label=_("People buy this from us"),
        help_text=_(
            "An order, a paid repair, a booking: then Impact can tell whether customers outside come back, also those "
            "who asked before today."
        ),
        required=False,
    )
    terms_key = forms.ChoiceField(label=_("What is promised?"))
    finishes_by_itself = forms.BooleanField(
        label=_("It finishes by itself when the other departments have done their parts"),
        help_text=_(
            "A request of this service is resolved without a hand as soon as all that it waited for is done, and the "
            "customer hears so. If something was cancelled, if the customer wrote meanwhile, or if a promise or a task "
            "of the plan is still open, it comes back to your day instead."
        ),
        required=False,
    )
    next_review_on = DayField(
        label=_("When do you look at it again?"),
        help_text=_("On that day it appears in Settings as due for a review."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        owners: Sequence[DepartmentCard],
        terms: Sequence[TermsSeen],
        groups: Sequence[GroupCard],
        is_new: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGE_NAMES:
            self.fields[f"title_{code}"] = forms.CharField(label=_("Title"), max_length=200, required=False)
            self.fields[f"summary_{code}"] = forms.CharField(
                label=_("In one sentence"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"what_happens_{code}"] = forms.CharField(
                label=_("What will happen"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
            )
        self._give_choices("terms_key", [(one.key, one.name) for one in terms])
        self._give_choices("owner_key", [("", "—"), *((card.key, card.name_in(get_language())) for card in owners)])
        self._give_choices("group_ids", [(group.id, group.name) for group in groups])
        if not groups:
            del self.fields["group_ids"]
        if not is_new:
            del self.fields["service_key"]
            del self.fields["owner_key"]

    def _give_choices(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def texts(self) -> dict[str, dict[str, str]]:
        """Return the words by language, languages without any left out."""
        found = {}
        for code in LANGUAGE_NAMES:
            words = {name: self.cleaned_data.get(f"{name}_{code}", "").strip() for name in TEXTS}
            if any(words.values()):
                found[code] = words
        return found

    def languages(self) -> list[dict[str, Any]]:
        """Return the fields of the words, language by language, as they stand side by side."""
        return [
            {"code": code, "name": name, "fields": [self[f"{text}_{code}"] for text in TEXTS]}
            for code, name in LANGUAGE_NAMES.items()
        ]


class RowForm(forms.Form):
    """A row that can be taken out. Its words stand in four languages."""

    words_name = "labels"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGE_NAMES.items():
            self.fields[f"words_{code}"] = forms.CharField(label=name, max_length=200, required=False)
        self.fields["is_out"] = forms.BooleanField(label=_("Take this row out"), required=False)

    def words(self) -> dict[str, str]:
        """Return the row's words by language."""
        return words_in_languages(self, "words")

    def stored_key(self) -> str:
        """Return the row's key: as written, else made from its first words."""
        said = self.words()
        first = said.get("en") or next(iter(said.values()), "")
        return str(self.cleaned_data.get("row_key") or slugify(first)[:60])

    @property
    def is_kept(self) -> bool:
        """Whether the row says something and was not taken out."""
        return not self.cleaned_data.get("is_out") and bool(self.words() or self.cleaned_data.get("row_key"))

    def word_fields(self) -> list[forms.BoundField]:
        """Return the fields of the words, side by side."""
        return [self[f"words_{code}"] for code in LANGUAGE_NAMES]


class FieldRowForm(RowForm):
    """One thing to bring."""

    kind = forms.ChoiceField(label=_("What kind of answer?"), choices=KINDS, required=False)
    is_required = forms.BooleanField(label=_("We cannot begin without it"), required=False)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        help_text=_("Only for one of several answers. One a line: key | English | Română | Polski | Español"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lowest = forms.CharField(label=_("Not below"), help_text=_("For a number or a day."), required=False, max_length=20)
    highest = forms.CharField(label=_("Not above"), required=False, max_length=20)
    longest = forms.IntegerField(label=_("At most so many characters"), required=False, min_value=1, max_value=5000)
    row_key = forms.SlugField(
        label=_("Key"), help_text=_("Left empty, it is made from the words."), required=False, max_length=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGE_NAMES.items():
            self.fields[f"help_{code}"] = forms.CharField(label=name, max_length=300, required=False)

    def help_fields(self) -> list[forms.BoundField]:
        """Return the fields of the help, side by side."""
        return [self[f"help_{code}"] for code in LANGUAGE_NAMES]

    @property
    def has_wrong_details(self) -> bool:
        """Whether something in the folded part needs another look."""
        return self.is_bound and bool({"choices", "lowest", "highest", "longest", "row_key"} & set(self.errors))

    def stored(self) -> dict[str, Any]:
        """Return the row as the catalogue keeps it."""
        values = self.cleaned_data
        row: dict[str, Any] = {
            "key": self.stored_key(),
            "kind": values["kind"] or FieldKind.TEXT.value,
            "labels": self.words(),
        }
        if values["is_required"]:
            row["is_required"] = True
        if said := words_in_languages(self, "help"):
            row["help"] = said
        if choices := [_choice(line) for line in values["choices"].splitlines() if line.strip()]:
            row["choices"] = choices
        more = {name: values[name] for name in ("lowest", "highest", "longest") if values[name]}
        return row | more


class StepRowForm(RowForm):
    """One task of the plan."""

    shown_to_customer = forms.BooleanField(label=_("The customer sees it"), required=False, initial=True)
    needs = forms.ChoiceField(
        label=_("Which other department does it?"),
        help_text=_("Whoever works on it asks them with one click. The map then shows that you depend on them."),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    row_key = forms.SlugField(
        label=_("Key"), help_text=_("Left empty, it is made from the words."), required=False, max_length=60
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("none: we do it ourselves")), *services]
        self.fields["needs"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def stored(self) -> dict[str, Any]:
        """Return the step as the catalogue keeps it."""
        step: dict[str, Any] = {"key": self.stored_key(), "titles": self.words()}
        if not self.cleaned_data["shown_to_customer"]:
            step["shown_to_customer"] = False
        if needs := self.cleaned_data.get("needs"):
            step["needs"] = needs
        return step


FieldRows = formset_factory(FieldRowForm, extra=0, max_num=MOST_ROWS)
StepRows = formset_factory(StepRowForm, extra=0, max_num=MOST_ROWS)


def kept_rows(rows: "BaseFormSet[Any]") -> list[Any]:
    """Return the forms of the rows that say something and were not taken out."""
    return [form for form in rows.forms if form.is_kept]


def initial_service(described: ServiceDescribed) -> dict[str, Any]:
    """Return what the service says now, as the form holds it."""
    values: dict[str, Any] = {
        "audience": described.audience,
        "group_ids": list(described.group_ids),
        "takes_mail": described.takes_mail,
        "is_bought": described.is_bought,
        "terms_key": described.terms_key,
        "next_review_on": described.next_review_on,
        "finishes_by_itself": described.finishes_by_itself,
    }
    for code, words in described.texts.items():
        values |= {f"{name}_{code}": said for name, said in words.items()}
    return values


def initial_fields(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return stored field rows, as the forms hold them."""
    return [
        {
            "row_key": row["key"],
            "kind": row["kind"],
            "is_required": row.get("is_required", False),
            "choices": "\n".join(_choice_line(choice) for choice in row.get("choices") or ()),
            "lowest": row.get("lowest") or "",
            "highest": row.get("highest") or "",
            "longest": row.get("longest"),
            **{f"words_{code}": words for code, words in row["labels"].items()},
            **{f"help_{code}": words for code, words in (row.get("help") or {}).items()},
        }
        for row in rows
    ]


def initial_steps(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return stored steps, as the forms hold them."""
    return [
        {
            "row_key": row["key"],
            "shown_to_customer": row.get("shown_to_customer", True),
            "needs": row.get("needs") or "",
            **{f"words_{code}": words for code, words in row["titles"].items()},
        }
        for row in rows
    ]


def _choice(line: str) -> dict[str, Any]:
    """Read one answer: key | English | Română | Polski | Español; a line without bars is its English words."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) == 1:
        return {"key": slugify(parts[0])[:60], "labels": {"en": parts[0]}}
    labels = {code: words for code, words in zip(LANGUAGE_NAMES, parts[1:], strict=False) if words}
    return {"key": parts[0], "labels": labels}


def _choice_line(choice: Mapping[str, Any]) -> str:
    said = [choice["labels"].get(code, "") for code in LANGUAGE_NAMES]
    while said and not said[-1]:
        said.pop()
    return " | ".join([choice["key"], *said])

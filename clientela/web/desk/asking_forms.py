"""What the desk asks when several departments are asked in one go, or when a request waits on one that is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clientela.catalogue.queries import DepartmentServices
from clientela.requests.actions import PartToAsk
from clientela.web.desk.forms import LONGEST_WORDS, DeskForm

FEWEST_ROWS = 2
MOST_ROWS = 20


class LinkForm(DeskForm):
    """On which request, that is there already, this one waits."""

    key = "link"
    refused_at = "reference"
    reference = forms.CharField(
        label=_("Reference of the other request"),
        help_text=_("For example R-7KX2-4. It stands at the top of its page."),
        max_length=40,
        error_messages={"required": _("Write the reference of the other request.")},
    )
    is_blocking = forms.BooleanField(label=_("This request waits until that one is done"), required=False, initial=True)


class TogetherForm(DeskForm):
    """Several parts, each for one department, in the order in which they stand; rows left empty are left out."""

    key = "together"
    refused_at = "service_0"
    manner = forms.ChoiceField(
        label=_("How are they asked?"),
        choices=[
            ("side_by_side", _("all at once, side by side")),
            ("in_order", _("one after the other: the next when the one before is done")),
        ],
        initial="side_by_side",
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose how they are asked.")},
    )
    enough = forms.IntegerField(
        label=_("How many are enough?"),
        help_text=_("Leave it empty if all of them are needed. When so many are done, the others are not waited for."),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a number, for example 2."), "min_value": _("At least one is needed.")},
    )

    def __init__(
        self, *args: Any, askable: Sequence[DepartmentServices], count: int = FEWEST_ROWS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(count, FEWEST_ROWS), MOST_ROWS)
        offered = [(one.name, [(service.version_id, service.title) for service in one.services]) for one in askable]
        for number in range(self.count):
            self.fields[f"service_{number}"] = forms.TypedChoiceField(
                label=gettext("What do you need, and from whom?"),
                choices=[("", gettext("Choose what you need")), *offered],
                coerce=int,
                required=False,
                empty_value=None,
                error_messages={"invalid_choice": gettext("Choose one of the list.")},
            )
            self.fields[f"title_{number}"] = forms.CharField(label=gettext("In a line"), max_length=200, required=False)
            self.fields[f"text_{number}"] = forms.CharField(
                label=gettext("What they should know"),
                max_length=LONGEST_WORDS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @classmethod
    def as_it_is(
        cls, sent: Mapping[str, Any], *, askable: Sequence[DepartmentServices], one_more: bool
    ) -> "TogetherForm":
        """Show again what was written, unjudged, with one more empty row where it was asked for."""
        count = rows_sent(sent) + one_more
        return cls(initial={name: sent.get(name) for name in sent}, askable=askable, count=count)

    def rows(self) -> Iterator[tuple[int, list[BoundField]]]:
        """The fields of each part, with its number from 1."""
        for number in range(self.count):
            yield number + 1, [self[f"{name}_{number}"] for name in ("service", "title", "text")]

    def clean(self) -> dict[str, Any]:
        """Each row that says something says what is needed and why; and at least two do."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        filled = []
        for number in range(self.count):
            service, title, text = (values.get(f"{name}_{number}") for name in ("service", "title", "text"))
            if not (service or title or text or self.errors.get(f"service_{number}")):
                continue
            filled.append(number)
            if not service and f"service_{number}" not in self.errors:
                self.add_error(f"service_{number}", gettext("Choose what you need from them."))
            if not text:
                self.add_error(f"text_{number}", gettext("Say in a few words what you need."))
        if len(filled) < FEWEST_ROWS:
            missing = next(number for number in range(self.count) if number not in filled)
            self.add_error(f"service_{missing}", gettext("Ask at least two, or ask one department alone above."))
        enough = values.get("enough")
        if enough is not None and enough > len(filled):
            self.add_error(
                "enough", gettext("You ask for %(count)s parts; no more can be enough.") % {"count": len(filled)}
            )
        return values

    def parts(self, *, language: str) -> list[PartToAsk]:
        """What is asked, in its order."""
        values = self.cleaned_data
        return [
            PartToAsk(values[f"service_{number}"], values[f"title_{number}"], values[f"text_{number}"], language)
            for number in range(self.count)
            if values.get(f"service_{number}")
        ]


def rows_sent(sent: Mapping[str, Any]) -> int:
    """How many rows came."""
    return sum(f"service_{number}" in sent for number in range(MOST_ROWS))

"""The forms of cases from elsewhere: files to bring, and which of their columns holds what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.impact.queries.case_files import CaseFilePage, CaseFilePart, CaseOptions
from clientela.impact.reading.choosing import MOST_LAG, MOST_OUTCOMES, MOST_WORTHWHILE
from clientela.impact.reading.roles import CASES, CONGESTION_ROLES, CROSSWALK, INSIDE, UNKNOWN, YES_AND_NO
from clientela.network.discovery.naming import plain
from clientela.web.forms import NO_SUCH_CHOICE, NamedForm
from clientela.web.insight.case_role_words import ROLE_WORDS, role_name, size_words

OUTCOME: Final = "outcome"
# In this order on the page, in groups; what a file does not have in its roles is left out.
NEEDED_ROLES: Final = ("period", "unit", "supplier", "weight", "quality")
SURER_ROLES: Final = ("load", "type", "case", "answers", "quality2", "unaffected")
GROUPS: Final = (NEEDED_ROLES, SURER_ROLES, CONGESTION_ROLES)
# How well a case was served may itself be what the quality of its supplier is the mean of.
MAY_SHARE: Final = frozenset({"quality", "served"})
A_FIGURE: Final = re.compile(r"^[-+]?\d+(?:[.,]\d+)?$")
# Columns that usually count what is worse, by their plain names; only for what nobody has confirmed yet.
WORSE_BY_NAME: Final = frozenset(
    map(
        plain,
        (
            "left", "left us", "churned", "churn", "cancelled", "canceled", "complained", "complaint", "complaints",
            "refund", "refunded", "plecat", "reclamație", "odejście", "reklamacja", "skarga", "baja", "queja",
        ),
    )
)  # fmt: skip
OPTIONS: Final = ("period_by", "shares", "is_incomplete", "is_panel", "takes_codes", "lag", "worthwhile")


def _file_field(label: Any, hint: Any, *, is_needed: bool = True) -> forms.FileField:
    return forms.FileField(label=label, help_text=hint, required=is_needed)


class _FilesForm(NamedForm):
    """Files that may not be larger than a file of cases may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.FileField):
                field.error_messages |= {
                    "required": _("Choose a file first."),
                    "empty": _("This file is empty. Choose one with a line that names the columns and lines under it."),
                }

    def clean(self) -> dict[str, Any]:
        """Refuse what is too large to be taken."""
        given = super().clean() or {}
        for name, field in self.fields.items():
            file = given.get(name) if isinstance(field, forms.FileField) else None
            if file is not None and file.size > settings.CASE_FILE_LIMIT_BYTES:
                sizes = {"size": size_words(file.size), "limit": size_words(settings.CASE_FILE_LIMIT_BYTES)}
                self.add_error(
                    name,
                    _(
                        "This file has %(size)s; %(limit)s is the most. Pack it by gzip, or bring fewer columns or "
                        "years."
                    )
                    % sizes,
                )
        return given


class CaseFileForm(_FilesForm):
    """Cases to bring, with what else is known of who helped in them."""

    key = "cases"
    cases = _file_field(
        gettext_lazy("The cases"),
        gettext_lazy("A table saved as CSV, also packed by gzip. The first line names the columns; one line a case."),
    )
    title = forms.CharField(
        label=gettext_lazy("What shall it be called?"),
        help_text=gettext_lazy("For example: the old help desk, 2023 and 2024."),
        max_length=160,
        required=False,
    )
    inside = _file_field(
        gettext_lazy("How well each team served, by period"),
        gettext_lazy("Only if it is not in the cases: one line for each team and week or month, as CSV."),
        is_needed=False,
    )
    crosswalk = _file_field(
        gettext_lazy("Which branch depends on which teams"),
        gettext_lazy("Only if the cases do not name who helped: one line for each branch and team with its share."),
        is_needed=False,
    )


class CasePartForm(_FilesForm):
    """One file more, or instead of the one that is there."""

    key = "part"
    file = _file_field(gettext_lazy("The file"), gettext_lazy("A table saved as CSV, also packed by gzip."))


@dataclass(frozen=True)
class OutcomeRow:
    """A column that may be an outcome: what stands in it first, and whether it and `more is worse` are ticked."""

    column: str
    examples: tuple[str, ...]
    is_chosen: bool
    is_worse: bool
    is_likely: bool  # it holds figures, or yes and no, and nothing says that it is something else


class CaseColumnsForm(NamedForm):
    """Which column of each file holds what, what the outcomes are, and how all of it is to be read."""

    key = "columns"
    outcomes = forms.MultipleChoiceField(
        label=gettext_lazy("What came of it for the customer"),
        help_text=gettext_lazy("Tick one column or several: a score, whether they came back, whether they left."),
        widget=forms.CheckboxSelectMultiple,
    )
    worse = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    quality_is_worse = forms.BooleanField(
        label=gettext_lazy("Here more is worse, as with hours of waiting"), required=False
    )
    unaffected_is_worse = forms.BooleanField(label=gettext_lazy("Here more is worse"), required=False)
    period_by = forms.ChoiceField(
        label=gettext_lazy("Compare"),
        choices=[
            ("auto", gettext_lazy("what the file allows")),
            ("week", gettext_lazy("weeks")),
            ("month", gettext_lazy("months")),
            ("quarter", gettext_lazy("quarters of a year")),
            ("year", gettext_lazy("years")),
        ],
    )
    shares = forms.ChoiceField(
        label=gettext_lazy("How much a case depended on each"),
        choices=[
            ("own", gettext_lazy("as the file says: the shares were known before each case")),
            ("lagged", gettext_lazy("as in earlier cases of the same unit and kind")),
        ],
        widget=forms.RadioSelect,
    )
    is_incomplete = forms.BooleanField(
        label=gettext_lazy("Shares may sum to less than one: the rest depended on nobody inside"), required=False
    )
    is_panel = forms.BooleanField(
        label=gettext_lazy("A line is a department and a span of time, not a case"),
        help_text=gettext_lazy("Then nothing is known of single cases, and the answer is weaker."),
        required=False,
    )
    takes_codes = forms.BooleanField(
        label=gettext_lazy("Figures such as 99 among scores of 1 to 5 are meant"),
        help_text=gettext_lazy("As a rule they stand for no answer, and a file with them is refused."),
        required=False,
    )
    lag = forms.IntegerField(
        label=gettext_lazy("How many spans of time earlier does the service inside count?"),
        help_text=gettext_lazy("0: of the same week or month; 1: of the one before."),
        min_value=0,
        max_value=MOST_LAG,
    )
    worthwhile = forms.FloatField(
        label=gettext_lazy("The smallest effect that would matter"),
        help_text=gettext_lazy(
            "In standard deviations. 0.1 is as much as 5 customers of 100 where half of them come back."
        ),
        min_value=0.001,
        max_value=MOST_WORTHWHILE,
    )

    def __init__(self, *args: Any, page: CaseFilePage, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(page))
        super().__init__(*args, **kwargs)
        self._page = page
        self._parts = {part.part: part for part in page.parts}
        for part in page.parts:
            for role in shown_roles(part, self._parts):
                self.fields[field_name(part.part, role)] = self._choice(part, role)
        self.fields["outcomes"].error_messages["required"] = _(
            "Tick at least one column: what came of it for the customer."
        )
        columns = [(name, name) for name in self._parts[CASES].columns if name]
        for name in ("outcomes", "worse"):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = columns

    def _choice(self, part: CaseFilePart, role: str) -> forms.ChoiceField:
        is_needed = role in needed_roles(part.part, self._parts)
        label, hint = ROLE_WORDS[role]
        return forms.ChoiceField(
            label=str(label),
            help_text=str(hint),
            required=is_needed,
            choices=[
                ("", _("choose one") if is_needed else _("not in this file")),
                *((name, name) for name in part.columns if name),
            ],
            error_messages={"required": _("Choose the column."), "invalid_choice": str(NO_SUCH_CHOICE)},
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a column that would be two things at once, and too much to be told on one page."""
        given = super().clean() or {}
        outcomes = given.get("outcomes", [])
        if len(outcomes) > MOST_OUTCOMES:
            self.add_error(
                "outcomes", _("These are too many for one page. Tick %(most)s at the most.") % {"most": MOST_OUTCOMES}
            )
        for part in self._page.parts:
            taken: dict[str, str] = dict.fromkeys(outcomes, OUTCOME) if part.part == CASES else {}
            for role in shown_roles(part, self._parts):
                column = given.get(field_name(part.part, role), "")
                other = taken.get(column, "")
                if column and other and {role, other} != MAY_SHARE:
                    self.add_error(
                        field_name(part.part, role),
                        _("The column “%(column)s” is chosen for “%(other)s” already. Choose a different one.")
                        % {"column": column, "other": role_name(other)},
                    )
                taken[column] = role
        if CROSSWALK in self._parts and INSIDE not in self._parts:
            self.add_error(
                None,
                _(
                    "The cases are linked to teams by a file of shares, so how well these served has to stand in a "
                    "file of its own. Add it above."
                ),
            )
        return given

    def roles(self) -> dict[str, dict[str, str]]:
        """Give the column of each role, part by part."""
        return {
            part.part: {
                role: self.cleaned_data.get(field_name(part.part, role), "") for role in shown_roles(part, self._parts)
            }
            for part in self._page.parts
        }

    def options(self) -> CaseOptions:
        """Give how the files are to be read."""
        given = self.cleaned_data
        worse = [column for column in given["worse"] if column in given["outcomes"]]
        worse += [role for role in ("quality", "unaffected") if given[f"{role}_is_worse"]]
        return CaseOptions(
            period_by=given["period_by"],
            shares=given["shares"],
            worse=tuple(worse),
            is_incomplete=given["is_incomplete"],
            is_panel=given["is_panel"],
            takes_codes=given["takes_codes"],
            lag=given["lag"],
            worthwhile=given["worthwhile"],
        )

    def groups(self, part: CaseFilePart) -> Iterator[list[BoundField]]:
        """Give the fields of a part, the needed ones first, then what makes it surer, then the queue's."""
        shown = shown_roles(part, self._parts)
        for roles in GROUPS:
            yield [self[field_name(part.part, role)] for role in roles if role in shown]

    def outcome_rows(self) -> list[OutcomeRow]:
        """Give each column of the cases with what is ticked; those that may well be outcomes first."""
        chosen, worse = set(self["outcomes"].value() or ()), set(self["worse"].value() or ())
        part = self._parts[CASES]
        taken = {column for column in part.chosen.values() if column}
        rows = []
        for place, name in enumerate(part.columns):
            if name:
                examples = tuple(row[place] for row in part.rows if place < len(row))
                is_likely = name in chosen or (name not in taken and all(map(_is_figure, examples)))
                rows.append(OutcomeRow(name, examples, name in chosen, name in worse, is_likely))
        return sorted(rows, key=lambda row: not row.is_likely)

    def has_error_in(self, names: Sequence[str]) -> bool:
        """Whether something is wrong with one of these fields, which then may not stay folded away."""
        return any(name in self.errors for name in names)


def field_name(part: str, role: str) -> str:
    """The name of a choice in the form."""
    return f"{part}-{role}"


def shown_roles(part: CaseFilePart, parts: Mapping[str, CaseFilePart]) -> tuple[str, ...]:
    """The roles that are asked for: not those that another file answers."""
    hidden = {OUTCOME}
    if part.part == CASES and CROSSWALK in parts:
        hidden |= {"supplier", "weight"}
    if part.part == CASES and INSIDE in parts:
        hidden |= {"quality", "quality2", "load", "answers"}
    return tuple(role for role in part.roles if role not in hidden)


def needed_roles(part: str, parts: Mapping[str, CaseFilePart]) -> frozenset[str]:
    """Roles without which nothing can be worked out."""
    if part == INSIDE:
        return frozenset({"supplier", "period", "quality"})
    if part == CROSSWALK:
        return frozenset({"unit", "supplier", "weight"})
    return frozenset(
        {"period", "unit" if CROSSWALK in parts else "supplier"} | (set() if INSIDE in parts else {"quality"})
    )


def _initial(page: CaseFilePage) -> dict[str, Any]:
    """What was confirmed, or guessed."""
    options = page.options
    is_guess = page.line.state == "draft" and options == CaseOptions()
    columns = next((part.columns for part in page.parts if part.part == CASES), ())
    worse = [name for name in columns if is_guess and plain(name) in WORSE_BY_NAME]
    chosen = {
        field_name(part.part, role): column for part in page.parts for role, column in part.chosen.items() if column
    }
    return chosen | {
        "outcomes": list(page.outcomes),
        "worse": worse or [name for name in page.outcomes if name in options.worse or OUTCOME in options.worse],
        "quality_is_worse": "quality" in options.worse,
        "unaffected_is_worse": "unaffected" in options.worse,
        "period_by": options.period_by,
        "shares": options.shares,
        "is_incomplete": options.is_incomplete,
        "is_panel": options.is_panel,
        "takes_codes": options.takes_codes,
        "lag": options.lag,
        "worthwhile": options.worthwhile,
    }


def _is_figure(value: str) -> bool:
    said = value.casefold()
    return said in UNKNOWN or said in YES_AND_NO or bool(A_FIGURE.match(value))

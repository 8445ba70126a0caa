"""One question in a form: its words in the survey's languages side by side, what its kind needs, when it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.voice.rules.editing import lines_of, options_from_lines, simple_parts
from clientela.voice.rules.surveys import (
    LONGEST_ANSWER,
    LONGEST_LABEL,
    LONGEST_PROSE,
    LONGEST_TITLE,
    Comparison,
    Condition,
    Join,
    KeepsAs,
    Operator,
    Option,
    Question,
    QuestionKind,
    SurveyDefinition,
    in_language,
)
from clientela.web.components import words as say
from clientela.web.forms import DayField, NamedForm
from clientela.web.listen.surveys.wording import KEEPS_WORDS, MEASURE_WORDS, OPERATOR_WORDS, condition_words, title_of

MOST_ROWS: Final = 12
SPARE_ROWS: Final = 2
NOT_ANSWERED: Final = "not answered"
LONGEST_LINES: Final = 20_000
_OF_OPTIONS: Final = {QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.MATRIX, QuestionKind.RANKING}
_KEPT_KINDS: Final = {QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.TEXT, QuestionKind.RANKING}
_LABELS: Final = {
    "title": gettext_lazy("The question"),
    "help": gettext_lazy("A line of help"),
    "low": gettext_lazy("The word at the low end"),
    "high": gettext_lazy("The word at the high end"),
    "options": gettext_lazy("The answers, one a line"),
    "rows": gettext_lazy("The lines of the table, one a line"),
}


class QuestionForm(NamedForm):
    """One question of a draft. `languages` are those of the survey, the page's own first if it is among them."""

    key = "question"

    def __init__(
        self,
        *args: Any,
        question: Question,
        definition: SurveyDefinition,
        languages: Sequence[str],
        reader: str,
        written: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`written` is what was typed so far, shown again unjudged with more lines for conditions."""
        super().__init__(*args, **kwargs)
        self._comparisons: tuple[Comparison, ...] = ()
        self._row_count = 0
        self._question, self._definition, self._reader = question, definition, reader
        self.languages = tuple(languages)
        self._earlier = _earlier(definition, question)
        self._add_texts()
        self._add_kind()
        self._add_conditions(written)
        if not self.is_bound:
            self.initial = {**self.initial, **self._initial()}
        if written is not None:
            self.initial = {**self.initial, **{name: written.get(name, "") for name in self.fields}}

    def text_rows(self) -> list[dict[str, Any]]:
        """The words, a row a text, each with a field for every language."""
        return [
            {"label": _LABELS[part], "cells": [(code, self[f"{part}_{code}"]) for code in self.languages]}
            for part in self._text_parts()
        ]

    def kind_fields(self) -> list[forms.BoundField]:
        """What this kind of question needs besides words."""
        return [self[name] for name in self._kind_names if name in self.fields]

    def condition_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Which question, how compared, with what: a row each."""
        return [
            (self[f"if_question_{row}"], self[f"if_operator_{row}"], self[f"if_value_{row}"])
            for row in range(self._row_count)
        ]

    @property
    def grouped_condition(self) -> str:
        """A condition with groups inside, in words: rows cannot show it, so it is kept or taken away as a whole."""
        if simple_parts(self._question.shows_if) is not None:
            return ""
        return condition_words(self._question.shows_if, self._definition, self._reader)

    @property
    def required_words(self) -> str:
        """The condition under which it must be answered, in words; "" if there is none."""
        return condition_words(self._question.required_if, self._definition, self._reader)

    @property
    def suggestions(self) -> list[str]:
        """Answers of earlier questions, offered where a condition is written."""
        labels = (in_language(one.labels, self._reader) for question in self._earlier for one in question.options)
        return list(dict.fromkeys(label for label in labels if label))[:100]

    def question(self) -> Question:
        """The question as it was filled in. Only after `is_valid`."""
        given = self.cleaned_data
        question = self._question
        kind = question.kind
        changed = replace(
            question,
            titles=self._texts("title"),
            help=self._texts("help"),
            is_required=given["is_required"],
            required_if=None if given.get("drops_required_if") else question.required_if,
            shows_if=self._shows_if(),
        )
        if kind in _OF_OPTIONS:
            changed = replace(changed, options=options_from_lines(self._lines("options"), question.options))
        if kind is QuestionKind.MATRIX:
            changed = replace(changed, rows=options_from_lines(self._lines("rows"), question.rows))
        if kind is QuestionKind.SCALE:
            changed = replace(
                changed,
                lowest=given["lowest"],
                highest=given["highest"],
                low_labels=self._texts("low"),
                high_labels=self._texts("high"),
                measure=given["measure"],
                item=given["item"].strip(),
            )
        if kind is QuestionKind.NUMBER:
            bounds = [None if given[name] is None else _plain_number(given[name]) for name in ("lowest", "highest")]
            changed = replace(changed, lowest=bounds[0], highest=bounds[1], is_whole=given["is_whole"])
        if kind is QuestionKind.DATE:
            days = [None if given[name] is None else given[name].isoformat() for name in ("lowest", "highest")]
            changed = replace(changed, lowest=days[0], highest=days[1])
        if kind is QuestionKind.CHOICES:
            changed = replace(changed, least_choices=given["least_choices"], most_choices=given["most_choices"])
        if kind is QuestionKind.TEXT:
            changed = replace(changed, is_long=given["is_long"], is_email=given["is_email"], longest=given["longest"])
        if kind in _KEPT_KINDS:
            changed = replace(changed, keeps_as=KeepsAs(given["keeps_as"]))
        return changed

    def clean(self) -> dict[str, Any]:
        """Read the conditions: each value as the question it is compared with is answered."""
        given = super().clean() or {}
        found: list[Comparison] = []
        for row in range(self._row_count):
            name = given.get(f"if_question_{row}") or ""
            if not name:
                continue
            comparison = self._comparison(row, name, given)
            if comparison is not None:
                found.append(comparison)
        self._comparisons = tuple(found)
        return given

    def _text_parts(self) -> list[str]:
        parts = ["title", "help"]
        kind = self._question.kind
        if kind is QuestionKind.MATRIX:
            parts.append("rows")
        if kind in _OF_OPTIONS:
            parts.append("options")
        return [*parts, "low", "high"] if kind is QuestionKind.SCALE else parts

    def _add_texts(self) -> None:
        longest = {"title": LONGEST_TITLE, "help": LONGEST_PROSE, "low": LONGEST_LABEL, "high": LONGEST_LABEL}
        for part in self._text_parts():
            for code in self.languages:
                is_lines = part in {"options", "rows"}
                self.fields[f"{part}_{code}"] = forms.CharField(
                    label=say.language_name(code, language=self._reader),
                    max_length=LONGEST_LINES if is_lines else longest[part],
                    required=False,
                    strip=not is_lines,
                    widget=forms.Textarea(attrs={"rows": 6 if is_lines else 2})
                    if is_lines or part in {"title", "help"}
                    else forms.TextInput(),
                )

    def _add_kind(self) -> None:
        kind = self._question.kind
        fields: dict[str, forms.Field] = {}
        if kind is QuestionKind.SCALE:
            fields["lowest"] = forms.IntegerField(label=_("From"), min_value=-100, max_value=100)
            fields["highest"] = forms.IntegerField(label=_("To"), min_value=-100, max_value=100)
            choices = [(name, str(words)) for name, words in MEASURE_WORDS.items()]
            if self._question.measure not in MEASURE_WORDS:
                choices.append((self._question.measure, self._question.measure))  # as it came
            fields["measure"] = forms.ChoiceField(label=_("What does it measure?"), choices=choices, required=False)
            fields["item"] = forms.CharField(
                label=_("Pairs with"),
                help_text=_("For service quality: the same short name at what is wished and at what is found."),
                max_length=60,
                required=False,
            )
        if kind is QuestionKind.NUMBER:
            fields["lowest"] = forms.FloatField(label=_("Not below"), required=False)
            fields["highest"] = forms.FloatField(label=_("Not above"), required=False)
            fields["is_whole"] = forms.BooleanField(label=_("Whole numbers only"), required=False)
        if kind is QuestionKind.DATE:
            fields["lowest"] = DayField(label=_("Not before"), required=False)
            fields["highest"] = DayField(label=_("Not after"), required=False)
        if kind is QuestionKind.CHOICES:
            fields["least_choices"] = forms.IntegerField(label=_("Choose at least"), min_value=1, required=False)
            fields["most_choices"] = forms.IntegerField(label=_("Choose at most"), min_value=1, required=False)
        if kind is QuestionKind.TEXT:
            fields["is_long"] = forms.BooleanField(label=_("Room for several lines"), required=False)
            fields["is_email"] = forms.BooleanField(label=_("It must be an e-mail address"), required=False)
            fields["longest"] = forms.IntegerField(
                label=_("At most so many letters"), min_value=1, max_value=LONGEST_ANSWER, required=False
            )
        if kind in _KEPT_KINDS:
            fields["keeps_as"] = forms.ChoiceField(
                label=_("Note the answer on the customer’s record"), choices=list(KEEPS_WORDS.items()), required=False
            )
        self._kind_names = tuple(fields)
        self.fields |= fields
        self.fields["is_required"] = forms.BooleanField(label=_("An answer is required"), required=False)
        if self._question.required_if is not None:
            self.fields["drops_required_if"] = forms.BooleanField(label=_("Take this condition away"), required=False)

    def _add_conditions(self, written: Mapping[str, Any] | None) -> None:
        parts = simple_parts(self._question.shows_if)
        if parts is None:
            self.fields["drops_shows_if"] = forms.BooleanField(label=_("Take this condition away"), required=False)
            return
        if not self._earlier:
            return
        sent = sum(1 for name in (written or self.data) if name.startswith("if_question_"))
        more = SPARE_ROWS if written is not None else 0
        self._row_count = min(max(len(parts) + SPARE_ROWS, sent + more), MOST_ROWS)
        self.fields["if_join"] = forms.ChoiceField(
            label=_("Show it if"),
            choices=[(Join.ALL.value, _("all of these are so")), (Join.ANY.value, _("any of these is so"))],
            required=False,
        )
        questions = [("", "—"), *_references(self._earlier, self._reader)]
        known = {name for name, _words in questions}
        questions += [(part.question, part.question) for part in parts if part.question not in known]
        operators = [(operator.value, str(words)) for operator, words in OPERATOR_WORDS.items()]
        operators.append((NOT_ANSWERED, _("was not answered")))
        for row in range(self._row_count):
            self.fields[f"if_question_{row}"] = forms.ChoiceField(
                label=_("The answer to"), choices=questions, required=False
            )
            self.fields[f"if_operator_{row}"] = forms.ChoiceField(
                label=_("compared"), choices=operators, required=False
            )
            self.fields[f"if_value_{row}"] = forms.CharField(label=_("with"), max_length=300, required=False)

    def _initial(self) -> dict[str, Any]:
        question = self._question
        texts = {
            "title": question.titles,
            "help": question.help,
            "low": question.low_labels,
            "high": question.high_labels,
        }
        values: dict[str, Any] = {}
        for part in self._text_parts():
            for code in self.languages:
                values[f"{part}_{code}"] = (
                    lines_of(question.options if part == "options" else question.rows, code)
                    if part in {"options", "rows"}
                    else texts[part].get(code, "")
                )
        for name in self._kind_names:
            value = getattr(question, name)
            values[name] = value.value if isinstance(value, KeepsAs) else value
        values["is_required"] = question.is_required
        if question.shows_if is not None:
            values["if_join"] = question.shows_if.join.value
        for row, one in enumerate(simple_parts(question.shows_if) or ()):
            is_denied = one.operator is Operator.ANSWERED and not one.value
            values[f"if_question_{row}"] = one.question
            values[f"if_operator_{row}"] = NOT_ANSWERED if is_denied else one.operator.value
            values[f"if_value_{row}"] = "" if one.operator is Operator.ANSWERED else self._shown_value(one)
        return values

    def _shown_value(self, part: Comparison) -> str:
        if not isinstance(part.value, str):
            return f"{part.value:g}" if isinstance(part.value, float) else str(part.value)
        option = next((one for one in self._options_of(part.question) if one.key == part.value), None)
        return part.value if option is None else in_language(option.labels, self._reader) or option.key

    def _options_of(self, reference: str) -> tuple[Option, ...]:
        name = reference.partition(".")[0]
        return next((one.options for one in self._definition.questions if one.name == name), ())

    def _shows_if(self) -> Condition | None:
        if simple_parts(self._question.shows_if) is None:
            return None if self.cleaned_data.get("drops_shows_if") else self._question.shows_if
        if not self._row_count:
            return self._question.shows_if
        join = Join(self.cleaned_data.get("if_join") or Join.ALL.value)
        return Condition(join, self._comparisons) if self._comparisons else None

    def _comparison(self, row: int, name: str, given: dict[str, Any]) -> Comparison | None:
        operator, written = given.get(f"if_operator_{row}") or Operator.IS.value, given.get(f"if_value_{row}") or ""
        if operator in {NOT_ANSWERED, Operator.ANSWERED.value}:
            return Comparison(name, Operator.ANSWERED, operator == Operator.ANSWERED.value)
        place = f"if_value_{row}"
        if not written.strip():
            self.add_error(place, _("Say with what the answer is compared."))
            return None
        value = self._read_value(name, written.strip(), place)
        return None if value is None else Comparison(name, Operator(operator), value)

    def _read_value(self, name: str, written: str, place: str) -> str | int | float | None:
        """What was written, as the question is answered; None when it is no answer, which is then said beside it."""
        asked = next((one for one in self._earlier if one.name == name.partition(".")[0]), None)
        if asked is None or not (asked.options or asked.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}):
            return written
        if asked.options:
            key = _key_of(asked.options, written)
            if key is None:
                answers = ", ".join(in_language(one.labels, self._reader) or one.key for one in asked.options[:8])
                self.add_error(place, _("Write one of its answers: %(answers)s.") % {"answers": answers})
            return key
        try:
            return _plain_number(float(written.replace(",", ".")))
        except (ValueError, OverflowError):
            self.add_error(place, _("Write a number: the question is answered with one."))
            return None

    def _texts(self, part: str) -> dict[str, str]:
        """The words as filled in; those of languages that the form does not show stay."""
        stored = {"title": "titles", "help": "help", "low": "low_labels", "high": "high_labels"}[part]
        others = {code: text for code, text in getattr(self._question, stored).items() if code not in self.languages}
        said = {code: self.cleaned_data[f"{part}_{code}"].strip() for code in self.languages}
        return others | {code: text for code, text in said.items() if text}

    def _lines(self, part: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{part}_{code}"].replace("\r\n", "\n") for code in self.languages}


def new_question(kind: QuestionKind, name: str) -> Question:
    """A question of this kind, before anybody filled it in."""
    if kind is QuestionKind.SCALE:
        return Question(name, kind, {}, lowest=1, highest=5)
    return Question(name, kind, {}, is_long=kind is QuestionKind.TEXT)


def _earlier(definition: SurveyDefinition, question: Question) -> list[Question]:
    """The questions asked before this one; a ranking is compared with nothing."""
    found = []
    for one in definition.questions:
        if one.name == question.name:
            break
        found.append(one)
    return found


def _references(questions: Sequence[Question], reader: str) -> list[tuple[str, str]]:
    """What a condition may ask for: questions, and the lines of a table one by one."""
    found: list[tuple[str, str]] = []
    for question in questions:
        title = title_of(question, reader)
        if question.kind is QuestionKind.MATRIX:
            found += [
                (f"{question.name}.{row.key}", f"{title} – {in_language(row.labels, reader) or row.key}")
                for row in question.rows
            ]
        else:
            found.append((question.name, title))
    return found


def _key_of(options: Sequence[Option], written: str) -> str | None:
    """The key of the answer that was written, by its words in any language or by the key itself."""
    wanted = written.strip().casefold()
    for option in options:
        if wanted in {option.key.casefold(), *(label.strip().casefold() for label in option.labels.values())}:
            return option.key
    return None


def _plain_number(value: float) -> int | float:
    return int(value) if value == int(value) else value

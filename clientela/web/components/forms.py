"""Fields by the pattern of GOV.UK: label, hint, error, control; and the summary on top that leads to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.web.components.attributes import attributes
from clientela.web.components.icons import icon

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
MOST_IN_A_COLUMN = 8  # more boxes to tick stand in columns, as many as the page has room for


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One line of the summary: the sentence, and the id of the control to go to ("" = none)."""

    words: str
    control_id: str


def control_class(widget: forms.Widget) -> str:
    """The look of a control by its kind."""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        return "form-select"
    if isinstance(widget, forms.FileInput):
        return "form-control c-file-pick"
    return "form-control"


def described_by(bound: BoundField, hint: str) -> str:
    """The ids of what explains a control: its hint, then its error."""
    ids = [f"{bound.auto_id}-hint"] if hint else []
    if bound.errors:
        ids.append(f"{bound.auto_id}-error")
    return " ".join(ids)


def control(bound: BoundField, *, hint: str, more: dict[str, Any]) -> SafeString:
    """The control itself, joined to its hint and error; `more` are attributes of the template."""
    given = {name.replace("_", "-"): value for name, value in more.items() if value not in ("", None, False)}
    css = " ".join(filter(None, [control_class(bound.field.widget), str(given.pop("class", ""))]))
    given["class"] = css
    described = described_by(bound, hint)
    if described:
        given["aria-describedby"] = described
    if bound.errors:
        given["aria-invalid"] = "true"
    return bound.as_widget(attrs=given)


def choices_of(bound: BoundField) -> SafeString:
    """Radios or several checkboxes, each with its label, a row each; those of a group under its name."""
    rows = [
        format_html(
            '<label class="form-check"{}>{}<span class="form-check-label">{}</span></label>',
            attributes({"for": choice.id_for_label}),
            SafeString(_choice_input(choice.data)),
            choice.choice_label,
        )
        for choice in bound
    ]
    groups = [(name, len(inside)) for name, inside in _choices(bound) if isinstance(inside, list | tuple)]
    if groups:
        parts, place = [], 0
        for name, size in groups:
            parts.append((name, _joined(rows[place : place + size])))
            place += size
        shown = format_html_join("", '<fieldset class="c-choice-group"><legend>{}</legend>{}</fieldset>', parts)
    else:
        shown = _joined(rows)
    is_long = isinstance(bound.field.widget, forms.CheckboxSelectMultiple) and len(rows) > MOST_IN_A_COLUMN
    return format_html('<div class="c-choices">{}</div>', shown) if is_long else shown


def _joined(rows: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((row,) for row in rows))


def _choices(bound: BoundField) -> Iterable[tuple[Any, Any]]:
    """Every choice as (value, words), and every group as (name, its choices); a field has either."""
    choices: Iterable[tuple[Any, Any]] = getattr(bound.field, "choices", ())
    return choices


def _choice_input(data: dict[str, Any]) -> SafeString:
    given = {key: value for key, value in data["attrs"].items() if key not in ("class", "aria-describedby")}
    return format_html(
        '<input class="form-check-input" type="{}" name="{}" value="{}"{}>',
        data["type"],
        data["name"],
        "" if data["value"] is None else data["value"],
        attributes(given),
    )


def error_of(bound: BoundField) -> SafeString:
    """The errors of one field, each with reason and remedy, beside it."""
    if not bound.errors:
        return SafeString("")
    sentences = format_html_join(SafeString("<br>"), "{}", ((error,) for error in bound.errors))
    return format_html(
        '<p class="c-error-text" id="{}-error">{}<span><span class="visually-hidden">{} </span>{}</span></p>',
        bound.auto_id,
        icon("alert-triangle", small=True),
        _("Error:"),
        sentences,
    )


def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    visually_hidden_label: bool = False,
    mark_optional: bool = True,
    draft: str = "",
    **more: Any,
) -> SafeString:
    """One field of a form: `{% field form.subject rows=6 draft="…" %}`."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    hint = str(hint or bound.help_text or "")
    said = format_html(
        "{}{}",
        label or bound.label,
        format_html(' <span class="c-optional">{}</span>', _("(optional)"))
        if mark_optional and not bound.field.required and not isinstance(widget, forms.CheckboxInput)
        else "",
    )
    hidden = " visually-hidden" if visually_hidden_label else ""
    hint_line = format_html('<p class="c-hint" id="{}-hint">{}</p>', bound.auto_id, hint) if hint else ""
    wrong = " c-error" if bound.errors else ""
    more = {**more, "data_draft": draft}
    if isinstance(widget, GROUPS):
        return format_html(
            '<fieldset class="c-field{}"{}><legend class="form-label{}">{}</legend>{}{}{}</fieldset>',
            wrong,
            attributes({"id": bound.auto_id, "tabindex": "-1", "aria_describedby": described_by(bound, hint)}),
            hidden,
            said,
            hint_line,
            error_of(bound),
            choices_of(bound),
        )
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="c-field{}">{}<label class="form-check" for="{}">{}'
            '<span class="form-check-label">{}</span></label>{}</div>',
            wrong,
            error_of(bound),
            bound.id_for_label,
            control(bound, hint=hint, more=more),
            said,
            hint_line,
        )
    return format_html(
        '<div class="c-field{}"><label class="form-label{}" for="{}">{}</label>{}{}{}</div>',
        wrong,
        hidden,
        bound.id_for_label,
        said,
        hint_line,
        error_of(bound),
        control(bound, hint=hint, more=more),
    )


def fields(form: BaseForm) -> SafeString:
    """Every field of a form, the hidden ones first."""
    shown = [*form.hidden_fields(), *form.visible_fields()]
    return format_html_join("", "{}", ((field(bound),) for bound in shown))


def wrong_in(forms_and_sets: "Iterable[BaseForm | BaseFormSet[Any]]") -> list[Wrong]:
    """Every error of these forms and formsets in the order of the page, those of no field first."""
    found: list[Wrong] = []
    for given in forms_and_sets:
        if isinstance(given, BaseFormSet):
            found += [Wrong(words=str(error), control_id="") for error in given.non_form_errors()]
            found += wrong_in(given.forms)
            continue
        found += [Wrong(words=str(error), control_id="") for error in given.non_field_errors()]
        for bound in given:
            group = isinstance(bound.field.widget, GROUPS)
            target = str(bound.auto_id if group else bound.id_for_label)
            found += [Wrong(words=str(error), control_id=target) for error in bound.errors]
    return found


def error_summary(*forms_and_sets: "BaseForm | BaseFormSet[Any]") -> dict[str, Any]:
    """The box on top of a form that did not pass; nothing when all is well."""
    bound = [given for given in forms_and_sets if given is not None and given.is_bound]
    return {"wrong": wrong_in(bound)}


def draft_status(key: str) -> dict[str, str]:
    """Where the words about a kept draft appear, beside the button that sends it."""
    return {"key": key}

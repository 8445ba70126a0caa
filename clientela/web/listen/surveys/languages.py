"""Every text of a survey, a language beside the other."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.kernel.languages import LANGUAGE_NAMES
from clientela.voice.actions.surveys.drafting import DraftChangedError, change_draft
from clientela.voice.queries.survey_lists import SurveyDraft, survey_draft
from clientela.voice.rules import editing
from clientela.voice.rules.surveys import (
    LONGEST_LABEL,
    LONGEST_PROSE,
    LONGEST_TITLE,
    StoredFormError,
    SurveyDefinition,
    Texts,
    in_language,
    to_json,
)
from clientela.web.components import words as say_words
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.surveys.wording import reader_language, title_of
from clientela.web.viewer import KnownRequest

_LONGEST: Final = {"introductions": LONGEST_PROSE, "thanks": LONGEST_PROSE, "help": LONGEST_PROSE}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One text in one language. `is_missing`: another language has it, or it must be there."""

    name: str
    code: str
    value: str
    is_missing: bool
    is_tall: bool
    longest: int


@dataclass(frozen=True, kw_only=True)
class TextRow:
    """One text in every language of the survey. `group` begins a new heading when it is not ""."""

    place: str
    label: str
    group: str
    cells: tuple[Cell, ...]


@for_employees
def languages(request: KnownRequest, key: str) -> HttpResponse:
    """Show all texts side by side; keep them, add a language, copy what is missing from another."""
    language = reader_language()
    draft = survey_draft(request.viewer, key, language=language)
    if request.method == "POST":
        return _posted(request, draft)
    spoken = draft.head.languages
    rows = _rows(draft, language)
    missing = {
        code: sum(1 for row in rows for cell in row.cells if cell.code == code and cell.is_missing) for code in spoken
    }
    context = {
        "at": now(),
        "place": "listen",
        "draft": draft,
        "head": draft.head,
        "section": "languages",
        "rows": rows,
        "columns": [(code, say_words.language_name(code, language=language), missing[code]) for code in spoken],
        "copies": [
            (
                f"{code}:{source}",
                say_words.language_name(source, language=language),
                say_words.language_name(code, language=language),
            )
            for code in spoken
            for source in spoken
            if missing[code] and source != code
        ],
        "others": [
            (code, say_words.language_name(code, language=language)) for code in LANGUAGE_NAMES if code not in spoken
        ],
    }
    return render(request, "listen/surveys/languages.html", context)


def _posted(request: KnownRequest, draft: SurveyDraft) -> HttpResponse:
    added, dropped = request.POST.get("add", ""), request.POST.get("drop", "")
    filled, _colon, source = request.POST.get("copy", "").partition(":")
    changed = _written(request, draft)
    told = _("Kept.")
    if added in LANGUAGE_NAMES:
        # Its title stands in for the others until it is translated: without one the survey would not speak it.
        first = in_language(changed.titles, next(iter(changed.languages), "en"))
        changed = editing.with_texts(changed, {"titles": {**changed.titles, added: first}})
        told = _("The language is added. Its title is still the other one’s: translate it with the rest.")
    elif filled in changed.languages and source in changed.languages:
        changed = editing.with_language_from(changed, language=filled, source=source)
        told = _("What was missing is filled with the other language’s words. Translate them in place.")
    elif dropped in changed.languages and len(changed.languages) > 1:
        changed = editing.without_language(changed, dropped)
        told = _("The language is taken out of this draft. Versions that were published keep it.")
    try:
        seen = request.POST.get("seen", "") or draft.mark
        change_draft(by=request.viewer, at=now(), key=draft.head.key, definition=to_json(changed), seen=seen)
    except DraftChangedError:
        told = _("Somebody else changed this survey meanwhile. Here it is as it stands now; do your step again.")
    except StoredFormError:
        told = _("One of the texts is longer than a survey may hold. Shorten it.")
    say(request, told)
    return redirect("listen:survey_languages", draft.head.key)


def _written(request: KnownRequest, draft: SurveyDraft) -> SurveyDefinition:
    """The survey with the texts as they were sent; a text that was not sent stays."""
    told: dict[str, Texts] = {}
    for place, texts in editing.texts_of(draft.definition):
        sent = {
            code: request.POST[f"{place}|{code}"].replace("\r\n", "\n").strip()
            for code in draft.head.languages
            if f"{place}|{code}" in request.POST
        }
        if sent:
            told[place] = {**texts, **sent}
    changed = editing.with_texts(draft.definition, told)
    # The last title goes by taking the language out, not by emptying a field.
    return changed if changed.languages else editing.with_texts(changed, {"titles": draft.definition.titles})


def _rows(draft: SurveyDraft, language: str) -> list[TextRow]:
    spoken = draft.head.languages
    found: list[TextRow] = []
    last = ""
    for place, texts in editing.texts_of(draft.definition):
        group = _group(draft.definition, place, language)
        part = place.rpartition(":")[2] if not place.startswith("q:") else place.split(":")[2]
        is_needed = part in {"options", "rows"} or place == "titles" or (place.startswith("q:") and part == "titles")
        is_said = any(text.strip() for text in texts.values())
        if place.startswith("page:") and len(draft.definition.pages) == 1 and not is_said:
            continue  # a survey of one screen needs no title for it
        cells = tuple(
            Cell(
                name=f"{place}|{code}",
                code=code,
                value=texts.get(code, ""),
                is_missing=(is_needed or is_said) and not texts.get(code, "").strip(),
                is_tall=part in _LONGEST,
                longest=_LONGEST.get(part, LONGEST_TITLE if part == "titles" else LONGEST_LABEL),
            )
            for code in spoken
        )
        found.append(
            TextRow(
                place=place,
                label=_label(draft.definition, place, language),
                group=group if group != last else "",
                cells=cells,
            )
        )
        last = group
    return found


def _group(definition: SurveyDefinition, place: str, language: str) -> str:
    what, _colon, rest = place.partition(":")
    if what == "q":
        names = [question.name for question in definition.questions]
        name = rest.partition(":")[0]
        question = editing.question_of(definition, name)
        return _("%(number)s. %(title)s") % {"number": names.index(name) + 1, "title": title_of(question, language)}
    if what == "page":
        number = [page.name for page in definition.pages].index(rest.partition(":")[0]) + 1
        return _("Screen %(number)s") % {"number": number}
    return _("The whole survey")


def _label(definition: SurveyDefinition, place: str, language: str) -> str:
    what, _colon, rest = place.partition(":")
    if what != "q":
        return {"titles": _("Title"), "introductions": _("Introduction"), "thanks": _("Thank-you")}.get(
            what, _("Title")
        )
    name, part, *keys = rest.split(":", 2)
    fixed = {
        "titles": _("The question"),
        "help": _("Help"),
        "low_labels": _("Low end"),
        "high_labels": _("High end"),
    }
    if part in fixed:
        return fixed[part]
    question = editing.question_of(definition, name)
    options = question.options if part == "options" else question.rows
    labels = next((one.labels for one in options if one.key == keys[0]), {})
    told = _("Answer “%(answer)s”") if part == "options" else _("Line “%(answer)s”")
    return told % {"answer": in_language(labels, language) or keys[0]}

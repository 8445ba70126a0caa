"""The builder: questions in their order, one of them open in a form, and beside each what stands in the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.voice.actions.surveys.drafting import DraftChangedError, change_draft
from clientela.voice.queries.survey_lists import SurveyDraft, survey_draft
from clientela.voice.rules import editing
from clientela.voice.rules.editing import NoSuchQuestionError
from clientela.voice.rules.surveys import (
    Question,
    QuestionKind,
    StoredFormError,
    SurveyDefinition,
    comparisons_of,
    from_json,
    to_json,
)
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.surveys.problem_words import problem_words
from clientela.web.listen.surveys.question_forms import QuestionForm, new_question
from clientela.web.listen.surveys.wording import (
    KIND_TELLS,
    KIND_WORDS,
    MEASURE_WORDS,
    condition_words,
    reader_language,
    title_of,
)
from clientela.web.viewer import KnownRequest

NEW: Final = "new_"  # begins the name of a question that has no words yet
UNDO: Final = "survey_undo"


@dataclass(frozen=True, kw_only=True)
class QuestionShown:
    """One question in the list."""

    question: Question
    number: int
    title: str
    kind_words: str
    condition: str
    required_if: str
    measure: str
    problems: tuple[str, ...]
    begins_screen: bool
    screen_number: int
    is_first: bool
    is_last: bool
    form: QuestionForm | None


@for_employees
def questions(request: KnownRequest, key: str) -> HttpResponse:
    """Show the questions; add, change, move, duplicate or remove one."""
    language = reader_language()
    draft = survey_draft(request.viewer, key, language=language)
    open_name = request.GET.get("open", "")
    form: QuestionForm | None = None
    if request.method == "POST":
        if request.POST.get("do") in {"save", "condition"}:
            open_name = request.POST.get("question", "")
            is_asking_for_lines = request.POST["do"] == "condition"
            sent = {"written": request.POST} if is_asking_for_lines else {"data": request.POST}
            form = _form(draft, open_name, language, **sent)
            if form is not None and not is_asking_for_lines and form.is_valid():
                changed, name = _saved(draft, form)
                return _kept(request, draft, changed, open_name=name, words=_("Kept."))
        else:
            return _done(request, draft)
    elif open_name:
        form = _form(draft, open_name, language)
    context = {
        "at": now(),
        "place": "listen",
        "draft": draft,
        "head": draft.head,
        "section": "questions",
        "rows": _rows(draft, form, open_name, language),
        "kinds": [(kind.value, KIND_WORDS[kind], KIND_TELLS[kind]) for kind in QuestionKind],
        "whole_problems": [problem_words(one, draft.definition, language) for one in draft.problems_with("")],
        "hindrance_count": len(draft.hindrances),
        "screen_count": len(draft.definition.pages),
        "is_open": form is not None,
    }
    is_wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, "listen/surveys/questions.html", context, status=422 if is_wrong else 200)


@require_POST
@for_employees
def undo(request: KnownRequest, key: str) -> HttpResponse:
    """Put back what the last step took away, unless something else was changed since."""
    kept = request.session.pop(UNDO, None)
    if isinstance(kept, dict) and kept.get("key") == key:
        try:
            change_draft(by=request.viewer, at=now(), key=key, definition=kept["before"], seen=kept["mark"])
            say(request, _("It is back."))
        except DraftChangedError:
            say(request, _("It was changed meanwhile, so it stays as it is."))
    return redirect("listen:survey_questions", key)


def _rows(draft: SurveyDraft, form: QuestionForm | None, open_name: str, language: str) -> list[QuestionShown]:
    found: list[QuestionShown] = []
    total = len(draft.definition.questions)
    for screen, page in enumerate(draft.definition.pages, start=1):
        for place, question in enumerate(page.questions):
            number = len(found) + 1
            found.append(
                QuestionShown(
                    question=question,
                    number=number,
                    title=title_of(question, language) if question.titles else "",
                    kind_words=str(KIND_WORDS[question.kind]),
                    condition=condition_words(question.shows_if, draft.definition, language),
                    required_if=condition_words(question.required_if, draft.definition, language),
                    measure=str(MEASURE_WORDS.get(question.measure, question.measure)) if question.measure else "",
                    problems=tuple(
                        problem_words(one, draft.definition, language) for one in draft.problems_with(question.name)
                    ),
                    begins_screen=place == 0,
                    screen_number=screen,
                    is_first=number == 1,
                    is_last=number == total,
                    form=form if question.name == open_name else None,
                )
            )
    return found


def _form(draft: SurveyDraft, name: str, language: str, **sent: Any) -> QuestionForm | None:
    """The form of one question; None when it is not there any more."""
    try:
        question = editing.question_of(draft.definition, name)
    except NoSuchQuestionError:
        return None
    languages = sorted(draft.head.languages or (language,), key=lambda code: code != language)
    return QuestionForm(question=question, definition=draft.definition, languages=languages, reader=language, **sent)


def _saved(draft: SurveyDraft, form: QuestionForm) -> tuple[SurveyDefinition, str]:
    """The survey with the question as filled in. A question that gets its first words gets its name from them."""
    question = form.question()
    changed = editing.with_changed(draft.definition, question)
    words = next(iter(question.titles.values()), "")
    if question.name.startswith(NEW) and words and not _is_asked_for(changed, question.name):
        name = editing.fresh_name(changed, words)
        stored = to_json(changed)
        for page in stored["pages"]:
            for one in page["questions"]:
                if one["name"] == question.name:
                    one["name"] = name
        return from_json(stored), name
    return changed, question.name


def _is_asked_for(definition: SurveyDefinition, name: str) -> bool:
    return any(
        comparison.question.partition(".")[0] == name
        for question in definition.questions
        for condition in (question.shows_if, question.required_if)
        for comparison in comparisons_of(condition)
    )


def _done(request: KnownRequest, draft: SurveyDraft) -> HttpResponse:
    """Do one step that a button asks for."""
    step, name = request.POST.get("do", ""), request.POST.get("question", "")
    definition = draft.definition
    try:
        if step == "add":
            kind = QuestionKind(request.POST.get("kind", ""))
            made = new_question(kind, editing.fresh_name(definition, f"{NEW}{kind.value}"))
            return _kept(request, draft, editing.with_question(definition, made, after=name), open_name=made.name)
        if step == "duplicate":
            changed, copy = editing.duplicated(definition, name)
            return _kept(request, draft, changed, open_name=copy)
        if step == "remove":
            return _kept(request, draft, editing.without_question(definition, name), undo=to_json(definition))
        if step in _STEPS:
            return _kept(request, draft, _STEPS[step](definition, name), anchor=name)
    except (NoSuchQuestionError, ValueError):
        say(request, _("This question is not there any more."))
    return redirect("listen:survey_questions", draft.head.key)


_STEPS: Final[Mapping[str, Callable[[SurveyDefinition, str], SurveyDefinition]]] = {
    "up": lambda definition, name: editing.moved(definition, name, by=-1),
    "down": lambda definition, name: editing.moved(definition, name, by=1),
    "split": editing.with_screen_before,
    "join": editing.without_screen_before,
}


def _kept(
    request: KnownRequest,
    draft: SurveyDraft,
    changed: SurveyDefinition,
    *,
    open_name: str = "",
    anchor: str = "",
    undo: Mapping[str, Any] | None = None,
    words: str = "",
) -> HttpResponse:
    """Keep the change and show the list again, with a question open or in sight; `words` say what was done."""
    key = draft.head.key
    try:
        seen = request.POST.get("seen", "") or draft.mark
        mark = change_draft(by=request.viewer, at=now(), key=key, definition=to_json(changed), seen=seen)
    except DraftChangedError:
        say(request, _("Somebody else changed this survey meanwhile. Here it is as it stands now; do your step again."))
    except StoredFormError:
        say(request, _("A survey cannot hold more than this. Take something out first."))
    else:
        if words:
            say(request, words)
        if undo is not None:
            request.session[UNDO] = {"key": key, "before": dict(undo), "mark": mark}
            say(request, _("The question is taken out."), undo_url=reverse("listen:survey_undo", args=[key]))
    address = reverse("listen:survey_questions", args=[key])
    if open_name:
        address += "?" + urlencode({"open": open_name})
    place = open_name or anchor
    return redirect(f"{address}#q-{place}" if place else address)

"""Subjects: the list of what people talk about, and what the machine proposes to add to it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.languages import LANGUAGES
from clientela.kernel.policies import require_seen
from clientela.voice import actions
from clientela.voice.actions import SubjectError
from clientela.voice.policies.heard import may_keep_subjects
from clientela.voice.queries.subjects import SubjectSeen, subject_list, subject_seen
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.subject_forms import MergeForm, SubjectForm, initial_subject
from clientela.web.viewer import KnownRequest


@for_employees
def subjects(request: KnownRequest) -> HttpResponse:
    """Show the list."""
    at = now()
    context = {"at": at, "place": "listen", "page": subject_list(request.viewer, at=at)}
    return render(request, "listen/subjects.html", context)


@for_employees
def new(request: KnownRequest) -> HttpResponse:
    """Add a subject."""
    require_seen(may_keep_subjects(request.viewer))
    return _form_page(request, None)


@for_employees
def subject(request: KnownRequest, number: int) -> HttpResponse:
    """Show a subject, and describe it anew."""
    return _form_page(request, subject_seen(request.viewer, number, at=now()))


@require_POST
@for_employees
def drop(request: KnownRequest, number: int) -> HttpResponse:
    """Use a subject no longer."""
    actions.drop_subject(by=request.viewer, at=now(), subject_id=number)
    say(request, _("It is dropped. What was said of it is kept; under “Dropped” you can use it again."))
    return redirect("listen:subjects")


@require_POST
@for_employees
def use(request: KnownRequest, number: int) -> HttpResponse:
    """Accept a proposed subject, or use a dropped one again."""
    actions.use_subject(by=request.viewer, at=now(), subject_id=number)
    say(request, _("It is in the list. Everything is read again in the background."))
    return redirect("listen:subject", number)


@require_POST
@for_employees
def merge(request: KnownRequest, number: int) -> HttpResponse:
    """Let a subject go into another."""
    seen = subject_seen(request.viewer, number, at=now())
    form = _merge_form(request, seen)
    if form.is_valid():
        into_id = form.cleaned_data["into"]
        try:
            actions.merge_subjects(by=request.viewer, at=now(), subject_id=number, into_id=into_id)
        except SubjectError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("Merged. The voices and counts of both are together now."))
            return redirect("listen:subject", into_id)
    return _page(request, seen, SubjectForm(initial=initial_subject(seen)), form, status=422)


def _form_page(request: KnownRequest, seen: SubjectSeen | None) -> HttpResponse:
    form = SubjectForm(request.POST or None, initial=initial_subject(seen) if seen else {})
    if request.method == "POST" and form.is_valid():
        try:
            if seen is None:
                number = actions.add_subject(by=request.viewer, at=now(), **form.content())
                say(request, _("Added. Everything is read again in the background."))
                return redirect("listen:subject", number)
            content = _with_other_languages(form.content(), seen)
            is_read_again = actions.change_subject(by=request.viewer, at=now(), subject_id=seen.id, **content)
        except SubjectError as error:
            form.refuse(error.field, str(error))
        else:
            words = _("Changed. Everything is read again in the background.") if is_read_again else _("Changed.")
            say(request, words)
            return redirect("listen:subject", seen.id)
    merging = _merge_form(request, seen, is_sent=False) if seen else None
    return _page(request, seen, form, merging, status=422 if form.is_bound else 200)


def _with_other_languages(content: dict[str, Any], seen: SubjectSeen) -> dict[str, Any]:
    """Add what the subject has in languages that the form does not show."""
    kept: dict[str, Mapping[str, Any]] = {"names": seen.names, "sentences": seen.sentences, "words": seen.words}
    return {
        part: {**{code: told for code, told in kept[part].items() if code not in LANGUAGES}, **content[part]}
        for part in content
    }


def _merge_form(request: KnownRequest, seen: SubjectSeen, *, is_sent: bool = True) -> MergeForm:
    others = [one for one in subject_list(request.viewer, at=now()).used if one.id != seen.id]
    return MergeForm(request.POST if is_sent else None, others=others)


def _page(
    request: KnownRequest, seen: SubjectSeen | None, form: SubjectForm, merging: MergeForm | None, *, status: int
) -> HttpResponse:
    context = {"at": now(), "place": "listen", "seen": seen, "form": form, "merging": merging}
    return render(request, "listen/subject.html", context, status=status)

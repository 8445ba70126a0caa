"""The questions, one a screen. The link in the letter is the right to answer; everything is saved as one goes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.network import actions
from clientela.network.queries.sheets import SheetPage, sheet_page
from clientela.network.rules.sheets import Said, Sheet
from clientela.web.doors import for_everybody
from clientela.web.map.asking import scales
from clientela.web.map.asking.forms import JobForm, NamesForm, NeedForm, ServeForm
from clientela.web.viewer import SESSION_LANGUAGE, VisitorRequest

DONE = "done"


@dataclass(frozen=True)
class Answered:
    """One answer on the last screen, with the way back to it."""

    step: str
    name: str
    words: str


@never_cache
@for_everybody
def welcome(request: VisitorRequest, token: str) -> HttpResponse:
    """Say what is asked and what becomes of it. A GET changes nothing: a mail scanner opens links too."""
    return _spoken(request, token, lambda page: _welcome(request, token, page))


def _welcome(request: VisitorRequest, token: str, page: SheetPage) -> HttpResponse:
    has_begun = page.sheet != Sheet()
    context = {"at": now(), "page": page, "token": token, "open": open_step(page), "has_begun": has_begun}
    context |= {"zone": page.zone}
    return render(request, "map/asking/over.html" if page.is_over else "map/asking/welcome.html", context)


@never_cache
@for_everybody
def question(request: VisitorRequest, token: str, step: str) -> HttpResponse:
    """Ask one thing, keep the answer, go on."""
    return _spoken(request, token, lambda page: _question(request, token, step, page))


def _question(request: VisitorRequest, token: str, step: str, page: SheetPage) -> HttpResponse:
    if page.is_over:
        return redirect("map:answer", token=token)
    steps = steps_of(page)
    if step == DONE:
        left = [one for one in steps if one in _unanswered(page)]
        context = {"at": now(), "page": page, "token": token, "answers": _answers(page), "left": left}
        return render(request, "map/asking/done.html", {**context, "zone": page.zone})
    if step not in steps:
        return redirect("map:answer_step", token=token, step=steps[0])
    form = _form(request, step, page)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_sheet(at=now(), invitation_id=page.invitation_id, sheet=_sheet_with(form, step, page))
        except actions.AskingRefusedError:
            return redirect("map:answer", token=token)
        # What was named now is asked about next, so the way on is looked up anew.
        after = steps_of(sheet_page(token, at=now()))
        following = after[after.index(step) + 1] if after.index(step) + 1 < len(after) else DONE
        is_change = request.POST.get("go") == "back_to_all" and not isinstance(form, NamesForm)
        return redirect("map:answer_step", token=token, step=DONE if is_change else following)
    position = steps.index(step)
    context = {
        "at": now(),
        "page": page,
        "token": token,
        "form": form,
        "title": _title(step, page),
        "position": position + 1,
        "count": len(steps),
        "back": steps[position - 1] if position else "",
        "is_change": request.GET.get("change") == "1",
        "zone": page.zone,
    }
    return render(request, "map/asking/question.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
@for_everybody
def decline(request: VisitorRequest, token: str) -> HttpResponse:
    """Somebody would rather not answer."""
    page = _page(request, token)
    try:
        actions.decline_dependence(at=now(), invitation_id=page.invitation_id)
    except actions.AskingRefusedError:
        return redirect("map:answer", token=token)
    with translation.override(page.language):
        return render(request, "map/asking/declined.html", {"at": now(), "page": page, "token": token})


def steps_of(page: SheetPage) -> list[str]:
    """Return the questions in their order: every department that was named is asked about by itself."""
    keys = {one.id: one.key for one in page.departments}
    return [
        "job",
        "needs",
        *(f"need-{keys[said.department]}" for said in page.sheet.needs if said.department in keys),
        "serves",
        *(f"serve-{keys[said.department]}" for said in page.sheet.serves if said.department in keys),
    ]


def open_step(page: SheetPage) -> str:
    """Return where somebody who left half way goes on: DONE when nothing is left to say."""
    steps, sheet, unanswered = steps_of(page), page.sheet, _unanswered(page)
    if sheet == Sheet():
        return steps[0]
    if not unanswered and not sheet.serves:
        # Nobody named may have been meant. Only what nothing was said after is asked once more.
        return "serves" if sheet.needs else "needs"
    return next((one for one in steps if one in unanswered), DONE)


def _unanswered(page: SheetPage) -> set[str]:
    """Return the questions about departments that were named and not yet spoken of."""
    keys = {one.id: one.key for one in page.departments}
    return {
        f"{side}-{keys[one.department]}"
        for side, said in (("need", page.sheet.needs), ("serve", page.sheet.serves))
        for one in said
        if one.department in keys and one.matters is None
    }


def _page(request: VisitorRequest, token: str) -> SheetPage:
    try:
        return sheet_page(token, at=now(), language=request.session.get(SESSION_LANGUAGE, ""))
    except HiddenError as error:
        raise Http404 from error


def _spoken(request: VisitorRequest, token: str, answer: Callable[[SheetPage], HttpResponse]) -> HttpResponse:
    """Answer in the language that the visitor chose, else in the person's own."""
    page = _page(request, token)
    with translation.override(page.language):
        return answer(page)


def _about(step: str, page: SheetPage) -> int:
    key = step.partition("-")[2]
    return next(one.id for one in page.departments if one.key == key)


def _form(request: VisitorRequest, step: str, page: SheetPage) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if step == "job":
        return JobForm(data, initial={"job": page.sheet.job})
    if step in {"needs", "serves"}:
        said = page.sheet.needs if step == "needs" else page.sheet.serves
        return NamesForm(
            page,
            data,
            initial={"departments": [str(one.department) for one in said]},
            label=gettext("Without whose work could you not do yours?")
            if step == "needs"
            else gettext("Who could not do their work without yours?"),
            hint=gettext("Choose the departments that matter most to you; nobody need be complete.")
            if step == "needs"
            else gettext("Choose the departments that you think need you most."),
        )
    about = _about(step, page)
    side = page.sheet.needs if step.startswith("need-") else page.sheet.serves
    said_before = next(one for one in side if one.department == about)
    initial = {
        "matters": "" if said_before.matters is None else str(said_before.matters),
        "quality": None if said_before.quality is None else str(said_before.quality),
    }
    if step.startswith("serve-"):
        return ServeForm(data, initial=initial)
    more = {"services": [str(number) for number in said_before.services], "what": said_before.what}
    return NeedForm(page.named(about), data, initial={**initial, **more})


def _sheet_with(form: forms.Form, step: str, page: SheetPage) -> Sheet:
    """Return the sheet with this answer in it."""
    sheet = page.sheet
    if step == "job":
        return replace(sheet, job=form.cleaned_data["job"])
    if isinstance(form, NamesForm):
        side = sheet.needs if step == "needs" else sheet.serves
        known = {said.department: said for said in side}
        chosen = tuple(known.get(number, Said(number)) for number in form.cleaned_data["departments"])
        return replace(sheet, needs=chosen) if step == "needs" else replace(sheet, serves=chosen)
    about = _about(step, page)
    if isinstance(form, NeedForm):
        told = form.said(about)
        return replace(sheet, needs=tuple(told if one.department == about else one for one in sheet.needs))
    assert isinstance(form, ServeForm)  # noqa: S101 - for the type checker
    told = form.said(about)
    return replace(sheet, serves=tuple(told if one.department == about else one for one in sheet.serves))


def _title(step: str, page: SheetPage) -> str:
    if step in {"needs", "serves"}:
        return gettext("Whom I need") if step == "needs" else gettext("Who needs me")
    if step == "job":
        return ""
    name = page.named(_about(step, page)).name
    if step.startswith("need-"):
        return gettext("What you need from %(department)s") % {"department": name}
    return gettext("What you do for %(department)s") % {"department": name}


def _answers(page: SheetPage) -> list[Answered]:
    def words(said: Said) -> str:
        parts = [
            "" if said.matters is None else gettext("matters: %(answer)s") % {"answer": scales.MATTERS[said.matters]},
            "" if said.quality is None else gettext("done: %(answer)s") % {"answer": scales.QUALITY[said.quality - 1]},
        ]
        return "; ".join(part for part in parts if part) or gettext("not answered yet")

    needs = [
        Answered(f"need-{one.key}", gettext("You need %(department)s") % {"department": one.name}, words(said))
        for said in page.sheet.needs
        for one in [page.named(said.department)]
    ]
    serves = [
        Answered(f"serve-{one.key}", gettext("%(department)s needs you") % {"department": one.name}, words(said))
        for said in page.sheet.serves
        for one in [page.named(said.department)]
    ]
    job = Answered("job", gettext("Your job"), page.sheet.job or gettext("not answered"))
    return [job, *needs, *serves]

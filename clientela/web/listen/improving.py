"""Improvements: what people said, what we do about it, and whether it helped."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.actions import improving, proposing, telling
from clientela.voice.actions.proposing import ImprovementError
from clientela.voice.queries import improvements as queries
from clientela.voice.queries.improvements import ImprovementPage, State
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.forms import NamedForm
from clientela.web.listen.effect_words import effect_shown
from clientela.web.listen.improvement_forms import AgreeForm, DoneForm, DropForm, NewImprovementForm, TellForm
from clientela.web.listen.improvement_words import reason_words, shown
from clientela.web.viewer import KnownRequest


@for_employees
def improvements(request: KnownRequest) -> HttpResponse:
    """Show what was proposed, what is in hand, what was done and whether it helped."""
    at, language = now(), get_language() or "en"
    rows = [
        shown(one, language=language, today=localdate(at)) for one in queries.improvements_to_see(request.viewer, at=at)
    ]
    context = {
        "at": at,
        "place": "listen",
        "proposed": [row for row in rows if row.seen.state == State.PROPOSED],
        "agreed": [row for row in rows if row.seen.state == State.AGREED],
        "done": [row for row in rows if row.seen.state == State.DONE],
        "dropped": [row for row in rows if row.seen.state == State.DROPPED],
        "may_propose": bool(queries.improvement_choices(request.viewer, language=language).departments),
    }
    return render(request, "listen/improvements.html", context)


@for_employees
def new(request: KnownRequest) -> HttpResponse:
    """Propose an improvement; a voice or a subject that one came from is filled in."""
    at, language = now(), get_language() or "en"
    choices = queries.improvement_choices(request.viewer, language=language)
    if not choices.departments:
        raise HiddenError
    given = {name: request.GET.get(name, "") for name in ("department", "subject", "title", "side")}
    form = NewImprovementForm(
        request.POST if request.method == "POST" else None,
        initial={name: value for name, value in given.items() if value},
        departments=[(str(number), name) for number, name in choices.departments],
        subjects=[(str(number), name) for number, name in choices.subjects],
    )
    voices = [int(one) for one in request.GET.getlist("voice") if one.isdecimal() and len(one) <= 18]  # noqa: PLR2004 - what a row id can be
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            number = proposing.propose_improvement(
                by=request.viewer,
                at=at,
                department_id=values["department"],
                title=values["title"],
                what=values["what"],
                subject_id=values["subject"],
                side=values["side"],
                voice_ids=voices,
            )
        except ImprovementError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("It is proposed. The head of the department decides."))
            return redirect("listen:improvement", number)
    context = {"at": at, "place": "listen", "form": form, "voice_count": len(voices)}
    return render(request, "listen/new_improvement.html", context, status=422 if form.errors else 200)


@for_employees
def improvement(request: KnownRequest, number: int) -> HttpResponse:
    """Show one improvement: said, done, did it help; and what may be decided now."""
    return _page(request, number)


@require_POST
@for_employees
def agree(request: KnownRequest, number: int) -> HttpResponse:
    """Agree on it, or change what was agreed."""
    at = now()
    page = queries.improvement_page(request.viewer, number, at=at)
    form = AgreeForm(request.POST, colleagues=_colleagues(page))
    return _do(
        request,
        number,
        form,
        lambda: improving.agree_improvement(
            by=request.viewer,
            at=at,
            improvement_id=number,
            owner_id=form.cleaned_data["owner"],
            due_on=form.cleaned_data["due_on"],
            what=form.cleaned_data["what"],
            expected=form.cleaned_data["expected"],
            expected_points=form.cleaned_data["expected_points"],
        ),
        said=_("Agreed."),
    )


@require_POST
@for_employees
def finish(request: KnownRequest, number: int) -> HttpResponse:
    """Say that it is done."""
    at = now()
    form = DoneForm(request.POST)
    return _do(
        request,
        number,
        form,
        lambda: improving.finish_improvement(
            by=request.viewer,
            at=at,
            improvement_id=number,
            done_on=form.cleaned_data["done_on"],
            what=form.cleaned_data["what"],
        ),
        said=_("Done. From now on this page shows whether it helps."),
    )


@require_POST
@for_employees
def drop(request: KnownRequest, number: int) -> HttpResponse:
    """Decide not to do it."""
    at = now()
    form = DropForm(request.POST)
    return _do(
        request,
        number,
        form,
        lambda: improving.drop_improvement(
            by=request.viewer, at=at, improvement_id=number, because=form.cleaned_data["because"]
        ),
        said=_("It will not be done. The reason stands on its page."),
    )


@require_POST
@for_employees
def take_up_again(request: KnownRequest, number: int) -> HttpResponse:
    """Take it up once more."""
    at = now()
    return _do(
        request,
        number,
        NamedForm(request.POST),
        lambda: improving.take_up_again(by=request.viewer, at=at, improvement_id=number),
        said=_("It is taken up again."),
    )


@require_POST
@for_employees
def tell(request: KnownRequest, number: int) -> HttpResponse:
    """Tell those who said it what was done."""
    at = now()
    form = TellForm(request.POST)
    if form.is_valid():
        try:
            count = telling.tell_those_who_said_it(by=request.viewer, at=at, improvement_id=number, words=form.words())
        except ImprovementError as error:
            form.add_error(None, str(error))
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext("%(n)s person is told.", "%(n)s people are told.", count) % {"n": count}
            say(request, said)
            return redirect("listen:improvement", number)
    return _page(request, number, sent=form)


@require_POST
@for_employees
def show_in_public(request: KnownRequest, number: int) -> HttpResponse:
    """Show it on the public page, or no longer."""
    at, is_public = now(), request.POST.get("public") == "yes"
    return _do(
        request,
        number,
        NamedForm(request.POST),
        lambda: improving.show_in_public(by=request.viewer, at=at, improvement_id=number, is_public=is_public),
        said=_("Everybody can read it now.") if is_public else _("It is not shown in public any more."),
    )


@require_POST
@for_employees
def take_evidence_away(request: KnownRequest, number: int, voice: int) -> HttpResponse:
    """This voice does not speak for it."""
    improving.take_evidence_away(by=request.viewer, at=now(), improvement_id=number, voice_id=voice)
    say(request, _("It does not count for this any more."))
    return redirect(reverse("listen:improvement", args=[number]) + "#said")


def _do(request: KnownRequest, number: int, form: NamedForm, act: Callable[[], None], *, said: str) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except ImprovementError as error:
            form.refuse(error.field, str(error))
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, said)
            return redirect("listen:improvement", number)
    return _page(request, number, sent=form)


def _page(request: KnownRequest, number: int, *, sent: NamedForm | None = None) -> HttpResponse:
    at, language = now(), get_language() or "en"
    page = queries.improvement_page(request.viewer, number, at=at)
    row = shown(page.seen, language=language, today=localdate(at))
    forms = _forms(page, sent, at=at)
    context: dict[str, Any] = {
        "at": at,
        "place": "listen",
        "page": page,
        "row": row,
        "because": reason_words(page.seen.proposed_because),
        "effect": effect_shown(page.seen, page.effect) if page.effect else None,
        "sent": sent.key if sent else "",
        "refused": sent if sent is not None and type(sent) is NamedForm else None,
        **forms,
    }
    return render(request, "listen/improvement.html", context, status=422 if sent is not None else 200)


def _forms(page: ImprovementPage, sent: NamedForm | None, *, at: datetime) -> dict[str, NamedForm]:
    """The forms for what may be decided now, the one that was refused with what was written in it."""
    seen = page.seen
    found: dict[str, NamedForm] = {}
    if page.may_decide and seen.state in {State.PROPOSED, State.AGREED}:
        found["agree_form"] = AgreeForm(
            colleagues=_colleagues(page),
            initial={
                "what": seen.what,
                "owner": str(seen.owner.id) if seen.owner else "",
                "due_on": seen.due_on,
                "expected": seen.expected,
                "expected_points": seen.expected_points,
            },
        )
        found["drop_form"] = DropForm()
    if page.may_finish and seen.state == State.AGREED:
        found["done_form"] = DoneForm(initial={"done_on": localdate(at), "what": seen.what})
    if page.may_finish and seen.state == State.DONE:
        found["tell_form"] = TellForm(initial=page.told_words)
    if sent is not None and f"{sent.key}_form" in found:
        found[f"{sent.key}_form"] = sent
    return found


def _colleagues(page: ImprovementPage) -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in page.colleagues]

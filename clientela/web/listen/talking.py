"""Talks with customers outside and with the departments we serve: planned, held, noted down in a minute."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory import queries as directory
from clientela.directory.queries import PartyCard
from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises import actions as promises
from clientela.promises.actions import PromiseError
from clientela.voice.actions import talks as actions
from clientela.voice.actions.talks import TalkError
from clientela.voice.queries import talks as queries
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.keyset import moment_place, place_of
from clientela.web.listen.talk_forms import NoteForm, PlanForm
from clientela.web.viewer import KnownRequest

MOST_FOUND = 12
MOST_LETTERS = 200  # of what is searched for


@for_employees
def talks(request: KnownRequest) -> HttpResponse:
    """Show which talks are due, and what came of those that were held."""
    at = now()
    words = request.GET.get("words", "").strip()[:MOST_LETTERS]
    after = moment_place(request.GET.get("after"))
    page = queries.talks_page(request.viewer, at=at, words=words, after=after)
    kept = {"words": words} if words else {}
    base = reverse("listen:talks")
    context = {
        "at": at,
        "place": "listen",
        "page": page,
        "words": words,
        "is_first": after is None,
        "older_url": f"{base}?{urlencode(kept | {'after': place_of(page.next_after)})}" if page.next_after else "",
        "newest_url": (f"{base}?{urlencode(kept)}" if kept else base) if after else "",
    }
    return render(request, "listen/talks.html", context)


@for_employees
def new_plan(request: KnownRequest) -> HttpResponse:
    """Plan talks with a customer: find whom, then say who, how often, about what."""
    at = now()
    customer = _customer(request)
    form = _plan_form(request, initial={"next_on": None}) if customer else None
    if request.method == "POST" and customer and form is not None and form.is_valid():
        values = form.cleaned_data
        try:
            actions.plan_talks(
                by=request.viewer,
                at=at,
                customer_id=customer.id,
                provider_id=values["provider"],
                talker_id=values["talker"],
                every_weeks=values["every_weeks"],
                guide=values["guide"],
                first_on=values["next_on"],
            )
        except TalkError as error:
            form.refuse(error.field, str(error))
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Planned. It stands in the day of who talks when it comes near."))
            return redirect("listen:talks")
    context = _finding(request) | {"at": at, "place": "listen", "customer": customer, "form": form, "is_plan": True}
    return render(request, "listen/new_talk.html", context, status=422 if form is not None and form.errors else 200)


@for_employees
def plan(request: KnownRequest, number: int) -> HttpResponse:
    """Show and change a plan, with the talks that were held by it."""
    at = now()
    seen, held = queries.talk_plan(request.viewer, number, at=at)
    initial = {
        "provider": seen.provider.id,
        "talker": seen.talker.id if seen.talker else None,
        "every_weeks": seen.every_weeks,
        "next_on": seen.next_on,
        "guide": "\n".join(seen.guide),
    }
    form = _plan_form(
        request, initial=initial, also=(seen.talker.id, seen.talker.name) if seen.talker else None, has_provider=False
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.change_talk_plan(
                by=request.viewer,
                at=at,
                plan_id=number,
                talker_id=values["talker"],
                every_weeks=values["every_weeks"],
                guide=values["guide"],
                next_on=values["next_on"],
            )
        except TalkError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("The plan is changed."))
            return redirect("listen:talk_plan", number)
    context = {"at": at, "place": "listen", "plan": seen, "held": held, "form": form}
    return render(request, "listen/talk_plan.html", context, status=422 if form.errors else 200)


@require_POST
@for_employees
def end_plan(request: KnownRequest, number: int) -> HttpResponse:
    """Talk no longer on a schedule."""
    actions.end_talk_plan(by=request.viewer, at=now(), plan_id=number)
    say(request, _("The plan has ended. The talks that were held stay."))
    return redirect("listen:talks")


@for_employees
def note(request: KnownRequest) -> HttpResponse:
    """Note down a talk: a planned one (?plan=), or one that just happened (?customer=)."""
    at = now()
    number = _number(request.GET.get("plan", ""))
    planned = queries.talk_plan(request.viewer, number, at=at)[0] if number else None
    customer = planned.customer if planned else _customer(request)
    form = _note_form(request, customer, has_plan=planned is not None) if customer else None
    if request.method == "POST" and customer and form is not None and form.is_valid():
        values = form.cleaned_data
        try:
            talk_id = actions.note_talk(
                by=request.viewer,
                at=at,
                customer_id=customer.id,
                provider_id=planned.provider.id if planned else values["provider"],
                notes=values["notes"],
                language=product_language(request.LANGUAGE_CODE),
                held_at=values["held_at"],
                plan_id=number,
                with_person_id=values.get("with_person"),
                matters=form.matters(),
                promised=form.promised(),
            )
        except TalkError as error:
            form.refuse(error.field, str(error))
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Noted. What you promised stands in your talks."), draft="talk-notes")
            return redirect("listen:talk", talk_id)
    context = _finding(request) | {
        "at": at,
        "place": "listen",
        "customer": customer,
        "plan": planned,
        "form": form,
        "is_plan": False,
    }
    return render(request, "listen/new_talk.html", context, status=422 if form is not None and form.errors else 200)


@for_employees
def talk(request: KnownRequest, number: int) -> HttpResponse:
    """Show a talk: what was said, what matters, what was promised."""
    at = now()
    seen = queries.talk_seen(request.viewer, number, at=at)
    return render(request, "listen/talk.html", {"at": at, "place": "listen", "talk": seen})


@require_POST
@for_employees
def keep_promise(request: KnownRequest, number: int, clock: int) -> HttpResponse:
    """What was promised in a talk is done."""
    at = now()
    seen = queries.talk_seen(request.viewer, number, at=at)
    if clock not in {one.id for one in seen.promises}:
        raise HiddenError
    try:
        promises.keep_promise(by=request.viewer, at=at, clock_id=clock)
    except PromiseError as error:
        say(request, str(error))
    else:
        say(request, _("Promise kept."))
    return redirect("listen:talk", number)


def _customer(request: KnownRequest) -> PartyCard | None:
    number = _number(request.GET.get("customer", ""))
    return queries.talk_customer(request.viewer, number, at=now()) if number else None


def _finding(request: KnownRequest) -> dict[str, Any]:
    """Whom one may talk with: found by a part of the name."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    found = (
        directory.people_page(request.viewer, at=now(), among="everybody", words=words, limit=MOST_FOUND).rows
        if words
        else ()
    )
    departments = [] if words else directory.departments()
    language = get_language() or "en"
    return {
        "words": words,
        "found": found,
        "departments": [(card.id, card.name_in(language)) for card in departments],
    }


def _plan_form(
    request: KnownRequest, *, initial: dict[str, Any], also: tuple[int, str] | None = None, has_provider: bool = True
) -> PlanForm:
    choices = queries.talk_choices(request.viewer, at=now(), language=get_language() or "en")
    people = dict(choices.people) | ({also[0]: also[1]} if also else {})
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial={key: value for key, value in initial.items() if value is not None},
        departments=[(str(number), name) for number, name in choices.departments],
        people=[(str(number), name) for number, name in people.items()],
    )
    if not has_provider:
        del form.fields["provider"]
    return form


def _note_form(request: KnownRequest, customer: PartyCard, *, has_plan: bool) -> NoteForm:
    choices = queries.talk_choices(request.viewer, at=now(), language=get_language() or "en")
    people = (
        [(str(one.id), one.name) for one in directory.colleagues_of(customer.id, now())]
        if customer.kind == "department"
        else []
    )
    return NoteForm(
        request.POST if request.method == "POST" else None,
        people=people,
        departments=[] if has_plan else [(str(number), name) for number, name in choices.departments],
    )


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) <= 18 else None  # noqa: PLR2004 - what a row id can be

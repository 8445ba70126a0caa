"""Writing down what a customer says who called: first who it is, then what they ask for."""

from collections.abc import Sequence

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import AnswersNotAcceptedError, ServiceGlimpse
from clientela.directory import actions as directory
from clientela.directory.actions import WrongValueError
from clientela.directory.policies import may_register_customer
from clientela.directory.queries import party_cards
from clientela.directory.queries.customers import CustomerProfile, customer_profile
from clientela.directory.queries.people import people_page
from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.promises.actions import NoCalendarError
from clientela.requests import actions
from clientela.requests.actions import RequestError
from clientela.web.components.toasts import say
from clientela.web.desk.forms import CallForm, CustomerForm
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

CANDIDATES = 12
DRAFT = "call"
LONGEST_NUMBER = 18  # digits that a number of ours may have


@for_employees
def new(request: KnownRequest) -> HttpResponse:
    """Ask who called; once that is known, what they ask for."""
    customer = request.POST.get("customer") or request.GET.get("customer")
    if customer:
        return _what(request, _number(customer))
    return _who(request)


def _who(request: KnownRequest) -> HttpResponse:
    """Find the customer, or write down a new one."""
    at = now()
    words = request.GET.get("q", "").strip()
    found = people_page(request.viewer, at=at, words=words, limit=CANDIDATES).rows if words else ()
    may_register = may_register_customer(request.viewer)
    initial = {"name": "" if "@" in words or words.isdecimal() else words, "language": request.LANGUAGE_CODE}
    form = CustomerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            person_id = directory.register_person(
                by=request.viewer,
                at=at,
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                zone=request.viewer.zone,
                emails=[form.cleaned_data["email"]] if form.cleaned_data["email"] else [],
                phones=[form.cleaned_data["phone"]] if form.cleaned_data["phone"] else [],
            )
        except WrongValueError as error:
            form.add_error(error.field if error.field in form.fields else None, error.reason)
        else:
            say(request, _("%(name)s is in the directory now.") % {"name": form.cleaned_data["name"]})
            return redirect(f"{reverse('desk:new')}?customer={person_id}")
    context = {
        "at": at,
        "place": "requests",
        "words": words,
        "found": found,
        "form": form if may_register else None,
        "why_not": may_register.reason,
    }
    return render(request, "desk/new_who.html", context, status=422 if form.is_bound else 200)


def _what(request: KnownRequest, customer_id: int) -> HttpResponse:
    """Write down what the customer asks for."""
    at = now()
    profile = customer_profile(customer_id, viewer=request.viewer, at=at)
    services = _services(request)
    language = product_language(profile.card.language)
    form = CallForm(
        request.POST or None,
        services=services,
        askers=_askers(profile),
        initial={"language": language},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                opened = actions.open_request(
                    by=request.viewer,
                    at=at,
                    service_version_id=form.cleaned_data["service"],
                    customer_id=customer_id,
                    asker_id=form.cleaned_data["asker"],
                    channel="phone",
                    title=form.cleaned_data["title"],
                    text=form.cleaned_data["text"],
                    language=form.cleaned_data["language"],
                    is_complaint=form.cleaned_data["is_complaint"],
                )
                actions.take_request(by=request.viewer, at=at, request_id=opened.id)
        except (RequestError, NoCalendarError, AnswersNotAcceptedError) as error:
            form.refuse(str(error))
        else:
            say(request, _("Written down. It is yours."), draft=DRAFT)
            return redirect("desk:request", reference=opened.reference)
    context = {
        "at": at,
        "place": "requests",
        "customer": profile.card,
        "profile": profile,
        "form": form,
        "services": services,
        "draft_key": DRAFT,
    }
    return render(request, "desk/new_what.html", context, status=422 if form.is_bound else 200)


def _services(request: KnownRequest) -> Sequence[ServiceGlimpse]:
    """What the viewer's departments offer: for the others' services they ask the others."""
    offered = catalogue.services_for(request.viewer, language=request.LANGUAGE_CODE)
    return [
        service
        for department in offered
        if department.department_id in request.viewer.department_ids
        for service in department.services
    ]


def _askers(profile: CustomerProfile) -> list[tuple[int, str]]:
    """Who may have called: the person, or those who act for the organisation."""
    if profile.card.kind == "person":
        return [(profile.card.id, profile.card.name)]
    return [(link.id, link.name) for link in profile.links]


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > LONGEST_NUMBER or not party_cards([int(text)]):
        raise Http404
    return int(text)

"""One person, one department, one organisation: who they are, what we know of them, what they asked for."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import ServiceGlimpse
from clientela.directory import queries as directory
from clientela.directory.policies import PartySeen, may_change_party, may_manage_directory, may_register_customer
from clientela.directory.queries import CustomerProfile
from clientela.directory.queries.organisations import organisation_page
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.promises.queries import HoursToday
from clientela.promises.queries.states import NoCalendarError
from clientela.requests import queries as requests
from clientela.requests.queries import RequestsPage
from clientela.requests.queries.of_customer import requests_of_customer
from clientela.web.directory.forms import NOTE_KINDS, BoundaryForm, ContactPointForm, NoteForm, RepresentativeForm
from clientela.web.doors import for_employees
from clientela.web.keyset import moment_place, place_of
from clientela.web.viewer import KnownRequest

REQUESTS_SHOWN = 10


@dataclass
class Forms:
    """The forms of a party's page; one of them may come back with errors."""

    note: NoteForm = field(default_factory=NoteForm)
    boundary: BoundaryForm = field(default_factory=BoundaryForm)
    contact: ContactPointForm = field(default_factory=ContactPointForm)
    representative: RepresentativeForm = field(default_factory=RepresentativeForm)

    @property
    def is_refused(self) -> bool:
        """Whether one of them came back."""
        return any(form.is_bound for form in (self.note, self.boundary, self.contact, self.representative))


@for_employees
def person(request: KnownRequest, person_id: int) -> HttpResponse:
    """Show a colleague or a customer."""
    return _person(request, person_id, Forms())


@for_employees
def organisation(request: KnownRequest, organisation_id: int) -> HttpResponse:
    """Show an outside organisation."""
    return _organisation(request, organisation_id, Forms())


@for_employees
def department(request: KnownRequest, department_id: int) -> HttpResponse:
    """Show a department: who works there, what it offers, when it is open, how much is open."""
    return _department(request, department_id, Forms())


def page_of(request: KnownRequest, party_id: int, forms: Forms) -> HttpResponse:
    """Show the page of a party of any kind, with a form that did not pass."""
    card = directory.party_cards([party_id]).get(party_id)
    if card is None:
        raise Http404
    shown = {"person": _person, "department": _department, "organisation": _organisation}[card.kind]
    return shown(request, party_id, forms)


def _person(request: KnownRequest, person_id: int, forms: Forms) -> HttpResponse:
    at = now()
    page = directory.person_page(request.viewer, person_id, at=at)
    seen = PartySeen(person_id, "person", is_employee=page.is_employee)
    context = {
        **_common(request, person_id, forms, at=at),
        "page": page,
        "may_change": bool(may_change_party(request.viewer, seen)),
        "works_in": [(row, row.department_names.get(_language(), row.department_name)) for row in page.memberships],
    }
    return render(request, "directory/person.html", context, status=_status(forms))


def _organisation(request: KnownRequest, organisation_id: int, forms: Forms) -> HttpResponse:
    at = now()
    page = organisation_page(request.viewer, organisation_id, at=at)
    context = {
        **_common(request, organisation_id, forms, at=at),
        "page": page,
        "may_change": bool(may_change_party(request.viewer, PartySeen(organisation_id, "organisation"))),
        "may_represent": bool(may_register_customer(request.viewer)),
    }
    return render(request, "directory/organisation.html", context, status=_status(forms))


def _department(request: KnownRequest, department_id: int, forms: Forms) -> HttpResponse:
    at = now()
    page = directory.department_page(request.viewer, department_id, at=at)
    context = {
        **_common(request, department_id, forms, at=at),
        "page": page,
        "name": page.card.name_in(_language()),
        "above": [(card.id, card.name_in(_language())) for card in page.above],
        "below": [(card.id, card.name_in(_language())) for card in page.below],
        "hours": _hours(department_id, at=at),
        "services": _services(request, department_id),
        "load": requests.loads_of([department_id], at=at).get(department_id),
        "may_change": bool(may_manage_directory(request.viewer)),
        "works_here": department_id in request.viewer.department_ids or request.viewer.is_owner,
    }
    return render(request, "directory/department.html", context, status=_status(forms))


def _common(request: KnownRequest, party_id: int, forms: Forms, *, at: datetime) -> dict[str, object]:
    """What the pages of all parties show: what is known of the customer, and what they asked for."""
    profile = _profile(request, party_id, at=at)
    asked = requests_of_customer(
        request.viewer, party_id, before=moment_place(request.GET.get("before")), limit=REQUESTS_SHOWN
    )
    return {
        "at": at,
        "place": "people",
        "party_id": party_id,
        "profile": profile,
        "notes": _notes_by_kind(profile),
        "asked": asked,
        "asked_older": _older(asked),
        "forms": forms,
        "draft_key": f"note-{party_id}",
    }


def _profile(request: KnownRequest, party_id: int, *, at: datetime) -> CustomerProfile | None:
    """Return what is known of the customer, None where the viewer sees who they are and no more."""
    try:
        return directory.customer_profile(party_id, viewer=request.viewer, at=at)
    except HiddenError:
        return None


def _notes_by_kind(profile: CustomerProfile | None) -> list[tuple[str, list[directory.NoteSeen]]]:
    if profile is None:
        return []
    groups = [(str(words), [note for note in profile.notes if note.kind == kind]) for kind, words in NOTE_KINDS]
    return [(words, notes) for words, notes in groups if notes]


def _older(asked: RequestsPage) -> str:
    return f"?before={place_of(asked.before)}".replace("+", "%2B") if asked.before else ""


def _hours(department_id: int, *, at: datetime) -> HoursToday | None:
    try:
        return promises.hours_today(department_id, at=at)
    except NoCalendarError:
        return None


def _services(request: KnownRequest, department_id: int) -> tuple[ServiceGlimpse, ...]:
    offered = catalogue.services_for(request.viewer, language=_language())
    return next((row.services for row in offered if row.department_id == department_id), ())


def _language() -> str:
    return get_language() or "en"


def _status(forms: Forms) -> int:
    return 422 if forms.is_refused else 200

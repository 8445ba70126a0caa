"""Changing what is written of a person, a department or an organisation, and adding an organisation."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.directory import actions
from clientela.directory import queries as directory
from clientela.directory.actions import WrongValueError
from clientela.directory.policies import (
    PartySeen,
    may_change_party,
    may_change_work_data,
    may_manage_directory,
    may_register_customer,
)
from clientela.directory.queries.organisations import organisation_page
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError, require
from clientela.web.components.toasts import say
from clientela.web.directory.forms import PartyForm
from clientela.web.directory.lists import url_of
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

COMMON = ("language", "zone", "place")


@for_employees
def change(request: KnownRequest, party_id: int) -> HttpResponse:
    """Change a party: only the fields that this viewer may change are asked."""
    at = now()
    card = directory.party_cards([party_id]).get(party_id)
    if card is None:
        raise HiddenError(f"There is no party {party_id}.")
    initial, only = _found(request, card.kind, party_id, at=at)
    form = PartyForm(request.POST or None, initial=initial, only=only)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, card.kind, party_id, dict(form.cleaned_data), at=at)
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("Changed."))
            return redirect(url_of(card.kind, party_id))
    context = {
        "at": at,
        "place": "people",
        "form": form,
        "title": _("Change %(name)s") % {"name": card.name_in(get_language())},
        "back_url": url_of(card.kind, party_id),
        "back_words": card.name_in(get_language()),
        "do_words": _("Keep the changes"),
    }
    return render(request, "directory/change.html", context, status=422 if form.is_bound else 200)


@for_employees
def new_organisation(request: KnownRequest) -> HttpResponse:
    """Add an outside organisation."""
    at = now()
    require(may_register_customer(request.viewer))
    only = ("name", "registration_number", "email", *COMMON)
    initial = {"language": request.LANGUAGE_CODE, "zone": request.viewer.zone}
    form = PartyForm(request.POST or None, initial=initial, only=only)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        email = values.pop("email")
        try:
            organisation_id = actions.register_organisation(
                by=request.viewer, at=at, emails=[email] if email else [], **values
            )
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("Added."))
            return redirect("directory:organisation", organisation_id)
    context = {
        "at": at,
        "place": "people",
        "form": form,
        "title": _("Add an organisation"),
        "back_url": reverse("directory:people"),
        "back_words": _("People"),
        "do_words": _("Add the organisation"),
    }
    return render(request, "directory/change.html", context, status=422 if form.is_bound else 200)


def _found(
    request: KnownRequest, kind: str, party_id: int, *, at: datetime
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return what is written now, and which of it this viewer may change. Raises HiddenError, NotAllowedError."""
    viewer = request.viewer
    if kind == "person":
        page = directory.person_page(viewer, party_id, at=at)
        seen = PartySeen(party_id, kind, is_employee=page.is_employee)
        require(may_change_party(viewer, seen))
        named = ("name",) if may_change_work_data(viewer, seen) else ()
        numbered = ("employee_number",) if may_manage_directory(viewer) and page.is_employee else ()
        more = {"short_name": page.short_name, "employee_number": page.employee_number}
        return {**_written(page.card), **more}, (*named, "short_name", *numbered, *COMMON)
    if kind == "organisation":
        organisation = organisation_page(viewer, party_id, at=at)
        require(may_change_party(viewer, PartySeen(party_id, kind)))
        more = {"registration_number": organisation.registration_number}
        return {**_written(organisation.card), **more}, ("name", "registration_number", *COMMON)
    department = directory.department_page(viewer, party_id, at=at).card
    require(may_change_party(viewer, PartySeen(party_id, kind)))
    return _written(department), ("name", *COMMON)


def _written(card: directory.PartyCard | directory.DepartmentCard) -> dict[str, object]:
    return {"name": card.name, "language": card.language, "zone": card.zone, "place": card.place}


def _change(request: KnownRequest, kind: str, party_id: int, values: dict[str, str], *, at: datetime) -> None:
    if kind == "person":
        actions.change_person(by=request.viewer, at=at, person_id=party_id, **values)
    elif kind == "organisation":
        actions.change_organisation(by=request.viewer, at=at, organisation_id=party_id, **values)
    else:
        actions.change_department(by=request.viewer, at=at, department_id=party_id, **values)  # type: ignore[arg-type]  # texts only: the form has no other fields

"""What can be done on a party's page: write down and end a note, a wish, an address, somebody who acts for them."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory import actions
from clientela.directory import queries as directory
from clientela.directory.actions import AlreadyRepresentsError, WrongValueError
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.web.components.toasts import say
from clientela.web.directory.forms import BoundaryForm, ContactPointForm, NoteForm, RepresentativeForm
from clientela.web.directory.lists import url_of
from clientela.web.directory.pages import Forms, page_of
from clientela.web.doors import for_employees
from clientela.web.forms import NamedForm
from clientela.web.viewer import KnownRequest


@require_POST
@for_employees
def note(request: KnownRequest, party_id: int) -> HttpResponse:
    """Write down what a customer needs, prefers or expects."""
    form = NoteForm(request.POST)

    def act() -> None:
        actions.note_about_customer(
            by=request.viewer,
            at=now(),
            party_id=party_id,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            source=form.cleaned_data["source"],
            language=request.LANGUAGE_CODE,
        )

    return _done(
        request, party_id, form, forms=Forms(note=form), act=act, said=_("Written down."), draft=f"note-{party_id}"
    )


@require_POST
@for_employees
def end_note(request: KnownRequest, party_id: int, note_id: int) -> HttpResponse:
    """Say that a note no longer holds."""
    actions.end_note(by=request.viewer, at=now(), note_id=note_id)
    return _back(request, party_id, _("Ended. It stays in the history."))


@require_POST
@for_employees
def boundary(request: KnownRequest, party_id: int) -> HttpResponse:
    """Write down what a customer does not want."""
    form = BoundaryForm(request.POST)

    def act() -> None:
        kind, rule = form.rule()
        actions.set_boundary(
            by=request.viewer,
            at=now(),
            party_id=party_id,
            kind=kind,
            rule=rule,
            source=form.cleaned_data["source"],
            ends_on=form.cleaned_data["ends_on"],
        )

    said = _("Written down. Letters from now on obey it.")
    return _done(request, party_id, form, forms=Forms(boundary=form), act=act, said=said)


@require_POST
@for_employees
def lift_boundary(request: KnownRequest, party_id: int, boundary_id: int) -> HttpResponse:
    """Say that the customer no longer wishes it."""
    actions.lift_boundary(by=request.viewer, at=now(), boundary_id=boundary_id)
    return _back(request, party_id, _("Lifted. Letters that were held back stay held; the next ones go out."))


@require_POST
@for_employees
def contact_point(request: KnownRequest, party_id: int) -> HttpResponse:
    """Add an address or a number."""
    form = ContactPointForm(request.POST)

    def act() -> None:
        actions.add_contact_point(
            by=request.viewer,
            at=now(),
            party_id=party_id,
            kind=form.cleaned_data["kind"],
            value=form.cleaned_data["value"],
            is_main=form.cleaned_data["is_main"],
        )

    return _done(request, party_id, form, forms=Forms(contact=form), act=act, said=_("Added."))


@require_POST
@for_employees
def remove_contact_point(request: KnownRequest, party_id: int, point_id: int) -> HttpResponse:
    """Take an address or a number away."""
    actions.remove_contact_point(by=request.viewer, at=now(), party_id=party_id, contact_point_id=point_id)
    return _back(request, party_id, _("Removed."))


@require_POST
@for_employees
def representative(request: KnownRequest, party_id: int) -> HttpResponse:
    """Let somebody in the directory act for an organisation."""
    form = RepresentativeForm(request.POST)

    def act() -> None:
        person = directory.person_of_address(form.cleaned_data["address"])
        if person is None:
            raise WrongValueError(
                "address", _("Nobody in the directory has this address. Add the person first, or check the address.")
            )
        try:
            actions.allow_to_act_for(
                by=request.viewer,
                at=now(),
                person_id=person.id,
                organisation_id=party_id,
                title=form.cleaned_data["title"],
            )
        except AlreadyRepresentsError as error:
            raise WrongValueError("address", str(error)) from error

    return _done(
        request, party_id, form, forms=Forms(representative=form), act=act, said=_("They may act for them from today.")
    )


@require_POST
@for_employees
def end_representative(request: KnownRequest, party_id: int, link_id: int) -> HttpResponse:
    """Say that somebody no longer acts for an organisation."""
    actions.end_representation(by=request.viewer, at=now(), representation_id=link_id)
    return _back(request, party_id, _("Ended after today."))


def _done(
    request: KnownRequest,
    party_id: int,
    form: NamedForm,
    *,
    forms: Forms,
    act: Callable[[], None],
    said: str,
    draft: str = "",
) -> HttpResponse:
    """Act if the form passes and go back to the page; else show the page with what is wrong and what was written."""
    if not form.is_valid():
        return page_of(request, party_id, forms)
    try:
        act()
    except WrongValueError as error:
        form.refuse(error.field, error.reason)
        return page_of(request, party_id, forms)
    return _back(request, party_id, said, draft=draft)


def _back(request: KnownRequest, party_id: int, said: str, *, draft: str = "") -> HttpResponse:
    card = directory.party_cards([party_id]).get(party_id)
    if card is None:
        raise HiddenError(f"There is no party {party_id}.")
    say(request, said, draft=draft)
    return redirect(url_of(card.kind, party_id))

"""Departments and who works where."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory import actions
from clientela.directory import queries as directory
from clientela.directory.actions import AlreadyMemberError, CircleError, WrongValueError
from clientela.directory.queries import DepartmentCard, DepartmentPage
from clientela.directory.queries.memberships import members_of
from clientela.kernel.clock import now
from clientela.kernel.languages import LANGUAGE_NAMES
from clientela.promises import queries as promises
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.forms import DayField, NamedForm, language_choices
from clientela.web.viewer import KnownRequest


class DepartmentForm(NamedForm):
    """What is written of a department."""

    key = "department"
    department_key = forms.SlugField(
        label=gettext_lazy("Key"),
        help_text=gettext_lazy("The part of its mail address before the @, for example care. It stays for ever."),
        max_length=60,
        error_messages={"invalid": gettext_lazy("Use small letters, digits and hyphens, for example care.")},
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language in which it works"))
    zone = forms.CharField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("For example Europe/Warsaw."), max_length=60
    )
    place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=120)
    parent_id = forms.TypedChoiceField(
        label=gettext_lazy("Below which department?"), coerce=int, empty_value=None, required=False
    )
    serves_outside = forms.BooleanField(
        label=gettext_lazy("It serves customers outside"),
        help_text=gettext_lazy("Its people then see the cards of outside customers."),
        required=False,
    )

    def __init__(
        self, *args: Any, parents: list[DepartmentCard], card: DepartmentCard | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGE_NAMES.items():
            self.fields[f"name_{code}"] = forms.CharField(label=name, required=False, max_length=200)
        self.fields["language"].choices = language_choices(card.language if card else "")  # type: ignore[attr-defined]  # a ChoiceField
        choices = [("", _("none: it stands on top")), *((one.id, one.name) for one in parents)]
        self.fields["parent_id"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        if card is not None:
            del self.fields["department_key"]

    def names(self) -> dict[str, str]:
        """Return the names in other languages."""
        said = {code: self.cleaned_data[f"name_{code}"].strip() for code in LANGUAGE_NAMES}
        return {code: name for code, name in said.items() if name}


class MemberForm(NamedForm):
    """Somebody who will work in a department."""

    key = "member"
    address = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        help_text=gettext_lazy("Of somebody who is in the directory already."),
        error_messages={
            "invalid": gettext_lazy("That is not an e-mail address. It looks like name@example.com."),
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As what?"), choices=(("member", gettext_lazy("member")), ("head", gettext_lazy("head")))
    )
    starts_on = DayField(label=gettext_lazy("From which day?"), help_text=gettext_lazy("Empty: today."), required=False)
    ends_on = DayField(
        label=gettext_lazy("Until which day?"),
        help_text=gettext_lazy("Leave it empty if there is none."),
        required=False,
    )


@for_administrators
def departments(request: KnownRequest) -> HttpResponse:
    """Show every department, with how many work there and by which calendar."""
    at = now()
    cards = directory.departments()
    names = {card.id: card.name_in(_language()) for card in cards}
    has_hours = promises.calendar_versions()
    sizes = members_of(request.viewer, at=at)
    rows = [
        {
            "card": card,
            "name": names[card.id],
            "above": names.get(card.parent_id or 0, ""),
            "size": len(sizes.get(card.id, ())),
            "heads": [member.name for member in sizes.get(card.id, ()) if member.role == "head"],
            "has_hours": card.id in has_hours,
        }
        for card in cards
    ]
    context = {"at": at, "place": "settings", "section": "departments", "rows": rows}
    return render(request, "settings/departments.html", context)


@for_administrators
def new(request: KnownRequest) -> HttpResponse:
    """Add a department."""
    at = now()
    initial = {"language": request.LANGUAGE_CODE, "zone": request.viewer.zone}
    form = DepartmentForm(request.POST or None, initial=initial, parents=directory.departments())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            department_id = actions.register_department(
                by=request.viewer,
                at=at,
                key=values["department_key"],
                name=values["name"],
                names=form.names(),
                language=values["language"],
                zone=values["zone"],
                place=values["place"],
                parent_id=values["parent_id"],
                serves_outside=values["serves_outside"],
            )
        except WrongValueError as error:
            form.refuse("department_key" if error.field == "key" else error.field, error.reason)
        else:
            say(request, _("Added. Give it working hours and people next."))
            return redirect("settings:department", department_id)
    context = {"at": at, "place": "settings", "section": "departments", "form": form}
    return render(request, "settings/new_department.html", context, status=422 if form.is_bound else 200)


@for_administrators
def department(request: KnownRequest, department_id: int) -> HttpResponse:
    """Show a department; change what is written of it."""
    at = now()
    page = directory.department_page(request.viewer, department_id, at=at)
    form = _form(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.move_department(
                by=request.viewer, at=at, department_id=department_id, parent_id=values["parent_id"]
            )
            actions.change_department(
                by=request.viewer,
                at=at,
                department_id=department_id,
                name=values["name"],
                names=form.names(),
                language=values["language"],
                zone=values["zone"],
                place=values["place"],
                serves_outside=values["serves_outside"],
            )
        except CircleError as error:
            form.refuse("parent_id", str(error))
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("Changed."))
            return redirect("settings:department", department_id)
    return _department(request, page, form=form, member=MemberForm())


@require_POST
@for_administrators
def add_member(request: KnownRequest, department_id: int) -> HttpResponse:
    """Let somebody work in a department."""
    at = now()
    page = directory.department_page(request.viewer, department_id, at=at)
    member = MemberForm(request.POST)
    if member.is_valid():
        person = directory.person_of_address(member.cleaned_data["address"])
        if person is None:
            why = _("Nobody in the directory has this address. Import or add the person first, or check the address.")
            member.refuse("address", why)
        else:
            try:
                actions.start_membership(
                    by=request.viewer,
                    at=at,
                    person_id=person.id,
                    department_id=department_id,
                    role=member.cleaned_data["role"],
                    starts_on=member.cleaned_data["starts_on"],
                    ends_on=member.cleaned_data["ends_on"],
                )
            except AlreadyMemberError as error:
                member.refuse("address", str(error))
            except WrongValueError as error:
                member.refuse(error.field, error.reason)
            else:
                say(request, _("%(name)s works here.") % {"name": person.name})
                return redirect("settings:department", department_id)
    return _department(request, page, form=_form(page, None), member=member)


@require_POST
@for_administrators
def end_member(request: KnownRequest, department_id: int, membership_id: int) -> HttpResponse:
    """End somebody's work in a department after today."""
    actions.end_membership(by=request.viewer, at=now(), membership_id=membership_id)
    say(request, _("Ended after today."))
    return redirect("settings:department", department_id)


def _form(page: DepartmentPage, sent: Any) -> DepartmentForm:
    card = page.card
    initial = {
        "name": card.name,
        "language": card.language,
        "zone": card.zone,
        "place": card.place,
        "parent_id": card.parent_id,
        "serves_outside": card.serves_outside,
        **{f"name_{code}": name for code, name in card.names.items()},
    }
    parents = [other for other in directory.departments() if other.id != card.id]
    return DepartmentForm(sent, initial=initial, parents=parents, card=card)


def _department(
    request: KnownRequest, page: DepartmentPage, *, form: DepartmentForm, member: MemberForm
) -> HttpResponse:
    at = now()
    calendars = {one: calendar for calendar in promises.calendars() for one in calendar.department_ids}
    context = {
        "at": at,
        "place": "settings",
        "section": "departments",
        "page": page,
        "name": page.card.name_in(_language()),
        "members": members_of(request.viewer, at=at).get(page.card.id, ()),
        "calendar": calendars.get(page.card.id),
        "form": form,
        "member": member,
    }
    return render(request, "settings/department.html", context, status=422 if form.is_bound or member.is_bound else 200)


def _language() -> str:
    return get_language() or "en"

"""Services: what is offered, by whom, to whom, with what to bring; a change of words or form is a new version."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.forms import BaseFormSet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.catalogue import actions
from clientela.catalogue import queries as catalogue
from clientela.catalogue.actions import ServiceError
from clientela.catalogue.policies import may_offer_service
from clientela.catalogue.queries.describing import ServiceDescribed, service_described
from clientela.catalogue.rules import DefinitionError, fields_from_json, plan_from_json
from clientela.directory import queries as directory
from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.settings.needable import Needable
from clientela.web.settings.offer_forms import (
    AUDIENCES,
    FieldRows,
    ServiceForm,
    StepRows,
    initial_fields,
    initial_service,
    initial_steps,
    kept_rows,
)
from clientela.web.viewer import KnownRequest

_ROW = re.compile(r"(fields|plan)\[(\d+)\]\.?(\w*)")


@for_employees
def services(request: KnownRequest) -> HttpResponse:
    """Show every service that the viewer may change."""
    at = now()
    owners = {card.id for card in _owners(request)}
    rows = [row for row in catalogue.services_page(at=at, language=get_language() or "en") if row.owner_id in owners]
    named = {key: str(words) for key, words in AUDIENCES}
    context = {
        "at": at,
        "place": "settings",
        "section": "services",
        "rows": [(row, named[row.audience]) for row in rows if not row.is_retired],
        "retired": [row for row in rows if row.is_retired],
    }
    return render(request, "settings/services.html", context)


@for_employees
def new(request: KnownRequest) -> HttpResponse:
    """Offer a new service."""
    return _form_page(request, None)


@for_employees
def change(request: KnownRequest, key: str) -> HttpResponse:
    """Describe a service anew; requests already asked keep the form they were asked with."""
    return _form_page(request, service_described(request.viewer, key))


@require_POST
@for_employees
def retire(request: KnownRequest, key: str) -> HttpResponse:
    """Offer a service no longer."""
    actions.retire_service(by=request.viewer, at=now(), key=key)
    say(request, _("It is no longer offered. Requests already asked go on as they were promised."))
    return redirect("settings:services")


class _Draft:
    """The three forms of the page, bound to what was sent or filled with what stands now."""

    def __init__(self, request: KnownRequest, described: ServiceDescribed | None, owners: list[DepartmentCard]) -> None:
        self._described = described
        self._choices: dict[str, Any] = {
            "owners": owners,
            "terms": promises.all_terms(),
            "groups": directory.groups(),
            "is_new": described is None,
        }
        self.needable = Needable(described)
        of_steps = {"services": self.needable.choices()}
        sent = request.POST if request.method == "POST" else None
        self.adds = request.POST.get("add", "")  # the button that asks for one more row, and keeps everything as it is
        if sent is not None and self.adds:
            self._as_it_is(sent, of_steps)
            return
        self.form = ServiceForm(
            sent,
            initial=initial_service(described) if described else {"audience": "both"},
            **self._choices,
        )
        self.fields: BaseFormSet[Any] = FieldRows(
            sent, prefix="fields", initial=initial_fields(described.fields) if described else []
        )
        self.steps: BaseFormSet[Any] = StepRows(
            sent, prefix="plan", initial=initial_steps(described.plan) if described else [], form_kwargs=of_steps
        )

    def _as_it_is(self, sent: QueryDict, of_steps: dict[str, Any]) -> None:
        """Show again what was written, unjudged, with one more empty row where it was asked for."""
        values = {name: sent.get(name) for name in sent} | {"group_ids": sent.getlist("group_ids")}
        self.form = ServiceForm(initial=values, **self._choices)
        self.fields = FieldRows(prefix="fields", initial=_rows_sent(sent, "fields", one_more=self.adds == "field"))
        rows = _rows_sent(sent, "plan", one_more=self.adds == "step")
        self.steps = StepRows(prefix="plan", initial=rows, form_kwargs=of_steps)

    @property
    def is_valid(self) -> bool:
        """Whether everything that was sent can be read. All three are asked, so that all errors show at once."""
        return all([self.form.is_valid(), self.fields.is_valid(), self.steps.is_valid()])

    def content(self) -> dict[str, Any]:
        """Return what was described, as the catalogue takes it."""
        values = self.form.cleaned_data
        return {
            "audience": values["audience"],
            "texts": self.form.texts(),
            "fields": self._rows(self.fields, self._described.fields if self._described else (), fields_from_json),
            "plan": self._rows(self.steps, self._described.plan if self._described else (), plan_from_json),
            "terms_key": values["terms_key"],
            "takes_mail": values["takes_mail"],
            "is_bought": values["is_bought"],
            "group_ids": values.get("group_ids") or (),
            "next_review_on": values["next_review_on"],
            "finishes_by_itself": values["finishes_by_itself"],
        }

    def _rows(
        self, sent: "BaseFormSet[Any]", now_stored: Sequence[dict[str, Any]], read: Callable[[Any], object]
    ) -> Sequence[dict[str, Any]]:
        """Return the rows as sent; where they mean the same as those stored, those: so nothing new is made of them."""
        rows = [row.stored() for row in kept_rows(sent)]
        try:
            return now_stored if read(rows) == read(now_stored) else rows
        except DefinitionError:
            return rows  # the catalogue refuses them with its own words

    def refuse(self, error: ServiceError) -> None:
        """Say beside the part at fault why not."""
        row = _ROW.match(error.field)
        if row is not None:
            forms = kept_rows(self.fields if row[1] == "fields" else self.steps)
            index = int(row[2])
            if index < len(forms):
                part = {"labels": "words_en", "titles": "words_en", "key": "row_key"}.get(row[3], row[3])
                forms[index].add_error(part if part in forms[index].fields else None, str(error))
                return
        if error.field.startswith("texts"):
            rest = error.field.partition(".")[2]
            why = _("Give it a title in this language, or leave the whole language empty.")
            self.form.refuse(f"title_{rest.partition('.')[0] or 'en'}", why)
            return
        self.form.refuse("service_key" if error.field == "key" else error.field, str(error))


def _form_page(request: KnownRequest, described: ServiceDescribed | None) -> HttpResponse:
    at = now()
    owners = _owners(request)
    draft = _Draft(request, described, owners)
    is_sent = request.method == "POST" and not draft.adds
    if is_sent and draft.is_valid:
        try:
            if described is None:
                values = draft.form.cleaned_data
                key, owner_key = values["service_key"], values["owner_key"]
                actions.offer_service(by=request.viewer, at=at, key=key, owner_key=owner_key, **draft.content())
                say(request, _("The service is offered."))
            else:
                actions.change_service(by=request.viewer, at=at, key=described.key, **draft.content())
                say(request, _("Changed. Requests already asked keep the form they were asked with."))
        except ServiceError as error:
            draft.refuse(error)
        else:
            return redirect("settings:services")
    context = {
        "at": at,
        "place": "settings",
        "section": "services",
        "described": described,
        "owner": next(
            (card.name_in(get_language()) for card in owners if described and card.id == described.owner_id), ""
        ),
        "form": draft.form,
        "field_rows": draft.fields,
        "step_rows": draft.steps,
        "needed_by": draft.needable.needed_by(),
    }
    return render(request, "settings/service.html", context, status=422 if is_sent else 200)


def _owners(request: KnownRequest) -> list[DepartmentCard]:
    """Return the departments whose services the viewer may change. Raises HiddenError if there is none."""
    owners = [card for card in directory.departments() if may_offer_service(request.viewer, owner_id=card.id)]
    if not owners:
        raise HiddenError("There are no services for this viewer to change.")
    return owners


def _rows_sent(sent: QueryDict, prefix: str, *, one_more: bool) -> list[dict[str, Any]]:
    count = sent.get(f"{prefix}-TOTAL_FORMS", "0")
    total = min(int(count), 60) if count.isdecimal() else 0
    rows: list[dict[str, Any]] = []
    for number in range(total):
        start = f"{prefix}-{number}-"
        rows.append({name.removeprefix(start): sent.get(name) for name in sent if name.startswith(start)})
    if prefix == "plan":
        rows = [{"shown_to_customer": "", **row} for row in rows]  # an unchecked box is not sent
    return [*rows, {}] if one_more else rows

"""Who works where, and who may act for whom."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import WrongValueError, usable_span
from clientela.directory.models import Membership, Party, Representation
from clientela.directory.policies import PartySeen, Viewer, may_manage_directory, may_register_customer, may_see_party
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require, require_seen


class AlreadyMemberError(Exception):
    """The person already works in this department in part of the time."""


class AlreadyRepresentsError(Exception):
    """The person may already act for this organisation in part of the time."""


@transaction.atomic
def start_membership(
    *,
    by: Viewer,
    at: datetime,
    person_id: int,
    department_id: int,
    role: str = "member",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Let a person work in a department as "member" or "head"; return the membership's id.

    Without `starts_on` it begins today, by the person's own calendar. Both days are included.
    Raises HiddenError, NotAllowedError, WrongValueError, AlreadyMemberError.
    """
    person, department = _both(by, person_id, department_id, Party.Kind.DEPARTMENT, at=at)
    require(may_manage_directory(by))
    if role not in Membership.Role.values:
        raise WrongValueError("role", _("A person works in a department as member or head."))
    first_day = starts_on or rules.day_in_zone(at, person.zone)
    usable_span(first_day, ends_on)
    already = _("%(person)s already works in %(department)s at that time.") % {
        "person": person.name,
        "department": department.name,
    }
    with refusals_as({"membership_once_at_a_time": AlreadyMemberError(already)}):
        membership = Membership.objects.create(
            person_id=person_id, department_id=department_id, role=role, starts_on=first_day, ends_on=ends_on
        )
    about = [thing("party", person_id), thing("party", department_id)]
    record(verb="membership_started", by=by.person_id, at=at, about=about, role=role, membership_id=membership.pk)
    return membership.pk


@transaction.atomic
def end_membership(*, by: Viewer, at: datetime, membership_id: int, ends_on: date | None = None) -> None:
    """End a membership after `ends_on` (without it: after today, by the person's own calendar).

    Raises HiddenError, NotAllowedError, WrongValueError.
    """
    require(may_manage_directory(by))
    membership = Membership.objects.select_for_update().filter(id=membership_id).first()
    if membership is None:
        raise HiddenError(f"There is no membership {membership_id}.")
    last_day = ends_on or rules.day_in_zone(at, membership.person.party.zone)
    usable_span(membership.starts_on, last_day)
    again = AlreadyMemberError(_("This person works there again at that time."))
    with refusals_as({"membership_once_at_a_time": again}):
        Membership.objects.filter(id=membership_id).update(ends_on=last_day)
    about = [thing("party", membership.person_id), thing("party", membership.department_id)]
    record(
        verb="membership_ended",
        by=by.person_id,
        at=at,
        about=about,
        membership_id=membership_id,
        ends_on=last_day.isoformat(),
    )


@transaction.atomic
def allow_to_act_for(
    *,
    by: Viewer,
    at: datetime,
    person_id: int,
    organisation_id: int,
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Let a person act for an outside organisation; return the representation's id.

    Without `starts_on` it begins today, by the person's own calendar. Both days are included.
    Raises HiddenError, NotAllowedError, WrongValueError, AlreadyRepresentsError.
    """
    person, organisation = _both(by, person_id, organisation_id, Party.Kind.ORGANISATION, at=at)
    require(may_register_customer(by))
    first_day = starts_on or rules.day_in_zone(at, person.zone)
    usable_span(first_day, ends_on)
    already = _("%(person)s may already act for %(organisation)s at that time.") % {
        "person": person.name,
        "organisation": organisation.name,
    }
    with refusals_as({"representation_once_at_a_time": AlreadyRepresentsError(already)}):
        representation = Representation.objects.create(
            person_id=person_id,
            organisation_id=organisation_id,
            title=rules.clean_name(title)[:120],
            starts_on=first_day,
            ends_on=ends_on,
        )
    about = [thing("party", person_id), thing("party", organisation_id)]
    record(verb="representation_started", by=by.person_id, at=at, about=about, representation_id=representation.pk)
    return representation.pk


@transaction.atomic
def end_representation(*, by: Viewer, at: datetime, representation_id: int, ends_on: date | None = None) -> None:
    """End a representation after `ends_on` (without it: after today, by the person's own calendar).

    Raises HiddenError, NotAllowedError, WrongValueError, AlreadyRepresentsError.
    """
    require(may_register_customer(by))
    representation = Representation.objects.select_for_update().filter(id=representation_id).first()
    if representation is None:
        raise HiddenError(f"There is no representation {representation_id}.")
    last_day = ends_on or rules.day_in_zone(at, representation.person.party.zone)
    usable_span(representation.starts_on, last_day)
    again = AlreadyRepresentsError(_("This person acts for them again at that time."))
    with refusals_as({"representation_once_at_a_time": again}):
        Representation.objects.filter(id=representation_id).update(ends_on=last_day)
    record(
        verb="representation_ended",
        by=by.person_id,
        at=at,
        about=[thing("party", representation.person_id), thing("party", representation.organisation_id)],
        representation_id=representation_id,
        ends_on=last_day.isoformat(),
    )


def _both(by: Viewer, person_id: int, other_id: int, other_kind: Party.Kind, *, at: datetime) -> tuple[Party, Party]:
    """The person and the other party, locked in the order of their ids as everywhere in the directory."""
    rows = Party.objects.select_for_update().filter(id__in=[person_id, other_id], erased_at__isnull=True).order_by("id")
    parties = {party.pk: party for party in rows}
    person, other = parties.get(person_id), parties.get(other_id)
    if person is None or person.kind != Party.Kind.PERSON:
        raise HiddenError(f"There is no person {person_id}.")
    if other is None or other.kind != other_kind:
        raise HiddenError(f"There is no {other_kind} {other_id}.")
    today = rules.day_in_zone(at, person.zone)
    works_here = Membership.objects.on(today).filter(person_id=person_id).exists()
    require_seen(may_see_party(by, PartySeen(person_id, person.kind, is_employee=works_here)))
    require_seen(may_see_party(by, PartySeen(other_id, other.kind)))
    return person, other

"""Addresses and phone numbers of a party: any number of them, one main one of each kind."""

from datetime import datetime

from django.db import transaction

from clientela.directory.actions.checking import (
    AddressTakenError,
    WrongValueError,
    locked_party,
    usable_email,
    usable_phone,
)
from clientela.directory.models import ContactPoint
from clientela.directory.policies import Viewer, may_change_party
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require


@transaction.atomic
def add_contact_point(*, by: Viewer, at: datetime, party_id: int, kind: str, value: str, is_main: bool = False) -> int:
    """Add an "email" or "phone" and return its id; one that is there already stays as it is. The first is the main one.

    Raises HiddenError, NotAllowedError, WrongValueError, AddressTakenError.
    """
    _party, seen = locked_party(by, party_id, at=at)
    require(may_change_party(by, seen))
    points = ContactPoint.objects.filter(party_id=party_id, kind=kind)
    if kind == ContactPoint.Kind.EMAIL:
        cleaned = usable_email(value)
        known = points.filter(value__iexact=cleaned).first()
    elif kind == ContactPoint.Kind.PHONE:
        cleaned = usable_phone(value)
        known = points.filter(value=cleaned).first()
    else:
        raise WrongValueError("kind", f"A contact point is email or phone, not {kind}.")
    becomes_main = is_main or not points.filter(is_main=True).exists()
    if known is not None and (known.is_main or not becomes_main):
        return known.pk
    if becomes_main:
        points.filter(is_main=True).update(is_main=False)
    if known is not None:
        points.filter(id=known.pk).update(is_main=True)
        point_id = known.pk
    else:
        with refusals_as({"email_leads_to_one_party": AddressTakenError(cleaned)}):
            point_id = ContactPoint.objects.create(
                party_id=party_id, kind=kind, value=cleaned, is_main=becomes_main, added_at=at
            ).pk
    verb = "contact_point_added" if known is None else "contact_point_made_main"
    record(verb=verb, by=by.person_id, at=at, about=[thing("party", party_id)], kind=kind, contact_point_id=point_id)
    return point_id


@transaction.atomic
def remove_contact_point(*, by: Viewer, at: datetime, party_id: int, contact_point_id: int) -> None:
    """Take an address or a number away. If it was the main one, the oldest of the others becomes it.

    Raises HiddenError, NotAllowedError.
    """
    _party, seen = locked_party(by, party_id, at=at)
    require(may_change_party(by, seen))
    point = ContactPoint.objects.filter(id=contact_point_id, party_id=party_id).first()
    if point is None:
        raise HiddenError(f"There is no contact point {contact_point_id}.")
    kind = point.kind
    point.delete()
    others = ContactPoint.objects.filter(party_id=party_id, kind=kind)
    if not others.filter(is_main=True).exists():
        oldest = others.order_by("added_at", "id").values("id")[:1]
        others.filter(id__in=oldest).update(is_main=True)
    record(
        verb="contact_point_removed",
        by=by.person_id,
        at=at,
        about=[thing("party", party_id)],
        kind=kind,
        contact_point_id=contact_point_id,
    )

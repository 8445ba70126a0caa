"""Named groups of parties, for services that only some may ask for."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.actions.checking import WrongValueError, usable_name
from clientela.directory.models import Group, Party
from clientela.directory.policies import Viewer, may_manage_directory
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require


@transaction.atomic
def gather_group(*, by: Viewer, at: datetime, name: str, party_ids: Collection[int] = ()) -> int:
    """Make a group and return its id. Raises NotAllowedError, WrongValueError, HiddenError for an unknown party."""
    require(may_manage_directory(by))
    cleaned = usable_name(name)[:120]
    taken = WrongValueError("name", _("There is already a group called %(name)s.") % {"name": cleaned})
    with refusals_as({"group_name_once": taken}):
        group = Group.objects.create(name=cleaned)
    group.parties.set(_known(party_ids))
    about = [thing("group", group.pk)]
    record(verb="group_gathered", by=by.person_id, at=at, about=about, party_ids=sorted(party_ids))
    return group.pk


@transaction.atomic
def change_group(*, by: Viewer, at: datetime, group_id: int, party_ids: Collection[int]) -> None:
    """Say who belongs to a group from now on. Raises NotAllowedError, HiddenError."""
    require(may_manage_directory(by))
    group = Group.objects.select_for_update().filter(id=group_id).first()
    if group is None:
        raise HiddenError(f"There is no group {group_id}.")
    if set(group.parties.values_list("id", flat=True)) == set(party_ids):
        return
    group.parties.set(_known(party_ids))
    about = [thing("group", group_id)]
    record(verb="group_changed", by=by.person_id, at=at, about=about, party_ids=sorted(party_ids))


def _known(party_ids: Collection[int]) -> list[int]:
    known = set(Party.objects.filter(id__in=party_ids, erased_at__isnull=True).values_list("id", flat=True))
    if missing := set(party_ids) - known:
        raise HiddenError(f"There is no party {min(missing)}.")
    return sorted(known)

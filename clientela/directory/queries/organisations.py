"""An outside organisation's page."""

from dataclasses import dataclass
from datetime import datetime

from clientela.directory import rules
from clientela.directory.models import Organisation, Party, Representation
from clientela.directory.policies import PartySeen, Viewer, may_see_party
from clientela.directory.queries.cards import PartyCard, party_cards
from clientela.directory.queries.customers import LinkSeen
from clientela.directory.queries.people import ContactPointSeen, contact_points_of
from clientela.kernel.policies import HiddenError, require_seen


@dataclass(frozen=True)
class OrganisationPage:
    """Everything the directory shows of an organisation; `people` may act for it today."""

    card: PartyCard
    registration_number: str
    contact_points: tuple[ContactPointSeen, ...]
    people: tuple[LinkSeen, ...]


def organisation_page(viewer: Viewer, organisation_id: int, *, at: datetime) -> OrganisationPage:
    """An organisation as this viewer sees it. Four statements.

    Raises HiddenError if there is no such organisation, or not for this viewer.
    """
    row = (
        Organisation.objects.select_related("party")
        .filter(party_id=organisation_id, party__erased_at__isnull=True)
        .first()
    )
    if row is None:
        raise HiddenError(f"There is no organisation {organisation_id}.")
    require_seen(may_see_party(viewer, PartySeen(organisation_id, Party.Kind.ORGANISATION)))
    people = (
        Representation.objects.on(rules.day_in_zone(at, row.party.zone))
        .filter(organisation_id=organisation_id, person__party__erased_at__isnull=True)
        .order_by("person__party__name_key", "person_id")
        .values_list("id", "person_id", "person__party__name", "title", "starts_on")
    )
    return OrganisationPage(
        card=party_cards([organisation_id])[organisation_id],
        registration_number=row.registration_number,
        contact_points=contact_points_of(organisation_id),
        people=tuple(LinkSeen(*link) for link in people),
    )

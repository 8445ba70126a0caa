"""The questions of one person about who depends on whom, and what they have answered so far."""

from dataclasses import dataclass
from datetime import datetime

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError
from clientela.network.models import DependenceInvitation, DependenceSheet
from clientela.network.policies import invitation_of_dependence
from clientela.network.rules.sheets import Sheet, sheet_from_json


@dataclass(frozen=True)
class Nameable:
    """A department that may be named: with its teams, and what they offer colleagues, as (id, title)."""

    id: int
    key: str
    name: str
    services: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class SheetPage:
    """Everything that the questions show. Only ever for the person whose link it is."""

    invitation_id: int
    first_name: str
    language: str  # of the page: the one asked for, else theirs
    zone: str
    department: str
    closes_at: datetime
    is_over: bool
    has_declined: bool
    words: str  # why they are asked
    sheet: Sheet
    departments: tuple[Nameable, ...]  # all but their own, by name

    def named(self, number: int) -> Nameable:
        """Return a department that may be named."""
        return next(one for one in self.departments if one.id == number)


def sheet_page(token: str, *, at: datetime, language: str = "") -> SheetPage:
    """Return the questions behind a link, worded for `language`, else in the person's. Six statements.

    Raises HiddenError for a link that is not ours.
    """
    number = invitation_of_dependence(token)
    found = DependenceInvitation.objects.select_related("round", "person__party").filter(pk=number or 0).first()
    if found is None:
        raise HiddenError("There is no such link.")
    stored = DependenceSheet.objects.filter(invitation=found).values("job", "needs", "serves").first()
    reader = found.person.party
    wanted = language or product_language(reader.language)
    cards = directory.departments()
    return SheetPage(
        invitation_id=found.pk,
        first_name=found.person.short_name,
        language=wanted,
        zone=reader.zone,
        department=next(card.name_in(wanted) for card in cards if card.id == found.department_id),
        closes_at=found.round.closes_at,
        is_over=not found.round.is_open or at >= found.round.closes_at,
        has_declined=found.declined_on is not None,
        words=found.round.words,
        sheet=sheet_from_json(stored) if stored else Sheet(),
        departments=_nameable(cards, own=found.department_id, language=wanted),
    )


def _nameable(cards: list[directory.DepartmentCard], *, own: int, language: str) -> tuple[Nameable, ...]:
    by_id = {card.id: card for card in cards}
    titles = {service.service_id: service.title for service in catalogue.services_in_brief(language=language)}
    services: dict[int, list[tuple[int, str]]] = {card.id: [] for card in cards if card.parent_id is None}
    for offer in catalogue.offers():
        if offer.is_for_inside or offer.department_ids:
            top = by_id[offer.owner_id]
            while top.parent_id is not None:
                top = by_id[top.parent_id]
            services[top.id].append((offer.service_id, titles[offer.service_id]))
    return tuple(
        Nameable(
            number,
            by_id[number].key,
            by_id[number].name_in(language),
            tuple(sorted(known, key=lambda one: alphabetical(one[1], language=language))),
        )
        for number, known in sorted(
            services.items(), key=lambda item: alphabetical(by_id[item[0]].name_in(language), language=language)
        )
        if number != own
    )

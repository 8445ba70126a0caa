"""Which services of other departments a plan can name, and which plans name a service."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries.describing import ServiceDescribed
from clientela.directory import queries as directory
from clientela.kernel.alphabet import alphabetical


class Needable:
    """The services of the house beside the one that is described; None: a new one, whose owner is not chosen yet."""

    def __init__(self, described: ServiceDescribed | None) -> None:
        self._described = described
        self._known = catalogue.services_known()
        self._language = get_language() or "en"

    def choices(self) -> list[tuple[str, str]]:
        """Return what a step can name, by department and title; what it names today too, if that can be no longer."""
        described = self._described
        named = {str(row.get("needs") or "") for row in described.plan} if described is not None else set()
        owners = {card.id: card.name_in(self._language) for card in directory.departments()}
        found = []
        for key, service in self._known.services.items():
            is_possible = (
                service.is_offered_to(described.owner_id)
                if described is not None
                else not service.is_retired and (service.is_for_inside or bool(service.department_ids))
            )
            title = self._known.title_of(key, self._language)
            words = _("%(department)s: %(service)s") % {"department": owners[service.owner_id], "service": title}
            if is_possible:
                found.append((key, words))
            elif key in named:
                found.append((key, _("%(service)s (not offered to you any more)") % {"service": words}))
        return sorted(found, key=lambda one: alphabetical(one[1], language=self._language))

    def needed_by(self) -> list[str]:
        """Return the titles of the services that are offered and have this one in their plans."""
        if self._described is None:
            return []
        key = self._described.key
        services = self._known.services.values()
        found = [one.key for one in services if key in one.needs and not one.is_retired]
        return sorted(self._known.title_of(one, self._language) for one in found)

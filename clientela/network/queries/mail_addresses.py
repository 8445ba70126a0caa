"""Whose an address is, for counting a mail server's record: of the directory as it is now."""

from collections import Counter
from datetime import datetime

from django.conf import settings

from clientela.directory import queries as directory
from clientela.network.discovery.mail.contracts import BUSINESSES, HOUSEHOLDS, TOO_SMALL, Addresses
from clientela.network.discovery.mail.places import pooled

FEWEST_HERE = 2  # colleagues with an address at a domain, for it to be ours


def house_addresses(*, at: datetime) -> Addresses:
    """Return the department of every address of the house, and of what segment each is that a customer has.

    Departments of fewer than five count with the one above. Whoever acts for a business is that business: five of its
    people are one customer.

    A domain is ours where our own mail arrives, where a department has an address, and where two colleagues have one
    and nobody who never worked here. Nine statements.
    """
    people = directory.addresses_of_employees(at=at)
    offices = directory.addresses_of_departments()
    cards = directory.departments()
    in_department = Counter({person: place for _address, person, place in people}.values())
    place_of = pooled(in_department, {card.id: card.parent_id for card in cards})
    whose = [*people, *((address, office, office) for address, office in offices)]
    known = {
        address: (who, BUSINESSES if is_business else HOUSEHOLDS)
        for address, who, is_business in directory.addresses_of_customers(at=at)
    }
    known |= {address: (who, place_of[place] or TOO_SMALL) for address, who, place in whose}
    at_domain = Counter(_domain(address) for address, _person, _place in people)
    others = directory.domains_of_others()
    domains = {settings.MAIL_DOMAIN.lower(), *(_domain(address) for address, _office in offices)}
    domains |= {domain for domain, count in at_domain.items() if count >= FEWEST_HERE and domain not in others}
    return Addresses(
        known=tuple((address, who, place) for address, (who, place) in sorted(known.items())),
        mailboxes=frozenset(office for _address, office in offices),
        domains=frozenset(domains),
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]

"""Whom the requests are asked of: ten departments, 120 people, what they offer, and their customers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

from clientela.catalogue.actions import offer_service
from clientela.catalogue.models import ServiceVersion
from clientela.directory import rules
from clientela.directory.models import Account, ContactPoint, Department, Membership, Party, Person
from clientela.directory.policies import HOUSE
from clientela.promises import actions as promises

# A Monday morning: ten o'clock in Bucharest, nine in Warsaw and Madrid.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1000)
HIRED_ON = date(2020, 1, 1)
PEOPLE_A_DEPARTMENT = 12
PLACES = {
    "ro": ("Europe/Bucharest", "Bucharest"),
    "pl": ("Europe/Warsaw", "Warsaw"),
    "es": ("Europe/Madrid", "Madrid"),
    "en": ("Europe/Bucharest", "Bucharest"),
}
DEPARTMENTS = {
    "care": ("Customer Care", "ro"),
    "sales": ("Sales", "es"),
    "workshop": ("Repair Workshop", "ro"),
    "warehouse": ("Warehouse", "pl"),
    "purchasing": ("Purchasing", "pl"),
    "finance": ("Finance", "en"),
    "hr": ("Human Resources", "en"),
    "it": ("IT", "en"),
    "maintenance": ("Maintenance", "pl"),
    "marketing": ("Marketing", "es"),
}
SERVE_OUTSIDE = ("care", "sales", "finance")
FIRST_NAMES = {
    "ro": ("Ana", "Radu", "Ioana", "Mihai", "Elena", "Andrei", "Maria", "Ștefan", "Irina", "Vlad", "Oana", "Dan"),
    "pl": ("Zofia", "Piotr", "Anna", "Tomasz", "Ewa", "Paweł", "Magda", "Jan", "Kasia", "Marek", "Ola", "Adam"),
    "es": ("Lucía", "Carlos", "Carmen", "Javier", "Marta", "Diego", "Elena", "Pablo", "Sara", "Luis", "Inés", "Hugo"),
    "en": ("Alice", "Brian", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Iris", "James", "Kate", "Liam"),
}
LAST_NAMES = {
    "ro": ("Ionescu", "Popa", "Stan", "Munteanu", "Dobre", "Stoica", "Marin", "Lungu", "Rusu", "Neagu", "Ilie"),
    "pl": ("Nowak", "Zieliński", "Wójcik", "Mazur", "Krawczyk", "Król", "Dudek", "Pawlak", "Sikora", "Baran", "Lis"),
    "es": ("Herrero", "Ruiz", "Gómez", "Torres", "Vega", "Molina", "Ortiz", "Serrano", "Blanco", "Iglesias", "Cano"),
    "en": ("Baker", "Carter", "Dixon", "Ellis", "Foster", "Graham", "Hughes", "Irving", "Jordan", "Keller", "Lowe"),
}
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
COUNTRIES = {"ro": "RO", "pl": "PL", "es": "ES", "en": "RO"}
PLAN = (
    {"key": "collect", "titles": {"en": "The appliance is collected"}},
    {"key": "mend", "titles": {"en": "The appliance is mended"}},
)


@dataclass(frozen=True)
class House:
    """Who and what the requests name, by department key."""

    departments: dict[str, int]
    people: dict[str, list[int]]  # the head first
    services: dict[str, int]  # the version that is offered
    customers: tuple[tuple[int, str], ...]  # person and language


def furnish(customers: int) -> House:
    """Write the organisation into an empty database. The same keys come out every time."""
    departments = _departments()
    people = {key: _people(key, department_id) for key, department_id in departments.items()}
    _hours_and_terms(departments)
    return House(departments, people, _services(), _customers(customers))


def _departments() -> dict[str, int]:
    parties = {key: _party("department", name, language) for key, (name, language) in DEPARTMENTS.items()}
    Party.objects.bulk_create(parties.values())
    Department.objects.bulk_create(
        Department(party_id=party.pk, key=key, serves_outside=key in SERVE_OUTSIDE) for key, party in parties.items()
    )
    return {key: party.pk for key, party in parties.items()}


def _people(key: str, department_id: int) -> list[int]:
    """Twelve people who work in a department, each with a login that no password opens."""
    language = DEPARTMENTS[key][1]
    ids = _persons([f"{name} {LAST_NAMES[language][len(key) - 2]}" for name in FIRST_NAMES[language]], language)
    Membership.objects.bulk_create(
        Membership(
            person_id=number, department_id=department_id, role="member" if place else "head", starts_on=HIRED_ON
        )
        for place, number in enumerate(ids)
    )
    Account.objects.bulk_create(
        Account(person_id=number, email=f"{key}.{place}@casa-lavora.test", password="!")
        for place, number in enumerate(ids)
    )
    _addresses((number, f"{key}.{place}@casa-lavora.test") for place, number in enumerate(ids))
    return ids


def _customers(wanted: int) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    for place, language in enumerate(PLACES):
        share = wanted * (place + 1) // len(PLACES) - wanted * place // len(PLACES)
        pairs = list(product(LAST_NAMES[language], FIRST_NAMES[language]))
        names = [f"{pairs[number % len(pairs)][1]} {pairs[number % len(pairs)][0]}" for number in range(share)]
        ids = _persons(names, language)
        _addresses((number, f"customer{number}@example.test") for number in ids)
        found += [(number, language) for number in ids]
    return tuple(sorted(found))


def _persons(names: list[str], language: str) -> list[int]:
    parties = Party.objects.bulk_create(_party("person", name, language) for name in names)
    Person.objects.bulk_create(Person(party_id=party.pk, short_name=rules.first_name(party.name)) for party in parties)
    return [party.pk for party in parties]


def _party(kind: str, name: str, language: str) -> Party:
    zone, place = PLACES[language]
    return Party(
        kind=kind,
        name=name,
        name_key=rules.name_key(name),
        language=language,
        zone=zone,
        place=place,
        created_at=LONG_AGO,
    )


def _addresses(pairs: object) -> None:
    ContactPoint.objects.bulk_create(
        ContactPoint(party_id=number, kind="email", value=address, is_main=True, added_at=LONG_AGO)
        for number, address in pairs
    )


def _hours_and_terms(departments: dict[str, int]) -> None:
    for language, (zone, place) in PLACES.items():
        definition = {"name": place, "zone": zone, "hours": WEEK, "holidays": {"country": COUNTRIES[language]}}
        promises.define_calendar(by=HOUSE, at=LONG_AGO, key=f"hours-{language}", name=place, definition=definition)
    for key, department_id in departments.items():
        calendar = f"hours-{DEPARTMENTS[key][1]}"
        promises.assign_calendar(by=HOUSE, at=LONG_AGO, department_id=department_id, calendar_key=calendar)
    promises.define_terms(
        by=HOUSE,
        at=LONG_AGO,
        key="service",
        name="Service",
        first_reply_minutes=240,
        next_reply_minutes=240,
        resolution_minutes=2700,
        pauses_while=["waiting_customer", "waiting_date"],
        on_reopen="resume",
    )


def _services() -> dict[str, int]:
    """One service a department; what Care does has a plan of steps."""
    for key, (name, _language) in DEPARTMENTS.items():
        offer_service(
            by=HOUSE,
            at=LONG_AGO,
            key=key,
            owner_key=key,
            audience="both" if key in SERVE_OUTSIDE else "inside",
            texts={"en": {"title": name, "summary": "", "what_happens": ""}},
            plan=PLAN if key == "care" else (),
            terms_key="service",
            takes_mail=True,
        )
    return dict(ServiceVersion.objects.values_list("service__key", "pk"))

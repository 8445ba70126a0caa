"""Telling the plan to the product: by the actions that people use, and in bulk for what happened in the past."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from graphlib import TopologicalSorter
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from clientela.catalogue import actions as catalogue
from clientela.catalogue import queries as offered
from clientela.command.demonstration.cycles import without_looking_for_cycles
from clientela.command.demonstration.depending.loading import load_depending
from clientela.command.demonstration.earlier.bringing import bring_earlier_cases
from clientela.command.demonstration.listening.house import Loaded
from clientela.command.demonstration.listening.loading import load_listening
from clientela.command.demonstration.stories import stories_of
from clientela.command.demonstration.story import (
    ContactStory,
    CustomerStory,
    DemonstrationPlan,
    FieldStory,
    ServiceStory,
)
from clientela.directory import actions as directory
from clientela.directory.actions import PastCustomer, PastNote, PastWish
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about, prepare_months, record, skip_history
from clientela.promises import actions as promises
from clientela.requests import jobs as requests_later
from clientela.requests import queries as requests
from clientela.requests.actions import foresee_lateness, learn_from_legs, rank_everything, rebuild_legs
from clientela.requests.actions.history import write_history
from clientela.voice import jobs as voice_later

LOADED = "demonstration_loaded"
DEMONSTRATION = "demonstration:1"
PASSWORD = "lavora-demo-2026"  # noqa: S105 - printed at every start; nobody's secret
# Who can log in: enough to play every part of the story. Hashing a password is slow on purpose, so it is done once.
LOGINS = ("ana.ionescu", "radu.stan", "piotr.zielinski", "jorge.lozano")
LISTENS_SINCE = timedelta(days=90)
Told = Callable[[str], None]


@without_looking_for_cycles()
def load_plan(plan: DemonstrationPlan, *, told: Told) -> None:
    """Load the plan into an empty database, and note in the journal who can log in.

    `told` hears what is being done. Everything or nothing: one transaction.
    """
    with transaction.atomic():
        told("the departments, their hours and people")
        departments = _departments(plan)
        people = _colleagues(plan, departments)
        logins = _accounts(plan, people)
        told("600 customers, what we know of them and what they do not want")
        # A department asks in its own name, whichever branch its people sit in.
        teams = {team.key: departments[team.department] for one in plan.departments for team in one.teams}
        parties = {**departments, **teams, **people, **_customers(plan, people)}
        told("the services")
        versions = _services(plan)
        told("90 days with 5,000 requests")
        # A short story has surveys and improvements from before its first request.
        prepare_months(at=plan.until, since=min(plan.starts_at, plan.until - LISTENS_SINCE).date())
        stories = stories_of(plan, departments=departments, parties=parties, versions=versions)
        ids = dict(zip(stories, write_history(list(stories.values()), until=plan.until), strict=True))
        told("what customers said about it, and what came of that")
        loaded = Loaded(plan, _with_children(plan, ids), departments, parties)
        load_listening(loaded)
        told("who depends on whom, what colleagues say of it, and what is tried")
        load_depending(loaded)
        told("the cases of the shops before they had Clientela")
        bring_earlier_cases(loaded)
        told("where the time of each request went")
        rebuild_legs(at=plan.until)
        learn_from_legs(at=plan.until)
        foresee_lateness(at=plan.until)
        rank_everything(at=plan.until)
        record(verb=LOADED, by=None, at=plan.until, about=[DEMONSTRATION], logins=logins)
        for follower in (*requests_later.FOLLOWERS, *voice_later.FOLLOWERS):
            skip_history(follower)  # the past was answered in the past, and its legs are written


def logins_of_the_cast() -> list[tuple[str, str]]:
    """Return the address of each login and what it is for; none where no demonstration was loaded."""
    loaded = [fact for fact in facts_about(DEMONSTRATION, limit=1) if fact.verb == LOADED]
    return [(address, what) for fact in loaded for address, what in fact.data["logins"]]


def _departments(plan: DemonstrationPlan) -> dict[str, int]:
    before = plan.starts_at - timedelta(days=3650)
    used = {department.calendar for department in plan.departments}
    for calendar in plan.calendars:
        if calendar.key in used:
            promises.define_calendar(
                by=HOUSE, at=before, key=calendar.key, name=calendar.name, definition=calendar.definition
            )
    branches = {branch.key: branch for branch in plan.branches}
    outside = {service.owner for service in plan.services if service.audience in {"outside", "both"}}
    found = {}
    for department in plan.departments:
        branch = branches[department.branch]
        names = department.name.by_language()
        found[department.key] = directory.register_department(
            by=HOUSE,
            at=before,
            key=department.key,
            name=names.pop("en"),
            names=names,
            language="en",
            zone=branch.zone,
            place=branch.city.en,
            serves_outside=department.key in outside,
        )
        promises.assign_calendar(
            by=HOUSE, at=before, department_id=found[department.key], calendar_key=department.calendar
        )
    return found


def _colleagues(plan: DemonstrationPlan, departments: Mapping[str, int]) -> dict[str, int]:
    branches = {branch.key: branch for branch in plan.branches}
    found = {}
    for colleague in plan.colleagues:
        branch = branches[colleague.branch]
        at = _midnight(colleague.started_on)
        found[colleague.key] = directory.register_person(
            by=HOUSE,
            at=at,
            name=colleague.name,
            short_name=colleague.given_name,
            language=colleague.language,
            zone=branch.zone,
            place=branch.city.of(colleague.language),
            emails=[address for address in (colleague.email, colleague.private_email) if address],
            phones=[colleague.phone] if colleague.phone else [],
        )
        directory.start_membership(
            by=HOUSE,
            at=at,
            person_id=found[colleague.key],
            department_id=departments[colleague.department],
            role=colleague.role,
            starts_on=colleague.started_on,
        )
    return found


def _accounts(plan: DemonstrationPlan, people: Mapping[str, int]) -> list[tuple[str, str]]:
    """Open accounts for the administrator, the owner, every head of department, and some of the cast."""
    names = {department.key: department.name.en for department in plan.departments}
    hashed = make_password(PASSWORD)
    logins = []
    for colleague in sorted(plan.colleagues, key=lambda one: (not _is_cast(one.key), one.department, one.key)):
        is_head = colleague.role == "head"
        if not (colleague.is_administrator or colleague.is_owner or is_head or _is_cast(colleague.key)):
            continue
        directory.open_account(
            by=HOUSE,
            at=plan.starts_at,
            person_id=people[colleague.key],
            email=colleague.email,
            password=PASSWORD,
            password_hash=hashed,
            is_administrator=colleague.is_administrator,
            is_owner=colleague.is_owner,
        )
        roles = [names[colleague.department]]
        roles += ["head"] * is_head + ["administrator"] * colleague.is_administrator + ["owner"] * colleague.is_owner
        logins.append((colleague.email, f"{colleague.given_name}, {', '.join(roles)}"))
    return logins


def _is_cast(key: str) -> bool:
    return key.startswith(LOGINS)


def _customers(plan: DemonstrationPlan, people: Mapping[str, int]) -> dict[str, int]:
    keys: list[str] = []
    past: list[PastCustomer] = []
    for customer in plan.customers:
        firm = len(past)
        keys.append(customer.key)
        past.append(_customer(plan, customer, people))
        keys += [contact.key for contact in customer.contacts]
        past += [_contact(plan, customer, contact, firm=firm) for contact in customer.contacts]
    return dict(zip(keys, directory.write_customers_of_the_past(by=HOUSE, past=past), strict=True))


def _customer(plan: DemonstrationPlan, customer: CustomerStory, people: Mapping[str, int]) -> PastCustomer:
    return PastCustomer(
        at=_midnight(customer.customer_since),
        name=customer.name,
        short_name=customer.given_name if customer.kind == "person" else None,
        language=customer.language,
        zone=customer.zone,
        place=_town(plan, customer),
        emails=[customer.email] if customer.email else [],
        phones=[customer.phone] if customer.phone else [],
        notes=[
            PastNote(
                at=_midnight(note.noted_on),
                kind=note.kind,
                text=note.text,
                source=f"{note.source}, {_name_of(plan, note.by)}" if note.by in people else note.source,
                language=note.language,
                noted_on=note.noted_on,
            )
            for note in customer.notes
        ],
        wishes=[
            PastWish(_midnight(one.starts_on), one.kind, one.rule, one.source, one.starts_on)
            for one in customer.boundaries
        ],
    )


def _contact(plan: DemonstrationPlan, customer: CustomerStory, contact: ContactStory, *, firm: int) -> PastCustomer:
    return PastCustomer(
        at=_midnight(customer.customer_since),
        name=contact.name,
        short_name=contact.given_name,
        language=contact.language,
        zone=contact.zone,
        place=_town(plan, customer),
        emails=[contact.email] if contact.email and contact.email != customer.email else [],
        phones=[contact.phone] if contact.phone else [],
        acts_for=firm,
        acts_since=customer.customer_since,
        title=contact.title,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _town(plan: DemonstrationPlan, customer: CustomerStory) -> str:
    branch = next(branch for branch in plan.branches if branch.key == customer.branch)
    return branch.city.of(branch.language)


def _name_of(plan: DemonstrationPlan, key: str) -> str:
    return next(colleague.name for colleague in plan.colleagues if colleague.key == key)


def _services(plan: DemonstrationPlan) -> dict[str, int]:
    before = plan.starts_at - timedelta(days=400)
    versions = {}
    places = {service.key: number for number, service in enumerate(plan.services)}
    for service in _needed_first(plan.services):
        promises.define_terms(
            by=HOUSE,
            at=before,
            key=service.key,
            name=service.title.en,
            first_reply_minutes=service.first_reply_minutes,
            next_reply_minutes=service.next_reply_minutes,
            resolution_minutes=service.resolution_minutes,
            pauses_while=service.pauses_while,
            on_reopen=service.on_reopen,
        )
        catalogue.offer_service(
            by=HOUSE,
            at=before,
            key=service.key,
            owner_key=service.owner,
            audience=service.audience,
            texts=_texts(service),
            fields=[_field(field) for field in service.fields],
            plan=[{"key": one.key, "titles": one.text.by_language(), "needs": one.needs} for one in service.steps],
            terms_key=service.key,
            takes_mail=service.is_default,
            is_bought=service.is_bought,
            next_review_on=(plan.until + timedelta(days=30 + 9 * places[service.key])).date(),
        )
        versions[service.key] = offered.service_seen(key=service.key, language="en").version_id
    return versions


def _needed_first(services: Sequence[ServiceStory]) -> list[ServiceStory]:
    """A plan names only what is offered already."""
    by_key = {service.key: service for service in services}
    needs = {service.key: [step.needs for step in service.steps if step.needs] for service in services}
    return [by_key[key] for key in TopologicalSorter(needs).static_order()]


def _texts(service: ServiceStory) -> dict[str, dict[str, str]]:
    return {
        language: {
            "title": service.title.of(language),
            "summary": service.description.of(language),
            "what_happens": service.what_happens.of(language),
        }
        for language in ("en", "ro", "pl", "es")
    }


def _field(field: FieldStory) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": field.key,
        "kind": field.kind,
        "labels": field.label.by_language(),
        "help": {language: text for language, text in field.help.by_language().items() if text},
        "is_required": field.is_required,
        "choices": [{"key": choice.value, "labels": choice.label.by_language()} for choice in field.choices],
    }
    if field.minimum is not None:
        row["lowest"] = str(field.minimum)
    if field.maximum is not None:
        row["highest"] = str(field.maximum)
    if field.max_length is not None:
        row["longest"] = field.max_length
    return row


def _with_children(plan: DemonstrationPlan, ids: Mapping[str, int]) -> dict[str, int]:
    """Find the ids of what departments were asked: each request's children, in the order in which they were asked."""
    children: dict[str, list[str]] = {}
    for request in plan.requests:
        if request.parent is not None:
            children.setdefault(request.parent, []).append(request.key)
    found = dict(ids)
    level = [key for key in ids if key in children]
    while level:
        needed = requests.needed_by({found[key] for key in level})
        for key in level:
            found |= zip(children[key], needed.get(found[key], []), strict=False)
        level = [child for key in level for child in children[key] if child in found and child in children]
    return found

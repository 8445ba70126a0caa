"""Everybody who may ask: outside customers and their people, colleagues at work, and colleagues who buy."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from clientela.command.demonstration.cases import Asker
from clientela.command.demonstration.content import House, table
from clientela.command.demonstration.customers import Customers, Manners
from clientela.command.demonstration.facts import Speaker
from clientela.command.demonstration.hours import OpenHours
from clientela.command.demonstration.story import ColleagueStory, ContactStory, CustomerStory

# Services that somebody asks for themselves and not for their department.
FOR_ONESELF = ("hr-", "it-question", "it-access")
BUYER_SHARE = 3  # a colleague who buys writes as often as so many other customers


class Askers:
    """The people of the plan as askers, found by key or drawn at random."""

    def __init__(self, house: House, customers: Customers, hours: Mapping[str, OpenHours]) -> None:
        self._house = house
        self._hours = hours
        self._vocatives: dict[str, str] = table("customers")["vocatives"]
        self.colleagues = {person.key: self._colleague(person) for person in house.colleagues.values()}
        persons: list[Asker] = []
        businesses: list[Asker] = []
        for story in customers.stories:
            if story.kind == "person":
                persons.append(_person(story, customers.manners[story.key]))
            else:
                businesses += [_contact(story, one, customers.manners[one.key]) for one in story.contacts]
        buyers = [self._buyer(person) for person in house.colleagues.values() if person.private_email]
        self.outside = {asker.key: asker for asker in (*persons, *businesses)}
        self.persons = (*persons, *buyers * BUYER_SHARE)
        self.businesses = tuple(businesses)
        self._by_branch = {
            branch: tuple(asker for asker in (*persons, *businesses) if asker.branch == branch)
            for branch in house.branches
        }

    def somebody_in(self, rng: Random, branch: str) -> Asker:
        """Any outside customer of the branch."""
        return rng.choice(self._by_branch[branch])

    def at_work(self, key: str, service: str) -> Asker:
        """A colleague who asks for a service: for themselves, or for their department."""
        asker = self.colleagues[key]
        if service.startswith(FOR_ONESELF):
            return asker
        team = self._house.teams[asker.team]
        return replace(asker, customer=team.department, customer_kind="department", customer_name=team.name.en)

    def speaker(self, key: str) -> Speaker:
        """How a colleague speaks."""
        return self.colleagues[key].speaker

    def _colleague(self, person: ColleagueStory) -> Asker:
        branch = self._house.branches[person.branch]
        first = person.given_name
        gender = self._house.genders[person.key]
        return Asker(
            key=person.key,
            speaker=Speaker(person.name, first, gender, person.department, self._vocatives.get(first, first)),
            customer=person.key,
            customer_kind="person",
            customer_name=person.name,
            side="inside",
            language=person.language,
            branch=person.branch,
            zone=branch.zone,
            email=person.email,
            phone=person.phone,
            address=branch.address,
            # How somebody types at work: taken from the name, so that it needs no dice.
            manners=Manners(gender, writes_plain_letters=len(person.name) % 5 == 0, haste=len(person.key) % 4 / 6),
            team=person.team,
            department=person.department,
            hours=self._hours[self._house.teams[person.team].calendar],
        )

    def _buyer(self, person: ColleagueStory) -> Asker:
        asker = self.colleagues[person.key]
        return replace(
            asker,
            speaker=replace(asker.speaker, team=""),
            side="outside",
            email=person.private_email,
            language=self._house.branches[person.branch].language,
            team="",
            department="",
            hours=None,
        )


def _person(story: CustomerStory, manners: Manners) -> Asker:
    return Asker(
        key=story.key,
        speaker=Speaker(story.name, story.given_name, manners.gender),
        customer=story.key,
        customer_kind="person",
        customer_name=story.name,
        side="outside",
        language=story.language,
        branch=story.branch,
        zone=story.zone,
        email=story.email,
        phone=story.phone,
        address=story.address,
        manners=manners,
    )


def _contact(company: CustomerStory, person: ContactStory, manners: Manners) -> Asker:
    return Asker(
        key=person.key,
        speaker=Speaker(person.name, person.given_name, manners.gender),
        customer=company.key,
        customer_kind="company",
        customer_name=company.name,
        side="outside",
        language=person.language,
        branch=company.branch,
        zone=company.zone,
        email=person.email,
        phone=person.phone,
        address=company.address,
        manners=manners,
    )

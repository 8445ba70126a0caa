"""More colleagues than the cast has, for what is only said of five people or more."""

from clientela.directory.models import ContactPoint, Membership, Party, Person
from tests.world import HIRED_ON, LONG_AGO, World


def hire(world: World, department: str, count: int, *, name: str = "Colleague") -> list[int]:
    """Let so many people begin long ago in a department; return their ids. They have addresses and no accounts."""
    found = []
    for number in range(count):
        party = Party.objects.create(
            kind="person",
            name=f"{name} {department} {number}",
            name_key=f"{name} {department} {number}".casefold(),
            language="en",
            zone="Europe/Bucharest",
            created_at=LONG_AGO,
        )
        Person.objects.create(party=party, short_name=f"{name} {number}")
        Membership.objects.create(
            person_id=party.pk, department_id=world.id_of(department), role="member", starts_on=HIRED_ON
        )
        ContactPoint.objects.create(
            party=party, kind="email", value=f"{party.pk}@example.test", is_main=True, added_at=LONG_AGO
        )
        found.append(party.pk)
    return found

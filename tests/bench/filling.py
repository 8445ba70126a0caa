"""Filling an empty database, in bulk: an archive of requests, or open promises for a sweep."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import connection

from clientela.kernel.identifiers import reference_of
from clientela.kernel.journal import prepare_months
from clientela.requests.actions.history import write_history
from tests.bench.house import NOW, furnish
from tests.bench.stories import Size, Teller

STORIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Archive:
    """What the measurements ask for: the agent and their department, and the request with twenty messages."""

    agent_id: int
    department_id: int
    long_reference: str


def fill_archive(size: Size) -> Archive:
    """Write an archive of this size through the bulk path of the product, whose rows are those of its actions."""
    call_command("migrate", interactive=False, verbosity=0)
    house = furnish(size.customers)
    prepare_months(at=NOW, since=(NOW - timedelta(days=size.days)).date())
    *stories, long_story = Teller(house, size).stories()
    # In the order of time, as they would have come in.
    in_order = sorted(stories, key=lambda story: story.opened_at)
    for begin in range(0, len(in_order), STORIES_AT_ONCE):
        write_history(in_order[begin : begin + STORIES_AT_ONCE], until=NOW)
    (long_id,) = write_history([long_story], until=NOW)
    tidy()
    return Archive(house.people["care"][0], house.departments["care"], reference_of(long_id))


def tidy() -> None:
    """As autovacuum leaves a database that has rested: counted, and nothing waiting to be put into an index."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")

"""Writing stories of the past in bulk: the same rows, clocks and facts that the actions would have written."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from clientela.catalogue import queries as catalogue
from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.kernel.rows import write_rows
from clientela.promises import queries as promises
from clientela.promises.actions import write_clock_history
from clientela.requests.actions.history.happenings import HANDLERS
from clientela.requests.actions.history.stories import Asked, Event, Happening, Story
from clientela.requests.actions.history.telling import Telling
from clientela.requests.actions.history.told import House, Numbers, Told
from clientela.requests.models import Message, Request
from clientela.requests.rules import ENDED

SAID = frozenset({Happening.RECEIVE, Happening.REPLY, Happening.NOTE, Happening.COMPLAIN})


@transaction.atomic
def write_history(stories: Sequence[Story], *, until: datetime) -> list[int]:
    """Write what happened up to `until`, and return the ids of the stories' requests, in the order of `stories`.

    A story that opens after `until` has none, and the answer is shorter.

    Time passes in a story as it does in the house: what waited for a date comes back on it, what is resolved closes
    after seven quiet days. Letters are not written, sweeps not run: the past was told to its people already. Whoever
    follows the journal and should not react to the past is moved on by `kernel.journal.skip_history` afterwards.
    Raises RequestError for something that the actions would have refused; nobody's permission is asked.
    """
    house = _house(stories, until)
    telling = Telling(stories, house, _numbers(stories), HANDLERS)
    told = telling.tell()
    clock_ids = _write_clocks(told, until=until)
    for request in told.requests:
        if request.state in ENDED:
            request.next_due_at = None
    write_rows(told.requests)
    write_rows(told.messages)
    write_rows(told.steps)
    write_rows(told.dependencies)
    record_many([_fact(come.fact, come.promise, clock_ids) for come in told.facts])
    return [telling.opened[place] for place in sorted(telling.opened)]


def _house(stories: Sequence[Story], until: datetime) -> House:
    asked = [event.asked for event in _all_events(stories) if event.asked is not None]
    versions = {story.service_version_id for story in stories} | {child.service_version_id for child in asked}
    services = catalogue.past_services(versions)
    return House(
        services=services,
        terms=promises.newest_terms_versions(),
        calendars=promises.calendar_versions(),
        until=until,
    )


def _numbers(stories: Sequence[Story]) -> Numbers:
    events = list(_all_events(stories))
    requests = len(stories) + sum(event.asked is not None for event in events)
    messages = requests + sum(event.what in SAID for event in events)
    return Numbers(requests=iter(_keys(Request, requests)), messages=iter(_keys(Message, messages)))


def _keys(model: type[Request | Message], wanted: int) -> list[int]:
    """So many keys of a table, rising."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, wanted],  # noqa: SLF001 - Django's name for the table
        )
        return sorted(int(row[0]) for row in cursor.fetchall())


def _all_events(stories: Iterable[Story | Asked]) -> Iterable[Event]:
    for story in stories:
        yield from story.events
        yield from _all_events([event.asked for event in story.events if event.asked is not None])


def _write_clocks(told: Told, *, until: datetime) -> dict[tuple[str, int], int]:
    """Write the clocks and give each request the moment at which it is due next; the keys by subject and place."""
    past = [(clocks.subject, place, clock) for clocks in told.clocks for place, clock in enumerate(clocks.written())]
    written = write_clock_history([clock for _, _, clock in past], at=until)
    due: dict[str, datetime] = {}
    for clock in written:
        if clock.due_at is not None:
            due[clock.subject] = min(due.get(clock.subject, clock.due_at), clock.due_at)
    for request in told.requests:
        request.next_due_at = due.get(thing("request", request.pk))
    return {(subject, place): clock.id for (subject, place, _), clock in zip(past, written, strict=True)}


def _fact(fact: FactToRecord, promise: tuple[str, int] | None, clock_ids: dict[tuple[str, int], int]) -> FactToRecord:
    if promise is None:
        return fact
    subject, *others = fact.about
    return replace(fact, about=(subject, thing("clock", clock_ids[promise]), *others))

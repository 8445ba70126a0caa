"""What it takes to compute every clock and every leg anew from what happened. Runs in a side's process.

The past of some thousand requests is written through the product's own bulk path and its single functions; then all of
it is copied, moments and cached columns as they are, until there are as many requests as wanted. So the cached columns
were never made by what is measured here.
"""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from django.core.management import call_command
from django.db import connection

from clientela.kernel.journal import prepare_months
from clientela.promises import actions as promises
from clientela.promises.models import Clock
from clientela.promises.queries.states import events_by_clock, state_of
from clientela.requests import actions as requests
from clientela.requests.actions.history import Event, Happening, Story, write_history
from clientela.requests.actions.legs.rebuilding import legs_of_requests
from clientela.requests.models import Leg, Request
from tests.bench.filling import STORIES_AT_ONCE, tidy
from tests.bench.house import NOW, furnish
from tests.bench.stories import HOUR, Size, Teller

TOLD_APART = 10_000
SAMPLE = 2_000
# Of those that end: how many waited for their customer, came with a promise of somebody's own, came back, were not
# wanted any more.
WAITS_SHARE = 0.3
PROMISE_SHARE = 0.05
REOPENED_SHARE = 0.06
CANCELLED_SHARE = 0.04
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Indexes, keys and triggers that the copies would only have to be put into; none of them is asked here.
UNASKED = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I CASCADE', conrelid::regclass, conname) FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('f', 'u', 'x', 'c') AND conname <> 'leg_once'
    UNION ALL
    SELECT format('DROP INDEX %%s', index.indexrelid::regclass) FROM pg_index AS index
    LEFT JOIN pg_constraint ON conindid = index.indexrelid
    WHERE index.indrelid = ANY(%(tables)s::regclass[]) AND conname IS NULL
        AND index.indexrelid::regclass::text <> 'events_of_clock'
        AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = index.indexrelid)
"""
TABLES = ("requests_request", "requests_leg", "promises_clock", "promises_clockevent", "kernel_fact")
COPIES = {
    "requests_request": {"id": "id + %(requests)s * copy", "reference": "reference || copy"},
    "requests_leg": {"id": "id + %(legs)s * copy", "request_id": "request_id + %(requests)s * copy"},
    "promises_clock": {
        "id": "id + %(clocks)s * copy",
        "subject": "'request:' || substr(subject, 9)::bigint + %(requests)s * copy",
    },
    "promises_clockevent": {"id": "id + %(events)s * copy", "clock_id": "clock_id + %(clocks)s * copy"},
    "kernel_fact": {
        "id": "id + %(facts)s * copy",
        "about": "ARRAY['request:' || substr(about[1], 9)::bigint + %(requests)s * copy] || about[2:]",
    },
}
IS_ORIGINAL = {"kernel_fact": "about[1] LIKE 'request:%%'"}
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""


def fill(wanted: int) -> dict[str, float]:
    """Write about `wanted` requests with two years of past, their clocks, facts and legs.

    Returns what computing some of them one by one took, before there were copies: the yardstick.
    """
    call_command("migrate", interactive=False, verbosity=0)
    size = Size(requests=min(wanted, TOLD_APART), days=700, live=TOLD_APART // 20, customers=600)
    house = furnish(size.customers)
    prepare_months(at=NOW, since=(NOW - timedelta(days=size.days)).date())
    chance = Random(wanted)
    told = (_with_more(story, chance) for story in Teller(house, size).stories())
    stories = sorted(told, key=lambda story: story.opened_at)
    for begin in range(0, len(stories), STORIES_AT_ONCE):
        write_history(stories[begin : begin + STORIES_AT_ONCE], until=NOW)
    requests.rebuild_legs(at=NOW)
    tidy()
    alone = _one_by_one()
    _copy(wanted // size.requests - 1)
    tidy()
    return alone


def _with_more(story: Story, chance: Random) -> Story:
    """Let more happen to some of those that ended: waits, a promise of one's own, an end of another sort, a return."""
    *before, last = story.events or (None,)
    if last is None or last.what is not Happening.RESOLVE or any(event.asked for event in before if event):
        return story
    events = [event for event in before if event is not None]
    asked = Event(last.at - 3 * HOUR, Happening.WAIT_FOR_CUSTOMER, last.by_id)
    if events[-1].what is Happening.RECEIVE and chance.random() < WAITS_SHARE:
        events.append(asked)
    elif chance.random() < WAITS_SHARE / 4:
        events.append(replace(asked, what=Happening.WAIT_UNTIL, until=last.at - HOUR))
    if chance.random() < PROMISE_SHARE:
        promise = Event(last.at - 4 * HOUR, Happening.PROMISE, last.by_id, text="a call", until=last.at - HOUR)
        events += [promise, replace(promise, at=last.at - chance.uniform(0.5, 2) * HOUR, what=Happening.KEEP_PROMISE)]
    if chance.random() < CANCELLED_SHARE:
        return replace(story, events=(*events, replace(last, what=Happening.CANCEL, text="It works again.")))
    events.append(last)
    if chance.random() < REOPENED_SHARE:
        came_back = Event(last.at + 20 * HOUR, Happening.RECEIVE, text="Again.", author_id=story.asker_id)
        events += [came_back, Event(last.at + 22 * HOUR, Happening.RESOLVE, last.by_id)]
    return replace(story, events=tuple(events))


def _copy(copies: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(UNASKED, {"tables": list(TABLES)})
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        spans = {}
        for table, name in zip(TABLES, ("requests", "legs", "clocks", "events", "facts"), strict=True):
            cursor.execute(f"SELECT max(id) FROM {table}")  # noqa: S608 - one of the names above
            (spans[name],) = cursor.fetchone()
        for table, changed in COPIES.items():
            cursor.execute(COLUMNS, [table])
            names = [name for (name,) in cursor.fetchall()]
            cursor.execute(
                # Copy by copy, each in the order of the original: as it would have come in.
                f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608 - names of tables and columns
                f"SELECT {', '.join(changed.get(name, name) for name in names)} "
                f"FROM generate_series(1, %(copies)s) AS copy, "
                f"LATERAL (SELECT * FROM {table} WHERE {IS_ORIGINAL.get(table, 'true')} ORDER BY id) AS original",
                {**spans, "copies": copies},
            )


def prepare(_note: dict[str, object]) -> dict[str, int]:
    """Say how much there is."""
    with connection.cursor() as cursor:
        counts = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of the names above
            (counts[table.partition("_")[2]],) = cursor.fetchone()
    return counts


def measured() -> dict[str, float]:
    """Recompute everything, compare every row, and say what it took. One core: PostgreSQL may not use a second one."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    begun, own, theirs = perf_counter(), process_time(), _seconds_of(backend)
    clocks = promises.recompute_clocks(at=NOW, is_check=True)
    between, own_between, theirs_between = perf_counter(), process_time(), _seconds_of(backend)
    legs = requests.recompute_legs(at=NOW, is_check=True)
    ended, own_ended, theirs_ended = perf_counter(), process_time(), _seconds_of(backend)
    return {
        "requests": legs.request_count,
        "clocks": clocks.looked_at_count,
        "legs": legs.leg_count,
        "rare": clocks.rare_count,
        "different": len(clocks.different_ids) + len(legs.different_request_ids),
        "clocks_wall": between - begun,
        "clocks_own": own_between - own,
        "clocks_theirs": theirs_between - theirs,
        "legs_wall": ended - between,
        "legs_own": own_ended - own_between,
        "legs_theirs": theirs_ended - theirs_between,
    }


def _one_by_one() -> dict[str, float]:
    """Clocks and legs of some requests by the single functions: the processor time of our process."""
    begun = process_time()
    rows = list(Request.objects.order_by("pk").select_related("service_version")[:SAMPLE])
    computed = legs_of_requests(rows, at=NOW)
    clocks = list(Clock.objects.filter(subject__in=[f"request:{row.pk}" for row in rows]))
    past = events_by_clock(clocks)
    due = [state_of(clock, past[clock.pk], at=NOW) for clock in clocks]
    assert len(due) == len(clocks)
    assert sum(map(len, computed.values())) == Leg.objects.filter(request__in=rows).count()
    return {"requests": len(rows), "own": process_time() - begun}


def _seconds_of(pid: int) -> float:
    """The processor time that another process of this machine has used."""
    spent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(spent[11]) + int(spent[12])) / TICKS_A_SECOND

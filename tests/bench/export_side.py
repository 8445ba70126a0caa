"""The side that is exported: an archive of requests, new facts about them, and the store that follows."""

from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from time import perf_counter

from django.conf import settings
from django.db import transaction

from clientela.kernel.analytics.keeping import keep_up, rebuild
from clientela.kernel.journal import FactToRecord, Follower, follow_journal, record_many, thing
from clientela.kernel.models import FollowerCursor
from clientela.requests.models import Request
from tests.bench import archive
from tests.bench.house import NOW

# What an hour of a house tells: words and hand-overs for the most part, and of every four one that makes a difference
# to what a customer bought.
_VERBS = ("message_received", "reply_sent", "request_assigned", "request_resolved")
_BEGINS = Follower("bench.yardstick", frozenset(_VERBS), lambda _facts: None)
_FACTS_AT_ONCE = 10_000
_SMALL, _LARGE = 2_000, 100_000  # the archives that there are


def fill(requests: int) -> int:
    """Make the archive, the large or the small one, and an empty store; return how many requests there are."""
    archive.fill(_LARGE if requests >= _LARGE else _SMALL)
    settings.ANALYTICS_FOLDER = Path(mkdtemp(prefix="clientela-bench-analytics-"))
    # The legs are not what is measured: their follower has been everywhere.
    FollowerCursor.objects.update_or_create(name="requests.legs", defaults={"xid": 2**62, "fact_id": 0})
    return Request.objects.count()


def first_seconds() -> float:
    """How long writing everything takes."""
    begun = perf_counter()
    rebuild(at=NOW)
    return perf_counter() - begun


def happens(facts: int, seed: int) -> None:
    """Let so many things happen to requests, the newer ones more often."""
    chance = Random(seed)
    ids = list(Request.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, facts, _FACTS_AT_ONCE):
        some = [ids[int(len(ids) * chance.random() ** 0.25)] for _ in range(min(_FACTS_AT_ONCE, facts - start))]
        told = [
            FactToRecord(_VERBS[number % len(_VERBS)], None, NOW + timedelta(seconds=seed), [thing("request", one)])
            for number, one in enumerate(some)
        ]
        with transaction.atomic():
            record_many(told)


def yardstick_facts_a_second() -> float:
    """How many facts a second a follower passes that does nothing with them."""
    begun, count = perf_counter(), 0
    while passed := follow_journal(_BEGINS):
        count += passed
    return count / (perf_counter() - begun)


def export_facts_a_second() -> tuple[float, int]:
    """How many facts a second come into the store, processes and all; and how many ids were read again for them."""
    begun = perf_counter()
    kept = keep_up(at=NOW)
    return kept.facts / (perf_counter() - begun), kept.ids


def idle_seconds() -> float:
    """What a run costs when nothing is new."""
    begun = perf_counter()
    keep_up(at=NOW)
    return perf_counter() - begun


def megabytes() -> float:
    """How large the store is."""
    folder = Path(settings.ANALYTICS_FOLDER)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

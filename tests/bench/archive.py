"""What is asked of an archive: the pages an agent lives in, as queries and as whole pages. Runs in a side's process."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from time import perf_counter
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.directory.models import Account
from clientela.directory.queries import viewer_of
from clientela.requests import queries
from clientela.requests.queries import Said
from tests.bench.filling import Archive, fill_archive
from tests.bench.house import NOW
from tests.bench.stories import LARGE, SMALL
from tests.bench.texts import RARE_WORD

FOUND = 50  # as many as match, on one page
_asked: dict[str, Callable[[], object]] = {}


def fill(size: int) -> dict[str, Any]:
    """Fill the empty database; the answer goes to `prepare`."""
    wanted = {known.requests: known for known in (SMALL, LARGE)}[size]
    return asdict(fill_archive(wanted))


def prepare(archive: dict[str, Any]) -> dict[str, int]:
    """Get ready to ask, and say how much the answers show, which must be the same on both sides."""
    found = Archive(**archive)
    agent = viewer_of(found.agent_id, at=NOW)
    day = partial(queries.my_day, agent, at=NOW)
    queue = partial(queries.department_queue, agent, found.department_id, at=NOW)
    page = partial(queries.request_page, agent, found.long_reference, at=NOW)
    search = partial(queries.requests_found, agent, RARE_WORD, limit=FOUND)
    client = _browser(found)
    _asked.update(
        {
            "My day": day,
            "A department's queue": queue,
            "A request with 20 messages": page,
            "A search that matches 50": search,
            "My day, whole page": partial(_visit, client, reverse("desk:my_day")),
            "A department's requests, whole page": partial(
                _visit, client, f"{reverse('desk:requests')}?department={found.department_id}"
            ),
            "A request with 20 messages, whole page": partial(
                _visit, client, reverse("desk:request", args=[found.long_reference])
            ),
            "A search that matches 50, whole page": partial(
                _visit, client, f"{reverse('desk:requests')}?q={RARE_WORD}"
            ),
        }
    )
    seen = day()
    return {
        "requests in the day": 1 + len(seen.then),
        "requests nobody has, in the day": len(seen.unheld),
        "waiting, in the day": len(seen.waiting_on),
        "requests in the queue": len(queue().items),
        "messages on the page": sum(isinstance(item, Said) for item in page().conversation),
        "requests found": len(search().requests),
    }


def names() -> list[str]:
    """What can be asked."""
    return list(_asked)


def seconds(name: str) -> float:
    """How long the answer took."""
    begun = perf_counter()
    _asked[name]()
    return perf_counter() - begun


def statements(name: str) -> int:
    """How many statements it took, what never changes being known."""
    _asked[name]()
    with CaptureQueriesContext(connection) as captured:
        _asked[name]()
    return len(captured)


def _browser(archive: Archive) -> Client:
    """The agent's browser, logged in, on the Monday morning on which the archive ends."""
    traveller = time_machine.travel(NOW, tick=False)
    traveller.start()  # until this process ends
    client = Client(headers={"host": "localhost"})
    account = Account.objects.get(person=archive.agent_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _visit(client: Client, address: str) -> bytes:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return response.content

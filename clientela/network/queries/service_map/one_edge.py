"""One edge of the map, down to the very requests behind it."""

from collections.abc import Collection
from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.policies import may_allow_mail, may_bring_logs, may_see_service_map
from clientela.network.queries.service_map.seen import BUSINESSES, LOG, MAIL, OUTSIDE, EdgePage, TraceFile
from clientela.network.queries.service_map.whole import Sources, drawn, reasons_for
from clientela.requests.queries.between import requests_between
from clientela.requests.queries.queues import NewestPlace


def edge_page(
    viewer: Viewer,
    provider: str,
    customer: str,
    *,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    opened: Collection[str] = frozenset(),
    after: NewestPlace | None = None,
) -> EdgePage:
    """Return an edge between two nodes by their keys, on the map that `service_map` draws with the same arguments.

    The requests are those asked in the map's weeks, of the provider as it is shown: with its teams, unless it is
    opened. An edge without any request is an edge too. The number of statements depends on nothing.
    Raises HiddenError, also for a node or an edge that is not on the map.
    """
    require_seen(may_see_service_map(viewer))
    found, sources = drawn(at=at, since=since, until=until, opened=opened)
    edge = found.edge(provider, customer)
    if edge is None:
        raise HiddenError(f"There is no edge from {provider} to {customer}.")
    provider_ids, customer_ids = _covered(sources, provider), _covered(sources, customer)
    behind = requests_between(
        viewer,
        provider_ids=provider_ids,
        customer_ids=customer_ids,
        is_business=customer == BUSINESSES if customer in OUTSIDE else None,
        since=found.since,
        until=found.until,
        after=after,
    )
    return EdgePage(
        map=found,
        provider=found.node(provider),
        customer=found.node(customer),
        edge=edge,
        reasons=reasons_for(edge, sources, language=product_language(viewer.language)),
        requests=behind.requests,
        hidden_count=behind.hidden_count,
        after=behind.after,
        files=_files(viewer, sources.traced.files.get((provider, customer), ())),
    )


def _covered(sources: Sources, key: str) -> frozenset[int]:
    number = sources.ids.get(key)
    return frozenset() if number is None else sources.chart.covered[number]


def _files(viewer: Viewer, files: tuple[TraceFile, ...]) -> tuple[TraceFile, ...]:
    """Of the files a line was found in, those that the viewer may look at."""
    may_see = {LOG: bool(may_bring_logs(viewer)), MAIL: bool(may_allow_mail(viewer))}
    return tuple(one for one in files if may_see.get(one.source, False))

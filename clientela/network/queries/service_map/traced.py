"""What event logs and other traces show of who serves whom, in the weeks of the map."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clientela.network import rules
from clientela.network.queries.logs import log_edges
from clientela.network.queries.mail_lines import mail_lines
from clientela.network.queries.service_map.seen import LOG, MAIL, Trace, TraceFile
from clientela.network.queries.service_map.weeks import A_WEEK, Pair
from clientela.network.queries.traces import TracedLine

LAST_DAY = A_WEEK - timedelta(days=1)


@dataclass(frozen=True)
class Traced:
    """What was traced. `ties` and `earliest_week` are those of all traces there are, in whatever weeks."""

    traces: Mapping[Pair, tuple[Trace, ...]]  # only pairs of which some trace shows that something was asked
    files: Mapping[Pair, tuple[TraceFile, ...]]  # that these were counted in
    ties: frozenset[Pair]
    earliest_week: date | None


def traced_between(
    node_of: Mapping[int, int], key_of: Mapping[int, str], *, first_week: date, last_week: date
) -> Traced:
    """Return what traces show between the nodes that are shown. One statement for each of the sources.

    An event log knows only from when to when its file goes, so it counts whole in every week of that time, and in none
    beside it; one that does not say counts always. Mail is known by the week.
    """
    ties: set[Pair] = set()
    first_days: list[date] = []
    some: dict[Pair, dict[str, list[TracedLine]]] = defaultdict(lambda: defaultdict(list))
    for line in log_edges():
        pair = _pair(line.provider_id, line.customer_id or line.segment, node_of, key_of)
        if pair is None:
            continue
        if line.asked:
            ties.add(pair)
            first_days += [line.first_on] if line.first_on else []
        if _is_within(line, first_week, last_week):
            some[pair][LOG].append(line)
    by_mail = mail_lines(node_of, first_week=first_week, last_week=last_week)
    for line in by_mail.lines:
        pair = _pair(line.provider_id, line.customer_id or line.segment, node_of, key_of)
        if pair is not None:
            some[pair][MAIL].append(line)
    for provider_id, customer in by_mail.ties:
        pair = _pair(provider_id, customer, node_of, key_of)
        ties |= {pair} if pair is not None else set()
    first_days += [by_mail.first_on] if by_mail.first_on else []
    found = {
        pair: tuple(trace for source, lines in by_source.items() if (trace := _trace(source, lines)).asked)
        for pair, by_source in some.items()
    }
    first_on = min(first_days, default=None)
    return Traced(
        traces={pair: traces for pair, traces in found.items() if traces},
        files={
            pair: _files({trace.source: some[pair][trace.source] for trace in traces})
            for pair, traces in found.items()
            if traces
        },
        ties=frozenset(ties),
        earliest_week=None if first_on is None else first_on - timedelta(days=first_on.weekday()),
    )


def _pair(provider_id: int, customer: int | str, node_of: Mapping[int, int], key_of: Mapping[int, str]) -> Pair | None:
    """The nodes at both ends of a line; None where one is not shown, or both are one. A text is a segment outside."""
    provider = node_of.get(provider_id)
    other = customer if isinstance(customer, str) else node_of.get(customer)
    if provider is None or other is None or provider == other:
        return None
    return key_of[provider], other if isinstance(other, str) else key_of[other]


def _is_within(line: TracedLine, first_week: date, last_week: date) -> bool:
    begins_in_time = line.first_on is None or line.first_on <= last_week + LAST_DAY
    return begins_in_time and (line.last_on is None or line.last_on >= first_week)


def _trace(source: str, lines: list[TracedLine]) -> Trace:
    return Trace(
        source=source,
        asked=sum(line.asked for line in lines),
        back=sum(line.back for line in lines),
        median_wait_seconds=_median_wait_seconds(lines),
        first_on=min((line.first_on for line in lines if line.first_on), default=None),
        last_on=max((line.last_on for line in lines if line.last_on), default=None),
    )


def _median_wait_seconds(lines: list[TracedLine]) -> int | None:
    """The median of what adds up; medians themselves do not, so of several lines there is none."""
    waits: Counter[int] = Counter()
    for line in lines:
        waits.update(dict(line.waits))
    if waits:
        return rules.median_wait_seconds(waits) if waits.total() >= rules.FEWEST else None
    wait = lines[0].median_wait_seconds if len(lines) == 1 else None
    return None if wait is None else round(wait)


def _files(by_source: Mapping[str, Iterable[TracedLine]]) -> tuple[TraceFile, ...]:
    found = {
        TraceFile(source, number, name)
        for source, lines in by_source.items()
        for line in lines
        for number, name in line.files or ([] if line.file_id is None else [(line.file_id, line.file_name)])
    }
    return tuple(sorted(found, key=lambda one: (one.source, one.name, one.id)))

"""Who asks whom by mail, as the mail server's own record shows it: by department and week, and never by person."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Sum

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.own_files import path_of_own_file
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network import rules
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail.bundles import kind_of_record
from clientela.network.discovery.mail.columns import guess_mail_columns
from clientela.network.discovery.mail.contracts import MailColumns
from clientela.network.discovery.mail.logs import LOGS, TABLE
from clientela.network.discovery.sample import read_sample
from clientela.network.models import MAIL_FILES, MailAllowance, MailTrace, MailWeek
from clientela.network.policies import may_allow_mail, may_see_mail_counting
from clientela.network.queries.mail_lines import LAST_DAY

MOST_TRACES = 100
MOST_PAIRS_SHOWN = 100
OPEN_STATES = frozenset({MailTrace.State.WAITING, MailTrace.State.RUNNING})
_WAITS = """
SELECT week.provider_id, week.customer_id, week.segment, wait.bucket, sum(wait.count)
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS pair (provider_id, customer_id, segment)
JOIN network_mailweek AS week ON week.provider_id = pair.provider_id
    AND coalesce(week.customer_id, 0) = pair.customer_id AND week.segment = pair.segment
CROSS JOIN unnest(week.wait_buckets, week.wait_counts) AS wait (bucket, count)
GROUP BY week.provider_id, week.customer_id, week.segment, wait.bucket
"""


@dataclass(frozen=True)
class MailCounting:
    """Whether mail is counted, since when, and the first and last day (of whole weeks) of which anything is kept."""

    is_on: bool
    since: datetime | None
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True)
class MailPair:
    """One department asking another by mail; `customer` is None for people outside, by `segment` where that is known.

    `median_wait_seconds`: working time until the first answer; None where too few people answered to say.
    """

    provider: directory.DepartmentCard
    customer: directory.DepartmentCard | None
    segment: str
    asked: int
    answered: int
    median_wait_seconds: int | None


@dataclass(frozen=True)
class MailTraceLine:
    """A record in a list. `state`: draft, waiting, running, done, cancelled, failed."""

    id: int
    file_name: str
    size_bytes: int
    state: str
    progress: float
    rows_read: int
    brought_by: str  # "" for the house
    brought_at: datetime
    asked: int | None  # that are kept; of a record that was counted


@dataclass(frozen=True)
class MailPage:
    """What every colleague sees of the counting; `traces` only who may allow it."""

    counting: MailCounting
    may_allow: bool
    traces: tuple[MailTraceLine, ...]
    pairs: tuple[MailPair, ...]  # the busiest
    pairs_count: int


@dataclass(frozen=True)
class MailTracePage:
    """One record. `found`: how many mails were what, as `MailFound` without weeks."""

    line: MailTraceLine
    columns: Mapping[str, str]
    zone: str
    latest_on: date | None  # of a server's log, whose lines name no year
    error: Mapping[str, Any] | None
    found: Mapping[str, Any] | None
    first_at: datetime | None
    last_at: datetime | None
    is_on: bool
    is_open: bool
    is_stopping: bool


@dataclass(frozen=True)
class MailPreview:
    """The columns of a record, which seems to hold what, and none of its lines. `problem`: why that is not enough.

    `server`: whose log it is, Postfix or Exim, where it is no table; then there are no columns to be chosen.
    """

    names: tuple[str, ...]
    columns: MailColumns | None
    problem: LogProblemError | None
    server: str = ""


def mail_counting() -> MailCounting:
    """Return whether mail is counted. Two statements. Every colleague may know; whoever shows it asks who is one."""
    row = MailAllowance.objects.filter(ended_at__isnull=True).first()
    span = MailWeek.objects.aggregate(first=Min("week_on"), last=Max("week_on")) if row is not None else {}
    first, last = span.get("first"), span.get("last")
    return MailCounting(
        is_on=row is not None,
        since=row.allowed_at if row is not None else None,
        first_on=first,
        last_on=last + LAST_DAY if last is not None else None,
    )


def mail_page(viewer: Viewer) -> MailPage:
    """Return what was counted, and for who may allow it every record. Raises HiddenError. Eight statements at most."""
    require_seen(may_see_mail_counting(viewer))
    may_allow = bool(may_allow_mail(viewer))
    traces: tuple[MailTraceLine, ...] = ()
    if may_allow:
        rows = list(MailTrace.objects.order_by("-brought_at", "-pk")[:MOST_TRACES])
        cards = directory.party_cards({row.brought_by_id for row in rows if row.brought_by_id is not None})
        traces = tuple(_line(row, cards) for row in rows)
    pairs, count = _pairs()
    return MailPage(mail_counting(), may_allow, traces, pairs, count)


def mail_trace_page(viewer: Viewer, trace_id: int) -> MailTracePage:
    """Return one record. Raises HiddenError. Three statements at most."""
    row = _seen(viewer, trace_id)
    cards = directory.party_cards([row.brought_by_id] if row.brought_by_id is not None else [])
    return MailTracePage(
        line=_line(row, cards),
        columns=row.columns,
        zone=row.zone,
        latest_on=row.latest_on,
        error=row.error,
        found=row.found,
        first_at=row.first_at,
        last_at=row.last_at,
        is_on=MailAllowance.objects.filter(ended_at__isnull=True).exists(),
        is_open=row.state in OPEN_STATES,
        is_stopping=row.is_cancel_wished and row.state in OPEN_STATES,
    )


def mail_preview(viewer: Viewer, trace_id: int) -> MailPreview:
    """Return the columns of a draft and which seems to hold what. Raises HiddenError, also for what is no draft."""
    row = _seen(viewer, trace_id)
    if row.state != MailTrace.State.DRAFT:
        raise HiddenError(f"The mail trace {trace_id} is no draft.")
    path = path_of_own_file(room=MAIL_FILES, number=row.pk)
    kind = kind_of_record(path, called=row.file_name)
    if kind != TABLE:
        return MailPreview((), MailColumns({}, {}), None, LOGS[kind])
    sample = read_sample(path, name=row.file_name)
    try:
        return MailPreview(sample.names, guess_mail_columns(sample, {}, where=row.file_name), None)
    except LogProblemError as problem:
        return MailPreview(sample.names, None, problem)


def _pairs() -> tuple[tuple[MailPair, ...], int]:
    """Return the busiest pairs, and how many there are. Four statements at most."""
    every = MailWeek.objects.order_by().values("provider_id", "customer_id", "segment")
    rows = list(
        every.annotate(all_asked=Sum("asked"), all_answered=Sum("answered")).order_by(
            "-all_asked", "provider__key", "customer__key", "segment"
        )[:MOST_PAIRS_SHOWN]
    )
    if not rows:
        return (), 0
    cards = {card.id: card for card in directory.departments()}
    waits = _waits([(row["provider_id"], row["customer_id"], row["segment"]) for row in rows])
    return tuple(
        MailPair(
            provider=cards[row["provider_id"]],
            customer=cards[row["customer_id"]] if row["customer_id"] is not None else None,
            segment=row["segment"],
            asked=row["all_asked"],
            answered=row["all_answered"],
            median_wait_seconds=rules.median_wait_seconds(
                waits[row["provider_id"], row["customer_id"], row["segment"]]
            ),
        )
        for row in rows
    ), every.distinct().count()


def _waits(pairs: list[tuple[int, int | None, str]]) -> dict[tuple[int, int | None, str], dict[int, int]]:
    """Add the histograms of these pairs up. One statement."""
    found: dict[tuple[int, int | None, str], dict[int, int]] = defaultdict(dict)
    providers, customers, segments = zip(*pairs, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [list(providers), [customer or 0 for customer in customers], list(segments)])
        for provider, customer, segment, bucket, count in cursor.fetchall():
            found[provider, customer, segment][bucket] = count
    return found


def _seen(viewer: Viewer, trace_id: int) -> MailTrace:
    require_seen(may_allow_mail(viewer))
    row = MailTrace.objects.filter(pk=trace_id).first()
    if row is None:
        raise HiddenError(f"There is no mail trace {trace_id}.")
    return row


def _line(row: MailTrace, cards: Mapping[int, directory.PartyCard]) -> MailTraceLine:
    giver = cards.get(row.brought_by_id) if row.brought_by_id is not None else None
    return MailTraceLine(
        id=row.pk,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        state=row.state,
        progress=row.progress,
        rows_read=row.rows_read,
        brought_by=giver.name if giver is not None else "",
        brought_at=row.brought_at,
        asked=row.found["asked"] if row.found else None,
    )

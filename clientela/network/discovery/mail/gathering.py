"""Mails without their addresses, in a database of its own. Imported only by processes apart.

An address lives as long as the batch it came in: from then on there is only a number, and of which department it is. Of
somebody who is not ours the number is a hash with a salt that nobody keeps.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clientela.network.discovery.mail.contracts import (
    FIRST_OUTSIDE,
    MACHINE,
    OUTSIDE,
    UNKNOWN,
    Addresses,
)
from clientela.network.discovery.moments_sql import macros_for

FEW = 5
MAILS_AT_ONCE = 200_000
# What machines call themselves, before the @.
MACHINES = (
    r"^(no-?_?\.?reply|do-?_?not-?_?reply|donotreply|mailer-daemon|postmaster|daemon|root|cron|listserv|majordomo|mailman"
    r"|notifications?|notify|alerts?|newsletters?|fbl|dmarc[^@]*|bounces?|bounces?[-+_.=][^@]*|[^@]*[-+_.]bounces?"
    r"|prvs=[^@]*|btv1==[^@]*|srs[01][=+-][^@]*|owner-[^@]*|[^@]*-(owner|request|noreply)|no-?reply[-+_.][^@]*"
    r"|[^@]*[-_.]no-?reply|microsoftexchange[0-9a-f]{20,}|healthmailbox[0-9a-f]*|systemmailbox[^@]*|inboundproxy)@"
)
# What a server notes of a mail that never arrived, or that nobody should read.
LOST = ("fail", "failed", "quarantined", "filteredasspam", "spam", "rejected", "reject", "bounced", "bounce", "dropped",
        "expired", "blocked", "dsn", "badmail")  # fmt: skip
# What it notes of one on its way, before it has arrived or not.
STEPS = ("receive", "submit", "agentinfo", "transfer", "haredirect", "haredirectfail", "hareceive", "hadiscard",
         "resolve", "expand", "redirect", "load", "defer", "submitdefer", "duplicatedeliver",
         "duplicateredirect", "process", "throttle")  # fmt: skip
FAILED = r"\b(?:fail|failed|quarantined|filteredasspam|expired|bounced|dropped)\b"  # of one reader among several
ADDRESS = r"[^\s,;|<>\"'':()\[\]]+@[^\s,;|<>\"'':()\[\]]+"
CREATE = """
    CREATE TABLE mails (moment BIGINT, writer BIGINT, writers INTEGER, reader BIGINT, readers INTEGER,
        message BIGINT);
    CREATE TABLE known (address VARCHAR, who BIGINT, place INTEGER);
    CREATE TABLE ours (domain VARCHAR);
"""
# `batch` is what Arrow hands over. Exchange writes what became of each reader behind ##; the rest is addresses.
READ = f"""
    CREATE OR REPLACE TEMP TABLE given AS
    SELECT row, moment_of(trim(moment)) AS moment, coalesce(trim(moment), '') = '' AS is_blank,
        CASE WHEN getvariable('has_zone') THEN true ELSE tells_zone(trim(moment)) END AS tells,
        lower(regexp_extract(sender, '{ADDRESS}')) AS sender,
        regexp_extract_all(lower(CASE WHEN contains(recipients, '##')
            THEN regexp_replace(regexp_replace(recipients, '[^;]*##[^;]*{FAILED}[^;]*', '', 'gi'), '##[^;]*', '', 'g')
            ELSE recipients END), '{ADDRESS}') AS recipients,
        coalesce(contains(recipients, '##'), false) AS tells_each,
        list_contains($lost, lower(trim(coalesce(status, '')))) AS is_lost,
        list_contains($steps, lower(trim(coalesce(status, '')))) AS is_step,
        trim(coalesce(message, '')) AS message
    FROM batch
"""  # noqa: S608 - our own words
SUMMARY = """
    SELECT count(*),
        count(*) FILTER (moment IS NULL), min(row, $few) FILTER (moment IS NULL),
        count(*) FILTER (moment IS NOT NULL AND len(recipients) = 0 AND NOT tells_each),
        min(row, $few) FILTER (moment IS NOT NULL AND len(recipients) = 0 AND NOT tells_each),
        count(*) FILTER (moment IS NOT NULL AND NOT tells),
        count(*) FILTER (is_lost OR len(recipients) = 0 AND tells_each), count(*) FILTER (is_step)
    FROM given
"""
# Without its +tag an address is the same person's; a known one may have such a sign itself.
TAKE = f"""
    INSERT INTO mails
    WITH ends AS (
        SELECT moment, sender, unnest(recipients) AS reader,
            CASE WHEN message <> '' THEN (hash($salt || message) // 4)::BIGINT END AS message
        FROM given WHERE moment IS NOT NULL AND NOT is_lost AND NOT is_step
    ), named AS (
        SELECT address, CASE WHEN contains(address, '+') THEN regexp_replace(address, '\\+[^@]*@', '@')
            ELSE address END AS bare
        FROM (SELECT sender AS address FROM ends WHERE sender <> '' UNION SELECT reader FROM ends)
    ), found AS (
        SELECT named.address,
            coalesce(plain.who, cut.who, {FIRST_OUTSIDE} + (hash($salt || named.bare) // 4)::BIGINT) AS who,
            CASE WHEN coalesce(plain.place, cut.place) IS NOT NULL THEN coalesce(plain.place, cut.place)
                WHEN regexp_matches(named.address, $machines) THEN {MACHINE}
                WHEN ours.domain IS NOT NULL THEN {UNKNOWN}
                ELSE {OUTSIDE} END AS place
        FROM named
        LEFT JOIN known AS plain ON plain.address = named.address
        LEFT JOIN known AS cut ON cut.address = named.bare
        LEFT JOIN ours ON ours.domain = split_part(named.bare, '@', -1)
    )
    SELECT ends.moment // 1000000, coalesce(writer.who, 0), coalesce(writer.place, {MACHINE}), reader.who, reader.place,
        ends.message
    FROM ends JOIN found AS reader ON reader.address = ends.reader
    LEFT JOIN found AS writer ON writer.address = ends.sender
"""  # noqa: S608 - our own numbers
SPAN = "SELECT count(*), min(moment), max(moment) FROM mails"
IN_ORDER = "SELECT moment, writer, writers, reader, readers FROM mails ORDER BY moment, writer, reader"
# A mail that a filter handed back, or of which each step is noted, stands there several times under one number.
ONCE = """
    SELECT min(moment) AS moment, writer, any_value(writers), reader, any_value(readers)
    FROM mails GROUP BY coalesce(message, -1 - rowid), writer, reader ORDER BY 1, 2, 4
"""

Numbers = NDArray[np.int64]


@dataclass
class Seen:
    """What of the rows could not be used. `…_rows`: the first few, counted from 1."""

    rows: int = 0
    no_moment: int = 0
    no_moment_rows: tuple[int, ...] = ()
    no_reader: int = 0
    no_reader_rows: tuple[int, ...] = ()
    local_moments: int = 0
    lost: int = 0
    steps: int = 0
    has_numbers: bool = False


@dataclass(frozen=True)
class Mails:
    """Mails in the order of their moments (seconds since 1970), then by writer and reader."""

    moment: Numbers
    writer: Numbers
    writers: Numbers
    reader: Numbers
    readers: Numbers

    def __len__(self) -> int:
        return len(self.moment)

    def part(self, which: slice | NDArray[np.bool_]) -> "Mails":
        """Return some of them."""
        return Mails(
            self.moment[which], self.writer[which], self.writers[which], self.reader[which], self.readers[which]
        )

    def after(self, others: "Mails") -> "Mails":
        """Return the others and these, in this order."""
        return Mails(
            np.concatenate([others.moment, self.moment]),
            np.concatenate([others.writer, self.writer]),
            np.concatenate([others.writers, self.writers]),
            np.concatenate([others.reader, self.reader]),
            np.concatenate([others.readers, self.readers]),
        )


class MailGathering:
    """A database for one record, in a folder of its own. DuckDB writes to disk what its memory cannot hold."""

    def __init__(self, folder: Path, *, memory_limit_mb: int, threads: int = 2) -> None:
        settings: dict[str, Any] = {
            "memory_limit": f"{memory_limit_mb}MB",
            "threads": threads,
            "temp_directory": str(folder / "spilled"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._engine = duckdb.connect(str(folder / "mails.duckdb"), config=settings)
        self._engine.execute("SET enable_progress_bar = false")
        self._salt = secrets.token_hex(16)
        self.seen = Seen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    def begin(self, addresses: Addresses, *, way: str, zone: str, has_zone: bool) -> None:
        """Make ready; forget what was gathered before. `way`: of writing moments, as `moments.way_of` names it."""
        self._engine.execute("DROP TABLE IF EXISTS mails; DROP TABLE IF EXISTS known; DROP TABLE IF EXISTS ours")
        self._engine.execute(CREATE)
        self._engine.execute(f"SET TimeZone = '{zone}'")
        self._engine.execute("SET VARIABLE has_zone = $1", [has_zone])
        self._engine.execute("SET VARIABLE is_utc = $1", [zone == "UTC"])
        for statement in macros_for(way, zone=zone):
            self._engine.execute(statement)
        rows = sorted(addresses.known)
        self._fill(
            "known",
            pa.table(
                {
                    "address": pa.array([row[0] for row in rows], pa.string()),
                    "who": pa.array([row[1] for row in rows], pa.int64()),
                    "place": pa.array([row[2] for row in rows], pa.int32()),
                }
            ),
        )
        self._fill("ours", pa.table({"domain": pa.array(sorted(addresses.domains), pa.string())}))
        self.seen = Seen()

    def take(self, batch: pa.RecordBatch) -> None:
        """Take in one batch with the columns row, sender, recipients, moment, status and message."""
        self._engine.register("batch", pa.Table.from_batches([batch]))
        self._engine.execute(READ, {"lost": list(LOST), "steps": list(STEPS)})
        self._engine.unregister("batch")
        rows, no_moment, no_moment_rows, no_reader, no_reader_rows, local, lost, steps = self._one(SUMMARY, few=FEW)
        seen = self.seen
        self.seen = Seen(
            rows=seen.rows + rows,
            no_moment=seen.no_moment + no_moment,
            no_moment_rows=(*seen.no_moment_rows, *(no_moment_rows or ()))[:FEW],
            no_reader=seen.no_reader + no_reader,
            no_reader_rows=(*seen.no_reader_rows, *(no_reader_rows or ()))[:FEW],
            local_moments=seen.local_moments + local,
            lost=seen.lost + lost,
            steps=seen.steps + steps,
            has_numbers=seen.has_numbers or batch.column("message").null_count < batch.num_rows,
        )
        self._engine.execute(TAKE, {"salt": self._salt, "machines": MACHINES})

    def span(self) -> tuple[int, int, int]:
        """Return how many mails there are (one to three readers counts as three), and the first and last moment."""
        self._engine.execute("DROP TABLE given; DROP TABLE known")
        count, first, last = self._one(SPAN)
        return count, first or 0, last or 0

    def in_order(self) -> Iterator[Mails]:
        """Give all mails in the order of their moments, some at a time."""
        # Whoever says here that no order is kept may get even an ordered answer in pieces that changed places.
        self._engine.execute("SET preserve_insertion_order = true")
        reader = self._engine.sql(ONCE if self.seen.has_numbers else IN_ORDER).to_arrow_reader(MAILS_AT_ONCE)
        for batch in reader:
            columns = [column.cast(pa.int64()).to_numpy(zero_copy_only=False) for column in batch.columns]
            yield Mails(*columns)

    def _fill(self, name: str, rows: pa.Table) -> None:
        self._engine.register("rows", rows)
        self._engine.execute(f"INSERT INTO {name} SELECT * FROM rows")  # noqa: S608 - our own names
        self._engine.unregister("rows")

    def _one(self, statement: str, **given: Any) -> tuple[Any, ...]:
        return self._engine.execute(statement, given or None).fetchall()[0]

"""All changes of very many requests, out of one pass over the journal, in bounded memory.

Facts lie in the order in which they were recorded; legs need them by request. So the pass deals them out to files, one
for each range of requests, and each file is then read back and sorted by itself.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

import numpy as np

from clientela.kernel.columns import Column
from clientela.kernel.journal import facts_as_columns
from clientela.requests.queries.past_changes import CHANGES
from clientela.requests.rules.legs.bulk import GIVEN_BACK, HANDED_OVER, HELD, STATE_CODES

REQUESTS_A_FILE: Final = 1 << 16  # so that a request's place in its file fits into sixteen bits, which sort fastest
MOST_FILES: Final = 512

_LINE: Final = np.dtype(
    [("id", "i8"), ("at", "i8"), ("department", "i8"), ("was", "i8"), ("place", "u2"), ("code", "i2")]
)


_STATES: Final = " ".join(f"WHEN '{state}' THEN {code}" for state, code in STATE_CODES.items())
_CODE: Final = f"""
    CASE verb WHEN 'request_taken' THEN {HELD}
        WHEN 'waiting_started' THEN CASE data ->> 'state' {_STATES} END
        WHEN 'waiting_ended' THEN {STATE_CODES["open"]}
        WHEN 'request_resolved' THEN {STATE_CODES["resolved"]}
        WHEN 'request_closed' THEN {STATE_CODES["closed"]}
        WHEN 'request_cancelled' THEN {STATE_CODES["cancelled"]}
        WHEN 'request_reopened' THEN {STATE_CODES["open"]}
        WHEN 'request_assigned' THEN CASE WHEN data ->> 'to' IS NULL THEN {GIVEN_BACK} ELSE {HELD} END
        WHEN 'request_handed_over' THEN {HANDED_OVER} END
"""
# What a change says, as the rules read it; the request is the first thing that a fact is about.
_TOLD: Final = {
    "id": ("id", "int8"),
    "at": ("at", "timestamptz"),
    "request": ("substr(about[1], 9)", "int8"),
    "code": (_CODE, "int2"),
    "department": ("CASE WHEN verb = 'request_handed_over' THEN (data ->> 'to')::int8 ELSE 0 END", "int8"),
    "was": ("CASE WHEN verb = 'request_handed_over' THEN (data ->> 'was')::int8 ELSE 0 END", "int8"),
}


@dataclass(frozen=True)
class ToldChanges:
    """The changes of the requests of one range: `place` is the request's id less `first_request`.

    In the order of request, moment, and as recorded.
    """

    first_request: int
    place: Column
    at: Column
    code: Column
    to: Column
    was: Column


def told_changes(*, requests: range, at: datetime) -> Iterator[ToldChanges]:
    """The changes up to `at` of all requests with an id in `requests`, range by range, also where there are none."""
    most = REQUESTS_A_FILE * MOST_FILES
    for first in range(requests.start, requests.stop, most):
        with _dealt(range(first, min(first + most, requests.stop)), at=at) as files:
            for number, file in enumerate(files):
                yield _read_back(file, first + number * REQUESTS_A_FILE)


@contextmanager
def _dealt(requests: range, *, at: datetime) -> Iterator[list[IO[bytes]]]:
    """One file for each range of requests, with their changes in the order in which they were recorded."""
    with ExitStack() as stack:
        count = -(-len(requests) // REQUESTS_A_FILE)
        files: list[IO[bytes]] = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(count)]
        for told in facts_as_columns(_TOLD, verbs=CHANGES, at=at):
            _deal(told, requests, files)
        yield files


def _deal(told: dict[str, Column], requests: range, files: list[IO[bytes]]) -> None:
    place = told["request"] - requests.start
    is_ours = (place >= 0) & (place < len(requests))
    lines = np.empty(int(is_ours.sum()), dtype=_LINE)
    for name in ("id", "at", "department", "was", "code"):
        lines[name] = told[name][is_ours]
    place = place[is_ours]
    lines["place"] = place % REQUESTS_A_FILE
    number = (place // REQUESTS_A_FILE).astype(np.uint16)
    order = np.argsort(number, kind="stable")
    lines, number = lines[order], number[order]
    edges = np.searchsorted(number, np.arange(len(files) + 1))
    for file, begin, end in zip(files, edges[:-1], edges[1:], strict=True):
        if begin < end:
            file.write(lines[begin:end].tobytes())


def _read_back(file: IO[bytes], first_request: int) -> ToldChanges:
    file.seek(0)
    lines = np.frombuffer(file.read(), dtype=_LINE)
    lines = lines[np.argsort(lines["place"], kind="stable")]
    is_same = lines["place"][1:] == lines["place"][:-1]
    at, number = lines["at"], lines["id"]
    # Recorded in another order than it happened in: rare, and then everything is sorted the long way.
    is_disordered = (at[1:] < at[:-1]) | ((at[1:] == at[:-1]) & (number[1:] < number[:-1]))
    if (is_same & is_disordered).any():
        lines = lines[np.lexsort((lines["id"], lines["at"], lines["place"]))]
    return ToldChanges(
        first_request=first_request,
        place=lines["place"].astype(np.int64),
        at=lines["at"].astype(np.int64),
        code=lines["code"].astype(np.int64),
        to=lines["department"].astype(np.int64),
        was=lines["was"].astype(np.int64),
    )

"""Who hands over to whom, counted in memory: for logs of which everything fits there, many times as fast.

The same answers as `counting` gives, which counts what is larger; a test compares them. Imported only by processes
apart.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clientela.network.discovery.contracts import Edge, Node
from clientela.network.discovery.counting import FEW, Read, Reading, Summary
from clientela.network.discovery.moments import ISO
from clientela.network.discovery.quick_moments import plain_moments

Numbers = NDArray[np.int64]
Marks = NDArray[np.bool_]

# The blanks of every script, which are no part of a name; the engine cuts the same.
BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
LARGEST = 1 << 62
SECOND = 1_000_000  # microseconds


class CountingInMemory:
    """One log, as columns of numbers. `read` is asked for moments that are not plainly written."""

    def __init__(self, batches: Sequence[pa.RecordBatch], reading: Reading, read: Callable[[pa.Array], Read]) -> None:
        columns = {name: _column(batches, name) for name in ("row", "case", "activity", "moment", reading.by)}
        if reading.transition:
            kept = pc.equal(pc.utf8_lower(_trimmed(_column(batches, "transition"))), reading.transition)
            columns = {name: column.filter(kept) for name, column in columns.items()}
        self._rows = cast("Numbers", columns["row"].to_numpy())
        self._case, _ = _coded(columns["case"], in_order=False)
        self._who, self._names = _coded(columns[reading.by])
        self._activity, self._activities = _coded(columns["activity"])
        found = _moments(columns["moment"], reading, read)
        self._moment, self._is_read, self._is_blank = found.moments, found.is_read, found.is_blank
        self._tells = np.ones_like(found.tells) if reading.has_zone else found.tells
        self._unsure_row = int(self._rows[found.unsure_place]) if found.unsure_zone else 0
        self._unsure_zone = found.unsure_zone

    def summary(self) -> Summary:
        """Say how much of the log can be used."""
        has_case, has_who = self._case >= 0, self._who >= 0
        timeless, nobodys = has_case & ~self._is_read, has_case & self._is_read & ~has_who
        blank = int(np.count_nonzero(timeless & self._is_blank))
        return Summary(
            rows=len(self._rows),
            no_case=int(np.count_nonzero(~has_case)),
            no_case_rows=self._first(~has_case),
            blank_moments=blank,
            unreadable_moments=int(np.count_nonzero(timeless)) - blank,
            no_moment_rows=self._first(timeless),
            no_team=int(np.count_nonzero(nobodys)),
            no_team_rows=self._first(nobodys),
            local_moments=int(np.count_nonzero(self._is_read & ~self._tells)),
            unsure_row=self._unsure_row,
            unsure_zone=self._unsure_zone,
        )

    def line_up(self) -> None:
        """Put the events of each case in their order, and each beside the one before it."""
        self._usable = np.flatnonzero((self._case >= 0) & self._is_read & (self._who >= 0))
        case, who, moment = (column[self._usable] for column in (self._case, self._who, self._moment))
        order = _in_order(moment)
        order = order[_in_order(case[order])]
        self._lined = case, who, moment = case[order], who[order], moment[order]
        # For the first time in these hands; every later time the case comes back.
        pair = case * max(1, len(self._names)) + who
        together = _in_order(pair)
        self._is_first = np.zeros(len(who), dtype=np.bool_)
        self._is_first[together[_begins(pair[together])]] = True
        goes_on = case[1:] == case[:-1]
        self._giver, self._taker = who[:-1][goes_on], who[1:][goes_on]
        self._wait = (moment[1:] - moment[:-1])[goes_on]
        self._step_case, self._is_back = case[1:][goes_on], ~self._is_first[1:][goes_on]

    def regroup(self, team_of: Mapping[str, str], *, others: str) -> None:
        """Count by teams instead of by who did the work; who is in none counts as `others`. Then line up again."""
        teams = [team_of.get(name, others) for name in self._names]
        names = sorted(set(teams))
        place_of = {name: place for place, name in enumerate(names)}
        places = np.array([place_of[team] for team in teams] or [0], dtype=np.int64)
        self._who = np.where(self._who >= 0, places[self._who], -1)
        self._names = names
        self.line_up()

    def overview(self) -> tuple[int, int, int, str, str]:
        """Count events, cases, activities; give the first and the last moment."""
        case, _who, moment = self._lined
        activities = np.unique(self._activity[self._usable])
        known = int(np.count_nonzero(activities >= 0))
        if not len(case):
            return 0, 0, known, "", ""
        return len(case), int(np.count_nonzero(_begins(case))), known, _iso(moment.min()), _iso(moment.max())

    def nodes(self) -> tuple[Node, ...]:
        """Count what each team did, the busiest first."""
        _case, who, _moment = self._lined
        moves = self._giver != self._taker
        counts = [
            np.bincount(some, minlength=len(self._names))
            for some in (who, who[self._is_first], self._giver[moves], self._taker[moves])
        ]
        there = np.flatnonzero(counts[0])
        there = there[np.argsort(-counts[0][there], kind="stable")]  # they stand in the order of their names
        names = [self._names[place] for place in there.tolist()]
        return tuple(map(Node, names, *(count[there].tolist() for count in counts)))

    def edges(self, *, with_own: bool, beta: float = 0.0) -> tuple[Edge, ...]:
        """Count who handed over to whom, the most frequent first. Only from one event to the very next: `beta` is 0."""
        if beta:
            raise ValueError(beta)
        giver, taker, wait, case, is_back = self._steps(with_own=with_own)
        if not len(giver):
            return ()
        pair = giver * len(self._names) + taker
        order = _in_order(pair)
        begins = _begins(pair[order])
        starts = np.flatnonzero(begins)
        sizes = np.diff(np.append(starts, len(order)))
        # The steps stand in the order of their cases, so a case that is another than the one before is a new one.
        cases = np.add.reduceat((begins | _begins(case[order])).astype(np.int64), starts)
        backs = np.add.reduceat((is_back & (giver != taker))[order].astype(np.int64), starts)
        waits = _sorted_within(wait[order], np.cumsum(begins) - 1)
        medians = (waits[starts + (sizes - 1) // 2] + waits[starts + sizes // 2]) / 2 / SECOND
        givers, takers = giver[order][starts], taker[order][starts]
        busiest = np.argsort(-sizes, kind="stable")  # they stand in the order of their names
        columns = (sizes, cases, medians, backs, sizes.astype(np.float64))
        names = ([self._names[place] for place in some[busiest].tolist()] for some in (givers, takers))
        return tuple(map(Edge, *names, *(column[busiest].tolist() for column in columns)))

    def doings(self) -> list[tuple[str, str, int]]:
        """Count who did which activity how often."""
        who, activity = self._who[self._usable], self._activity[self._usable]
        named = activity >= 0
        pairs, counts = np.unique(who[named] * max(1, len(self._activities)) + activity[named], return_counts=True)
        whose, what = np.divmod(pairs, max(1, len(self._activities)))
        return [
            (self._names[one], self._activities[did], count)
            for one, did, count in zip(whose.tolist(), what.tolist(), counts.tolist(), strict=True)
        ]

    def _steps(self, *, with_own: bool) -> tuple[Numbers, Numbers, Numbers, Numbers, Marks]:
        steps = self._giver, self._taker, self._wait, self._step_case, self._is_back
        if with_own:
            return steps
        moves = self._giver != self._taker
        giver, taker, wait, case = (column[moves] for column in steps[:4])
        return giver, taker, wait, case, self._is_back[moves]

    def _first(self, marks: Marks) -> tuple[int, ...]:
        return tuple(self._rows[np.flatnonzero(marks)[:FEW]].tolist())


def _column(batches: Sequence[pa.RecordBatch], name: str) -> pa.Array:
    if len(batches) == 1:
        return batches[0].column(name)
    found = pa.chunked_array([batch.column(name) for batch in batches]).combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _trimmed(texts: pa.Array) -> pa.Array:
    return pc.utf8_trim(texts, characters=BLANKS)


def _coded(texts: pa.Array, *, in_order: bool = True) -> tuple[Numbers, list[str]]:
    """Give the place of each name, -1 for a blank; and the names, in order if wished, else none."""
    if texts.null_count == len(texts):
        return np.full(len(texts), -1, dtype=np.int64), []
    coded = texts.dictionary_encode()
    different = _trimmed(coded.dictionary).dictionary_encode()  # names that blanks alone tell apart are the same
    names = different.dictionary
    places = np.arange(len(names), dtype=np.int64)
    if in_order:
        order = pc.array_sort_indices(names).to_numpy()
        places[order] = np.arange(len(names), dtype=np.int64)
        names = names.take(order)
    # By length, which is quicker than comparing words.
    places[pc.binary_length(different.dictionary).to_numpy() == 0] = -1
    found = places[different.indices.to_numpy()][coded.indices.to_numpy()]
    return found, cast("list[str]", names.to_pylist()) if in_order else []


def _moments(texts: pa.Array, reading: Reading, read: Callable[[pa.Array], Read]) -> Read:
    plain = plain_moments(texts, zone=reading.zone) if reading.way == ISO else None
    if plain is None:
        return read(texts)
    moments, tells = plain
    size = len(moments)
    return Read(moments, np.ones(size, np.bool_), np.zeros(size, np.bool_), np.full(size, tells, np.bool_))


def _in_order(keys: Numbers) -> Numbers:
    """Give the places of the keys in their order; of equal ones the first first."""
    size = len(keys)
    if not size:
        return np.zeros(0, dtype=np.int64)
    lowest = int(keys.min())
    if (int(keys.max()) - lowest + 1) * size < LARGEST:
        # Sorting numbers is several times as fast as finding their order: each carries its own place.
        packed = (keys - lowest) * size + np.arange(size, dtype=np.int64)
        packed.sort()
        return packed % size
    return np.argsort(keys, kind="stable")


def _begins(keys: Numbers) -> Marks:
    """Mark the first of each run of equal keys."""
    marks = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=marks[1:])
    return marks


def _sorted_within(values: Numbers, groups: Numbers) -> Numbers:
    """Sort the values of each group, the groups being in order. No value is below 0."""
    span = int(values.max()) + 1
    if (int(groups[-1]) + 1) * span < LARGEST:
        packed = groups * span + values
        packed.sort()
        return packed % span
    return values[np.lexsort((values, groups))]


def _iso(moment: Any) -> str:
    return f"{np.datetime64(int(moment), 'us').astype('datetime64[s]')}Z"

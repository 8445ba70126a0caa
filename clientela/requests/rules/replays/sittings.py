"""How long people sat at what: one reader for each of the three ways in which logs tell of work. See `stays`."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.replays.events import NOTHING, Events, Note
from clientela.requests.rules.replays.states import Standing

LONGEST_SITTING_HOURS = 4.0
MOST_TIMES_USUAL = 8.0
SHORTEST_SITTING_HOURS = 0.05  # three minutes: less is a click, unless most of the log is shorter
STARTS, ENDS = frozenset({"start"}), frozenset({"complete", "ate_abort", "autoskip"})

# One operation as it is found: team, kind, hands-on hours, hours of waiting for somebody outside before it, and when it
# came to the team.
Row = tuple[int, int, float, float, float]


def fence_of(hours: NDArray[np.float64]) -> float:
    """Tell from where on a sitting is longer than usual: Tukey's upper fence, at most four hours."""
    if not len(hours):
        return LONGEST_SITTING_HOURS
    low, usual, high = np.quantile(hours, [0.25, 0.5, 0.75])
    fence = float(min(high + 1.5 * (high - low), MOST_TIMES_USUAL * usual))
    return min(LONGEST_SITTING_HOURS, fence) if fence > 0 else LONGEST_SITTING_HOURS


def has_starts(events: Events) -> bool:
    """Tell whether the log knows when its activities start, and when they end."""
    names = {name.lower() for name in events.transitions}
    return bool(names & STARTS) and bool(names & ENDS)


class Pieces:
    """What the three ways have in common: the cases, one after the other."""

    def __init__(self, events: Events, hours: NDArray[np.float64], team: NDArray[np.int32]) -> None:
        self.bounds = np.flatnonzero(np.r_[True, events.case[1:] != events.case[:-1], True]).tolist()
        self.hours: list[float] = hours.tolist()
        self.team: list[int] = team.tolist()
        self.kind: list[int] = events.activity.tolist()

    def rows(self) -> Iterator[list[Row]]:
        """Give the operations of each case."""
        for since, until in zip(self.bounds, self.bounds[1:], strict=False):
            yield self.case_rows(since, until)

    def case_rows(self, since: int, until: int) -> list[Row]:
        """Give the operations of the case whose events are [since, until)."""
        raise NotImplementedError


class States(Pieces):
    """Each event says how the case stands until the next."""

    def __init__(
        self,
        events: Events,
        hours: NDArray[np.float64],
        team: NDArray[np.int32],
        standing: NDArray[np.int8],
        notes: list[Note],
    ) -> None:
        super().__init__(events, hours, team)
        self.standing: list[int] = standing.tolist()
        within = np.r_[events.case[1:] == events.case[:-1], False]
        lengths = np.diff(hours, append=hours[-1])
        sittings = lengths[within & (standing == Standing.WORK)]
        self.fence = fence_of(sittings)
        self.least = min(SHORTEST_SITTING_HOURS, float(np.quantile(sittings, 0.25))) if len(sittings) else 0.0
        lasts = np.flatnonzero(~within)
        still_open = int((standing[lasts] != Standing.END).sum())
        if still_open:
            notes.append(
                Note("missing_end", f"{still_open:,} cases have no end in the log; they count up to their last event.",
                     still_open)
            )  # fmt: skip

    def case_rows(self, since: int, until: int) -> list[Row]:
        """Cut at each change of team and at each wait for somebody outside that follows work."""
        rows: list[Row] = []
        team, kind, work, delay, at = NOTHING, 0, 0.0, 0.0, self.hours[since]
        for place in range(since, until):
            state = self.standing[place]
            length = self.hours[place + 1] - self.hours[place] if place + 1 < until else 0.0
            if state == Standing.END and place + 1 == until:
                break
            if self.team[place] != team:
                if work > 0:
                    rows.append((team, kind, work, delay, at))
                    work, delay = 0.0, 0.0
                team, kind, at = self.team[place], self.kind[place], self.hours[place]
            if state in (Standing.HOLD, Standing.END):
                # An end that is not the last: it was opened again later. Either way nobody inside had anything to do.
                if work > 0:
                    rows.append((team, kind, work, delay, at))
                    team, work, delay = NOTHING, 0.0, 0.0
                delay += length
            elif state == Standing.WORK:
                work += min(max(length, self.least), self.fence)
        if work > 0:
            rows.append((team, kind, work, delay, at))
        return rows


class Spans(Pieces):
    """Activities with a start and an end; stays are the runs of activities at one team."""

    def __init__(
        self,
        events: Events,
        hours: NDArray[np.float64],
        end_hours: NDArray[np.float64],
        team: NDArray[np.int32],
        notes: list[Note],
    ) -> None:
        super().__init__(events, hours, team)
        # With ends on the same line every row is an activity; else starts are paired with their ends.
        is_start, ends = np.ones(len(events), dtype=np.bool_), end_hours
        if not np.isfinite(end_hours).any():
            is_start, ends = self._paired(events, hours)
        missing = int((is_start & ~np.isfinite(ends)).sum())
        if missing:
            notes.append(
                Note("missing_end", f"{missing:,} activities have no end; each counts as a usual sitting.",
                     missing)
            )  # fmt: skip
        lengths = ends - hours
        told = lengths[np.isfinite(lengths)]
        self.fence = fence_of(told)
        usual = float(np.median(told)) if len(told) else SHORTEST_SITTING_HOURS
        self.length: list[float] = np.where(np.isfinite(lengths), np.clip(lengths, 0, self.fence), usual).tolist()
        self.ends: list[float] = np.where(np.isfinite(ends), ends, hours).tolist()
        self.is_start: list[bool] = is_start.tolist()
        self.gap_fence = _gap_fence(hours, events.case)

    def _paired(self, events: Events, hours: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Pair each start with the next end of the same activity in the same case, the oldest start first."""
        ends = np.full(len(events), np.nan)
        is_start = np.zeros(len(events), dtype=np.bool_)
        lowered = [name.lower() for name in events.transitions]
        open_starts: dict[tuple[int, int], list[int]] = {}
        for place, (case, activity, transition) in enumerate(
            zip(events.case.tolist(), events.activity.tolist(), events.transition.tolist(), strict=True)
        ):
            word = lowered[transition] if transition != NOTHING else "complete"
            key = (case, activity)
            if word in STARTS:
                is_start[place] = True
                open_starts.setdefault(key, []).append(place)
            elif word in ENDS:
                started = open_starts.get(key)
                if started:
                    ends[started.pop(0)] = hours[place]
                else:
                    is_start[place] = True  # it ended without a start: one moment
                    ends[place] = hours[place]
        return is_start, ends

    def case_rows(self, since: int, until: int) -> list[Row]:
        """Join neighbouring activities of one team; a long gap between them is waiting for somebody outside."""
        rows: list[Row] = []
        team, kind, work, delay, last_end = NOTHING, 0, 0.0, 0.0, self.hours[since]
        at = last_end
        for place in range(since, until):
            if not self.is_start[place]:
                continue
            gap = max(0.0, self.hours[place] - last_end)
            is_long = gap > self.gap_fence
            if self.team[place] != team or is_long:
                if team != NOTHING:
                    rows.append((team, kind, work, delay, at))
                team, kind, work, delay = self.team[place], self.kind[place], 0.0, gap if is_long else 0.0
                at = self.hours[place]
            work += self.length[place]
            last_end = max(last_end, self.ends[place])
        if team != NOTHING:
            rows.append((team, kind, work, delay, at))
        return [row for row in rows if row[2] > 0]


class Marks(Pieces):
    """Only what was done and when: the time since the mark before is work, up to the fence."""

    def __init__(self, events: Events, hours: NDArray[np.float64], team: NDArray[np.int32]) -> None:
        super().__init__(events, hours, team)
        within = np.r_[False, events.case[1:] == events.case[:-1]]
        gaps = np.diff(hours, prepend=hours[0])
        # Somebody who does one thing after the other began when the one before was done.
        since_own = _since_own_last(events, hours) if len(events.resources) else np.full(len(events), np.inf)
        sittings = np.minimum(gaps, since_own)[within]
        self.fence = fence_of(sittings[sittings > 0])
        usual = float(np.median(np.minimum(sittings[sittings > 0], self.fence))) if (sittings > 0).any() else 1.0
        length = np.where(within, np.minimum(np.minimum(gaps, since_own), self.fence), usual)
        self.length: list[float] = np.maximum(length, min(SHORTEST_SITTING_HOURS, usual)).tolist()
        self.gap_fence = _gap_fence(hours, events.case)

    def case_rows(self, since: int, until: int) -> list[Row]:
        """Join neighbouring marks of one team; a long gap between them is waiting for somebody outside."""
        rows: list[Row] = []
        team, kind, work, delay, at = NOTHING, 0, 0.0, 0.0, self.hours[since]
        for place in range(since, until):
            gap = self.hours[place] - self.hours[place - 1] if place > since else 0.0
            is_long = gap > self.gap_fence
            if self.team[place] != team or is_long:
                if team != NOTHING:
                    rows.append((team, kind, work, delay, at))
                team, kind, work, at = self.team[place], self.kind[place], 0.0, self.hours[place]
                delay = gap - self.length[place] if is_long else 0.0
            work += self.length[place]
        rows.append((team, kind, work, delay, at))
        return rows


def _gap_fence(hours: NDArray[np.float64], case: NDArray[np.int32]) -> float:
    gaps = np.diff(hours)[case[1:] == case[:-1]]
    gaps = gaps[gaps > 0]
    if not len(gaps):
        return np.inf
    low, high = np.quantile(gaps, [0.25, 0.75])
    return float(high + 1.5 * (high - low))


def _since_own_last(events: Events, hours: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.lexsort((hours, events.resource))
    since = np.diff(hours[order], prepend=-np.inf)
    since[np.r_[True, np.diff(events.resource[order]) != 0] | (events.resource[order] == NOTHING)] = np.inf
    back = np.empty(len(hours))
    back[order] = since
    return back

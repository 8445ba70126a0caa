"""Where the time of a chain went: the picture, its table and its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clientela.requests.queries import ChainTime, TimePortion, TimeSlice
from clientela.web.components.parts import LineRow, LineSpan
from clientela.web.components.time_line import kind_words
from clientela.web.desk.sentences import Teller

WORKING_DAY_SECONDS = 28_800


@dataclass(frozen=True)
class PortionRow:
    """One line of the table. `share`: of all the time; `promise_share`: of the promised time, if any was promised."""

    name: str
    kind: str
    time: str
    share: float
    promise_share: float | None


@dataclass(frozen=True)
class TimeShown:
    """The time line as the page draws it. `reference` is that of the outermost request, which has the customer."""

    reference: str
    sentence: str
    rows: tuple[LineRow, ...]
    portions: tuple[PortionRow, ...]
    since: datetime
    until: datetime
    due_at: datetime | None
    is_promised: bool
    lay_reference: str  # of the request that lay longest in a queue, where that was the largest part; else ""


def time_shown(time: ChainTime | None, *, teller: Teller) -> TimeShown | None:
    """Put the time line into words; None where there is nothing to see yet."""
    if time is None or not time.portions:
        return None
    return TimeShown(
        reference=time.reference,
        sentence=_sentence(time, teller=teller),
        rows=tuple(_rows(time.slices, teller=teller)),
        portions=tuple(
            PortionRow(
                name=portion.department.name,
                kind=kind_words(portion.kind),
                time=_duration(time, portion.seconds, portion.real_seconds, teller=teller),
                share=portion.share,
                promise_share=portion.promise_share,
            )
            for portion in time.portions
        ),
        since=time.since,
        until=time.until,
        due_at=time.due_at,
        is_promised=time.target_seconds is not None,
        lay_reference=_lay_longest(time),
    )


def _lay_longest(time: ChainTime) -> str:
    largest = time.portions[0]
    if largest.kind != "queue":
        return ""
    lay = [one for one in time.slices if (one.kind, one.department.id) == ("queue", largest.department.id)]
    return max(lay, key=lambda one: one.until - one.since).reference


def _sentence(time: ChainTime, *, teller: Teller) -> str:
    """`18 h of working time so far. 2 working days of it went to Maintenance’s queue.`"""
    seconds = sum(portion.seconds for portion in time.portions)
    real_seconds = sum(portion.real_seconds for portion in time.portions)
    values = {"time": _duration(time, seconds, real_seconds, teller=teller)}
    if _is_counted(time):
        whole = _("%(time)s of working time in all.") if time.is_over else _("%(time)s of working time so far.")
    else:
        whole = _("%(time)s in all.") if time.is_over else _("%(time)s so far.")
    return f"{whole % values} {_largest(time, time.portions[0], teller=teller)}"


def _largest(time: ChainTime, portion: TimePortion, *, teller: Teller) -> str:
    values = {
        "time": _duration(time, portion.seconds, portion.real_seconds, teller=teller),
        "department": portion.department.name,
    }
    if len(time.portions) == 1:
        return {
            "queue": _("All of it went to %(department)s’s queue."),
            "work": _("All of it was work at %(department)s."),
            "customer": _("All of it %(department)s waited for an answer of its customer."),
            "date": _("All of it %(department)s waited for an agreed date."),
        }[portion.kind] % values
    return {
        "queue": _("%(time)s of it went to %(department)s’s queue."),
        "work": _("%(time)s of it was work at %(department)s."),
        "customer": _("%(time)s of it %(department)s waited for an answer of its customer."),
        "date": _("%(time)s of it %(department)s waited for an agreed date."),
    }[portion.kind] % values


def _rows(slices: Sequence[TimeSlice], *, teller: Teller) -> list[LineRow]:
    """A row for each department, in the order in which they first had it."""
    by_department: dict[int, list[TimeSlice]] = {}
    for one in slices:
        by_department.setdefault(one.department.id, []).append(one)
    return [
        LineRow(
            name=own[0].department.name,
            spans=tuple(
                LineSpan(
                    since=one.since,
                    until=one.until,
                    kind=one.kind,
                    weight=one.weight,
                    words=_("%(kind)s, %(since)s to %(until)s")
                    % {
                        "kind": kind_words(one.kind),
                        "since": teller.moment(one.since),
                        "until": teller.moment(one.until),
                    },
                )
                for one in own
            ),
        )
        for own in by_department.values()
    ]


def _is_counted(time: ChainTime) -> bool:
    """Whether there was any working time: a request of a Sunday is told by the clock on the wall."""
    return any(portion.seconds > 0 for portion in time.portions)


def _duration(time: ChainTime, seconds: float, real_seconds: float, *, teller: Teller) -> str:
    if _is_counted(time):
        return teller.time(seconds, day_seconds=WORKING_DAY_SECONDS)
    return teller.time(real_seconds)

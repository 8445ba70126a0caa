"""Mails sorted by what they are, a whole column at once, before anybody asks which of them ask. Imported only apart."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from clientela.network.discovery.mail.asking import A_WEEK, FIRST_MONDAY, WORKING_WEEK
from clientela.network.discovery.mail.contracts import MACHINE, OUTSIDERS, TOO_SMALL, UNKNOWN
from clientela.network.discovery.mail.gathering import Mails, Numbers

QUARTER = 900  # seconds; no zone changes its clock within one


def whole_mails(some: Iterable[Mails]) -> Iterator[Mails]:
    """Give the same mails so that one to several readers is never cut, each reader once.

    Raises RuntimeError where they are not in order: then nobody could tell what answers what.
    """
    waiting: Mails | None = None
    for more in some:
        mails = more if waiting is None else more.after(waiting)
        if not len(mails):
            continue
        if (mails.moment[1:] < mails.moment[:-1]).any():
            raise RuntimeError("The mails are not in the order of their moments.")
        is_last = (mails.moment == mails.moment[-1]) & (mails.writer == mails.writer[-1])
        waiting = mails.part(is_last)
        yield from _once(mails.part(~is_last))
    if waiting is not None:
        yield from _once(waiting)


def between_departments(mails: Mails, *, most_recipients: int, left_out: Counter[str]) -> Mails:
    """Return the mails between two departments, or a department and somebody outside; count the others by why not."""
    begins = np.ones(len(mails), dtype=np.bool_)
    begins[1:] = (mails.moment[1:] != mails.moment[:-1]) | (mails.writer[1:] != mails.writer[:-1])
    number = np.cumsum(begins) - 1
    readers = np.bincount(number)[number]
    left = np.ones(len(mails), dtype=np.bool_)
    outsiders = np.array(sorted(OUTSIDERS), dtype=np.int64)
    for why, which in (
        ("machines", (mails.writers == MACHINE) | (mails.readers == MACHINE)),
        ("many", readers > most_recipients),
        ("own", mails.writer == mails.reader),
        ("unknown", (mails.writers == UNKNOWN) | (mails.readers == UNKNOWN)),
        ("too_small", (mails.writers == TOO_SMALL) | (mails.readers == TOO_SMALL)),
        ("outside_only", np.isin(mails.writers, outsiders) & np.isin(mails.readers, outsiders)),
        ("within", mails.writers == mails.readers),
    ):
        left_out[why] += int((left & which).sum())
        left &= ~which
    return mails.part(left)


def weeks_of(moments: Numbers) -> Numbers:
    """Number the weeks, as `asking.week_of` does."""
    return (moments - FIRST_MONDAY) // A_WEEK


def working_seconds_of(moments: Numbers, zone: str) -> Numbers:
    """Return how much of all working days had passed at these moments, as `asking.working_seconds` does, in a zone."""
    weeks, within = np.divmod(clocks_of(moments, zone) - FIRST_MONDAY, A_WEEK)
    found: Numbers = weeks * WORKING_WEEK + np.minimum(within, WORKING_WEEK)
    return found


def clocks_of(moments: Numbers, zone: str) -> Numbers:
    """Return what the clocks on the walls of a zone show, in seconds since 1970."""
    quarters, which = np.unique(moments // QUARTER, return_inverse=True)
    place = ZoneInfo(zone)
    shifts = np.array([_shift(int(quarter) * QUARTER, place) for quarter in quarters], dtype=np.int64)
    return moments + shifts[which]


def _shift(moment: int, zone: ZoneInfo) -> int:
    shift = datetime.fromtimestamp(moment, tz=UTC).astimezone(zone).utcoffset()
    return round(shift.total_seconds()) if shift is not None else 0


def _once(mails: Mails) -> Iterator[Mails]:
    if not len(mails):
        return
    is_new = np.ones(len(mails), dtype=np.bool_)
    is_new[1:] = (
        (mails.moment[1:] != mails.moment[:-1])
        | (mails.writer[1:] != mails.writer[:-1])
        | (mails.reader[1:] != mails.reader[:-1])
    )
    yield mails.part(is_new)

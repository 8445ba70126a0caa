"""Moments: aware datetimes at the edge, whole microseconds since 1970 (UTC) within."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TICKS_A_SECOND = 1_000_000


class NaiveMomentError(ValueError):
    """A moment came without its zone: nobody can say when it is."""

    def __init__(self, moment: datetime, what: str) -> None:
        self.moment = moment
        self.what = what
        super().__init__(
            f"{what}: {moment.isoformat()} has no zone, so it is a different moment in every country. "
            "Give it with its zone or its offset from UTC."
        )


def ticks_of(moment: datetime, what: str = "at") -> int:
    """Microseconds from 1970-01-01 UTC to `moment`; `what` names it in the error. Raises NaiveMomentError."""
    if moment.utcoffset() is None:
        raise NaiveMomentError(moment, what)
    return (moment - EPOCH) // MICROSECOND


def moment_of(ticks: int) -> datetime:
    """The moment, in UTC, that lies `ticks` microseconds after 1970-01-01."""
    return EPOCH + timedelta(microseconds=ticks)


def whole_second_of(moment: datetime, what: str = "at") -> datetime:
    """`moment` in UTC without its fraction of a second. Clocks count whole seconds, so their sums are exact."""
    ticks = ticks_of(moment, what)
    return moment_of(ticks - ticks % TICKS_A_SECOND)

"""Whom the house answers by itself, and how often: token buckets, so that two machines never talk all night.

Most auto-responders say what they are and get no answer at all. This stops those that do not, and two houses that
thank each other through a relay that takes their marks away: when a bucket is empty nothing goes out, so nothing comes
back. A bucket fills again slowly. It is worked out from the letters that went out, so no counter can be lost or drift,
and a mail is taken in all the same, whether it is answered or not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many letters at once, and as many again spread over `per`."""

    size: int
    per: timedelta


# A loop that is quick empties the first; one with hours between two letters the others.
OF_A_CORRESPONDENT = (
    Bucket(10, timedelta(hours=1)),
    Bucket(30, timedelta(days=1)),
    Bucket(60, timedelta(weeks=1)),
)
# A request is acknowledged once; what else goes out about it by itself tells of mail that could not be taken in. Who
# writes under a new name each time meets no bucket of their own, but does meet this one.
OF_A_REQUEST = (Bucket(5, timedelta(hours=1)), Bucket(15, timedelta(weeks=1)))
LOOKS_BACK = timedelta(weeks=1)  # no bucket remembers more
MOST_REMEMBERED = max(bucket.size for bucket in (*OF_A_CORRESPONDENT, *OF_A_REQUEST)) * 2


@dataclass(frozen=True, slots=True)
class AnswersLately:
    """When the house wrote by itself to a correspondent, and about a request, in the last week; in any order."""

    to_sender: tuple[datetime, ...] = ()
    about_request: tuple[datetime, ...] = ()

    def and_one_at(self, at: datetime) -> "AnswersLately":
        """The same when one more letter goes to the sender at `at`: for a batch that answers them several times."""
        return AnswersLately((*self.to_sender, at), self.about_request)


def may_be_answered(lately: AnswersLately, *, at: datetime) -> bool:
    """Whether one more letter may go out by itself at `at`."""
    return all(_has_a_token(bucket, lately.to_sender, at=at) for bucket in OF_A_CORRESPONDENT) and all(
        _has_a_token(bucket, lately.about_request, at=at) for bucket in OF_A_REQUEST
    )


def is_loop(marks: Iterable[str], *, own_domains: Sequence[str]) -> bool:
    """Whether a mail with these loop marks (values of `X-Clientela-Loop`) is one of ours that came back.

    Such a mail, or its answer by a machine that keeps headers, is taken in and never answered. A mark is only ever a
    reason to be silent, so it may be believed whoever wrote it.
    """
    ours = {domain.strip().lower() for domain in own_domains}
    return any(mark.strip().lower().rstrip(".") in ours for mark in marks)


def _has_a_token(bucket: Bucket, moments: Sequence[datetime], *, at: datetime) -> bool:
    """Fill and empty the bucket as it went, and see whether a token is left."""
    tokens, last = float(bucket.size), None
    for moment in sorted(moments):
        if moment > at:
            break
        if last is not None:
            tokens = min(bucket.size, tokens + (moment - last) / bucket.per * bucket.size)
        tokens, last = max(0.0, tokens - 1), moment
    if last is not None:
        tokens = min(bucket.size, tokens + (at - last) / bucket.per * bucket.size)
    # A hair below one is one: the moments are exact, the sums of fractions are not.
    return tokens > 1 - 1e-6

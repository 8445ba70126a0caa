"""What a reader's wishes mean for one letter: send it, send it later, or hold it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from clientela.directory.rules.days import day_in_zone, first_moment, last_moment

# "service" answers the reader's own request. "access" is a link the reader asked for this very moment: it is always
# sent at once, or a reader who wants no letters could never get in to say otherwise.
LetterSubject = Literal["service", "access", "offers", "surveys", "news"]
SUBJECTS: tuple[LetterSubject, ...] = ("service", "access", "offers", "surveys", "news")
SUBJECTS_TO_REFUSE = ("offers", "surveys", "news")
CHANNELS = ("email", "phone", "post")

# More steps than quiet windows can make in a row unless they cover the whole day.
_MOST_STEPS = 20


@dataclass(frozen=True)
class BoundaryInForce:
    """One wish. `kind` and `rule` as in models.Boundary; both days are included; no end means for ever."""

    kind: str
    rule: dict[str, str]
    source: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Delivery:
    """What to do with a letter: `held_by` keeps it back; else it may be sent, not before `not_before` (None: now)."""

    held_by: BoundaryInForce | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class WrongRule:
    """A boundary's rule cannot be understood: which part, and what it may be."""

    part: str
    allowed: tuple[str, ...]


def delivery(
    boundaries: Sequence[BoundaryInForce], *, at: datetime, zone: str, subject: LetterSubject, channel: str = "email"
) -> Delivery:
    """What the wishes of a reader in `zone` make of a letter about `subject` that is ready at `at`.

    Do-not-contact holds everything, a refused channel everything on it, a refused subject only its own letters; quiet
    hours put any letter off until they end. Windows that follow one another without a gap are waited through; windows
    that together never end hold the letter.
    """
    if subject == "access":
        return Delivery()
    in_force = [wish for wish in boundaries if is_in_force(wish, on=day_in_zone(at, zone))]
    held_by = next((wish for wish in sorted(in_force, key=_weight) if _holds(wish, subject, channel)), None)
    if held_by is not None:
        return Delivery(held_by=held_by)
    quiet = [wish for wish in in_force if wish.kind == "quiet_hours"]
    moment = at
    for _step in range(_MOST_STEPS):
        later = _quiet_until(quiet, moment, zone)
        if later is None:
            return Delivery(not_before=None if moment == at else moment)
        moment = later
    return Delivery(held_by=quiet[0])


def refused_subject(wish: BoundaryInForce) -> LetterSubject | None:
    """The one subject that the wish is about, None if it is about every letter."""
    if wish.kind != "subject":
        return None
    return next((subject for subject in SUBJECTS if subject == wish.rule.get("subject")), None)


def quiet_windows(
    boundaries: Sequence[BoundaryInForce], *, at: datetime, zone: str, subject: LetterSubject
) -> tuple[tuple[str, str], ...]:
    """The daily windows, "18:00" to "08:00" on the reader's clock, in which no try to send is made either."""
    if subject == "access":
        return ()
    today = day_in_zone(at, zone)
    quiet = [wish for wish in boundaries if wish.kind == "quiet_hours" and is_in_force(wish, on=today)]
    return tuple((wish.rule["from"], wish.rule["to"]) for wish in quiet)


def is_in_force(wish: BoundaryInForce, *, on: date) -> bool:
    """Whether the wish holds on this day of the reader."""
    return wish.starts_on <= on and (wish.ends_on is None or on <= wish.ends_on)


def quiet_until(at: datetime, *, zone: str, starts: time, ends: time) -> datetime | None:
    """When the quiet hours that contain `at` end, or None if it is not quiet at `at`.

    `starts` and `ends` are on the reader's clock in `zone`; a window whose end is not after its start runs overnight.
    The end itself is not quiet. In the spring night a start or end inside the missing hour is the moment the clock
    jumps; in the autumn night the window starts at the first and ends at the second of the two repeated moments, so
    the reader is never woken early.
    """
    today = day_in_zone(at, zone)
    for day in (today - timedelta(days=1), today):
        last_day = day if starts < ends else day + timedelta(days=1)
        start = first_moment(datetime.combine(day, starts), zone)
        end = last_moment(datetime.combine(last_day, ends), zone)
        if start <= at < end:
            return end
    return None


def checked_rule(kind: str, rule: dict[str, str]) -> dict[str, str] | WrongRule:
    """The rule of a new boundary in its one stored form, or what is wrong with it."""
    if kind == "channel":
        return _one_of(rule, "channel", CHANNELS)
    if kind == "subject":
        return _one_of(rule, "subject", SUBJECTS_TO_REFUSE)
    if kind == "quiet_hours":
        return _checked_hours(rule)
    if kind == "do_not_contact":
        return {}
    return WrongRule("kind", ("channel", "quiet_hours", "subject", "do_not_contact"))


def clock_time(text: str) -> time | None:
    """A time of day written as 8:00 or 18:30, or None."""
    hours, colon, minutes = text.strip().partition(":")
    if not colon or not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):  # noqa: PLR2004 - two digits
        return None
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        return None


def _one_of(rule: dict[str, str], part: str, allowed: tuple[str, ...]) -> dict[str, str] | WrongRule:
    value = rule.get(part, "")
    return {part: value} if value in allowed else WrongRule(part, allowed)


def _checked_hours(rule: dict[str, str]) -> dict[str, str] | WrongRule:
    starts, ends = clock_time(rule.get("from", "")), clock_time(rule.get("to", ""))
    if starts is None:
        return WrongRule("from", ("18:00",))
    if ends is None or ends == starts:
        return WrongRule("to", ("08:00",))
    return {"from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}"}


def _weight(wish: BoundaryInForce) -> tuple[int, date]:
    order = {"do_not_contact": 0, "channel": 1, "subject": 2}
    return order.get(wish.kind, len(order)), wish.starts_on


def _holds(wish: BoundaryInForce, subject: str, channel: str) -> bool:
    if wish.kind == "do_not_contact":
        return True
    if wish.kind == "channel":
        return wish.rule.get("channel") == channel
    return wish.kind == "subject" and wish.rule.get("subject") == subject


def _quiet_until(quiet: Iterable[BoundaryInForce], at: datetime, zone: str) -> datetime | None:
    ends = [
        end
        for wish in quiet
        if (starts := clock_time(wish.rule["from"])) is not None
        and (stops := clock_time(wish.rule["to"])) is not None
        and (end := quiet_until(at, zone=zone, starts=starts, ends=stops)) is not None
    ]
    return max(ends, default=None)

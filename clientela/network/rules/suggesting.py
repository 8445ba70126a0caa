"""One suggestion for a department, by a written rule, with what it would probably do.

The rule, in this order; the first that holds is the suggestion:

1. People are short on some half-day of the week (`loads.short_half_days`), and on another they are plenty: one of them
   works then instead.
2. They are short on a half-day and plenty on none: one more pair of hands then.
3. A live request holds up two others or more: start with it.
4. More than a quarter of what is open is late, and that is five at least: one person more.
5. Otherwise there is nothing to suggest.

The effect of 1 and 2 is by Erlang's C formula: the work time is chosen so that today's mean wait comes out of today's
people, then one more is put in. Its range comes from what is known of the arrivals: with n of them seen, the true rate
lies between n ± 1.28·√n, all over the same time, with about 80 %. The effect of 4 is what one of today's people gets
done in a week, with the same range.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from clientela.network.rules.loads import HalfDay, short_half_days
from clientela.network.simulation.analytic import OverloadedError, waiting_line

Z_80 = 1.2816
PLENTY = 1.5  # times the people for each request of the median half-day
LATE_SHARE, FEWEST_LATE = 0.25, 5
ROUNDS = 60  # of the bisection; the bracket halves in each
FEWEST_SEEN = 5  # arrivals, below which there is nothing to reckon with
A_PAIR = 2.0  # so many at work in an average hour: when one goes, one remains


@dataclass(frozen=True)
class Effect:
    """What would probably change: today, then, and between which bounds it would lie. Hours, or requests a week."""

    today: float
    then: float
    low: float
    high: float


@dataclass(frozen=True)
class Standing:
    """How a department stands, as far as the rule reads it."""

    weeks: float  # that the half-days and what was done are averages of
    members: float
    open_count: int
    late_count: int
    done_a_week: float
    most_waited_for: int  # how many requests wait on the one that holds up most


@dataclass(frozen=True)
class Suggestion:
    """What to try. `kind`: move_half_day, more_hands, start_with, one_more, none."""

    kind: str
    part: HalfDay | None = None  # where people are short
    from_part: HalfDay | None = None  # where they are plenty
    effect: Effect | None = None


def suggestion(parts: Sequence[HalfDay], standing: Standing) -> Suggestion:
    """Choose one thing to try."""
    short = short_half_days(parts)
    if short:
        worst = short[0]
        spare = _plenty(parts, besides=worst)
        kind = "more_hands" if spare is None else "move_half_day"
        return Suggestion(kind, part=worst, from_part=spare, effect=_effect_at(worst, weeks=standing.weeks))
    if standing.most_waited_for > 1:
        return Suggestion("start_with")
    if standing.late_count >= FEWEST_LATE and standing.late_count > LATE_SHARE * standing.open_count:
        return Suggestion("one_more", effect=_done_by_one(standing))
    return Suggestion("none")


def effect_of_one_more(*, arrivals: float, people: int, wait_hours: float, seen: float) -> Effect | None:
    """Return what one more person does where `arrivals` an hour come to `people` and wait so long on average.

    `seen`: how many arrivals that rate was measured from. None where there is nothing to reckon with.
    """
    if arrivals <= 0 or people < 1 or wait_hours <= 0 or seen < FEWEST_SEEN:
        return None
    rate = _service_rate(arrivals=arrivals, servers=people, wait_hours=wait_hours)
    spread = Z_80 * sqrt(seen) / seen
    waits = []
    for factor in (max(0.0, 1 - spread), 1.0, 1 + spread):
        try:
            waits.append(
                waiting_line(servers=people + 1, arrival_rate=arrivals * factor, service_rate=rate).wait
                if factor
                else 0.0
            )
        except OverloadedError:
            waits.append(wait_hours)  # so much may come that even one more does not get it done
    low, middle, high = waits
    return Effect(today=wait_hours, then=middle, low=low, high=min(high, wait_hours))


def _effect_at(part: HalfDay, *, weeks: float) -> Effect | None:
    return effect_of_one_more(
        arrivals=part.came / part.open_hours,
        people=max(1, round(part.people)),
        wait_hours=(part.wait_seconds or 0.0) / 3600,
        seen=part.came * weeks,
    )


def _done_by_one(standing: Standing) -> Effect | None:
    done = standing.done_a_week * standing.weeks
    if standing.members <= 0 or done < FEWEST_SEEN:
        return None
    each = standing.done_a_week / standing.members
    spread = Z_80 * sqrt(done) / done
    return Effect(today=0.0, then=each, low=each * (1 - spread), high=each * (1 + spread))


def _service_rate(*, arrivals: float, servers: int, wait_hours: float) -> float:
    """Return the rate at which one person must work for the mean wait to be this long: it falls as the rate grows."""
    low, high = arrivals / servers * (1 + 1e-9), arrivals / servers * 1e6
    for _round in range(ROUNDS):
        middle = sqrt(low * high)
        if waiting_line(servers=servers, arrival_rate=arrivals, service_rate=middle).wait > wait_hours:
            low = middle
        else:
            high = middle
    return high


def _plenty(parts: Sequence[HalfDay], *, besides: HalfDay) -> HalfDay | None:
    """Return the half-day with the most people for each request, if it has plenty and two of them at least."""
    others = [part for part in parts if part is not besides and part.people >= A_PAIR and part.came]
    if not others:
        return None
    each = sorted(part.people_each for part in parts if part.came)
    best = max(others, key=lambda part: (part.people_each, -part.weekday))
    return best if best.people_each > PLENTY * each[len(each) // 2] else None

"""What departments reached, week by week, as roll-outs measure it: from the rooms below, through their queries."""

from collections.abc import Mapping
from datetime import date

from clientela.impact.models import Rollout
from clientela.impact.rules.rollouts import Cell, Weeks
from clientela.promises.queries.weekly import kept_by_week
from clientela.requests.queries.weekly_waits import waits_by_week
from clientela.voice.queries.weekly_shares import satisfied_by_week

Measure = Rollout.Measure
SIDE_OF = {Measure.SATISFIED: "", Measure.SATISFIED_OUTSIDE: "outside", Measure.SATISFIED_INSIDE: "inside"}
LESS_IS_BETTER = frozenset({Measure.WAITING})


def weekly_outcomes(measure: str, keys: Mapping[int, str], *, since: date, until: date) -> Weeks:
    """Return the answers of departments (`keys` by id) in the weeks [since, until), both Mondays. One statement."""
    if measure == Measure.WAITING:
        waits = waits_by_week(keys, since=since, until=until)
        return {(keys[one], week): Cell(*figures) for (one, week), figures in waits.items()}
    if measure == Measure.PROMISES_KEPT:
        shares = kept_by_week(keys, since=since, until=until)
    else:
        shares = satisfied_by_week(keys, since=since, until=until, side=SIDE_OF[Measure(measure)])
    return {(keys[one], week): Cell(n, hits, hits) for (one, week), (hits, n) in shares.items()}


def is_share(measure: str) -> bool:
    """Whether it is a share of answers, shown in points of 100; else hours."""
    return measure != Measure.WAITING

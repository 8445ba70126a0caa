"""What each rule does to the same log, in figures: promises kept, lateness by what it costs, waits, and who starved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.dispatch import Rule, RuleName
from clientela.requests.rules.replays.playing import UNPROMISED_HOURS, Played, World

SIMPLE = (RuleName.FCFS, RuleName.EDD, RuleName.PRIORITY, RuleName.WSJF)
ALL = (*SIMPLE, RuleName.ATC, RuleName.CHAIN)
STARVED_TIMES = 10.0  # who waits so many times the mean wait of first come first served has starved
ROUNDING_HOURS = 1e-6


@dataclass(frozen=True)
class Figures:
    """What a rule did to some operations, and to the cases that ended among them. Hours are working hours."""

    operations: int
    cases: int
    promised: int
    kept_percent: float | None
    weighted_tardiness: float
    mean_wait_hours: float
    p95_wait_hours: float
    longest_wait_hours: float
    starved: int


@dataclass(frozen=True)
class RuleAnswer:
    """One rule under one promise. `share_of_best_simple`: its weighted tardiness by that of the best simple rule."""

    rule: str
    overall: Figures
    teams: dict[str, Figures]
    share_of_best_simple: float | None


@dataclass(frozen=True)
class Comparison:
    """Every rule that was asked for, under one promise."""

    promise: str
    best_simple: str | None  # None: not all of the simple rules were played
    starved_after_hours: float
    rules: tuple[RuleAnswer, ...]


def compared(
    world: World,
    due: NDArray[np.float64],
    base: Played,
    *,
    promise: str,
    rules: Sequence[RuleName],
    look_ahead: float,
    floor_hours: float | None,
    on_rule: Callable[[], None],
) -> Comparison:
    """Play every rule under these promises. `base` is first come first served, by which starving is measured."""
    starved_after = STARVED_TIMES * float((base.start_hours - base.ready_hours).mean())
    found: list[tuple[RuleName, Figures, dict[str, Figures]]] = []
    for name in rules:
        rule = Rule(name, look_ahead=look_ahead, longest_wait_hours=floor_hours, unpromised_hours=UNPROMISED_HOURS)
        played = world.played(due, rule)
        found.append((name, *figures_of(world, due, played, starved_after_hours=starved_after)))
        on_rule()
    tardiness = {name: overall.weighted_tardiness for name, overall, _ in found}
    simple = {name: tardiness[name] for name in SIMPLE if name in tardiness}
    best = min(simple, key=lambda name: simple[name]) if len(simple) == len(SIMPLE) else None
    return Comparison(
        promise,
        best.value if best else None,
        starved_after,
        tuple(
            RuleAnswer(name.value, overall, teams, _share(overall.weighted_tardiness, simple[best]) if best else None)
            for name, overall, teams in found
        ),
    )


def figures_of(
    world: World, due: NDArray[np.float64], played: Played, *, starved_after_hours: float
) -> tuple[Figures, dict[str, Figures]]:
    """Give the figures overall and by team; a case counts at the team where it ended.

    Only the cases that no other waits for: what becomes of the others is in them, and they reach whoever asked first.
    """
    wait = played.start_hours - played.ready_hours
    late = played.case_end_hours - (due + world.delay_so_far[world.last])
    team = world.staffing.team
    is_outermost = world.work.parent < 0
    late, cost = late[is_outermost], world.cost[is_outermost]
    ended_at = team[world.last][is_outermost]
    by_team = {
        world.staffing.names[number]: _figures(
            wait[team == number], late[ended_at == number], cost[ended_at == number], starved_after_hours
        )
        for number in np.unique(team).tolist()
    }
    return _figures(wait, late, cost, starved_after_hours), by_team


def _figures(
    wait: NDArray[np.float64], late: NDArray[np.float64], cost: NDArray[np.float64], starved_after_hours: float
) -> Figures:
    is_promised = ~np.isnan(late)
    told = late[is_promised]
    count = len(told)
    return Figures(
        operations=len(wait),
        cases=len(late),
        promised=count,
        kept_percent=100.0 * float((told <= ROUNDING_HOURS).sum()) / count if count else None,
        weighted_tardiness=float((np.maximum(told, 0.0) * cost[is_promised]).sum()),
        mean_wait_hours=float(wait.mean()),
        p95_wait_hours=float(np.quantile(wait, 0.95)),
        longest_wait_hours=float(wait.max()),
        starved=int((wait > starved_after_hours).sum()),
    )


def _share(own: float, best: float) -> float | None:
    if best > 0:
        return own / best
    return 1.0 if own == 0 else None

"""The written policy of whose need goes first: what a late hour costs, what changes it, and what has no price."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final

# What each figure may be. No factor may be nothing, no floor so far away that it is none.
BOUNDS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "base_cost": (0.01, 1000.0),
        "inside_factor": (0.1, 10.0),
        "outside_factor": (0.1, 10.0),
        "complaint_factor": (1.0, 10.0),
        "people_factor_at_ten": (1.0, 10.0),
        "stops_work_factor": (1.0, 10.0),
        "most_factor": (1.0, 100.0),
        "longest_wait_hours": (4.0, 400.0),
        "look_ahead": (0.25, 16.0),
        "unpromised_hours": (1.0, 1000.0),
    }
)
GROUP_BOUNDS: Final = (0.1, 10.0)
_SWITCHES: Final = ("is_parity", "safety_first")


class PolicyProblemError(ValueError):
    """A policy that cannot be: the field it is about, a code for what is wrong, and what the field may be.

    Codes: not_an_object, unknown, not_a_yes_or_no, not_a_number, not_a_group, too_small, too_large,
    parity_counts_equal, safety_has_no_price. `least` and `most` are set with too_small and too_large.
    """

    def __init__(self, field: str, code: str, *, least: float | None = None, most: float | None = None) -> None:
        self.field = field
        self.code = code
        self.least = least
        self.most = most
        span = "" if least is None or most is None else f" (from {least:g} to {most:g})"
        super().__init__(f"Stake policy, {field or 'whole'}: {code}{span}")


@dataclass(frozen=True)
class StakePolicy:
    """What an hour of lateness costs, and what goes before everything that has a price.

    Costs are in units of an ordinary request's late hour; hours are working hours. Raises PolicyProblemError.
    """

    base_cost: float = 1.0  # a late hour of an ordinary request
    is_parity: bool = True  # inside and outside count the same, and neither may have a factor
    inside_factor: float = 1.0
    outside_factor: float = 1.0
    complaint_factor: float = 1.5
    people_factor_at_ten: float = 2.0  # when ten people are affected; a hundred count its square
    stops_work_factor: float = 2.0  # when somebody cannot work until it is done
    group_factors: Mapping[int, float] = field(default_factory=dict, hash=False)  # by group id; the largest counts
    most_factor: float = 10.0  # all factors together never make more than this, nor less than one over it
    safety_first: bool = True  # safety and dignity have no price, so no policy may switch this off
    longest_wait_hours: float = 80.0  # having waited so long, it goes before everything that has a price
    look_ahead: float = 2.0  # k: how many mean pieces of work before its last moment a request begins to press
    unpromised_hours: float = 40.0  # without a promise it is ranked as if due so long after it was opened

    def __post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            object.__setattr__(self, name, _number(name, getattr(self, name), least, most))
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise PolicyProblemError(name, "not_a_yes_or_no")
        groups = {
            _group(group_id): _number(f"group_factors.{group_id}", factor, *GROUP_BOUNDS)
            for group_id, factor in self.group_factors.items()
        }
        object.__setattr__(self, "group_factors", dict(sorted(groups.items())))
        if not self.safety_first:
            raise PolicyProblemError("safety_first", "safety_has_no_price")
        if self.is_parity:
            for name in ("inside_factor", "outside_factor"):
                if getattr(self, name) != 1.0:
                    raise PolicyProblemError(name, "parity_counts_equal")


@dataclass(frozen=True)
class PolicyStatement:
    """One thing that a policy says, for a sentence: a code, its figure, and the group it is about."""

    code: str
    figure: float | None = None
    group_id: int | None = None


def policy_from_json(given: object) -> StakePolicy:
    """The policy that was stored or sent; what is not said is as by default. Raises PolicyProblemError."""
    if not isinstance(given, Mapping):
        raise PolicyProblemError("", "not_an_object")
    known = {each.name for each in fields(StakePolicy)}
    for name in given:
        if name not in known:
            raise PolicyProblemError(str(name), "unknown")
    if not isinstance(given.get("group_factors", {}), Mapping):
        raise PolicyProblemError("group_factors", "not_an_object")
    return StakePolicy(**given)


def policy_as_json(policy: StakePolicy) -> dict[str, object]:
    """What is stored: every field, so that a later default does not change what was decided."""
    told: dict[str, object] = {each.name: getattr(policy, each.name) for each in fields(policy)}
    told["group_factors"] = {str(group_id): factor for group_id, factor in policy.group_factors.items()}
    return told


def policy_statements(policy: StakePolicy) -> tuple[PolicyStatement, ...]:
    """What the policy says, most important first, leaving out factors that change nothing.

    Codes: safety_first, longest_wait, parity | inside_counts, outside_counts, complaint, stops_work, people, group,
    most, unpromised, look_ahead.
    """
    sides = (
        (PolicyStatement("parity"),)
        if policy.is_parity
        else (
            PolicyStatement("inside_counts", policy.inside_factor),
            PolicyStatement("outside_counts", policy.outside_factor),
        )
    )
    factors = (
        PolicyStatement("complaint", policy.complaint_factor),
        PolicyStatement("stops_work", policy.stops_work_factor),
        PolicyStatement("people", policy.people_factor_at_ten),
        *(PolicyStatement("group", factor, group_id) for group_id, factor in policy.group_factors.items()),
    )
    return (
        PolicyStatement("safety_first"),
        PolicyStatement("longest_wait", policy.longest_wait_hours),
        *sides,
        *(statement for statement in factors if statement.figure != 1.0),
        PolicyStatement("most", policy.most_factor),
        PolicyStatement("unpromised", policy.unpromised_hours),
        PolicyStatement("look_ahead", policy.look_ahead),
    )


def _number(name: str, value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PolicyProblemError(name, "not_a_number")
    if value < least:
        raise PolicyProblemError(name, "too_small", least=least, most=most)
    if value > most:
        raise PolicyProblemError(name, "too_large", least=least, most=most)
    return float(value)


def _group(given: object) -> int:
    """A group's id; JSON keeps keys as text."""
    if isinstance(given, str) and given.isascii() and given.isdigit():
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise PolicyProblemError(f"group_factors.{given}", "not_a_group")
    return given

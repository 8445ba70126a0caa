"""Terms: what a service promises, in minutes of the provider's working time, and what stops or restarts the count."""

from dataclasses import dataclass
from typing import Final

WAITING_STATES: Final = frozenset({"waiting_customer", "waiting_department", "waiting_date"})
ON_REOPEN: Final = ("resume", "restart", "never")
PROMISES: Final = ("first_reply", "next_reply", "resolution")
WARN_SHARE: Final = 0.8


class TermsProblemError(ValueError):
    """Terms that cannot be kept track of: which field, what is wrong, and what to write instead."""

    def __init__(self, *, field: str, code: str, problem: str, remedy: str) -> None:
        self.field = field
        self.code = code
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"Terms, {field}: {problem} {remedy}")


@dataclass(frozen=True)
class Terms:
    """What is promised; None: nothing is.

    `pauses_while`: the waiting states in which the count stands still. `on_reopen`: whether a reopened request goes on
    with what was left ("resume"), starts anew ("restart") or stays as kept as it was ("never"). `warn_share`: the share
    of the time, above 0 and at most 1, after which the promise counts as at risk. Raises TermsProblemError.
    """

    first_reply_minutes: int | None = None
    next_reply_minutes: int | None = None
    resolution_minutes: int | None = None
    pauses_while: frozenset[str] = frozenset()
    on_reopen: str = "resume"
    warn_share: float = WARN_SHARE

    def __post_init__(self) -> None:
        for promise in PROMISES:
            minutes: int | None = getattr(self, f"{promise}_minutes")
            if minutes is not None and minutes < 1:
                problem = f"{minutes} minutes is no time at all."
                remedy = "Promise at least a minute, or leave it empty to promise nothing."
                raise TermsProblemError(field=f"{promise}_minutes", code="no-time", problem=problem, remedy=remedy)
        for state in sorted(self.pauses_while - WAITING_STATES):
            problem, remedy = f"“{state}” is not a way of waiting.", f"Use {', '.join(sorted(WAITING_STATES))}."
            raise TermsProblemError(field="pauses_while", code="unknown-state", problem=problem, remedy=remedy)
        if self.on_reopen not in ON_REOPEN:
            problem, remedy = f"“{self.on_reopen}” is not a way to reopen.", f"Use {', '.join(ON_REOPEN)}."
            raise TermsProblemError(field="on_reopen", code="unknown-reopening", problem=problem, remedy=remedy)
        check_warn_share(self.warn_share)

    def target_seconds(self, promise: str) -> int | None:
        """Working seconds promised for "first_reply", "next_reply" or "resolution"; None when nothing is."""
        minutes = {
            "first_reply": self.first_reply_minutes,
            "next_reply": self.next_reply_minutes,
            "resolution": self.resolution_minutes,
        }[promise]
        return None if minutes is None else minutes * 60


def check_warn_share(share: float) -> None:
    """Raise TermsProblemError unless the share is above 0 and at most 1."""
    if not 0 < share <= 1:
        problem, remedy = f"{share} is not a share of the time.", "Write a number above 0 and at most 1, such as 0.8."
        raise TermsProblemError(field="warn_share", code="not-a-share", problem=problem, remedy=remedy)

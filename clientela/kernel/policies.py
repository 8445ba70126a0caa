"""How every policy answers: allowed, or denied with the reason in words that can be shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The answer of a `may_…` policy. An empty reason means allowed; it is true exactly when it allows."""

    reason: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether it may be done."""
        return not self.reason

    def __bool__(self) -> bool:
        # `if may_edit(...)` and `if may_edit(...).is_allowed` must never mean different things.
        return self.is_allowed


ALLOWED = Verdict()


class NotAllowedError(Exception):
    """The viewer sees the thing but may not do this. The message says why, in the viewer's words."""


class HiddenError(Exception):
    """For this viewer the thing does not exist. Doors answer exactly as if there were none (404)."""


def denied(reason: str) -> Verdict:
    """A refusal. `reason` is a whole sentence and never empty."""
    if not reason:
        raise ValueError("A refusal says why.")
    return Verdict(reason)


def require(verdict: Verdict) -> None:
    """Do nothing if allowed; raise NotAllowedError with the reason if not."""
    if not verdict.is_allowed:
        raise NotAllowedError(verdict.reason)


def require_seen(verdict: Verdict) -> None:
    """Do nothing if allowed; raise HiddenError if not: what one may not see does not exist."""
    if not verdict.is_allowed:
        raise HiddenError(verdict.reason)

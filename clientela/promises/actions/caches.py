"""The cached columns of a clock: computed from its events, so they can always be rebuilt."""

from clientela.promises import rules
from clientela.promises.models import Clock

CACHED = ("due_at", "next_notice_at", "is_open", "kept_at", "broken_at")


def set_caches(clock: Clock, state: rules.ClockState) -> None:
    """Write the cached columns from the computed state. They can always be rebuilt.

    A breach that a sweep has not announced yet stays due for it, even when the promise is kept late, paused or moved
    between the due moment and the sweep.
    """
    is_unannounced = clock.next_notice_at is not None and clock.broken_at is None and state.first_broken_at is not None
    clock.is_open = not state.is_ended
    clock.due_at = state.due_at if clock.is_open else None
    clock.next_notice_at = rules.next_notice_at(state) if clock.is_open else None
    if is_unannounced and clock.is_open:
        clock.next_notice_at = state.first_broken_at
    clock.kept_at = state.kept_at
    clock.broken_at = state.first_broken_at

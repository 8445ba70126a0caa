"""Keeping both sides up to date in the background."""

from clientela.impact.actions.parity import draw_first_parity, draw_parity
from clientela.kernel.clock import now


def draw_both_sides_first() -> int:
    """Work both sides out in a house where nobody has; return how many weeks there are."""
    return draw_first_parity(at=now())


def draw_both_sides() -> int:
    """Work out the weeks that have changed; return how many."""
    return draw_parity(at=now())

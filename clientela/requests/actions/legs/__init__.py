"""Legs: a cache of what the journal tells of each request's stays at departments, written so that it can be rebuilt."""

from clientela.requests.actions.legs.rebuilding import rebuild_legs
from clientela.requests.actions.legs.recomputing import RecomputedLegs, recompute_legs

__all__ = ["RecomputedLegs", "rebuild_legs", "recompute_legs"]

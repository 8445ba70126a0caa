"""Stacked bars: what each amount is made of, told apart by pattern and by word, on one scale."""

from collections.abc import Sequence
from typing import Any

from clientela.web.components.parts import StackBar
from clientela.web.components.pictures import fresh_id, percent

NARROWEST_PERCENT = 0.2
# How each part of a stack is filled, in their order.
PATTERNS = ("hatch", "solid", "dots", "bars", "lines")


def stacks(bars: Sequence[StackBar], kinds: Sequence[str]) -> dict[str, Any]:
    """The bars with their patterns and their legend. `kinds`: the words for each part, at most as many as PATTERNS."""
    longest = max((sum(bar.amounts) for bar in bars), default=0) or 1
    ids = [fresh_id() for _ in PATTERNS]
    return {
        "ids": dict(zip(PATTERNS, ids, strict=True)),
        "keys": [
            {"words": words, "pattern": pattern, "id": number}
            for words, pattern, number in zip(kinds, PATTERNS, ids, strict=False)
        ],
        "bars": [
            {"bar": bar, "parts": _parts(bar, longest, ids), "cells": list(zip(kinds, bar.words, strict=True))}
            for bar in bars
        ],
    }


def _parts(bar: StackBar, longest: float, ids: Sequence[str]) -> list[dict[str, str]]:
    drawn, start = [], 0.0
    for amount, pattern, number in zip(bar.amounts, PATTERNS, ids, strict=False):
        width = 100 * amount / longest
        if amount > 0:
            drawn.append(
                {
                    "x": percent(start),
                    "width": percent(max(width, NARROWEST_PERCENT)),
                    "id": "" if pattern == "solid" else number,
                }
            )
        start += width
    return drawn

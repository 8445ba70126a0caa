"""What an estimate says as plain values, as they are kept as JSON: one shape, whatever the cases came from. Pure."""

from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np

from clientela.impact.rules.cases import LEAST_ANSWERS, Bools, Cases, Inside
from clientela.impact.rules.checks import Check
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.refusing import NoAnswer
from clientela.impact.rules.suppliers import SupplierEffects
from clientela.impact.rules.verdicts import Verdict

ESTIMATED = (
    "effect", "error", "low", "high", "df", "p", "smallest_visible", "n_cases", "n_suppliers", "n_periods",
    "reliability", "is_exact", "is_weak", "load_share", "outcome_sd", "quality_sd",
)  # fmt: skip


def told_estimate(found: Estimate) -> dict[str, Any]:
    """The figures of an estimate; `own`: in the unit of the outcome."""
    return {**{name: plain(getattr(found, name)) for name in ESTIMATED}, "own": plain(asdict(found.own))}


def told_refusal(found: NoAnswer) -> dict[str, Any]:
    """Why there is no estimate."""
    return {"code": found.code, "figures": plain(dict(found.figures))}


def told_check(one: Check) -> dict[str, Any]:
    """A falsification with its figures."""
    return {
        "name": one.name,
        "held": one.held,
        "is_gate": one.is_gate,
        "detail": plain(dict(one.detail)),
        **{name: plain(getattr(one, name)) for name in ("effect", "low", "high", "p")},
    }


def told_verdict(judged: Verdict) -> dict[str, Any]:
    """The verdict with its reasons."""
    told: dict[str, Any] = plain(asdict(judged))
    return told


def told_suppliers(
    cases: Cases, inside: Inside, called: Sequence[dict[str, Any]], *, is_known: Bools | None = None
) -> list[dict[str, Any]]:
    """Each supplier as it is `called`: how much of the cases depends on it, of how many at all, what is known of it.

    `is_known[T, D]`: which figures of quality count as known; without it, those behind which enough answers stand.
    """
    weights = np.bincount(cases.suppliers, weights=cases.weights, minlength=len(called)) / max(cases.count, 1)
    touched = np.bincount(cases.suppliers, minlength=len(called))
    known = (inside.answers >= LEAST_ANSWERS if is_known is None else is_known).sum(axis=0)
    return [
        {
            **one,
            "weight": float(weights[number]),
            "cases": int(touched[number]),
            "answers": int(inside.answers[:, number].sum()),
            "periods_known": int(known[number]),
            "periods": inside.periods,
        }
        for number, one in enumerate(called)
    ]


def told_left_out(found: Estimate, called: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The effect without each main supplier's cases."""
    return [{**called[number], "effect": plain(effect)} for number, effect in found.left_out]


def told_each(effects: SupplierEffects, called: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each supplier's own effect, drawn to the mean of all as far as little is known of it alone."""
    return [
        {**called[one.supplier], **{name: plain(getattr(one, name)) for name in ("effect", "low", "high", "drawn")}}
        for one in effects.each
    ]


def told_own(found: Estimate) -> dict[str, Any]:
    """The effect in the unit of the outcome, with its interval."""
    return {name: plain(getattr(found.own, name)) for name in ("effect", "low", "high")}


def plain(value: Any) -> Any:
    """JSON has no infinity and nothing that is not a number: None says "unknown"."""
    if isinstance(value, float | np.floating):
        return float(value) if isfinite(value) else None
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value

"""Plans and results as JSON, and back. An open end of an interval is null."""

from collections.abc import Mapping
from dataclasses import asdict
from math import inf, isinf
from typing import Any

from clientela.impact.rules.rollouts.inference import Analysis, Exposure, Interval, NoAnswer
from clientela.impact.rules.rollouts.past import Past
from clientela.impact.rules.rollouts.plans import Block
from clientela.impact.rules.rollouts.power import Power


def plan_as_json(blocks: tuple[Block, ...], past: Past, power: Power) -> dict[str, Any]:
    """Return everything that was fixed before the draw."""
    return {"blocks": [asdict(block) for block in blocks], "past": asdict(past), "power": asdict(power)}


def plan_from_json(plan: Mapping[str, Any]) -> tuple[tuple[Block, ...], Past, Power]:
    """Return the plan as it was stored."""
    blocks = tuple(Block(tuple(block["keys"]), tuple(block["steps"])) for block in plan["blocks"])
    past = Past(**{**plan["past"], "weekly": tuple(plan["past"]["weekly"])})
    return blocks, past, Power(**plan["power"])


def result_as_json(result: Analysis | NoAnswer) -> dict[str, Any]:
    """Return a result for the database."""
    if isinstance(result, NoAnswer):
        return {"code": result.code, "figures": dict(result.figures)}
    whole = asdict(result)
    whole["figure"] = _closed(result.figure)
    whole["where_begun"] = None if result.where_begun is None else _closed(result.where_begun)
    whole["exposures"] = [
        {"spans": one.spans, "departments": one.departments, "figure": _closed(one.figure)} for one in result.exposures
    ]
    whole["second_by_exposure"] = {str(spans): effect for spans, effect in result.second_by_exposure.items()}
    return whole


def result_from_json(stored: Mapping[str, Any]) -> Analysis | NoAnswer:
    """Return the result as it was stored."""
    if "code" in stored:
        return NoAnswer(stored["code"], stored["figures"])
    return Analysis(
        **{
            **stored,
            "figure": _interval(stored["figure"]),
            "where_begun": None if stored["where_begun"] is None else _interval(stored["where_begun"]),
            "exposures": tuple(
                Exposure(one["spans"], _interval(one["figure"]), one["departments"]) for one in stored["exposures"]
            ),
            "second_by_exposure": {int(spans): effect for spans, effect in stored["second_by_exposure"].items()},
        }
    )


def _closed(figure: Interval) -> dict[str, float | None]:
    return {
        "effect": figure.effect,
        "low": None if isinf(figure.low) else figure.low,
        "high": None if isinf(figure.high) else figure.high,
        "p": figure.p,
    }


def _interval(stored: Mapping[str, float | None]) -> Interval:
    low, high = stored["low"], stored["high"]
    return Interval(
        float(stored["effect"] or 0.0),
        -inf if low is None else low,
        inf if high is None else high,
        float(stored["p"] or 0.0),
    )

"""Rolling an improvement out to departments in random order: the plan, its power, the draw, and what came of it."""

from clientela.impact.rules.rollouts.inference import Analysis, Exposure, Interval, NoAnswer, analysed
from clientela.impact.rules.rollouts.panels import Cell, Panel, Weeks, panel_of, span_bounds
from clientela.impact.rules.rollouts.past import Past, learned_past
from clientela.impact.rules.rollouts.plans import (
    FEWEST_DEPARTMENTS,
    Block,
    Lot,
    Size,
    blocks_of,
    drawn,
    possible_orders,
    step_sizes,
)
from clientela.impact.rules.rollouts.power import Power, chance_to_see, enough_weeks, power_of
from clientela.impact.rules.rollouts.stored import plan_as_json, plan_from_json, result_as_json, result_from_json
from clientela.impact.rules.rollouts.verdicts import Verdict, verdict

__all__ = [
    "FEWEST_DEPARTMENTS",
    "Analysis",
    "Block",
    "Cell",
    "Exposure",
    "Interval",
    "Lot",
    "NoAnswer",
    "Panel",
    "Past",
    "Power",
    "Size",
    "Verdict",
    "Weeks",
    "analysed",
    "blocks_of",
    "chance_to_see",
    "drawn",
    "enough_weeks",
    "learned_past",
    "panel_of",
    "plan_as_json",
    "plan_from_json",
    "possible_orders",
    "power_of",
    "result_as_json",
    "result_from_json",
    "span_bounds",
    "step_sizes",
    "verdict",
]

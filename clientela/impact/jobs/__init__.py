"""The impact room's work in the background. A module a subject."""

from clientela.impact.jobs.case_files import estimate_cases, give_up_lost_case_files, sweep_files_of_cases
from clientela.impact.jobs.estimating import (
    estimate_impact,
    estimate_impact_anew,
    estimate_impact_first,
    give_up_lost_estimations,
)
from clientela.impact.jobs.parity import draw_both_sides, draw_both_sides_first
from clientela.impact.jobs.rollouts import mind_rollouts, work_out_rollout

__all__ = [
    "draw_both_sides",
    "draw_both_sides_first",
    "estimate_cases",
    "estimate_impact",
    "estimate_impact_anew",
    "estimate_impact_first",
    "give_up_lost_case_files",
    "give_up_lost_estimations",
    "mind_rollouts",
    "sweep_files_of_cases",
    "work_out_rollout",
]

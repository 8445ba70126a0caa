"""What the impact room keeps of its own: estimates, planned roll-outs, files of cases. It writes to no other room."""

from clientela.impact.models.case_files import CASE_FILES, CaseFile, CaseFilePart
from clientela.impact.models.estimates import Estimation
from clientela.impact.models.parity import ParityDrawing, ParityWeek
from clientela.impact.models.rollouts import Rollout, RolloutPlace

__all__ = [
    "CASE_FILES",
    "CaseFile",
    "CaseFilePart",
    "Estimation",
    "ParityDrawing",
    "ParityWeek",
    "Rollout",
    "RolloutPlace",
]

"""What the impact room keeps of its own: estimates and planned roll-outs. It writes to no other room."""

from clientela.impact.models.estimates import Estimation
from clientela.impact.models.parity import ParityDrawing, ParityWeek
from clientela.impact.models.rollouts import Rollout, RolloutPlace

__all__ = ["Estimation", "ParityDrawing", "ParityWeek", "Rollout", "RolloutPlace"]

"""The plan is made once for all tests that only look at it."""

from datetime import UTC, datetime

import pytest

from clientela.command.demonstration.plan import demonstration_plan
from clientela.command.demonstration.story import DemonstrationPlan

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # ten o'clock in Bucharest, nine in Warsaw and Madrid


@pytest.fixture(scope="session")
def plan() -> DemonstrationPlan:
    """The whole story, as a newcomer gets it."""
    return demonstration_plan(until=TUESDAY)

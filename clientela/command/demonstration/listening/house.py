"""What everything that is loaded here needs: the plan, what its keys are in the database, and the days it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from clientela.command.demonstration.story import DemonstrationPlan, DepartmentStory
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.requests import queries as requests
from clientela.requests.queries import RequestOrigin

HOUR, MINUTE = 8, 40  # UTC: ten or eleven in the morning in our three towns
SATURDAY = 5


@dataclass(frozen=True)
class Loaded:
    """The plan, and the ids of its requests, departments and parties (teams count as their department)."""

    plan: DemonstrationPlan
    requests: Mapping[str, int]
    departments: Mapping[str, int]
    parties: Mapping[str, int]

    @cached_property
    def origins(self) -> Mapping[int, RequestOrigin]:
        """Where each request came from."""
        return requests.request_origins(set(self.requests.values()))

    @cached_property
    def languages(self) -> Mapping[int, str]:
        """The language of each colleague."""
        return {self.parties[one.key]: one.language for one in self.plan.colleagues}

    @cached_property
    def _stories(self) -> Mapping[str, DepartmentStory]:
        return {one.key: one for one in self.plan.departments}

    @cached_property
    def owner(self) -> Viewer:
        """Who owns the house."""
        return self.colleague(next(one.key for one in self.plan.colleagues if one.is_owner))

    def head_of(self, department: str) -> Viewer:
        """Who heads the department."""
        return self.colleague(self._stories[department].head)

    def colleague(self, key: str) -> Viewer:
        """A colleague as who acts."""
        return directory.viewer_of(self.parties[key], at=self.plan.until)

    def morning(self, days_ago: float) -> datetime:
        """The morning of a working day about so many days before the end, or after it."""
        if 0 <= days_ago < 1:
            return self.plan.until - timedelta(days=days_ago)
        day = self.plan.until - timedelta(days=days_ago)
        day -= timedelta(days=max(0, day.weekday() - SATURDAY + 1))
        return day.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)

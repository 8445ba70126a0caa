"""The house of `analytics_house`, whose customers come back: by a known part more often after better service.

A customer asks, is served, and comes back within 90 days with a chance of `BACK` and, for each standard deviation that
the supplier of the case served better in that week, of `worth` more for what of the case depends on it: two thirds, for
the front has the case for a third of the time. Who does not come back is away for long. Some customers are more loyal
than others whatever happens, so cases of the same customer are alike.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tests.analytics_house import FRONTS, SUPPLIERS, UNTIL, House, Rows

BACK = 0.5
SOON, WITHIN, LONG = 5, 88, 240  # days
PART = 2 / 3  # of a case's working time is its supplier's
LOYALTY = 0.15  # standard deviation between customers, of the chance to come back


class BuyingHouse(House):
    """`worth`: by how much the chance to come back follows the supplier of a case that depends on it alone."""

    def __init__(self, *, seed: int, worth: float, weeks: int, cases_a_week: int = 60) -> None:
        self._worth = worth
        self._customers = 0
        self._due: list[tuple[datetime, int]] = []
        self._loyalty: dict[int, float] = {}
        self._bought: dict[int, Rows] = {}
        super().__init__(seed=seed, effect=0.2, weeks=weeks, cases_a_week=cases_a_week)
        for rows in self._bought.values():
            self.rows["purchases"] += told_of_one(rows)

    def _week(self, week: int, /) -> None:
        monday = datetime.combine(UNTIL, datetime.min.time(), UTC) - timedelta(weeks=self._weeks - week)
        self._due.sort()
        come = [one for one in self._due if one[0] < monday + timedelta(days=7)]
        self._due = self._due[len(come) :]
        new = max(0, self._cases_a_week - len(come))
        come += [(self._moment(monday), self._new_customer()) for _ in range(new)]
        self._coming = come
        cases_a_week, self._cases_a_week = self._cases_a_week, len(come)
        super()._week(week)
        self._cases_a_week = cases_a_week

    def _new_customer(self) -> int:
        self._customers += 1
        self._loyalty[self._customers] = float(self._random.normal(scale=LOYALTY))
        return self._customers

    def _case(self, week: int, _monday: datetime) -> None:
        opened_at, customer = self._coming.pop()
        front, service = int(self._random.integers(FRONTS)), int(self._random.integers(2))
        supplier = int(self._random.choice(SUPPLIERS, p=self._shares[front, service]))
        case = self._request(opened_at, self._first_id + front, service, side="outside", seconds=3600)
        provider = self._first_id + FRONTS + supplier
        asker = self._first_id + front
        self._request(opened_at, provider, service, side="inside", seconds=7200, root_id=case, asker=asker)
        score = 3.6 + self._effect * self._quality[week, supplier] + self._random.normal(scale=0.9)
        self._voice(case, opened_at + timedelta(days=1), self._first_id + front, side="outside", score=score)
        resolved_at = self.rows["requests"][case - 1]["resolved_at"]
        self._bought.setdefault(customer, []).append(
            {"request_id": case, "opened_at": opened_at, "resolved_at": resolved_at, "is_alone": True}
        )
        chance = BACK + self._loyalty[customer] + self._worth * PART * self._quality[week, supplier]
        is_back = self._random.random() < np.clip(chance, 0.02, 0.98)
        days = self._random.uniform(SOON, WITHIN) if is_back else self._random.uniform(WITHIN + 4, LONG)
        self._due.append((resolved_at + timedelta(days=float(days)), customer))


def told_of_one(rows: Rows) -> Rows:
    """What a customer bought, the earliest first, as the store has it: with the days to what came before and after."""
    told: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        following = rows[place + 1 : place + 2]
        told.append(
            row
            | {
                "last_days": (row["opened_at"] - rows[place - 1]["opened_at"]).days if place else None,
                "earlier_days": (row["opened_at"] - rows[place - 2]["opened_at"]).days if place > 1 else None,
                "next_days": (following[0]["opened_at"] - row["resolved_at"]).days if following else None,
            }
        )
    return told

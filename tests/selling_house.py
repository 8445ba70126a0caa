"""A house that sells, drawn as whole columns: what better service inside does to who comes back, and to who leaves.

Departments in front sell to customers outside; suppliers serve them, better in some weeks than in others. Once a case
is done its customer leaves for good or for at least half a year, comes back soon (within three months), or late. The
chance to leave falls by `stays` and the chance to come back soon rises by `back` for each standard deviation that the
supplier of the case served better in that week, for what of the case depends on it: two thirds.

What makes it hard to see, all of it on by default:

* **Load.** A supplier to which much is sent serves worse that week, and the customer is driven away by the crowd
  itself too: by `crowd` of a chance for a standard deviation of load.
* **Kinds of customers.** Households leave more easily than businesses. Businesses buy of the fronts and services whose
  suppliers are the better ones all year, and become more among the new customers over time.
* **Loyalty.** Within a kind some stay whatever happens, so cases of one customer are alike; and who was served badly is
  gone, so that those who are left after bad weeks are the loyal ones.

Drawn with numpy at once, so that it does for thirty small worlds and for a million cases.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clientela.directory.exports import DEPARTMENTS, STAFFING
from clientela.kernel.analytics.contracts import Table
from clientela.kernel.analytics.manifest import Manifest, Place, Stored, write_manifest
from clientela.kernel.analytics.parquet import TYPES, write_rows
from clientela.promises.exports import CLOCKS
from clientela.requests.exports import LEGS, PURCHASES, REQUESTS
from clientela.voice.exports import VOICES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Columns = dict[str, object]

UNTIL = date(2026, 11, 23)
DAY = 86_400
USUAL_SWING = 1.4  # of the load: beyond what chance alone would do
PART = 2 / 3  # of a case's working time is its supplier's
HOURS = 6  # what a request takes
NEVER, FOR_GOOD = np.inf, 0.8  # of those who leave; the others come back after more than 180 days
HOUSEHOLDS, BUSINESSES = 0, 1
LEAVES = (0.38, 0.26)  # by kind, before anything else
SOON = (0.28, 0.36)
LEAST, MOST = 0.01, 0.7  # of any chance


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How large, how long, and what is true."""

    seed: int
    stays: float = 0.0
    back: float = 0.0
    weeks: int = 92
    cases_a_week: int = 400
    fronts: int = 3
    services: int = 2
    suppliers: int = 12
    suppliers_a_cell: int = 6  # whom a front turns to for a service
    asked_inside: int = 18  # requests of colleagues to a supplier in a week
    crowd: float = 0.05
    load_on_quality: float = 0.5
    loyalty: float = 0.06
    is_scored: bool = True


@dataclass(frozen=True, eq=False)
class _Bought:
    """Cases, the columns side by side: when (seconds since the first week), by whom, of whom, served by whom."""

    customer: Ints
    opened: Floats
    front: Ints
    service: Ints
    supplier: Ints


class SellingHouse:
    """The tables of one such house, and what is true in it."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._random = np.random.default_rng(recipe.seed)
        self._start = datetime.combine(UNTIL, datetime.min.time(), UTC) - timedelta(weeks=recipe.weeks)
        self._asked = self._random.poisson(
            np.clip(
                recipe.asked_inside * (1 + 0.3 * self._random.normal(size=(recipe.weeks, recipe.suppliers))), 8, None
            )
        )
        self._level = self._random.normal(size=recipe.suppliers)
        self._moved = self._moving()
        self._quality = np.zeros_like(self._moved)
        self._draw_cells()
        self._bought = self._years()

    def _moving(self) -> Floats:
        """How well each serves beside its own level, if it always had as much to do: lasting for weeks; SD 1."""
        moved = np.zeros((self._recipe.weeks, self._recipe.suppliers))
        before = self._random.normal(size=self._recipe.suppliers)
        for week in range(self._recipe.weeks):
            before = 0.6 * before + 0.8 * self._random.normal(size=self._recipe.suppliers)
            moved[week] = before
        return moved

    def _draw_cells(self) -> None:
        """Whom each front turns to for each service, and where either kind of customer buys."""
        one = self._recipe
        shape = (one.fronts * one.services, one.suppliers_a_cell)
        self._of_cell = np.stack(
            [self._random.choice(one.suppliers, one.suppliers_a_cell, replace=False) for _ in range(shape[0])]
        )
        self._shares = self._random.dirichlet(np.full(shape[1], 0.5), size=shape[0])
        good = (self._level[self._of_cell] * self._shares).sum(axis=1)
        liking = np.exp(np.stack([-good, good]))
        self._cell_of_kind = liking / liking.sum(axis=1, keepdims=True)
        outside = self._cell_of_kind.mean(axis=0)[:, None] * self._shares * one.cases_a_week
        self._usual = self._asked.mean(axis=0) + np.bincount(
            self._of_cell.ravel(), weights=outside.ravel(), minlength=one.suppliers
        )

    def _years(self) -> _Bought:
        """Week by week: those who are due come, new ones fill up the week, and each goes its way."""
        kinds, loyal = np.zeros(0, np.int64), np.zeros(0)
        due, who = np.zeros(0), np.zeros(0, np.int64)
        weeks = []
        for week in range(self._recipe.weeks):
            ends = (week + 1) * 7 * DAY
            come = due < ends
            new = max(0, self._recipe.cases_a_week - int(come.sum()))
            newcomers = np.arange(len(kinds), len(kinds) + new)
            growing = 0.3 + 0.4 * week / self._recipe.weeks
            kinds = np.concatenate([kinds, (self._random.random(new) < growing).astype(np.int64)])
            loyal = np.concatenate([loyal, self._random.normal(scale=self._recipe.loyalty, size=new)])
            opened = np.concatenate([due[come], week * 7 * DAY + self._random.uniform(0, 7 * DAY, new)])
            customer = np.concatenate([who[come], newcomers])
            case = self._week(opened, customer, kinds[customer])
            next_at = opened + HOURS * 3600 + DAY * self._away(week, case, kinds[customer], loyal[customer])
            due, who = np.concatenate([due[~come], next_at]), np.concatenate([who[~come], customer])
            still = np.isfinite(due)
            due, who = due[still], who[still]
            weeks.append(case)
        columns = ("customer", "opened", "front", "service", "supplier")
        return _Bought(**{name: np.concatenate([getattr(one, name) for one in weeks]) for name in columns})

    def _week(self, opened: Floats, customer: Ints, kind: Ints) -> _Bought:
        cell = _chosen(self._random.random(len(opened)), self._cell_of_kind[kind])
        supplier = self._of_cell[cell, _chosen(self._random.random(len(opened)), self._shares[cell])]
        return _Bought(customer, opened, cell // self._recipe.services, cell % self._recipe.services, supplier)

    def _away(self, week: int, case: _Bought, kind: Ints, loyal: Floats) -> Floats:
        """Days until each comes back; endless for who never does. What a supplier has to do is all that came to it."""
        count, heavy = len(case.opened), self._recipe.load_on_quality
        came = self._asked[week] + np.bincount(case.supplier, minlength=self._recipe.suppliers)
        load = (came - self._usual) / np.sqrt(self._usual.mean()) / USUAL_SWING
        self._quality[week] = (self._moved[week] - heavy * load) / np.sqrt(1 + heavy**2)
        served = PART * self._quality[week, case.supplier]
        crowded = PART * self._recipe.crowd * load[case.supplier]
        leaves = np.clip(np.array(LEAVES)[kind] - loyal - self._recipe.stays * served + crowded, LEAST, MOST)
        soon = np.clip(np.array(SOON)[kind] + loyal + self._recipe.back * served - crowded, LEAST, 1 - leaves)
        drawn = self._random.random(count)
        quick, late = self._random.uniform(3, 88, count), self._random.uniform(92, 176, count)
        gone = np.where(self._random.random(count) < FOR_GOOD, NEVER, self._random.uniform(184, 420, count))
        return np.where(drawn < soon, quick, np.where(drawn < 1 - leaves, late, gone))

    @property
    def step(self) -> float:
        """How much the quality of a supplier usually moves: the step that effects are told for."""
        return float((self._quality - self._quality.mean(axis=0)).std())

    @property
    def cases(self) -> int:
        """How many outside cases there are."""
        return len(self._bought.opened)

    def tables(self) -> list[tuple[Table, pa.Table]]:
        """Every table of the store that Impact reads."""
        one, case = self._recipe, self._bought
        first_supplier = 1 + one.fronts
        helped_from, inside_from = 1 + self.cases, 1 + 2 * self.cases
        root = np.arange(1, helped_from)
        asked_week, asked_of = self._asked_inside()
        asked_at = asked_week * 7 * DAY + self._random.uniform(0, 6 * DAY, len(asked_week))
        asker = self._random.integers(one.fronts, size=len(asked_week)) + 1
        inside = np.arange(inside_from, inside_from + len(asked_week))
        request_id = np.concatenate([root, np.arange(helped_from, inside_from), inside])
        provider = np.concatenate([1 + case.front, first_supplier + case.supplier, first_supplier + asked_of])
        service = np.concatenate([1 + case.service, 1 + case.service, np.full(len(inside), 1 + one.services)])
        opened = np.concatenate([case.opened, case.opened, asked_at])
        is_outside = np.arange(len(request_id)) < self.cases
        customer = np.concatenate([np.zeros(self.cases, np.int64), 1 + case.front, asker])
        roots = np.concatenate([root, root, inside])
        parents = pa.array(roots, mask=(request_id < helped_from) | (request_id >= inside_from))
        sides = pa.array(np.where(is_outside, "outside", "inside"))
        began, ended = self._moments(opened), self._moments(opened + HOURS * 3600)
        seconds = np.concatenate(
            [np.full(self.cases, 1800), np.full(self.cases, 3600), np.full(len(inside), 900)]
        )  # half of it in the queue: so a supplier has two thirds of a case
        requests: Columns = {
            "request_id": request_id, "root_id": roots, "parent_id": parents, "provider_id": provider,
            "service_id": service, "customer_kind": np.where(is_outside, "person", "department"),
            "customer_department_id": pa.array(customer, mask=is_outside), "side": sides, "channel": "portal",
            "language": "en", "is_complaint": False, "state": "resolved", "opened_at": began, "resolved_at": ended,
            "reopened_count": 0,
        }  # fmt: skip
        legs: Columns = {
            "request_id": request_id, "position": 0, "provider_id": provider, "service_id": service, "root_id": roots,
            "parent_id": parents, "side": sides, "started_at": began, "ended_at": ended, "outcome": "resolved",
            "queue_seconds": seconds, "work_seconds": seconds, "customer_seconds": 0, "department_seconds": 0,
            "date_seconds": 0,
        }  # fmt: skip
        of_inside = self._level[asked_of] / 2 + self._quality[asked_week, asked_of]
        is_kept = self._random.random(len(inside)) < 1 / (1 + np.exp(-1 - of_inside))
        clocks: Columns = {
            "clock_id": inside, "request_id": inside, "provider_id": first_supplier + asked_of, "kind": "resolution",
            "started_at": self._moments(asked_at), "kept_at": self._moments(asked_at + 5 * 3600),
            "broken_at": pa.array(self._moments(asked_at + 4 * 3600), mask=is_kept), "is_open": False,
            "target_seconds": 4 * 3600,
        }  # fmt: skip
        numbers = np.arange(1, 1 + one.fronts + one.suppliers)
        departments: Columns = {
            "department_id": numbers, "key": np.char.add("d", numbers.astype(str)),
            "serves_outside": numbers <= one.fronts,
        }  # fmt: skip
        mondays = [self._start.date() + timedelta(weeks=week) for week in range(one.weeks)]
        staffing: Columns = {
            "department_id": np.tile(numbers, one.weeks), "week_on": np.repeat(np.array(mondays), len(numbers)),
            "members": 8,
        }  # fmt: skip
        told = (
            (REQUESTS, requests), (LEGS, legs), (CLOCKS, clocks), (PURCHASES, self._purchases()),
            (VOICES, self._voices(inside, asked_at, asked_of, asker, of_inside)), (DEPARTMENTS, departments),
            (STAFFING, staffing),
        )  # fmt: skip
        return [(table, _filled(table, columns)) for table, columns in told]

    def _asked_inside(self) -> tuple[Ints, Ints]:
        """The week and the supplier of every request of colleagues."""
        weeks, suppliers = np.divmod(np.arange(self._asked.size), self._recipe.suppliers)
        return np.repeat(weeks, self._asked.ravel()), np.repeat(suppliers, self._asked.ravel())

    def _voices(self, inside: Ints, asked_at: Floats, asked_of: Ints, asker: Ints, of_inside: Floats) -> Columns:
        """What colleagues said of what they had asked for, and customers of every case."""
        one, case = self._recipe, self._bought
        said = 3.5 + 0.6 * of_inside + self._random.normal(scale=0.7, size=len(inside))
        count = self.cases if one.is_scored else 0
        week = (case.opened[:count] // (7 * DAY)).astype(np.int64)
        felt = 3.6 + 0.2 * self._quality[week, case.supplier[:count]] + self._random.normal(scale=0.9, size=count)
        score = np.clip(np.rint(np.concatenate([said, felt])), 1, 5)
        is_inside = np.arange(len(score)) < len(inside)
        customers = np.zeros(count, np.int64)
        return {
            "voice_id": np.arange(1, 1 + len(score)),
            "request_id": np.concatenate([inside, np.arange(1, 1 + count)]),
            "provider_id": np.concatenate([1 + one.fronts + asked_of, 1 + case.front[:count]]),
            "rater_department_id": pa.array(np.concatenate([asker, customers]), mask=~is_inside),
            "service_id": 1, "side": np.where(is_inside, "inside", "outside"), "kind": "rating", "measure": "csat",
            "score": score.astype(np.int64), "share": (score - 1) / 4,
            "said_at": self._moments(np.concatenate([asked_at, case.opened[:count]]) + DAY), "is_anonymous": False,
        }  # fmt: skip

    def _purchases(self) -> Columns:
        """What each customer bought, one thing after another, with the days to what came before and after."""
        case = self._bought
        order = np.lexsort((case.opened, case.customer))
        customer, opened = case.customer[order], case.opened[order]
        resolved = opened + HOURS * 3600

        def same(step: int) -> Bools:
            """Whether the row so many further on is of the same customer."""
            found = np.zeros(len(order), bool)
            found[: len(order) - step] = customer[step:] == customer[: len(order) - step]
            return found

        def days(later: Floats, earlier: Floats) -> Ints:
            return ((later - earlier) // DAY).astype(np.int64)

        told = {}
        for name, step in (("last_days", 1), ("earlier_days", 2)):
            told[name] = pa.array(days(opened, np.roll(opened, step)), mask=~np.roll(same(step), step))
        told["next_days"] = pa.array(days(np.roll(opened, -1), resolved), mask=~same(1))
        return {
            "request_id": order + 1,
            "opened_at": self._moments(opened),
            "resolved_at": self._moments(resolved),
            "is_alone": True,
            **told,
        }

    def _moments(self, seconds: Floats) -> NDArray[np.datetime64]:
        start = np.datetime64(self._start.replace(tzinfo=None), "us")
        return start + (seconds * 1e6).astype("timedelta64[us]")


def _chosen(drawn: Floats, chances: Floats) -> Ints:
    """For each row the place of its choice: `chances[N, k]` sum to one."""
    places: Ints = np.minimum((drawn[:, None] > chances.cumsum(axis=1)).sum(axis=1), chances.shape[1] - 1)
    return places


def _filled(table: Table, columns: Columns) -> pa.Table:
    """These columns as the store has them: one value stands for all rows, and what is not told is empty."""
    count = max(len(one) for one in columns.values() if isinstance(one, np.ndarray | pa.Array | pa.ChunkedArray))
    arrays = []
    for column in table.columns:
        given, kind = columns.get(column.name), TYPES[column.type]
        if isinstance(given, np.ndarray | pa.Array | pa.ChunkedArray):
            array = pa.array(given) if isinstance(given, np.ndarray) else given
            stamped = array.cast(pa.timestamp("us")) if column.type == "timestamp" else array
            arrays.append(stamped.cast(kind))
        else:
            arrays.append(pa.repeat(pa.scalar(given, kind), count))
    return pa.table(arrays, schema=pa.schema([(column.name, TYPES[column.type]) for column in table.columns]))


def store_of(house: SellingHouse, folder: Path) -> Path:
    """Write the house as a store."""
    found: dict[str, Stored] = {}
    for table, rows in house.tables():
        written = write_rows(folder, table, rows, ids=None, name="all", version=1)
        found[table.name] = Stored(table=table, base=written.rows)
    write_manifest(folder, Manifest(house="test", place=Place(1, 1), tables=found))
    return folder

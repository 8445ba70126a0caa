"""Columns of files made into cases, their exposure, and what is known of the suppliers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clientela.command.impact_cases.columns import (
    CASE_ROLES,
    CROSSWALK_ROLES,
    INSIDE_ROLES,
    CasesProblemError,
    Columns,
    Floats,
    Ints,
    OnProgress,
    read_columns,
)
from clientela.command.impact_cases.periods import By, PeriodError, Periods
from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Inside, chosen
from clientela.impact.rules.exposure import from_crosswalk, lagged_shares
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError

WORSE_ROLES = frozenset({"outcome", "quality", "unaffected"})


@dataclass(frozen=True, eq=False)
class Asked:
    """What the command was asked: files, columns told by role, and how to read them."""

    path: Path
    columns: dict[str, str]
    inside: Path | None = None
    inside_columns: dict[str, str] | None = None
    crosswalk: Path | None = None
    crosswalk_columns: dict[str, str] | None = None
    by: By = By.AUTO
    is_lagged: bool = False
    worse: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class CaseFile:
    """What was read; a refusal instead of cases where the files themselves make an answer impossible."""

    cases: Cases | NoAnswer
    inside: Inside
    suppliers: tuple[str, ...]
    used: dict[str, str]
    notes: tuple[str, ...]
    weeks_a_period: float | None
    has_answers: bool
    own_quality: Floats | None  # of each case of `cases`, where rows of one supplier and period differ in it


def read_cases(asked: Asked, on_progress: OnProgress) -> CaseFile:
    """Read the files. Raises CasesProblemError for files that cannot be used."""
    if asked.crosswalk is not None and "supplier" in asked.columns:
        raise CasesProblemError(
            f"{asked.path}: rows name their supplier, and --crosswalk links units to suppliers too. Take one of both."
        )
    needed = ["outcome", "period"] + (["unit"] if asked.crosswalk else ["supplier"])
    needed += [] if asked.inside else ["quality"]
    roles = [role for role in CASE_ROLES if asked.crosswalk is None or role not in {"supplier", "weight"}]
    rows = read_columns(asked.path, asked.columns, roles=roles, needed=needed, on_progress=on_progress)
    return _Reading(asked, rows).file()


class _Reading:
    def __init__(self, asked: Asked, rows: Columns) -> None:
        self.asked, self.rows = asked, rows
        self.notes: list[str] = []
        self.is_row_by_row = False
        self.suppliers: dict[str, int] = dict(rows.names.get("supplier", {}))
        labels = list(rows.names["period"])
        self.source = rows
        if asked.inside is not None:
            self.source = self._read_side(asked.inside, asked.inside_columns, INSIDE_ROLES)
        try:
            self.periods = Periods(labels, asked.by, () if self.source is rows else list(self.source.names["period"]))
            self.row_period = self.periods.numbers(labels)[rows.labels("period")]
        except PeriodError as error:
            raise self._no_period(rows, str(error)) from None
        if (self.row_period < 0).any():
            line = rows.line(int(np.argmin(self.row_period)))
            raise CasesProblemError(
                f"{asked.path}, line {line}, period ({rows.used['period']}): it is blank. Fill it in."
            )

    def file(self) -> CaseFile:
        cases: Cases | NoAnswer = self._cases()
        units = list(self.rows.names.get("unit", {}))
        if self.asked.crosswalk is not None and isinstance(cases, Cases):
            crosswalk = self._read_side(self.asked.crosswalk, self.asked.crosswalk_columns, CROSSWALK_ROLES)
            try:
                cases = self._crossed(cases, crosswalk, units)
            except NoAnswerError as error:
                cases = error.answer
        inside, has_answers = self._inside()
        if self.asked.is_lagged and isinstance(cases, Cases):
            cases = lagged_shares(cases, suppliers=len(self.suppliers))
            has_exposure = np.bincount(cases.rows, minlength=cases.count) > 0
            self.notes.append(
                f"Weights are those of earlier cases of the same unit and type; {int((~has_exposure).sum()):,} cases "
                "have no earlier ones and were left out."
            )
            cases = chosen(cases, has_exposure)
        self._say_what_is_absent()
        return CaseFile(
            cases,
            inside,
            tuple(self.suppliers),
            self.rows.used,
            tuple(self.notes),
            self.periods.weeks,
            has_answers,
            self._own_quality(cases),
        )

    def _own_quality(self, cases: Cases | NoAnswer) -> Floats | None:
        """Each case's own quality, weighted by exposure, where it is told row by row."""
        if not self.is_row_by_row or isinstance(cases, NoAnswer) or self.asked.is_lagged:
            return None
        sign = -1.0 if "quality" in self.asked.worse else 1.0
        order = np.argsort(self.case, kind="stable")
        values = sign * self.rows.figures("quality")[order]
        total = np.bincount(cases.rows, weights=cases.weights * values, minlength=cases.count)
        weight = np.bincount(cases.rows, weights=cases.weights, minlength=cases.count)
        return np.asarray(np.divide(total, weight, out=np.full(cases.count, np.nan), where=weight > 0))

    def _cases(self) -> Cases:
        rows = self.rows
        count = len(rows)
        if rows.has("case"):
            _, first, case = np.unique(rows.cases(), return_index=True, return_inverse=True)
        else:
            first = case = np.arange(count)
        self.case = case
        self._check_alike(first, case)
        order = np.argsort(case, kind="stable")
        exposed = rows.has("supplier")
        weights = np.ones(count)
        if exposed and rows.has("weight"):
            weights = rows.figures("weight").copy()
            if np.isnan(weights).any():
                line = rows.line(int(np.argmax(np.isnan(weights))))
                raise CasesProblemError(
                    f"{self.asked.path}, line {line}, weight ({rows.used['weight']}): it is blank. "
                    "Write the share of the case that depended on this supplier, 0 to 1."
                )
        elif exposed:
            weights = 1.0 / np.bincount(case, minlength=len(first))[case]
            if len(first) < count:
                self.notes.append("No column of weights: the suppliers of a case share it alike.")
        sign = -1.0 if "outcome" in self.asked.worse else 1.0
        before = -1.0 if "unaffected" in self.asked.worse else 1.0
        return Cases(
            outcome=sign * rows.figures("outcome")[first],
            period=self.row_period[first],
            unit=self._labels("unit")[first],
            case_type=self._labels("type")[first],
            rows=case[order].astype(np.int64) if exposed else np.zeros(0, dtype=np.int64),
            suppliers=self._labels("supplier")[order] if exposed else np.zeros(0, dtype=np.int64),
            weights=weights[order] if exposed else np.zeros(0),
            unaffected=before * rows.figures("unaffected")[first] if rows.has("unaffected") else None,
        )

    def _labels(self, role: str) -> Ints:
        return self.rows.labels(role) if self.rows.has(role) else np.zeros(len(self.rows), dtype=np.int64)

    def _check_alike(self, first: Ints, case: Ints) -> None:
        """The rows of one case must say the same of it."""
        for role in ("outcome", "unaffected", "period", "unit", "type"):
            if not self.rows.has(role) or len(first) == len(self.rows):
                continue
            values = self.row_period.astype(np.float64) if role == "period" else self._values(role)
            said = values[first][case]
            differs = ~((values == said) | (np.isnan(values) & np.isnan(said)))
            if differs.any():
                at = int(np.argmax(differs))
                raise CasesProblemError(
                    f"{self.asked.path}, line {self.rows.line(at)}, {role} ({self.rows.used[role]}): it is not what "
                    f"line {self.rows.line(int(first[case[at]]))} says of the same case. A case has one {role}."
                )

    def _values(self, role: str) -> Floats:
        return self._labels(role).astype(np.float64) if role in self.rows.names else self.rows.figures(role)

    def _read_side(self, path: Path, told: dict[str, str] | None, roles: tuple[str, ...]) -> Columns:
        needed = roles[:3]
        return read_columns(path, told or {}, roles=roles, needed=needed, on_progress=lambda _: None)

    def _crossed(self, cases: Cases, crosswalk: Columns, units: list[str]) -> Cases:
        of_unit = {label: number for number, label in enumerate(units)}
        unit = np.array([of_unit.get(label, -1) for label in crosswalk.names["unit"]])[crosswalk.labels("unit")]
        supplier = self._numbered(crosswalk)[crosswalk.labels("supplier")]
        weights = crosswalk.figures("weight")
        if np.isnan(weights).any():
            line = crosswalk.line(int(np.argmax(np.isnan(weights))))
            raise CasesProblemError(f"{crosswalk.path}, line {line}, weight: it is blank. Write a share, 0 to 1.")
        used = unit >= 0
        unknown = len(crosswalk.names["unit"]) - len(np.unique(unit[used]))
        if unknown:
            self.notes.append(f"{unknown:,} units of the crosswalk have no case.")
        return from_crosswalk(
            cases, units=unit[used], suppliers=supplier[used], weights=weights[used], unit_labels=tuple(units)
        )

    def _numbered(self, columns: Columns) -> Ints:
        """The numbers of a side file's suppliers among all suppliers."""
        return np.array(
            [self.suppliers.setdefault(label, len(self.suppliers)) for label in columns.names["supplier"]],
            dtype=np.int64,
        )

    def _inside(self) -> tuple[Inside, bool]:
        source = self.source
        supplier, period = self._labels("supplier") if self.rows.has("supplier") else None, self.row_period
        if self.asked.inside is not None:
            supplier = self._numbered(source)[source.labels("supplier")]
            try:
                period = self.periods.numbers(list(source.names["period"]))[source.labels("period")]
            except PeriodError as error:
                raise self._no_period(source, str(error)) from None
        elif supplier is None:
            raise CasesProblemError(
                f"{self.asked.path}: with --crosswalk the suppliers' quality is in a file of its own: --inside FILE."
            )
        shape = (int(self.row_period.max()) + 1, len(self.suppliers))
        inside = (period >= 0) & (period < shape[0])
        cell = (period * shape[1] + supplier)[inside]
        sign = -1.0 if "quality" in self.asked.worse else 1.0
        first, varies = _mean_of(source.figures("quality")[inside], cell, shape)
        second = first
        if source.has("quality2"):
            second, _ = _mean_of(source.figures("quality2")[inside], cell, shape)
        elif varies:
            self.is_row_by_row = self.asked.inside is None
            self.notes.append(
                "Quality differs between rows of the same supplier and period: their mean is taken, as exact."
            )
        if second is first and not self.is_row_by_row:
            self.notes.append(
                "One column of quality: it is taken as exact. If it is the mean of some answers, the noise of these is "
                "not corrected and the effect may be understated; give the means of two random halves as quality and "
                "quality2."
            )
        load = _mean_of(source.figures("load")[inside], cell, shape)[0] if source.has("load") else None
        has_answers = source.has("answers")
        answers = np.full(shape, LEAST_ANSWERS, dtype=np.int64)
        if has_answers:
            counted = _mean_of(source.figures("answers")[inside], cell, shape)[0]
            answers = np.nan_to_num(counted, nan=0.0).astype(np.int64)
        return Inside(sign * np.stack([first, second]), load, answers), has_answers

    def _no_period(self, columns: Columns, label: str) -> CasesProblemError:
        where = columns.labels("period") == columns.names["period"].get(label, -1)
        line = columns.line(int(np.argmax(where))) if where.any() else 2
        return CasesProblemError(
            f"{columns.path}, line {line}, period ({columns.used['period']}): «{label}» is no period. Write a whole "
            "number, a month (2024-03), a week (2024-W09), a day (2024-03-01) or a moment, all of one kind."
        )

    def _say_what_is_absent(self) -> None:
        absent = {
            "unit": "No column of units: all cases are compared with each other as if one unit had served them.",
            "type": "No column of types: all cases count as of one type, so that a change of their mix may mislead.",
        }
        self.notes.extend(text for role, text in absent.items() if not self.rows.has(role))


def _mean_of(values: Floats, cell: Ints, shape: tuple[int, int]) -> tuple[Floats, bool]:
    """The mean of each supplier and period, NaN where nothing is known, and whether any two rows differ."""
    known = ~np.isnan(values)
    size = shape[0] * shape[1]
    count = np.bincount(cell[known], minlength=size)
    total = np.bincount(cell[known], weights=values[known], minlength=size)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    apart = np.abs(values[known] - mean[cell[known]])
    varies = bool(len(apart) and apart.max() > 1e-9 * max(1.0, float(np.abs(values[known]).max())))
    return mean.reshape(shape), varies

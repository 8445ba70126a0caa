"""Columns of files made into cases, their exposure, and what is known of the suppliers."""

from collections.abc import Mapping, Sequence

import numpy as np

from clientela.impact.reading.columns import Columns, Floats, Ints, OnProgress, Source, read_columns
from clientela.impact.reading.contracts import Asked, CasesRead, Congestion
from clientela.impact.reading.doubting import note_panel, refuse_codes
from clientela.impact.reading.inside_rows import are_answers, halves_of_answers, mean_of, note_stands_twice
from clientela.impact.reading.linking import crossed, note_alike, note_two_for_one, refuse_bad_weights
from clientela.impact.reading.periods import PeriodError, Periods
from clientela.impact.reading.problems import CasesProblemError, Note
from clientela.impact.reading.roles import CASE_ROLES, CONGESTION_ROLES, CROSSWALK_ROLES, INSIDE_ROLES, UNKNOWN
from clientela.impact.rules.cases import LEAST_ANSWERS, Bools, Cases, Inside, chosen
from clientela.impact.rules.exposure import lagged_shares
from clientela.impact.rules.missing import MANY
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError

ABSENT = (
    (
        "unit",
        "no_unit",
        "No column of units: all cases are compared with each other as if one unit had served them.",
    ),
    (
        "type",
        "no_type",
        "No column of types: all cases count as of one type, so that a change of their mix may mislead.",
    ),
)


def read_cases(asked: Asked, on_progress: OnProgress, on_rows: OnProgress | None = None) -> CasesRead:
    """Read the files. Raises CasesProblemError for files that cannot be used.

    `on_progress` is told the bytes of the file of cases read so far, `on_rows` its lines.
    """
    called = asked.cases.called
    if asked.crosswalk is not None and "supplier" in asked.cases.columns:
        raise CasesProblemError(
            f"{called}: rows name their supplier, and --crosswalk links units to suppliers too. Take one of both.",
            "two_ways", file=called,
        )  # fmt: skip
    needed = ["outcome", "period"] + (["unit"] if asked.crosswalk else ["supplier"])
    needed += [] if asked.inside else ["quality"]
    roles = [role for role in CASE_ROLES if asked.crosswalk is None or role not in {"supplier", "weight"}]
    rows = read_columns(asked.cases, roles=roles, needed=needed, on_progress=on_progress, on_rows=on_rows)
    return _Reading(asked, rows).read()


class _Reading:
    def __init__(self, asked: Asked, rows: Columns) -> None:
        self.asked, self.rows = asked, rows
        self.called = asked.cases.called
        self.notes: list[Note] = []
        self.is_row_by_row = False
        self._own: Floats | None = None
        self.suppliers: dict[str, int] = dict(rows.names.get("supplier", {}))
        labels = list(rows.names["period"])
        self.source = rows
        if asked.inside is not None:
            self.source = _side(asked.inside, INSIDE_ROLES)
        if not asked.takes_codes:
            for columns in {id(one): one for one in (rows, self.source)}.values():
                refuse_codes(columns)
        try:
            self.periods = Periods(labels, asked.by, () if self.source is rows else list(self.source.names["period"]))
            self.row_period = self.periods.numbers(labels)[rows.labels("period")]
        except PeriodError as error:
            raise self._no_period(rows, str(error)) from None
        if (self.row_period < 0).any():
            line = rows.line(int(np.argmin(self.row_period)))
            raise CasesProblemError(
                f"{self.called}, line {line}, period ({rows.used['period']}): it is blank. Fill it in.",
                "blank_period", file=self.called, line=line, column=rows.used["period"],
            )  # fmt: skip
        self.outcome = rows.used["outcome"]
        more = [name for name in rows.outcomes if name != self.outcome]
        self.turned = frozenset(name for name in (self.outcome, *more) if {name, "outcome"} & asked.worse)
        self.outcome_columns = (self.outcome, *more)

    def read(self) -> CasesRead:
        cases: Cases | NoAnswer = self._cases()
        outcomes = {name: self._outcome(name)[self.first] for name in self.outcome_columns}
        congestion = self._congestion()
        units = list(self.rows.names.get("unit", {}))
        if self.asked.crosswalk is not None and isinstance(cases, Cases):
            crosswalk = _side(self.asked.crosswalk, CROSSWALK_ROLES)
            try:
                numbered = self._numbered(crosswalk)[crosswalk.labels("supplier")]
                cases = crossed(cases, crosswalk, units=units, suppliers=numbered, note=self._note)
            except NoAnswerError as error:
                cases = error.answer
        note_two_for_one(list(self.suppliers), what="suppliers", note=self._note)
        note_two_for_one(units, what="units", note=self._note)
        inside, has_answers = self._inside()
        if isinstance(cases, Cases) and not self.asked.is_panel:
            self._note_panel(cases)
        if isinstance(cases, Cases):
            named = self._named(cases)
            cases = chosen(cases, named)
            outcomes = {name: values[named] for name, values in outcomes.items()}
            congestion = congestion and congestion.of(named)
            self._own = self._own_quality(cases, named)
            self._note_unknown(cases, inside)
        if self.asked.is_lagged and isinstance(cases, Cases):
            cases = lagged_shares(cases, suppliers=len(self.suppliers))
            has_exposure = np.bincount(cases.rows, minlength=cases.count) > 0
            left_out = int((~has_exposure).sum())
            self._note(
                "without_earlier",
                f"Weights are those of earlier cases of the same unit and type; {left_out:,} cases "
                "have no earlier ones and were left out.",
                cases=left_out,
            )
            cases = chosen(cases, has_exposure)
            outcomes = {name: values[has_exposure] for name, values in outcomes.items()}
            congestion = congestion and congestion.of(has_exposure)
            self._own = None
        self._note_missing(outcomes)
        for role, code, words in ABSENT:
            if not self.rows.has(role):
                self._note(code, words)
        return CasesRead(
            cases=cases,
            inside=inside,
            suppliers=tuple(self.suppliers),
            used=self.rows.used,
            outcomes=outcomes,
            turned=self.turned,
            notes=tuple(self.notes),
            period=self.periods.name,
            weeks_a_period=self.periods.weeks,
            has_answers=has_answers,
            own_quality=self._own,
            congestion=congestion,
            rows=len(self.rows),
        )

    def _note(self, code: str, words: str, **figures: float | str) -> None:
        self.notes.append(Note(code, figures, words))

    def _outcome(self, column: str) -> Floats:
        return (-1.0 if column in self.turned else 1.0) * self.rows.outcome(column)

    def _named(self, cases: Cases) -> Bools:
        """Which cases say of all who helped who it was."""
        unnamed = np.array([name.casefold() in UNKNOWN for name in self.suppliers], dtype=np.bool_)
        named = np.ones(cases.count, dtype=np.bool_)
        named[cases.rows[unnamed[cases.suppliers]]] = False
        if not named.all():
            left_out = int((~named).sum())
            self._note("unnamed", f"{left_out:,} cases do not say who helped and were left out.", cases=left_out)
        return named

    def _note_panel(self, cases: Cases) -> None:
        if self.asked.crosswalk is not None:
            note_panel(cases, cases.unit, self.called, self._note)
        elif len(cases.rows) == cases.count:
            note_panel(cases, cases.suppliers, self.called, self._note)

    def _note_unknown(self, cases: Cases, inside: Inside) -> None:
        """Say of whom nothing is known: as a rule two files call them otherwise, or tell of other years."""
        used = np.unique(cases.suppliers)
        known = np.isfinite(inside.quality[0]) & np.isfinite(inside.quality[1])
        unknown = used[~known.any(axis=0)[used]]
        if not len(unknown):
            return
        share = float(cases.weights[np.isin(cases.suppliers, unknown)].sum() / max(float(cases.weights.sum()), 1e-12))
        example = list(self.suppliers)[int(unknown[0])]
        self._note(
            "unknown_quality",
            f"Of {len(unknown):,} of {len(used):,} suppliers, such as “{example}”, no quality is known in the periods "
            f"of the cases; {share:.0%} of the cases depend on them. Look whether the files call them, and the "
            "periods, alike.",
            suppliers=len(unknown), of=len(used), example=example, share=share,
        )  # fmt: skip
        names = list(self.suppliers)
        others = [names[at] for at in np.flatnonzero(known.any(axis=0))]
        note_alike([names[at] for at in unknown], others, what="suppliers", note=self._note)

    def _note_missing(self, outcomes: Mapping[str, Floats]) -> None:
        """Say how many did not answer: that it was by chance can never be proved."""
        for name, values in outcomes.items():
            share = float(np.isnan(values).mean()) if len(values) else 0.0
            if share >= MANY:
                self._note(
                    "many_missing",
                    f"{share:.0%} of the cases have no {name}. Whether those who did not answer would have said the "
                    "same can be looked for and not proved; if the unhappy stay silent, the effect is understated.",
                    share=share, name=name,
                )  # fmt: skip

    def _own_quality(self, cases: Cases, named: Bools) -> Floats | None:
        """Each case's own quality, weighted by exposure, where it is told row by row."""
        if not self.is_row_by_row:
            return None
        order = np.argsort(self.case, kind="stable")
        order = order[named[self.case[order]]]
        values = self._quality_sign() * self.rows.figures("quality")[order]
        total = np.bincount(cases.rows, weights=cases.weights * values, minlength=cases.count)
        weight = np.bincount(cases.rows, weights=cases.weights, minlength=cases.count)
        return np.asarray(np.divide(total, weight, out=np.full(cases.count, np.nan), where=weight > 0))

    def _quality_sign(self) -> float:
        return -1.0 if "quality" in self.asked.worse else 1.0

    def _congestion(self) -> Congestion | None:
        """What the check on the queue needs; how a case was served is in the unit of the quality, and turned as it."""
        if not any(self.rows.has(role) for role in CONGESTION_ROLES):
            return None

        def told(role: str, sign: float = 1.0) -> Floats | None:
            return sign * self.rows.figures(role)[self.first] if self.rows.has(role) else None

        return Congestion(told("queue"), told("served", self._quality_sign()), told("urgency"))

    def _cases(self) -> Cases:
        rows = self.rows
        count = len(rows)
        if rows.has("case"):
            _, first, case = np.unique(rows.cases(), return_index=True, return_inverse=True)
            # In the order of the file: what tells cases apart is another number in every process.
            order = np.argsort(first)
            place = np.empty(len(first), dtype=np.int64)
            place[order] = np.arange(len(first))
            first, case = first[order], place[case]
        else:
            first = case = np.arange(count)
        self.first, self.case = first, case
        self._check_alike(first, case)
        order = np.argsort(case, kind="stable")
        exposed = rows.has("supplier")
        weights = np.ones(count)
        if exposed and rows.has("weight"):
            weights = rows.figures("weight").copy()
            refuse_bad_weights(rows)
        elif exposed:
            weights = 1.0 / np.bincount(case, minlength=len(first))[case]
            if len(first) < count:
                self._note("shared_alike", "No column of weights: the suppliers of a case share it alike.")
        before = -1.0 if "unaffected" in self.asked.worse else 1.0
        return Cases(
            outcome=self._outcome(self.outcome)[first],
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
        if len(first) == len(self.rows):
            return
        used = self.rows.used
        told = [("outcome", name, self.rows.outcome(name)) for name in self.outcome_columns]
        told += [
            (role, used[role], self._values(role))
            for role in ("unaffected", "period", "unit", "type", *CONGESTION_ROLES)
            if self.rows.has(role)
        ]
        for role, column, values in told:
            said = values[first][case]
            differs = ~((values == said) | (np.isnan(values) & np.isnan(said)))
            if differs.any():
                at = int(np.argmax(differs))
                line, other = self.rows.line(at), self.rows.line(int(first[case[at]]))
                raise CasesProblemError(
                    f"{self.called}, line {line}, {role} ({column}): it is not what "
                    f"line {other} says of the same case. A case has one {role}.",
                    "differs", file=self.called, line=line, role=role, column=column, other=other,
                )  # fmt: skip

    def _values(self, role: str) -> Floats:
        if role == "period":
            return self.row_period.astype(np.float64)
        return self._labels(role).astype(np.float64) if role in self.rows.names else self.rows.figures(role)

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
                f"{self.called}: with --crosswalk the suppliers' quality is in a file of its own: --inside FILE.",
                "no_inside", file=self.called,
            )  # fmt: skip
        shape = (int(self.row_period.max()) + 1, len(self.suppliers))
        named = np.array([name.casefold() not in UNKNOWN for name in self.suppliers], dtype=np.bool_)
        inside = (period >= 0) & (period < shape[0]) & named[supplier]
        cell = (period * shape[1] + supplier)[inside]
        written = (source.labels("period") * shape[1] + supplier)[inside]  # weeks may be cut to months
        figures = source.figures("quality")[inside]
        first, varies = mean_of(figures, cell, shape)
        second, counted = first, None
        is_said = varies and self._are_answers(figures, written)
        is_twice = (
            self.asked.inside is not None and not is_said and note_stands_twice(source, inside, written, self._note)
        )
        if source.has("quality2"):
            second, _ = mean_of(source.figures("quality2")[inside], cell, shape)
        elif is_said:
            first, second, counted = halves_of_answers(figures, cell, shape)
            self._note(
                "single_answers",
                f"{source.called}: most suppliers have several rows in a period, so each row is taken as what one "
                "colleague said, and dealt by chance into one of two halves; what fewer than five said is not used. If "
                "each is a mean already, bring one row for each supplier and period, with its answers.",
                file=source.called,
            )
        elif varies:
            self.is_row_by_row = self.asked.inside is None
            if not is_twice:
                self._note(
                    "quality_differs",
                    "Quality differs between rows of the same supplier and period: their mean is taken, as exact.",
                )
        if second is first and not self.is_row_by_row:
            self._note(
                "quality_once",
                "One column of quality: it is taken as exact. If it is the mean of some answers, the noise of these is "
                "not corrected and the effect may be understated; give the means of two random halves as quality and "
                "quality2.",
            )
        load = mean_of(source.figures("load")[inside], cell, shape)[0] if source.has("load") else None
        answers = np.full(shape, LEAST_ANSWERS, dtype=np.int64) if counted is None else counted
        has_answers = counted is not None or source.has("answers")
        if source.has("answers"):
            mean = mean_of(source.figures("answers")[inside], cell, shape)[0]
            answers = np.nan_to_num(mean, nan=0.0).astype(np.int64)
        return Inside(self._quality_sign() * np.stack([first, second]), load, answers), has_answers

    def _are_answers(self, figures: Floats, written: Ints) -> bool:
        """Whether each row of the suppliers' file is what one colleague said. Rows of cases are told by their case."""
        if self.asked.inside is None or self.source.has("answers") or self.source.has("quality2"):
            return False
        return are_answers(figures, written)

    def _no_period(self, columns: Columns, label: str) -> CasesProblemError:
        where = columns.labels("period") == columns.names["period"].get(label, -1)
        line = columns.line(int(np.argmax(where))) if where.any() else 2
        return CasesProblemError(
            f"{columns.called}, line {line}, period ({columns.used['period']}): “{label}” is no period. Write a whole "
            "number, a year (2024 or 2023/24), a quarter (2024-Q1), a month (2024-03), a week (2024-W09), a day "
            "(2024-03-01) or a moment, all of one kind.",
            "no_period", file=columns.called, line=line, column=columns.used["period"], value=label,
        )  # fmt: skip


def _side(source: Source, roles: Sequence[str]) -> Columns:
    return read_columns(source, roles=roles, needed=roles[:3], on_progress=lambda _: None)

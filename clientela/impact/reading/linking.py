"""Cases linked to suppliers by a crosswalk of their units, many to many; what is doubtful in it is named by line."""

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np

from clientela.impact.reading.columns import Columns, Ints
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.cases import Bools, Cases
from clientela.impact.rules.exposure import from_crosswalk
from clientela.impact.rules.guarding import ROUNDING, TOLERANCE

Noted = Callable[..., None]  # code, words, and the figures by name
PERCENT = 100.0
A_WHOLE = re.compile(r"^(\d+)\.0$")
MARKS = re.compile(r"[\u0300-\u036f]")
PARTS = re.compile(r"[^\W\d_]+|\d+|[+#]")  # 1.5 is not 15, and C is not C++


def crossed(cases: Cases, crosswalk: Columns, *, units: Sequence[str], suppliers: Ints, note: Noted) -> Cases:
    """Return the cases exposed as their unit is. `units`: those of the cases; `suppliers`: of each row, numbered.

    Raises CasesProblemError for a weight that is none, NoAnswerError where cases have a unit that it does not know.
    """
    weights = crosswalk.figures("weight")
    refuse_bad_weights(crosswalk)
    of_unit = {label: number for number, label in enumerate(units)}
    unit = np.array([of_unit.get(label, -1) for label in crosswalk.names["unit"]])[crosswalk.labels("unit")]
    used = unit >= 0
    without = [label for label in crosswalk.names["unit"] if label not in of_unit]
    if without:
        note("units_without_cases", f"{len(without):,} units of the crosswalk have no case.", units=len(without))
    linked = crosswalk.names["unit"]
    note_alike([label for label in units if label not in linked], list(linked), what="units", note=note)
    _note_twice(crosswalk, suppliers, used, note)
    _note_sums(crosswalk, used, note)
    return from_crosswalk(
        cases, units=unit[used], suppliers=suppliers[used], weights=weights[used], unit_labels=tuple(units)
    )


def refuse_bad_weights(columns: Columns) -> None:
    """Raise CasesProblemError for the first weight that is blank or below zero."""
    weights = columns.figures("weight")
    column = columns.used["weight"]
    for is_bad, code, what in (
        (np.isnan(weights), "blank_weight", "it is blank"),
        (weights < 0, "negative_weight", "it is below zero"),
    ):
        if is_bad.any():
            line = columns.line(int(np.argmax(is_bad)))
            raise CasesProblemError(
                f"{columns.called}, line {line}, weight ({column}): {what}. "
                "Write the share that depended on this supplier, 0 to 1.",
                code, file=columns.called, line=line, column=column,
            )  # fmt: skip


def note_alike(lost: Sequence[str], others: Sequence[str], *, what: str, note: Noted) -> None:
    """Say which names that no other file knows are, but for case, signs or zeros in front, those of another file."""
    by_key = {_key(other): other for other in others}
    found = [(name, by_key[_key(name)]) for name in lost if _key(name) in by_key and _key(name)]
    if not found:
        return
    name, other = found[0]
    note(
        f"{what}_alike",
        f"{len(found):,} {what} are written otherwise in another file, such as “{name}” and “{other}”. Write them "
        "alike in all files: capitals and zeros in front count.",
        count=len(found), name=name, other=other,
    )  # fmt: skip


def note_two_for_one(names: Sequence[str], *, what: str, note: Noted) -> None:
    """Say which names of one column seem to be one: each counts by itself."""
    first: dict[str, str] = {}
    found = [(known, name) for name in names if (known := first.setdefault(_key(name), name)) != name and _key(name)]
    if found:
        one, other = found[0]
        note(
            f"{what}_twice",
            f"“{one}” and “{other}” count as two {what}; {len(found):,} such "
            f"{'pair' if len(found) == 1 else 'pairs'}. Where they are one, write them alike.",
            count=len(found), name=one, other=other,
        )  # fmt: skip


def _key(name: str) -> str:
    """What is left of a name if capitals, signs, accents, zeros in front and a spreadsheet's “.0” do not count."""
    apart = unicodedata.normalize("NFKD", A_WHOLE.sub(r"\1", name).casefold().replace("ł", "l"))
    return " ".join(part.lstrip("0") or "0" for part in PARTS.findall(MARKS.sub("", apart)))


def _note_twice(crosswalk: Columns, suppliers: Ints, used: Bools, note: Noted) -> None:
    link = crosswalk.labels("unit") * (int(suppliers.max(initial=0)) + 1) + suppliers
    rows = np.flatnonzero(used)
    _, first, which = np.unique(link[rows], return_index=True, return_inverse=True)
    again = np.flatnonzero(first[which] != np.arange(len(rows)))
    if not len(again):
        return
    row = int(rows[again[0]])
    line, other = crosswalk.line(row), crosswalk.line(int(rows[first[which[again[0]]]]))
    unit = list(crosswalk.names["unit"])[crosswalk.labels("unit")[row]]
    note(
        "linked_twice",
        f"{crosswalk.called}, line {line}: “{unit}” is linked to the same supplier in line {other} already, and their "
        f"weights are added up ({len(again):,} {'line' if len(again) == 1 else 'lines'}). A link stands once, whatever "
        "the period: take out what is double.",
        file=crosswalk.called, line=line, other=other, name=unit, count=len(again),
    )  # fmt: skip


def _note_sums(crosswalk: Columns, used: Bools, note: Noted) -> None:
    """Say of which units the weights do not sum to one: a refusal tells only of the cases."""
    unit, weights = crosswalk.labels("unit"), crosswalk.figures("weight")
    count = len(crosswalk.names["unit"])
    sums = np.bincount(unit, weights=weights, minlength=count)
    links = np.bincount(unit, minlength=count)
    has_cases = np.bincount(unit[used], minlength=count) > 0
    off = has_cases & (np.abs(sums - 1) > TOLERANCE * links + ROUNDING)
    if not off.any():
        return
    worst = int(np.argmax(np.where(off, np.abs(sums - 1), -1)))
    line = crosswalk.line(int(np.argmax(unit == worst)))
    name, total = list(crosswalk.names["unit"])[worst], float(sums[worst])
    is_percent = bool((np.abs(sums[off] - PERCENT) <= PERCENT * TOLERANCE * links[off] + 1).all())
    remedy = "Write 60 % or 0.6 for a share of sixty percent." if is_percent else "The shares of a unit sum to one."
    note(
        "unit_sums",
        f"{crosswalk.called}, line {line}: the weights of “{name}” sum to {total:.4g}; {int(off.sum()):,} of "
        f"{int(has_cases.sum()):,} units do not sum to one. {remedy}",
        file=crosswalk.called, line=line, name=name, sum=total, units=int(off.sum()), of=int(has_cases.sum()),
    )  # fmt: skip

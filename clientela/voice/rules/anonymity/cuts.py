"""What may be shown of anonymous answers, so that nothing shown, added or subtracted, speaks of fewer than five people.

The principle. All that is ever published of a round are figures of the whole and of the cells of a few partitions of
its answers: by rater department, by language, ... Lay all published partitions over each other: their finest common
pieces are the atoms. Every published cell is a union of atoms, so whatever is worked out from published cells by
adding, subtracting and weighing treats all answers of one atom alike. If every atom holds at least five answers, no
such working out can end at one to four answers. So a cut is published only as far as its atoms with all cuts before it
keep five; cells that would break them are merged as "others", or else the cut is not shown at all.

What the caller owes: the cuts and their order are declared before the first answer; a round is published once, when it
is over; the answers to one question are cut for themselves (those who skipped it are not among them); of nothing else
is anything shown (no table of two questions, no answer beside another of the same person). A figure made of several
questions, such as a dimension of its items, adds up to theirs: if one person left out one item, the items less the
dimension are that person's. So such figures are taken over the same answers, or asked of `are_safe_together`.

Where what they said is given too, no cut is shown that sets apart fewer than ten who all said the same: it would tell
what each of them said. What it does not give: who knows four of five answers knows the fifth.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEAST_SHOWN: Final = 5  # answers in every atom
ENOUGH_TO_BE_ALIKE: Final = 10  # answers; so many may all be the same and are shown
LEAST_TEXTS: Final = 10  # answers with words in every atom before any of the words are shown

CellName = str | int


class HiddenReason(StrEnum):
    """Why something is not shown."""

    TOO_FEW = "too_few"  # the whole has fewer than five answers: zero is treated like few
    ONE_CELL = "one_cell"  # all answers lie in one cell, or do once the small ones are put together
    TOO_FINE = "too_fine"  # together with the cuts before it, it would single out fewer than five
    ALIKE = "alike"  # it would set apart fewer than ten who all said the same


@dataclass(frozen=True)
class Cut:
    """By what answers are cut. `cells`: those that there are, also if nobody of one answers; none: those that answered.

    Where cells are declared, one that nobody answered from is not told from one of few.
    """

    name: str
    cells: tuple[CellName, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A published part: the cells put together in it (one, unless it is "others"), and the places of its answers."""

    names: tuple[CellName, ...]
    members: tuple[int, ...]
    is_others: bool = False

    @property
    def n(self) -> int:
        """How many answers it holds."""
        return len(self.members)


@dataclass(frozen=True)
class Partition:
    """One cut as it may be shown: named cells in their order, "others" last."""

    cut: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HiddenCut:
    """A cut that is not shown, and why."""

    cut: str
    reason: HiddenReason


@dataclass(frozen=True)
class Publication:
    """All that may be shown of the answers to one question. `total` is None when there are too few of them."""

    total: int | None
    partitions: tuple[Partition, ...]
    hidden: tuple[HiddenCut, ...]


def published_cuts(
    answers: Sequence[Mapping[str, CellName | None]],
    cuts: Sequence[Cut],
    *,
    least: int = LEAST_SHOWN,
    times: Sequence[int] | None = None,
    said: Sequence[Collection[object]] | None = None,
) -> Publication:
    """What may be shown of answers, each given by its cell in every cut, for cuts in the order of their importance.

    An answer without a cell in a cut counts among the others. `least` may be raised, never lowered. `times`: for how
    many alike each of `answers` stands; `Cell.n` and `members` are then of those given. `said`: what was answered by
    each of them; then no cut is shown that would set apart fewer than ten who all said the same.
    """
    least = max(least, LEAST_SHOWN)
    times = [1] * len(answers) if times is None else times
    total = sum(times)
    if total < least:
        return Publication(None, (), tuple(HiddenCut(cut.name, HiddenReason.TOO_FEW) for cut in cuts))
    atoms: list[tuple[int, ...]] = [()] * len(answers)  # each answer's places in the partitions so far
    shown: list[Partition] = []
    hidden: list[HiddenCut] = []
    for cut in cuts:
        found = _cut(answers, times, cut, atoms, least)
        if isinstance(found, HiddenCut):
            hidden.append(found)
            continue
        finer = list(atoms)
        for place, cell in enumerate(found.cells):
            for member in cell.members:
                finer[member] = (*atoms[member], place)
        if said is not None and _sets_alike_apart(finer, times, said):
            hidden.append(HiddenCut(cut.name, HiddenReason.ALIKE))
            continue
        shown.append(found)
        atoms = finer
    return Publication(total, tuple(shown), tuple(hidden))


def _sets_alike_apart(
    atoms: Sequence[tuple[int, ...]], times: Sequence[int], said: Sequence[Collection[object]]
) -> bool:
    sizes: Counter[tuple[int, ...]] = Counter()
    different: dict[tuple[int, ...], set[object]] = {}
    for atom, n, what in zip(atoms, times, said, strict=True):
        sizes[atom] += n
        different.setdefault(atom, set()).update(what)
    return any(n < ENOUGH_TO_BE_ALIKE and len(different[atom]) == 1 for atom, n in sizes.items())


def are_safe_together(sets: Sequence[Collection[int]], *, least: int = LEAST_SHOWN) -> bool:
    """Whether figures that add up to one another may stand side by side, each given by the places of its answers.

    They may if whatever tells these sets apart tells at least five answers apart.
    """
    answers = {answer for each in sets for answer in each}
    known = [frozenset(each) for each in sets]
    atoms = Counter(tuple(answer in each for each in known) for answer in answers)
    return all(count >= max(least, LEAST_SHOWN) for count in atoms.values())


def shown_texts(texts: Sequence[str], *, key: bytes) -> tuple[str, ...]:
    """The words of one published cell, in an order that follows from a secret `key` and the words alone; else none.

    The cells must come from `published_cuts(..., least=LEAST_TEXTS)` over the answers with words, or the same words
    under two cuts would tell more of their writer than either cut.
    """
    if len(texts) < LEAST_TEXTS:
        return ()
    return tuple(sorted(texts, key=lambda text: hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256)))


def _cut(
    answers: Sequence[Mapping[str, CellName | None]],
    times: Sequence[int],
    cut: Cut,
    atoms: Sequence[tuple[int, ...]],
    least: int,
) -> Partition | HiddenCut:
    """The finest partition by the cut, putting small cells together, that leaves every atom empty or large enough."""
    names = [answer.get(cut.name) for answer in answers]
    sizes: Counter[CellName] = Counter()
    pieces: Counter[tuple[tuple[int, ...], CellName | None]] = Counter()
    for name, atom, n in zip(names, atoms, times, strict=True):
        pieces[atom, name] += n
        if name is not None:
            sizes[name] += n
    known = [name for name in cut.cells or sorted(sizes, key=str) if cut.cells or sizes[name]]
    known += [name for name in sorted(sizes, key=str) if name not in known]
    small = {name for (_atom, name), count in pieces.items() if count < least and name is not None}
    others = small | {name for name in known if sizes[name] == 0}
    kept = [name for name in known if name not in others]
    while kept and not _are_others_enough(pieces, set(kept), has_others=bool(others), least=least):
        smallest = min(kept, key=lambda name: (sizes[name], str(name)))
        kept.remove(smallest)
        others.add(smallest)
    cells = [Cell((name,), tuple(place for place, each in enumerate(names) if each == name)) for name in kept]
    rest = tuple(place for place, each in enumerate(names) if each not in kept)
    if rest:
        cells.append(Cell(tuple(name for name in known if name in others), rest, is_others=True))
    if len(cells) > 1:
        return Partition(cut.name, tuple(cells))
    is_alone = len(sizes) + (None in names) == 1 or max(sizes.values(), default=0) > sum(times) - least
    return HiddenCut(cut.name, HiddenReason.ONE_CELL if is_alone else HiddenReason.TOO_FINE)


def _are_others_enough(
    pieces: Mapping[tuple[tuple[int, ...], CellName | None], int],
    kept: set[CellName | None],
    *,
    has_others: bool,
    least: int,
) -> bool:
    """Whether what is not kept is large enough in every atom that has any of it; with names, some atom must."""
    left: Counter[tuple[int, ...]] = Counter()
    for (atom, name), count in pieces.items():
        if name not in kept:
            left[atom] += count
    return all(count >= least for count in left.values()) and (bool(left) or not has_others)

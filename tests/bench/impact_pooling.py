"""What borrowing strength is worth: each supplier's own effect from its own cases alone, and drawn to that of all."""

from collections.abc import Iterator, Sequence

import numpy as np

from clientela.impact.rules.estimating import Estimate, estimate
from clientela.impact.rules.suppliers import supplier_effects
from tests.worlds.trying import Trial, as_cases, as_inside

SITUATION, EFFECT = "suppliers differ", 0.09
Cell = tuple[int, int, float]


def pooling_lines(cells: Sequence[Cell], worlds: int) -> Iterator[str]:
    """For each cell: how far both are off, in root mean squares over suppliers and worlds, and how often both hold."""
    yield f"Suppliers' effects scatter around {EFFECT:g} with half of it; {worlds} worlds a cell.\n"
    yield "| | the same effect for all | alone | drawn to all | intervals that hold, % | drawn, median |"
    yield "|---|---|---|---|---|---|"
    for cell in cells:
        same, alone, drawn, held, shares = [], [], [], [], []
        for seed in range(worlds):
            world = Trial(cell, SITUATION, EFFECT, seed).world
            found = estimate(as_cases(world), as_inside(world))
            if not isinstance(found, Estimate):
                continue
            for one in supplier_effects(found).each:
                truth = float(world.supplier_truths[one.supplier])
                same.append(found.effect - truth)
                alone.append(one.alone - truth)
                drawn.append(one.effect - truth)
                held.append(one.low <= truth <= one.high)
                shares.append(one.drawn)
        off = [float(np.sqrt(np.mean(np.square(each)))) for each in (same, alone, drawn)]
        name = f"{cell[0]}×{cell[1]}×{cell[2]:g}"
        texts = " | ".join(f"{each:.3f}" for each in off)
        yield f"| {name} | {texts} | {100 * np.mean(held):.1f} | {np.median(shares):.2f} |"

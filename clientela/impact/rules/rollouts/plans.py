"""Who begins when, by lot: a stepped wedge, and every other order that the same lot could have drawn.

A department's lot is SHA-256 of «seed:key», so anybody can draw again what is shown, with nothing but the seed and the
departments' keys. Departments of like size are drawn among themselves where that leaves enough possible orders, so
that no step gets all the large ones by chance.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

FEWEST_DEPARTMENTS = 3
FEWEST_STEPS = 2
# Below so many possible orders, departments are drawn all together: comparable steps are worth less than a smaller
# chance of being wrong.
ENOUGH_ORDERS = 200
ALL_ORDERS = 20_000  # up to so many are all gone through; of more, so many are drawn
MOST_DEPARTMENTS = 200


@dataclass(frozen=True)
class Size:
    """A department that takes part, and how many answers a week it usually gives."""

    key: str
    weekly: float


@dataclass(frozen=True)
class Block:
    """Departments drawn among themselves, and the steps that they share out; both equally long, steps ascending."""

    keys: tuple[str, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Lot:
    """One department's lot: hex of SHA-256 of «seed:key», and the step that it drew (1 begins first)."""

    key: str
    lot: str
    step: int
    block: int


def step_sizes(departments: int, steps: int) -> tuple[int, ...]:
    """Share departments out over steps as evenly as possible; what is left over begins first and last, in turns.

    At both ends a department teaches most: there it is compared with most others.
    """
    even, left = divmod(departments, steps)
    ends = sorted(range(steps), key=lambda step: (min(step, steps - 1 - step), step))
    return tuple(even + (step in ends[:left]) for step in range(steps))


def blocks_of(sizes: Sequence[Size], steps: int) -> tuple[Block, ...]:
    """Return who is drawn among whom: departments of like size, or all together where orders would be too few.

    Raises ValueError for fewer departments than steps, fewer than two steps, or a key that comes twice.
    """
    if steps < FEWEST_STEPS or len(sizes) < steps or len({one.key for one in sizes}) != len(sizes):
        raise ValueError(f"{len(sizes)} departments cannot begin in {steps} steps.")
    ordered = [one.key for one in sorted(sizes, key=lambda one: (-one.weekly, one.key))]
    wanted = step_sizes(len(ordered), steps)
    blocks = []
    for first in range(0, len(ordered), steps):
        keys = tuple(ordered[first : first + steps])
        every = tuple(range(1, steps + 1))
        # The last block may be short: it fills the steps that get one more.
        extra = tuple(step for step, size in enumerate(wanted, start=1) if size > len(ordered) // steps)
        blocks.append(Block(keys, every if len(keys) == steps else extra))
    if possible_orders(blocks) >= ENOUGH_ORDERS:
        return tuple(blocks)
    return (Block(tuple(ordered), tuple(step for step, size in enumerate(wanted, start=1) for _one in range(size))),)


def possible_orders(blocks: Sequence[Block]) -> int:
    """Return how many different orders the lot could draw."""
    return prod(
        factorial(len(block.steps)) // prod(factorial(n) for n in Counter(block.steps).values()) for block in blocks
    )


def drawn(blocks: Sequence[Block], seed: str) -> tuple[Lot, ...]:
    """Draw: in each block the smallest lot takes the earliest step. The same seed always draws the same."""
    return tuple(
        Lot(key, lot, step, number)
        for number, block in enumerate(blocks)
        for (lot, key), step in zip(sorted((lot_of(seed, key), key) for key in block.keys), block.steps, strict=True)
    )


def lot_of(seed: str, key: str) -> str:
    """Return a department's lot: what `printf '%s' 'seed:key' | sha256sum` prints."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def orders_of(
    blocks: Sequence[Block], actual: Mapping[str, int], *, seed: int, most: int = ALL_ORDERS
) -> tuple[Integers, bool]:
    """Return orders that the lot could have drawn [order, department], as steps, and whether these are all of them.

    Departments stand in the order of the blocks. The actual order is always among them, and is the first. Drawn ones
    come from `seed` and may repeat, as draws do.
    """
    keys = [key for block in blocks for key in block.keys]
    now = np.array([[actual[key] for key in keys]], dtype=np.int64)
    if possible_orders(blocks) <= most:
        rows = np.array(
            [[step for part in parts for step in part] for parts in product(*(_orders(b.steps) for b in blocks))],
            dtype=np.int64,
        )
        others = rows[(rows != now).any(axis=1)]
        if len(others) == len(rows):
            raise ValueError("The lot could not have drawn this order.")
        return np.concatenate([now, others]), True
    chance = np.random.default_rng(seed)
    parts = [chance.permuted(np.tile(np.array(block.steps, dtype=np.int64), (most - 1, 1)), axis=1) for block in blocks]
    return np.concatenate([now, np.concatenate(parts, axis=1)]), False


def _orders(steps: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every different order of a few steps, some of which may be equal."""
    left = Counter(steps)

    def longer(begun: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(begun) == len(steps):
            yield begun
            return
        for step in sorted(left):
            if left[step]:
                left[step] -= 1
                yield from longer((*begun, step))
                left[step] += 1

    return longer(())


__all__ = [
    "ALL_ORDERS",
    "ENOUGH_ORDERS",
    "FEWEST_DEPARTMENTS",
    "FEWEST_STEPS",
    "MOST_DEPARTMENTS",
    "Block",
    "Lot",
    "Size",
    "blocks_of",
    "drawn",
    "lot_of",
    "orders_of",
    "possible_orders",
    "step_sizes",
]

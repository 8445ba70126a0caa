"""What work to expect, learned as it comes: running means, from all over the team to its kind of work, shrunk.

A mean of few cases says little, and the means of some logs say nothing at all: then following them does harm. So each
level leans on the level above as if that had been seen k times, and k is the one that would have foretold best so far
(each guess is held against what came of it, before it is learned from). Where nothing helps, k grows beyond all bounds
and everything is expected to take the same.
"""

from collections.abc import Sequence

LEANINGS = (0.5, 2.0, 8.0, 32.0, 128.0, 1e9)
MEMORY = 300  # so many of the last cases make a mean, for work changes
FORGETS = 0.999  # of how the guesses did
FAR = 8.0  # times the mean: beyond it one case shall not decide which leaning is best


class RunningExpectation:
    """Expectations of things numbered 0…n−1. `levels[l][i]` is the group of thing i on level l, level 0 the widest.

    Everything is learned in the order in which `learn` is called, and nothing else is ever known.
    """

    def __init__(self, levels: Sequence[Sequence[int]], *, before_anything: float = 1.0) -> None:
        self.levels = levels
        self.before_anything = before_anything
        self.counts: list[dict[int, float]] = [{} for _ in levels]
        self.sums: list[dict[int, float]] = [{} for _ in levels]
        self.errors = [[0.0] * len(LEANINGS) for _ in levels]
        self.best = [len(LEANINGS) - 1] * len(levels)

    def expected(self, thing: int) -> float:
        """Tell what to expect of it now; always above 0."""
        count = self.counts[0].get(self.levels[0][thing], 0.0)
        if not count:
            return self.before_anything
        mean = self.sums[0][self.levels[0][thing]] / count
        for level in range(1, len(self.levels)):
            group = self.levels[level][thing]
            seen = self.counts[level].get(group)
            if seen is not None:
                leaning = LEANINGS[self.best[level]]
                mean = (self.sums[level][group] + leaning * mean) / (seen + leaning)
        return max(mean, 1e-9)

    def learn(self, thing: int, value: float) -> None:
        """Take in what came of it."""
        self._judge(thing, value)
        for level, groups in enumerate(self.levels):
            group = groups[thing]
            count = self.counts[level].get(group, 0.0)
            total = self.sums[level].get(group, 0.0)
            if count >= MEMORY:
                kept = (MEMORY - 1) / MEMORY
                count, total = count * kept, total * kept
            self.counts[level][group] = count + 1.0
            self.sums[level][group] = total + value

    def _judge(self, thing: int, value: float) -> None:
        """Hold every leaning's guess against the value."""
        count = self.counts[0].get(self.levels[0][thing], 0.0)
        if not count:
            return
        overall = mean = self.sums[0][self.levels[0][thing]] / count
        if overall <= 0:
            return
        value = min(value, FAR * overall)
        for level in range(1, len(self.levels)):
            group = self.levels[level][thing]
            seen = self.counts[level].get(group)
            if seen is None:
                continue
            total, errors, above = self.sums[level][group], self.errors[level], mean
            for place, leaning in enumerate(LEANINGS):
                guess = (total + leaning * above) / (seen + leaning)
                errors[place] = errors[place] * FORGETS + ((value - guess) / overall) ** 2
                if place == self.best[level]:
                    mean = guess
            self.best[level] = errors.index(min(errors))

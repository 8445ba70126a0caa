"""The chances of the special functions are those of the package of distributions, which the product does not load."""

import random
import subprocess
import sys

import pytest
from scipy.stats import binom, chi2, hypergeom, norm, t

from clientela.voice.rules.figures.chances import (
    at_least_drawn,
    at_least_of,
    at_most_drawn,
    chi_square_above,
    normal_below,
    normal_point,
    student_below,
    student_point,
)


def test_what_is_drawn_is_as_likely_as_the_package_says() -> None:
    chance = random.Random(5)
    for _ in range(600):
        whole = chance.choice([2, 9, 60, 900, 40_000])
        hits, drawn = chance.randint(0, whole), chance.randint(0, whole)
        count = chance.randint(0, drawn)
        known = hypergeom(whole, hits, drawn)
        most = at_least_drawn(count, drawn=drawn, hits=hits, whole=whole)
        least = at_most_drawn(count, drawn=drawn, hits=hits, whole=whole)
        assert most == pytest.approx(known.sf(count - 1), rel=1e-7, abs=1e-12)
        assert least == pytest.approx(known.cdf(count), rel=1e-7, abs=1e-12)


def test_the_other_chances_are_as_the_package_says() -> None:
    for share in (0.001, 0.3, 0.999):
        assert at_least_of(7, 90, share) == pytest.approx(binom.sf(6, 90, share), rel=1e-10)
        assert normal_point(share) == norm.ppf(share)
        assert student_point(share, 6.5) == pytest.approx(t.ppf(share, 6.5), rel=1e-12)
    assert at_least_of(0, 90, 0.3) == 1
    assert normal_below(-3.5) == norm.cdf(-3.5)
    assert student_below(-2.5, 6.5) == pytest.approx(t.sf(2.5, 6.5), rel=1e-12)
    assert chi_square_above(11.3, 4) == pytest.approx(chi2.sf(11.3, 4), rel=1e-12)


def test_who_only_shows_figures_does_not_load_the_package_of_distributions() -> None:
    shown = "import sys, clientela.voice.rules.figures, clientela.voice.rules.growing"
    asked = f"{shown}; print('scipy.stats' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"

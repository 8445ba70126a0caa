"""Whether people of a unit agree: by hand, and against published values."""

import csv
from collections import defaultdict

import pytest

from clientela.voice.rules.figures import IntraclassCorrelation, TooFew, intraclass_correlation, rwg, rwg_of_items
from tests.shared_data import needs_shared_data, shared_data


def test_too_few_people_or_groups_have_no_agreement() -> None:
    assert intraclass_correlation([]) == TooFew(0)
    assert intraclass_correlation([[1, 2, 3, 4, 5]]) == TooFew(5)
    assert intraclass_correlation([[1], [2], [3], [4], [5]]) == TooFew(5)
    assert intraclass_correlation([[1, 2], [3, 4], []]) == TooFew(4)
    assert rwg([5, 5, 5, 5], options=5) == TooFew(4)
    assert rwg_of_items([], options=5) == TooFew(0)
    assert rwg_of_items([[5] * 9, [5] * 4], options=5) == TooFew(4)


def test_intraclass_correlation_by_hand() -> None:
    # Means 2, 4, 6 around 4: between = 3·(4+0+4)/2 = 12; within = 3·2/6 = 1; ICC1 = 11/(12+2), ICC2 = 11/12.
    found = intraclass_correlation([[1, 2, 3], [3, 4, 5], [5, 6, 7]])
    assert isinstance(found, IntraclassCorrelation)
    assert (round(found.icc1, 6), round(found.icc2, 6), found.groups, found.n) == (0.785714, 0.916667, 3, 9)


def test_groups_that_differ_less_than_chance_have_a_negative_correlation() -> None:
    found = intraclass_correlation([[1, 5], [2, 5], [1, 5]])
    assert isinstance(found, IntraclassCorrelation)
    assert found.icc1 < 0
    same = intraclass_correlation([[1, 5], [1, 5], [1, 5]])
    assert isinstance(same, IntraclassCorrelation)
    assert (same.icc1, same.icc2) == (-1.0, -float("inf"))
    alike = intraclass_correlation([[3, 3], [3, 3], [3, 3]])
    assert isinstance(alike, IntraclassCorrelation)
    assert (alike.icc1, alike.icc2) == (0.0, 0.0)


def test_rwg_by_hand() -> None:
    # By chance on five options the variance is 2; here it is .3, so .85; spread wider than by chance it is 0.
    assert round(float(rwg([4, 4, 5, 5, 4], options=5)), 6) == 0.85  # type: ignore[arg-type]
    assert rwg([5, 5, 5, 5, 5], options=5) == 1.0
    assert rwg([1, 1, 5, 5, 1], options=5) == 0.0


def test_rwg_over_items_rises_with_their_number() -> None:
    # Three items of mean variance .3: 3·.85 / (3·.85 + .15).
    found = rwg_of_items([[4, 4, 5, 5, 4]] * 3, options=5)
    assert round(float(found), 6) == round(2.55 / 2.70, 6)  # type: ignore[arg-type]


@needs_shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("column", "icc1", "icc2"),
    # Well-being as in Bliese's "Multilevel Modeling in R"; the others by the same analysis of variance.
    [("WBEING", 0.04336905, 0.7717129), ("HRS", 0.13310668, 0.9196732), ("LEAD", 0.12702755, 0.9156130)],
)
def test_the_agreement_of_99_groups_is_the_published_one(column: str, icc1: float, icc2: float) -> None:
    groups = defaultdict(list)
    with shared_data("employees", "multilevel_bh1996.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups[row["GRP"]].append(float(row[column]))
    found = intraclass_correlation(list(groups.values()))
    assert isinstance(found, IntraclassCorrelation)
    assert (round(found.icc1, 8), round(found.icc2, 7), found.groups, found.n) == (icc1, icc2, 99, 7382)


@needs_shared_data
@pytest.mark.shared_data
def test_job_satisfaction_of_companies_is_read_with_its_gaps() -> None:
    groups = defaultdict(list)
    with shared_data("employees", "multilevel_univbct.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["TIME"] == "0.0" and row["JOBSAT1"] not in {"", "NA"}:
                groups[row["BTN"], row["COMPANY"]].append(float(row["JOBSAT1"]))
    found = intraclass_correlation(list(groups.values()))
    assert isinstance(found, IntraclassCorrelation)
    assert (round(found.icc1, 4), round(found.icc2, 4), found.groups, found.n) == (0.0928, 0.5268, 43, 468)

"""How far lateness travels through others, whom work passes, and who would be missed: small tables by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules.travelling import (
    CasePassed,
    Passage,
    ReachError,
    dependence,
    irreplaceable,
    passages_of,
    passes,
    reaches,
    stranded_without,
)

CARE, WORKSHOP, MAINTENANCE, IT = 1, 2, 3, 4
REPAIR, PUMP, BENCH = 100, 101, 102
LINE = {(CARE, WORKSHOP): 30.0, (WORKSHOP, MAINTENANCE): 10.0}


# --- reach


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.5), (0.6, 0.5), (0.2, float("nan")), (0.2, float("inf"))])
def test_a_range_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(ReachError) as refused:
        reaches(LINE, {CARE: 10}, low=low, high=high)
    assert refused.value.code == "no_range"


def test_a_range_at_which_lateness_would_grow_without_end_is_refused_and_says_what_it_stays_below() -> None:
    circle = {(CARE, IT): 1.0, (IT, CARE): 1.0}
    with pytest.raises(ReachError) as refused:
        reaches(circle, {CARE: 1}, low=0.5, high=1.0)
    assert (refused.value.code, refused.value.passed_on, refused.value.most) == ("does_not_settle", 1.0, 1.0)
    assert reaches(circle, {CARE: 1}, low=0.5, high=0.99)


def test_without_circles_lateness_always_settles() -> None:
    assert {one.provider_id: one.high for one in reaches(LINE, {CARE: 10}, low=0, high=1)} == {
        CARE: 1.0,
        WORKSHOP: 1.0,
        MAINTENANCE: 1.0,
    }


def test_rows_of_dependence_make_one_and_what_one_asks_of_oneself_does_not_count() -> None:
    asked = {(CARE, WORKSHOP): 3.0, (CARE, IT): 1.0, (CARE, CARE): 9.0, (WORKSHOP, IT): 0.0}
    assert dependence(asked, [CARE, WORKSHOP, IT]).tolist() == [[0, 0.75, 0.25], [0, 0, 0], [0, 0, 0]]


def test_down_a_line_each_hop_passes_a_share_on() -> None:
    found = {one.provider_id: one for one in reaches(LINE, {CARE: 10}, low=0.2, high=0.5)}
    assert (found[CARE].direct, found[CARE].low, found[CARE].high) == (1, 1, 1)
    assert (found[WORKSHOP].direct, found[WORKSHOP].low, found[WORKSHOP].high) == (0, 0.2, 0.5)
    assert found[MAINTENANCE].low == pytest.approx(0.04)
    assert found[MAINTENANCE].high == pytest.approx(0.25)
    assert found[MAINTENANCE].indirect_high == pytest.approx(0.25)


def test_in_a_circle_lateness_comes_round_again() -> None:
    # Care serves 3 of 4 cases, IT 1; each asks all it asks of the other. m = v + ρ·Wᵀm:
    # m(care) = ¾ + ½·m(it), m(it) = ¼ + ½·m(care)  ⇒  m(care) = 7/6, m(it) = 5/6.
    found = {one.provider_id: one for one in reaches({(CARE, IT): 5, (IT, CARE): 2}, {CARE: 3, IT: 1}, low=0, high=0.5)}
    assert (found[CARE].low, found[IT].low) == (0.75, 0.25)
    assert found[CARE].high == pytest.approx(7 / 6)
    assert found[IT].high == pytest.approx(5 / 6)


def test_without_outside_cases_nothing_travels_outside() -> None:
    assert reaches(LINE, {}) == ()
    assert reaches({}, {}) == ()


asked_of = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 6)), st.floats(0.1, 100), min_size=1, max_size=15
)


@given(asked_of, st.dictionaries(st.integers(1, 6), st.floats(0.1, 50), min_size=1), st.floats(0, 0.9))
def test_the_inverse_is_the_sum_of_all_rounds(
    asked: dict[tuple[int, int], float], fronts: dict[int, float], rho: float
) -> None:
    ids = sorted({one for pair in asked for one in pair} | set(fronts))
    matrix = dependence(asked, ids)
    feels = [fronts.get(one, 0) / sum(fronts.values()) for one in ids]
    summed = list(feels)
    for _round in range(400):
        feels = [rho * sum(feels[i] * matrix[i, j] for i in range(len(ids))) for j in range(len(ids))]
        summed = [whole + more for whole, more in zip(summed, feels, strict=True)]
    found = {one.provider_id: one for one in reaches(asked, fronts, low=rho, high=rho)}
    for place, one in enumerate(ids):
        assert found[one].high == pytest.approx(summed[place], rel=1e-6, abs=1e-9)


@given(
    asked_of, st.dictionaries(st.integers(1, 6), st.floats(0.1, 50), min_size=1), st.floats(0, 0.9), st.floats(0, 0.9)
)
def test_what_travels_rises_with_what_is_passed_on(
    asked: dict[tuple[int, int], float], fronts: dict[int, float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    for found in reaches(asked, fronts, low=low, high=high):
        assert found.direct - 1e-12 <= found.low <= found.high + 1e-12


# --- whom work passes


def case(front: int, *done: tuple[int, int]) -> CasePassed:
    return CasePassed(frozenset({front}), frozenset({(REPAIR, front), *done}))


def told(cases: list[CasePassed]) -> list[Passage]:
    return [passage for one in cases for passage in passages_of(one)]


def test_a_case_passes_everybody_who_did_a_part_of_it() -> None:
    cases = [case(CARE, (PUMP, WORKSHOP))] * 4 + [case(CARE)] * 3 + [case(IT)] * 3
    found = {one.provider_id: one for one in passes(told(cases), {(CARE, WORKSHOP): 4}, of_cases=10)}
    assert [(one.provider_id, one.cases, one.behind_cases) for one in found.values()] == [
        (CARE, 7, 0),
        (WORKSHOP, 4, 4),
        (IT, 3, 0),
    ]
    share = found[WORKSHOP].share
    assert share is not None
    assert (round(share.low, 3), round(share.high, 3)) == (0.168, 0.687)  # Wilson, 4 of 10


def test_who_alone_does_a_part_cuts_off_the_cases_that_need_it() -> None:
    cases = [case(CARE, (PUMP, WORKSHOP))] * 6 + [case(IT)] * 6
    asked = {(CARE, WORKSHOP): 6.0, (WORKSHOP, MAINTENANCE): 2.0}
    found = {one.provider_id: one for one in passes(told(cases), asked, of_cases=12)}
    assert found[WORKSHOP].cut_off_cases == 6
    assert found[WORKSHOP].stranded == (MAINTENANCE,)
    # A repair is done by Care and by IT alike: neither is missed there.
    assert (found[CARE].cut_off_cases, found[IT].cut_off_cases) == (0, 0)
    assert found[CARE].stranded == (MAINTENANCE, WORKSHOP)[::-1]


def test_who_does_hardly_any_of_a_service_does_not_replace_who_does_the_rest() -> None:
    cases = [case(CARE, (PUMP, WORKSHOP))] * 100 + [case(CARE, (PUMP, IT))] * 5
    assert irreplaceable(told(cases)) == {REPAIR: CARE, PUMP: WORKSHOP}
    assert irreplaceable(told([*cases, case(CARE, (PUMP, IT))])) == {REPAIR: CARE}
    assert irreplaceable(told(cases[:4])) == {}


def test_four_cases_are_too_few_to_say() -> None:
    (care,) = passes(told([case(CARE)] * 4), {}, of_cases=4)
    assert (care.share, care.cut_off) == (None, None)


def test_a_second_way_outside_leaves_nobody_stranded() -> None:
    asked = {(CARE, WORKSHOP): 1.0, (IT, WORKSHOP): 1.0, (WORKSHOP, MAINTENANCE): 1.0, (MAINTENANCE, WORKSHOP): 1.0}
    assert stranded_without(CARE, asked, {CARE, IT}) == ()
    assert stranded_without(WORKSHOP, asked, {CARE, IT}) == (MAINTENANCE,)
    assert stranded_without(CARE, {**asked, (IT, WORKSHOP): 0.0}, {CARE, IT}) == (WORKSHOP, MAINTENANCE)


def test_five_cases_are_enough_to_say_that_nobody_else_does_a_service_and_of_equal_ones_it_is_the_first() -> None:
    assert irreplaceable([Passage(3, "behind", (7,), 5), Passage(4, "behind", (8,), 4)]) == {7: 3}
    assert irreplaceable([Passage(9, "behind", (7,), 3), Passage(3, "behind", (7,), 3)]) == {7: 3}

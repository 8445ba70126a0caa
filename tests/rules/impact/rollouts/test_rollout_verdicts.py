"""What a shopkeeper should take from a result."""

from math import inf

import pytest

from clientela.impact.rules.rollouts import Analysis, Exposure, Interval, NoAnswer, Verdict, verdict


def result(
    effect: float,
    low: float,
    high: float,
    p: float,
    *,
    exposures: tuple[Exposure, ...] = (),
    opinion: float | None = None,
    taken_up: float = 1.0,
) -> Analysis:
    return Analysis(
        figure=Interval(effect, low, high, p),
        exposures=exposures,
        second_opinion=effect if opinion is None else opinion,
        second_by_exposure={},
        taken_up=taken_up,
        where_begun=None,
        orders=216,
        is_every_order=True,
        least_chance=1 / 216,
        answers=900,
        spans=2,
        departments=9,
    )


@pytest.mark.parametrize(
    ("given", "is_more_better", "answer", "reason"),
    [
        (result(0.1, 0.02, 0.18, 0.01), True, "supported", "better"),
        (result(0.1, 0.02, 0.18, 0.01), False, "not_supported", "worse"),
        (result(-3.0, -5.0, -1.0, 0.01), False, "supported", "better"),
        (result(-0.1, -0.18, -0.02, 0.01), True, "not_supported", "worse"),
        (result(0.01, -0.03, 0.04, 0.5), True, "not_supported", "smaller_than_wished"),
        (result(0.03, -0.05, 0.12, 0.4), True, "not_enough_data", "could_be_nothing"),
        (result(0.3, -inf, inf, 0.1), True, "not_enough_data", "could_be_nothing"),
        (result(0.1, 0.0, 0.2, 0.06), True, "not_enough_data", "could_be_nothing"),
    ],
)
def test_the_answer_follows_from_the_interval_and_from_what_would_matter(
    given: Analysis, *, is_more_better: bool, answer: str, reason: str
) -> None:
    found = verdict(given, worth=0.05, is_more_better=is_more_better)
    assert (found.answer, found.reason, found.doubts) == (answer, reason, ())


def test_no_figure_is_not_enough_data() -> None:
    found = verdict(NoAnswer("no_answers"), worth=0.05, is_more_better=True, is_stopped=True, left=1, began_early=1)
    assert found == Verdict("not_enough_data", "no_answer", ("stopped_early", "left", "began_early"))


def test_what_weakens_an_answer_stands_beside_it() -> None:
    found = verdict(
        result(0.1, 0.02, 0.18, 0.01, opinion=-0.05, taken_up=0.7), worth=0.05, is_more_better=True, is_stopped=True
    )
    assert found.answer == "supported"
    assert found.doubts == ("stopped_early", "not_taken_up", "opinions_differ")


@pytest.mark.parametrize(
    ("first", "last", "doubts"),
    [
        (Interval(0.02, 0.0, 0.04, 0.1), Interval(0.2, 0.1, 0.3, 0.01), ("grows",)),
        (Interval(0.2, 0.1, 0.3, 0.01), Interval(0.02, 0.0, 0.04, 0.1), ("fades",)),
        (Interval(0.1, 0.0, 0.2, 0.1), Interval(0.2, 0.1, 0.3, 0.01), ()),
    ],
)
def test_it_grows_or_fades_only_if_first_and_last_lie_apart(
    first: Interval, last: Interval, doubts: tuple[str, ...]
) -> None:
    over_time = (Exposure(0, first, 9), Exposure(1, last, 3))
    found = verdict(result(0.1, 0.02, 0.18, 0.01, exposures=over_time), worth=0.05, is_more_better=True)
    assert found.doubts == doubts

"""Net promoter scores, means, effort with its polarity, and service quality."""

import numpy as np
import pytest

from clientela.voice.rules.figures import (
    CES,
    CES2010,
    CSAT,
    ISQ,
    ITEMS,
    Dimension,
    Mean,
    NetPromoter,
    QualityAnswer,
    ScoreOutsideScaleError,
    TooFew,
    mean_of,
    mean_score,
    net_promoter,
    net_promoter_of,
    service_quality,
)

SURVEYS = 10_000


def rounded(figure: Mean | TooFew) -> tuple[float, float, float, int]:
    assert isinstance(figure, Mean)
    return round(figure.value, 2), round(figure.low, 2), round(figure.high, 2), figure.n


# -- net promoter ------------------------------------------------------------------------------------------------------


def test_four_answers_have_no_net_promoter_score() -> None:
    assert net_promoter(2, 1, 4) == TooFew(4)
    assert net_promoter_of({10: 4}) == TooFew(4)
    assert net_promoter_of({}) == TooFew(0)


def test_scores_and_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="60 and 50 of 100"):
        net_promoter(60, 50, 100)
    with pytest.raises(ScoreOutsideScaleError):
        net_promoter_of({11: 20})


def test_the_net_promoter_score_and_its_interval_are_those_of_the_reference() -> None:
    score = net_promoter(50, 20, 100)
    assert isinstance(score, NetPromoter)
    assert (score.value, round(score.middle, 1), round(score.margin, 1)) == (30.0, 29.1, 15.1)
    assert (round(score.low, 1), round(score.high, 1)) == (14.1, 44.2)


def test_nine_and_ten_promote_seven_and_eight_do_not_count_and_six_detracts() -> None:
    score = net_promoter_of({10: 1, 9: 2, 8: 1, 7: 1, 6: 1, 0: 1})
    assert isinstance(score, NetPromoter)
    assert (score.promoters, score.detractors, score.n, round(score.value, 1)) == (3, 2, 7, 14.3)


def test_a_score_never_lies_beyond_a_hundred() -> None:
    score = net_promoter(5, 0, 5)
    assert isinstance(score, NetPromoter)
    assert (score.value, score.high) == (100.0, 100.0)
    assert score.low > 0


@pytest.mark.parametrize(
    ("n", "likely", "held"),
    [
        (10, (1, 1, 1), 9487),
        (10, (8, 1, 1), 9541),
        (30, (1, 1, 1), 9497),
        (30, (18, 1, 1), 9682),
        (100, (1, 1, 1), 9490),
        (1000, (18, 1, 1), 9565),
    ],
)
def test_of_10000_surveys_about_95_percent_hold_the_true_net_promoter_score(
    n: int, likely: tuple[int, ...], held: int
) -> None:
    rng = np.random.default_rng([n, *likely])
    truths = rng.dirichlet(likely, SURVEYS)
    seen = 0
    for truth, (promoters, detractors, _passive) in zip(truths, rng.multinomial(n, truths).tolist(), strict=True):
        score = net_promoter(promoters, detractors, n)
        assert isinstance(score, NetPromoter)
        seen += score.low <= 100 * (truth[0] - truth[1]) <= score.high
    assert seen == held
    assert 9400 <= seen <= 9800


# -- means -------------------------------------------------------------------------------------------------------------


def test_four_answers_have_no_mean() -> None:
    assert mean_of([1, 2, 3, 4], lowest=1, highest=5) == TooFew(4)
    assert mean_score({5: 4}, CSAT) == TooFew(4)


def test_effort_is_turned_round_where_it_was_asked_the_other_way() -> None:
    assert rounded(mean_score({7: 10, 5: 10}, CES))[0] == 6.0
    assert rounded(mean_score({1: 10, 2: 10}, CES2010))[0] == 4.5
    with pytest.raises(ScoreOutsideScaleError):
        mean_score({7: 10}, CES2010)


def test_a_mean_at_the_end_of_its_scale_still_has_an_interval() -> None:
    assert rounded(mean_score({7: 5}, CES)) == (7.0, 4.86, 7.0, 5)
    assert rounded(mean_score({7: 1000}, CES)) == (7.0, 6.98, 7.0, 1000)


def test_with_many_answers_the_interval_is_the_usual_one() -> None:
    # 400 answers with mean 3 and variance 2: plus and minus 1.96 times the root of 2/400.
    assert rounded(mean_score(dict.fromkeys(range(1, 6), 80), CSAT)) == (3.0, 2.86, 3.14, 400)


def truths_of(kind: str, rng: np.random.Generator) -> np.ndarray:
    """10,000 ways in which people may answer from 1 to 7, as chances."""
    if kind == "any":
        return rng.dirichlet(np.ones(7), SURVEYS)
    if kind == "split":
        return rng.dirichlet(np.full(7, 0.3), SURVEYS)
    middle = {"middle": (3.0, 5.0), "high": (5.0, 7.0), "ceiling": (6.5, 9.0)}[kind]
    felt = rng.normal(rng.uniform(*middle, (SURVEYS, 1)), rng.uniform(0.8, 2.0, (SURVEYS, 1)), (SURVEYS, 400))
    scores = np.clip(np.rint(felt), 1, 7)
    return np.stack([(scores == score).mean(axis=1) for score in range(1, 8)], axis=1)


@pytest.mark.parametrize(
    ("n", "kind", "held"),
    [
        (5, "any", 9555),
        (5, "high", 9448),
        (5, "ceiling", 9691),
        (10, "any", 9508),
        (10, "split", 9575),
        (10, "high", 9512),
        (10, "ceiling", 9761),
        (30, "any", 9429),
        (30, "middle", 9518),
        (30, "ceiling", 9764),
        (100, "any", 9459),
        (100, "ceiling", 9666),
    ],
)
def test_of_10000_surveys_about_95_percent_hold_the_true_mean(n: int, kind: str, held: int) -> None:
    rng = np.random.default_rng([n, len(kind)])
    truths = truths_of(kind, rng)
    counts = rng.multinomial(n, truths)
    seen = 0
    for truth, given in zip(truths @ np.arange(1, 8), counts.tolist(), strict=True):
        mean = mean_score(dict(enumerate(given, start=1)), ISQ)
        assert isinstance(mean, Mean)
        seen += mean.low - 1e-9 <= truth <= mean.high + 1e-9
    assert seen == held
    assert 9400 <= seen <= 9800


# -- service quality ---------------------------------------------------------------------------------------------------


def answer(perceived: int, expected: int | None = None, **importances: int) -> QualityAnswer:
    return QualityAnswer(
        dict.fromkeys(ITEMS, perceived),
        {} if expected is None else dict.fromkeys(ITEMS, expected),
        {Dimension(name): each for name, each in importances.items()},
    )


def test_there_are_22_items_in_five_dimensions() -> None:
    counts = [sum(1 for each in ITEMS.values() if each is dimension) for dimension in Dimension]
    assert (len(ITEMS), counts) == (22, [4, 5, 4, 4, 5])


def test_four_people_have_no_service_quality() -> None:
    quality = service_quality([answer(5, 6)] * 4)
    assert quality.overall.gap == quality.dimensions[Dimension.EMPATHY].perception == TooFew(4)
    assert quality.items["empathy5"].gap == TooFew(4)


def test_perceptions_alone_have_no_gap() -> None:
    quality = service_quality([answer(5)] * 6)
    assert rounded(quality.overall.perception)[0] == 5.0
    assert (quality.overall.expectation, quality.overall.gap) == (TooFew(0), TooFew(0))


def test_the_gap_is_perception_less_expectation_of_the_same_people() -> None:
    quality = service_quality([*[answer(5, 6)] * 5, *[answer(3, 7)] * 5, *[answer(1)] * 10])
    assert rounded(quality.overall.perception)[0] == 2.5
    assert rounded(quality.overall.expectation)[0] == 6.5
    assert rounded(quality.overall.gap)[0::3] == (-2.5, 10)
    assert rounded(quality.items["tangibles1"].gap)[0::3] == (-2.5, 10)
    assert rounded(quality.dimensions[Dimension.RELIABILITY].gap)[0::3] == (-2.5, 10)


def test_a_dimension_is_the_mean_of_the_items_answered_and_its_gap_of_those_answered_twice() -> None:
    one = QualityAnswer(
        {"empathy1": 7, "empathy2": 1, "empathy3": 4}, {"empathy1": 6, "empathy2": 4, "empathy3": 5, "empathy4": 1}
    )
    quality = service_quality([one] * 5)
    empathy = quality.dimensions[Dimension.EMPATHY]
    figures = (empathy.perception, empathy.expectation, empathy.gap)
    assert [rounded(figure)[0] for figure in figures] == [4.0, 4.0, -1.0]
    assert quality.dimensions[Dimension.ASSURANCE].perception == TooFew(0)
    assert quality.overall.perception == TooFew(0)


def test_who_answered_less_than_half_of_a_dimension_does_not_count_in_it() -> None:
    two_of_five = QualityAnswer({"empathy1": 7, "empathy2": 1})
    assert service_quality([two_of_five] * 5).dimensions[Dimension.EMPATHY].perception == TooFew(0)
    two_of_four = QualityAnswer({"tangibles1": 7, "tangibles2": 1})
    seen = service_quality([two_of_four] * 5).dimensions[Dimension.TANGIBLES].perception
    assert (rounded(seen)[0], seen.n) == (4.0, 5)
    # Of the three that were asked, two are enough.
    asked = ["empathy1", "empathy2", "empathy3"]
    assert service_quality([two_of_five] * 5, asked=asked).dimensions[Dimension.EMPATHY].perception.n == 5


def test_who_left_one_item_out_counts_in_the_dimension_and_in_the_whole() -> None:
    left_out = QualityAnswer({item: 3 for item in ITEMS if item != "reliability2"})
    quality = service_quality([*[answer(5)] * 5, left_out])
    assert quality.items["reliability2"].perception.n == 5
    assert quality.dimensions[Dimension.RELIABILITY].perception.n == quality.overall.perception.n == 6
    assert rounded(quality.overall.perception)[0] == 4.67


def test_what_people_call_important_counts_more() -> None:
    gap_in_reliability = {item: 3 if dimension is Dimension.RELIABILITY else 6 for item, dimension in ITEMS.items()}
    importances = {dimension: 6 if dimension is Dimension.RELIABILITY else 1 for dimension in Dimension}
    one = QualityAnswer(gap_in_reliability, dict.fromkeys(ITEMS, 6), importances)
    quality = service_quality([one] * 5)
    assert quality.weights[Dimension.RELIABILITY] == 0.6
    assert (rounded(quality.overall.gap)[0], rounded(quality.weighted.gap)[0]) == (-0.6, -1.8)
    equal = service_quality([*[answer(5, 6)] * 5, *[one] * 4])
    assert equal.weights == dict.fromkeys(Dimension, 0.2)

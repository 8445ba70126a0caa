"""Charts over weeks: silence while things are steady, and a word soon after they change."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from clientela.voice.rules.figures import (
    Chart,
    FigureWeek,
    Share,
    ShareWeek,
    SignalCode,
    TooFew,
    figure_chart,
    share_chart,
)

FIRST = date(2026, 1, 5)


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def shares(counts: Sequence[int], n: int = 50) -> Chart:
    return share_chart([ShareWeek(week(number), int(count), n) for number, count in enumerate(counts)])


def figures(values: Sequence[float]) -> Chart:
    return figure_chart([FigureWeek(week(number), float(value)) for number, value in enumerate(values)])


def test_nothing_is_said_before_eight_weeks_are_known() -> None:
    for known in (0, 1, 8):
        chart = shares([50, 0] * 4 if known == 8 else [40] * known)
        assert (chart.is_learning, chart.signals, len(chart.points)) == (True, (), known)
        assert all(point.low is None and point.high is None for point in chart.points)
    assert shares([40] * 9).is_learning is False


def test_a_week_without_answers_is_no_week_and_one_of_four_answers_is_not_shown() -> None:
    weeks = [ShareWeek(week(number), 40, 50) for number in range(9)]
    chart = share_chart([*weeks, ShareWeek(week(9), 0, 0), ShareWeek(week(10), 0, 4)])
    assert [point.begins_on for point in chart.points][-2:] == [week(8), week(10)]
    assert chart.points[-1].value == TooFew(4)
    assert isinstance(chart.points[0].value, Share)
    assert chart.signals == ()


def test_the_limits_are_those_of_the_weeks_before() -> None:
    chart = shares([40] * 9)
    point = chart.points[8]
    # 40 of 50 and no spread beyond chance: about .8 and 3.5 times the root of .8·.2·(1/50 + 1/400).
    assert (point.centre, round(point.low or 0, 2), round(point.high or 0, 2)) == (0.8, 0.59, 1.0)
    assert chart.points[0].centre == 0.8


def test_one_week_that_stands_out_is_told_and_does_not_move_the_level() -> None:
    chart = shares([40, 41, 39, 40, 42, 38, 40, 41, 39, 40, 20, 40, 41, 39])
    assert [(signal.code, signal.since_on, signal.seen_on, signal.is_up) for signal in chart.signals] == [
        (SignalCode.ONE_WEEK, week(10), week(10), False)
    ]
    assert (round(chart.signals[0].before, 2), chart.signals[0].after) == (0.8, 0.4)
    assert round(chart.points[-1].centre, 2) == 0.8


def test_a_second_week_alike_makes_it_another_level_since_the_first() -> None:
    chart = shares([40, 41, 39, 40, 42, 38, 40, 41, 39, 40, 20, 21, 20, 19, 20, 21, 20, 20, 19, 21])
    assert [(signal.code, signal.since_on, signal.seen_on) for signal in chart.signals] == [
        (SignalCode.LEVEL, week(10), week(11))
    ]
    assert round(chart.points[-1].centre, 2) == 0.4


def test_a_small_lasting_change_is_seen_by_several_weeks_together() -> None:
    chart = shares([40, 41, 39, 40, 42, 38, 40, 41, 39, 40] * 2 + [32, 33, 31, 32, 33, 31])
    assert [(signal.code, signal.is_up) for signal in chart.signals] == [(SignalCode.LEVEL, False)]
    assert week(18) <= chart.signals[0].since_on <= week(21)
    assert chart.signals[0].seen_on <= week(24)


def test_what_is_said_of_a_week_does_not_change_when_later_weeks_come() -> None:
    rng = np.random.default_rng(7)
    counts = [int(count) for count in rng.binomial(50, [0.8] * 20 + [0.55] * 20)]
    whole = shares(counts)
    for known in (10, 15, 22, 30):
        so_far = shares(counts[:known])
        assert [(point.low, point.high) for point in so_far.points] == [
            (point.low, point.high) for point in whole.points[:known]
        ]
        level = [signal for signal in whole.signals if signal.code is SignalCode.LEVEL]
        for signal in level:
            assert (signal in so_far.signals) == (signal.seen_on < week(known))


@pytest.mark.parametrize(
    ("share", "n", "alarms"), [(0.5, 50, 5), (0.8, 50, 5), (0.95, 50, 1), (0.8, 10, 0), (0.7, 200, 4)]
)
def test_over_52_steady_weeks_at_most_one_chart_in_twenty_says_anything(share: float, n: int, alarms: int) -> None:
    rng = np.random.default_rng([n, int(100 * share)])
    charts = [shares(rng.binomial(n, share, 52), n) for _chart in range(200)]
    seen = sum(1 for chart in charts if chart.signals)
    assert seen == alarms
    assert seen <= 10


def test_weeks_that_differ_by_more_than_chance_hardly_cry_wolf_either() -> None:
    rng = np.random.default_rng(11)
    charts = [shares(rng.binomial(50, rng.beta(28, 12, 52))) for _chart in range(200)]
    assert sum(1 for chart in charts if chart.signals) == 18


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [(0.8, 0.65, (4.0, 180, 5)), (0.65, 0.8, (4.0, 188, 1)), (0.65, 0.5, (4.0, 171, 8))],
)
def test_fifteen_points_at_fifty_answers_a_week_are_seen_within_a_few_weeks(
    before: float, after: float, found: tuple[float, int, int]
) -> None:
    rng = np.random.default_rng([int(100 * before), int(100 * after)])
    weeks_until = []
    for _chart in range(200):
        chart = shares(rng.binomial(50, [before] * 26 + [after] * 26))
        seen = [signal for signal in chart.signals if signal.code is SignalCode.LEVEL and signal.seen_on >= week(26)]
        weeks_until.append((seen[0].seen_on - week(25)).days // 7 if seen else 99)
    assert (float(np.median(weeks_until)), sum(each <= 8 for each in weeks_until), weeks_until.count(99)) == found


def test_steady_figures_are_left_alone_and_a_moved_level_is_seen() -> None:
    rng = np.random.default_rng(3)
    steady = [figures(rng.normal(3.9, 0.2, 52)) for _chart in range(200)]
    assert sum(1 for chart in steady if chart.signals) == 5
    moved = figures([3.9, 4.0, 3.8, 3.9, 4.1, 3.7, 3.9, 4.0, 3.8, 3.9, 3.2, 3.1, 3.3, 3.2])
    assert [(signal.code, signal.since_on, signal.is_up) for signal in moved.signals] == [
        (SignalCode.LEVEL, week(10), False)
    ]


def test_figures_that_never_moved_have_nothing_to_say_until_they_do() -> None:
    assert figures([4.0] * 20).signals == ()
    assert [signal.is_up for signal in figures([4.0] * 10 + [2.0] * 4).signals] == [False]

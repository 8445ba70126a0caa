"""What the order is told of a request, worked by hand."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from clientela.requests.rules.order import TIER_STEP, PlaceReason
from clientela.requests.rules.turns import (
    Because,
    WorkSource,
    answer_owed,
    because_of,
    deciding_promise,
    expected_work,
    hours_sooner,
    with_answers,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Promise:
    """A promise due in so many hours; None stands still."""

    kind: str
    hours: float | None

    @property
    def due_at(self) -> datetime | None:
        return None if self.hours is None else NOW + timedelta(hours=self.hours)


def test_a_request_is_ranked_by_the_promise_that_it_is_done_even_if_that_stands_still() -> None:
    done = Promise("resolution", None)
    assert deciding_promise([Promise("first_reply", 1), done]) is done


def test_without_that_promise_the_one_due_first_decides() -> None:
    call = Promise("personal", 1)
    assert deciding_promise([Promise("next_reply", None), Promise("first_reply", 2), call]) is call
    assert deciding_promise([Promise("next_reply", None)]) == Promise("next_reply", None)
    assert deciding_promise([]) is None


def test_an_answer_is_owed_beside_the_promise_that_it_is_done_while_its_time_runs() -> None:
    done = Promise("resolution", 8)
    assert answer_owed([done, Promise("next_reply", 3), Promise("personal", 2)]) == Promise("personal", 2)
    assert answer_owed([done, Promise("next_reply", None)]) is None
    assert answer_owed([Promise("first_reply", 2)]) is None  # it decides already


def test_expected_work_comes_from_the_nearest_history_that_knows_something() -> None:
    known = ((7200.0, 9), (3600.0, 40), (1800.0, 400))
    assert expected_work(known, worked_seconds=0).__dict__ == {"hours": 2.0, "source": WorkSource.SERVICE, "cases": 9}
    assert expected_work((None, *known[1:]), worked_seconds=0).source is WorkSource.DEPARTMENT
    assert expected_work((None, None, known[2]), worked_seconds=0).hours == 0.5
    nothing = expected_work((None, None, None), worked_seconds=0)
    assert (nothing.hours, nothing.source, nothing.cases) == (1.0, WorkSource.NOTHING, 0)


def test_work_already_done_counts_but_a_fifth_is_always_left() -> None:
    known = ((7200.0, 9), None, None)
    assert expected_work(known, worked_seconds=3600).hours == 1.0
    assert expected_work(known, worked_seconds=7000).hours == pytest.approx(0.4)
    assert expected_work(known, worked_seconds=99_999).hours == pytest.approx(0.4)


def raised(urgency: float, *, left: float, cost: float = 1.0, work: float = 1.0) -> float:
    return float(
        with_answers(
            [urgency],
            cost_per_hour=[cost],
            work_hours=[work],
            answer_hours_left=[left],
            mean_work_hours=1.0,
            look_ahead=2.0,
        )[0]
    )


def test_an_answer_presses_as_if_the_request_were_due_then_less_a_quarter_of_an_hour() -> None:
    assert raised(-9.0, left=2.25) == pytest.approx(-1.0, abs=1e-8)  # two hours to spare, by a pace of two
    assert raised(-9.0, left=-3.0, cost=2.0) == pytest.approx(math.log(2), abs=1e-8)
    assert raised(-9.0, left=0.0, work=4.0) == pytest.approx(-math.log(4), abs=1e-8)


def test_an_answer_never_lowers_anything_and_where_none_is_owed_nothing_changes() -> None:
    assert raised(0.5, left=2.25) == 0.5
    assert raised(-9.0, left=math.nan) == -9.0
    assert (
        with_answers(
            [], cost_per_hour=[], work_hours=[], answer_hours_left=[], mean_work_hours=1.0, look_ahead=2.0
        ).tolist()
        == []
    )


@pytest.mark.parametrize("tier", [1, 2])
def test_an_answer_moves_a_request_inside_its_tier_only_and_not_what_waited_longest(tier: int) -> None:
    base = tier * TIER_STEP
    assert raised(base - 9.0, left=2.25) == pytest.approx(base - 1.0, abs=1e-8)
    past_its_floor = base + 2.0**18 + 100
    assert raised(past_its_floor, left=-9.0) == past_its_floor


def test_the_scale_keeps_raised_figures_in_whole_steps() -> None:
    figure = raised(-9.0, left=1.2345) * 2.0**30
    assert figure == np.rint(figure)


def test_what_was_chosen_is_said_first_then_what_has_no_price_then_what_presses() -> None:
    assert because_of(PlaceReason.SAFETY, is_chosen=True, is_answer_first=False) is Because.CHOSEN
    assert (
        because_of(PlaceReason.WAITED_LONGEST_CARRIED, is_chosen=False, is_answer_first=True) is Because.WAITED_CARRIED
    )
    assert because_of(PlaceReason.LATE_CARRIED, is_chosen=False, is_answer_first=True) is Because.ANSWER
    assert because_of(PlaceReason.DUE_CARRIED, is_chosen=False, is_answer_first=False) is Because.CARRIED
    assert because_of(PlaceReason.LATE, is_chosen=False, is_answer_first=False) is Because.OWN


def test_how_much_sooner_it_would_stand_first() -> None:
    assert hours_sooner(-3.0, first=-1.0, slack_hours=8.0, pace_hours=2.0) == 4.0
    assert hours_sooner(-3.0, first=-1.0, slack_hours=3.0, pace_hours=2.0) is None  # it would not be enough
    assert hours_sooner(-1.0, first=-3.0, slack_hours=8.0, pace_hours=2.0) is None  # it is first
    assert hours_sooner(-1.0, first=2 * TIER_STEP, slack_hours=8.0, pace_hours=2.0) is None  # safety is

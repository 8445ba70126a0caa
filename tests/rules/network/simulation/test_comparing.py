"""Today against what if: intervals by hand, clear and unclear differences, and which assumption carries the answer."""

import json
from dataclasses import replace

import pytest

from clientela.network.simulation import (
    Question,
    RunOutcome,
    TooFewRunsError,
    answer_as_json,
    answered,
    compared,
    comparing,
    wished_runs,
)
from clientela.network.simulation.answers import Compared, Headline
from clientela.network.simulation.house import Assumption, Seen
from clientela.network.simulation.making import run_wished
from clientela.network.simulation.outcomes import DepartmentFigures
from clientela.network.simulation.questions import PeopleChange
from clientela.network.simulation.running import one_run
from clientela.network.simulation.wishing import VARIANTS, varied
from tests.rules.network.simulation.houses import OFFICE, WORKSHOP, house

ONE_MORE = Question((PeopleChange(WORKSHOP, 1),))


def _run(seed: int, wait: float, *, antithetic: bool = False, use: float | None = 0.5) -> RunOutcome:
    figures = DepartmentFigures(1, 10, 10, wait, wait, wait, wait + 1, use, 0.9, 80.0, (wait, wait))
    return RunOutcome(seed, antithetic, 2, (0, 2), (figures,), (), (), 10, 10, 0)


def test_the_interval_is_students_over_the_paired_differences() -> None:
    today = [_run(1, 3.0), _run(2, 5.0), _run(3, 4.0)]
    whatif = [_run(1, 2.0), _run(2, 3.0), _run(3, 1.0)]
    figure = compared(today, whatif).departments[0].figures["wait_mean"]
    # Differences −1, −2, −3: mean −2, deviation 1, error 1/√3; t with two degrees of freedom 1.8856 and 4.3027.
    assert (figure.today, figure.whatif, figure.difference) == (4.0, 2.0, -2.0)
    assert figure.low_80 == pytest.approx(-2 - 1.885618 / 3**0.5, abs=1e-5)
    assert figure.high_80 == pytest.approx(-2 + 1.885618 / 3**0.5, abs=1e-5)
    assert figure.low_95 == pytest.approx(-2 - 4.302653 / 3**0.5, abs=1e-5)
    assert figure.high_95 == pytest.approx(-2 + 4.302653 / 3**0.5, abs=1e-5)
    assert figure.verdict == "too_small"


@pytest.mark.parametrize(("then", "verdict"), [(2.995, "too_small"), (2.97, "less"), (3.03, "more"), (3.0, "same")])
def test_a_difference_that_matters_to_nobody_is_too_small_however_clear(then: float, verdict: str) -> None:
    today = [_run(seed, 3.0) for seed in (1, 2, 3)]
    figure = compared(today, [_run(seed, then) for seed in (1, 2, 3)]).departments[0].figures["wait_mean"]
    assert figure.verdict == verdict


def test_antithetic_runs_of_a_seed_are_one_observation() -> None:
    today = [_run(seed, 3.0, antithetic=turned) for seed in (1, 2) for turned in (False, True)]
    whatif = [_run(1, 1.0), _run(1, 3.0, antithetic=True), _run(2, 1.5), _run(2, 2.5, antithetic=True)]
    answer = compared(today, whatif)
    figure = answer.departments[0].figures["wait_mean"]
    assert answer.runs == 2
    assert (figure.difference, figure.low_95, figure.high_95, figure.verdict) == (-1.0, -1.0, -1.0, "less")


def test_runs_without_a_partner_are_left_out() -> None:
    answer = compared([_run(1, 3.0), _run(2, 3.0), _run(3, 99.0)], [_run(1, 3.0), _run(2, 3.0)])
    assert answer.departments[0].figures["wait_mean"].today == 3.0
    assert answer.departments[0].figures["wait_mean"].verdict == "same"


def test_one_seed_is_too_few_for_an_interval() -> None:
    with pytest.raises(TooFewRunsError):
        compared([_run(1, 3.0), _run(1, 3.0, antithetic=True)], [_run(1, 2.0), _run(1, 2.0, antithetic=True)])


def test_a_figure_that_a_run_could_not_measure_is_left_out_of_it() -> None:
    today = [_run(1, 3.0), _run(2, 3.0, use=None), _run(3, 3.0)]
    answer = compared(today, today)
    assert answer.departments[0].figures["use"].today == 0.5
    assert "use" not in compared(today[:2], today[:2]).departments[0].figures


def test_the_plan_pairs_today_with_what_if_and_every_run_has_its_own_name() -> None:
    wishes = wished_runs(runs=4, seed=5, variant_runs=2)
    assert [wish.key for wish in wishes[:8]] == [
        "today:5",
        "whatif:5",
        "today:5-",
        "whatif:5-",
        "today:6",
        "whatif:6",
        "today:6-",
        "whatif:6-",
    ]
    assert len({wish.key for wish in wishes}) == len(wishes) == 8 + 4 * len(VARIANTS)


def test_one_more_person_in_the_workshop_is_felt_by_the_office_and_its_customers() -> None:
    whole = house(workshop=1)
    wishes = wished_runs(runs=8, variant_runs=4)
    answer = answered(whole, [(wish, run_wished(whole, ONE_MORE, wish, weeks=12)) for wish in wishes])
    workshop = next(row for row in answer.departments if row.department_id == WORKSHOP)
    office = next(row for row in answer.departments if row.department_id == OFFICE)
    assert workshop.figures["wait_mean"].verdict == "less"
    assert workshop.figures["arrivals"].verdict == "same"
    assert office.figures["stay_mean"].verdict == "less"
    assert answer.services[0].figures["kept_share"].verdict == "more"
    assert answer.waits[0].hours_a_week.verdict == "less"
    assert answer.headline == Headline(WORKSHOP, "wait_mean")
    # More work makes the one more person worth more; of the ten per cents it is the work that matters most.
    moved = {row.variant: row.moved_by for row in answer.sensitivities}
    assert set(moved) == set(VARIANTS)
    assert moved["more_work"] < 0 < moved["less_work"]
    assert [abs(row.moved_by) for row in answer.sensitivities] == sorted(map(abs, moved.values()), reverse=True)
    assert json.loads(json.dumps(answer_as_json(answer)))["headline"] == {"department_id": 2, "name": "wait_mean"}


def test_asking_nothing_is_the_same_in_every_figure() -> None:
    wishes = wished_runs(runs=4, variant_runs=0)
    answer = answered(house(), [(wish, run_wished(house(), Question(), wish, weeks=6)) for wish in wishes])
    verdicts = {figure.verdict for row in answer.departments for figure in row.figures.values()}
    assert verdicts == {"same"}
    assert answer.headline is None
    assert answer.sensitivities == ()


def test_an_unfinished_plan_is_answered_as_far_as_it_goes() -> None:
    wishes = wished_runs(runs=8, variant_runs=4)[:9]
    answer = answered(house(), [(wish, run_wished(house(), ONE_MORE, wish, weeks=6)) for wish in wishes])
    assert answer.runs == 2
    assert answer.sensitivities == ()


def test_a_variant_changes_what_it_says_by_ten_per_cent() -> None:
    assert varied(house(), "") == house()
    assert varied(house(), "more_work").service("1:1").hands.mean == pytest.approx(1.1)
    assert [stream.a_week for stream in varied(house(), "fewer_arrivals").streams] == pytest.approx([36.0, 5.4])


def test_todays_simulation_is_held_against_what_really_happened() -> None:
    seen = Seen(OFFICE, 40.0, 1.5, 1.0, 3.0, 0.6, 0.9, None)
    whole = replace(house(), seen=(seen,), assumptions=(Assumption("no_holidays"),))
    run = one_run(whole, seed=1, weeks=10)
    wishes = wished_runs(runs=4, variant_runs=0)
    answer = answered(whole, [(wish, run_wished(whole, ONE_MORE, wish, weeks=10)) for wish in wishes])
    fits = {fit.name: fit for fit in answer.fits}
    assert set(fits) == {"arrivals_a_week", "wait_mean", "wait_p50", "wait_p90", "use", "kept_share"}
    assert (fits["wait_p90"].seen, fits["wait_p90"].is_fitted, fits["wait_mean"].is_fitted) == (3.0, False, True)
    assert fits["arrivals_a_week"].simulated == pytest.approx(run.departments[0].arrivals / 10, rel=0.2)
    assert answer.assumptions == (Assumption("no_holidays"),)


def test_one_of_many_that_looks_clear_by_chance_is_called_too_small() -> None:
    def figure(chance: float, verdict: str) -> Compared:
        return Compared(1.0, 0.9, -0.1, -0.12, -0.08, -0.15, -0.05, verdict, chance)

    kind = [figure(0.001, "less"), figure(0.04, "less"), *[figure(0.5, "too_small") for _ in range(18)]]
    assert [one.verdict for one in comparing._sobered(kind)] == ["less", *["too_small"] * 19]
    # Alone it stays what it is: nothing else was looked at.
    assert [one.verdict for one in comparing._sobered([figure(0.04, "less")])] == ["less"]
    assert comparing._sobered([]) == []

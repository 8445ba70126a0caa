"""The what-if simulation: is it right, does it tell what happened, and how long does it take."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any

import ciw
import numpy as np

from clientela.network.simulation import HistoryRows, House, answered, question_from_json
from clientela.network.simulation.comparing import fits_of
from clientela.network.simulation.fitting import LegRow
from clientela.network.simulation.fitting.fitted import house_from_history
from clientela.network.simulation.house import WEEK_HOURS
from clientela.network.simulation.making import run_wished
from clientela.network.simulation.opening import shifts_of
from clientela.network.simulation.outcomes import RunOutcome
from clientela.network.simulation.running import one_run
from clientela.network.simulation.wishing import Wish, wished_runs
from tests.bench.organisation import demonstration_rows
from tests.queueing import REFERENCES, simulated

RUNS, YEAR_WEEKS, CORES = 20, 52, 2
SEEDS, CUSTOMERS, LEVEL = 20, 10_000, 0.95
HELD_BACK = timedelta(days=30)
MONTH_WEEKS = 4


def measured_what_if() -> Iterator[str]:
    """Lines of Markdown, as they come: about two minutes."""
    yield from _references()
    rows = demonstration_rows()
    began = process_time()
    house = house_from_history(rows)
    yield f"\nFitting a house to {len(rows.legs):,} stays of 90 days: {process_time() - began:.1f} s of one core.\n"
    yield from _held_back(rows)
    yield from _year(house)
    yield from _one_question(house)


def _references() -> Iterator[str]:
    yield f"{SEEDS} runs of about {CUSTOMERS:,} arrivals; the interval is Student's, {LEVEL:.0%}.\n"
    yield "| case | figure | exact | simulated | within |"
    yield "|---|---|---|---|---|"
    for case in REFERENCES:
        for name, found in simulated(case, seeds=SEEDS, customers=CUSTOMERS, level=LEVEL).items():
            shown = f"{found.mean:.4f} ± {found.spread:.4f}"
            yield f"| {case.name} | {name} | {found.exact:.4f} | {shown} | {'yes' if found.holds else 'no'} |"


def _held_back(rows: HistoryRows) -> Iterator[str]:
    """Fit to all but the last 30 days, and tell those; beside it how much two spans of the real thing differ."""
    cut = rows.until - HELD_BACK
    earlier = house_from_history(_between(rows, rows.since, cut))
    later = house_from_history(_between(rows, cut, rows.until))
    runs = [one_run(earlier, seed=seed, weeks=MONTH_WEEKS) for seed in range(1, 21)]
    figures = {(fit.department_id, fit.name): fit.simulated for fit in fits_of(earlier, runs) if fit.service is None}
    before = {row.department_id: row for row in earlier.seen}
    yield "Fitted to the first 60 days, held against the last 30 that it has not seen (mean wait in working hours,"
    yield "promises kept in %):\n"
    yield "| department | wait before | simulated | wait after | kept before | simulated | kept after |"
    yield "|---|---|---|---|---|---|---|"
    for row in later.seen:
        was = before[row.department_id]
        wait, kept = (figures.get((row.department_id, name)) for name in ("wait_mean", "kept_share"))
        waits = " | ".join(_plain(value) for value in (was.wait_mean, wait, row.wait_mean))
        shares = " | ".join(_plain(value, 100) for value in (was.kept_share, kept, row.kept_share))
        yield f"| {row.department_id} | {waits} | {shares} |"
    yield ""


def _plain(value: float | None, times: int = 1) -> str:
    return "" if value is None else f"{value * times:.{0 if times > 1 else 2}f}"


def _between(rows: HistoryRows, since: datetime, until: datetime) -> HistoryRows:
    """What had been known at `until` of what began since `since`."""
    legs = [leg for leg in rows.legs if since <= leg.started_at < until]
    known = [leg if leg.ended_at is None or leg.ended_at < until else _still_there(leg) for leg in legs]
    deeds = [deed for deed in rows.deeds if since <= deed.at < until]
    return replace(rows, since=since, until=until, legs=known, deeds=deeds)


def _still_there(leg: Any) -> LegRow:
    return replace(leg, ended_at=None, outcome="open")


def _year(house: House) -> Iterator[str]:
    """A year, 20 runs, two processes; beside it Ciw itself with as many customers."""
    with get_context("spawn").Pool(CORES) as pool:
        pool.map(_warm, range(CORES))
        began = perf_counter()
        ours = pool.map(_one_year, [(house, seed) for seed in range(1, RUNS + 1)], chunksize=1)
        wall = perf_counter() - began
        customers = round(float(np.mean([requests for _, requests in ours])))
        bare = pool.map(_bare, [(customers, seed) for seed in range(1, RUNS + 1)], chunksize=1)
        plain = pool.map(_plain_network, [(house, seed) for seed in range(1, RUNS + 1)], chunksize=1)
    own, alone = float(np.mean([seconds for seconds, _ in ours])), float(np.mean(bare))
    ciws = float(np.mean(plain)) / MONTH_WEEKS * YEAR_WEEKS
    yield f"A year of the demonstration organisation, {RUNS} runs of {customers:,} requests, {CORES} processes:"
    yield f"{wall:.1f} s on the clock (at most 60 s). Seconds of one core for a run:\n"
    yield f"- the house, with its chains: {own:.2f};"
    yield f"- a bare M/M/3 of as many customers on Ciw itself: {alone:.2f}, ratio {own / alone:.2f};"
    yield f"- the departments on Ciw's own nodes, without chains, reckoned from {MONTH_WEEKS} weeks: {ciws:.2f}.\n"


def _warm(_: int) -> None:
    """A process has imported everything when it has done this."""


def _one_year(task: tuple[House, int]) -> tuple[float, int]:
    house, seed = task
    began = process_time()
    run = one_run(house, seed=seed, weeks=YEAR_WEEKS)
    return process_time() - began, run.arrived


def _bare(task: tuple[int, int]) -> float:
    customers, seed = task
    began = process_time()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(2.0)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[3],
    )
    ciw.seed(seed)
    ciw.Simulation(network).simulate_until_max_customers(customers)
    return process_time() - began


def _plain_network(task: tuple[House, int]) -> float:
    """Ciw's own nodes: the same departments, shifts and work; what departments ask each other comes in by itself."""
    house, seed = task
    services = {service.key: place for place, service in enumerate(house.services)}
    coming = np.zeros(len(services))
    for stream in house.streams:
        coming[services[stream.service]] += stream.a_week / WEEK_HOURS
    asked = np.zeros((len(services), len(services)))
    for service in house.services:
        for ask in (*service.asks, *service.handed_over):
            asked[services[ask.service], services[service.key]] += ask.share
    rates = np.linalg.solve(np.eye(len(services)) - asked, coming)
    departments = {department.id: place for place, department in enumerate(house.departments)}
    elsewhere = len(departments)
    arrivals, work, routes = {}, {}, {}
    for service, rate in zip(house.services, rates, strict=True):
        place = departments[service.department_id]
        own = ciw.dists.Exponential(float(rate)) if rate > 0 else None
        arrivals[service.key] = [own if node == place else None for node in range(elsewhere + 1)]
        half = ciw.dists.Exponential(2 / max(service.hands.mean, 0.01))
        lying = ciw.dists.Exponential(1 / max(service.lying.hours.mean, 0.01))
        work[service.key] = [half] * elsewhere + [lying]
        routes[service.key] = ciw.routing.ProcessBased(lambda _, __, place=place: [elsewhere + 1, place + 1])
    schedules = []
    for department in house.departments:
        shifts = shifts_of(department, MONTH_WEEKS)
        ends = [start for start, _ in shifts[1:]] + [float(MONTH_WEEKS * WEEK_HOURS)]
        schedules.append(ciw.Schedule([people for _, people in shifts], ends, preemption="resume"))
    network = ciw.create_network(
        arrival_distributions=arrivals,
        service_distributions=work,
        number_of_servers=[*schedules, float("inf")],
        routing=routes,
    )
    ciw.seed(seed)
    began = process_time()
    ciw.Simulation(network).simulate_until_max_time(MONTH_WEEKS * WEEK_HOURS)
    return process_time() - began


def _one_question(house: House) -> Iterator[str]:
    """One more person for four weeks where the waits are longest: all runs of an answer, as the product makes them."""
    waits = {row.department_id: row.wait_mean or 0.0 for row in house.seen}
    busiest = max(waits, key=lambda number: waits[number])
    asked = {"kind": "people", "department_id": busiest, "more": 1, "from_week": 0, "until_week": MONTH_WEEKS}
    question = question_from_json({"changes": [asked]})
    wishes = wished_runs(runs=RUNS)
    with get_context("spawn").Pool(CORES) as pool:
        pool.map(_warm, range(CORES))
        began = perf_counter()
        outcomes = pool.map(_wished, [(house, question, wish) for wish in wishes], chunksize=1)
        answer = answered(house, outcomes)
        wall = perf_counter() - began
    yield f"One more person in department {busiest} for {MONTH_WEEKS} weeks: {len(wishes)} runs in {wall:.1f} s.\n"
    yield "| department | mean wait today, h | then | difference, 95 % | |"
    yield "|---|---|---|---|---|"
    for row in answer.departments:
        figure = row.figures.get("wait_mean")
        if figure is not None:
            interval = f"{figure.difference:+.2f} ({figure.low_95:+.2f} to {figure.high_95:+.2f})"
            yield f"| {row.department_id} | {figure.today:.2f} | {figure.whatif:.2f} | {interval} | {figure.verdict} |"


def _wished(task: tuple[House, Any, Wish]) -> tuple[Wish, RunOutcome]:
    house, question, wish = task
    return wish, run_wished(house, question, wish, weeks=YEAR_WEEKS)

"""Queues worked out on paper: the rows of the literature, digit by digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.simulation.analytic import OverloadedError, erlang_c, jackson_network, waiting_line


@pytest.mark.parametrize(
    ("servers", "load", "chance"), [(2, 1.6, 0.711111), (3, 2.0, 0.444444), (5, 4.0, 0.554113), (10, 8.0, 0.409180)]
)
def test_erlang_c_gives_the_published_chances(servers: int, load: float, chance: float) -> None:
    assert round(erlang_c(servers=servers, load=load), 6) == chance


@pytest.mark.parametrize(("servers", "load", "length"), [(2, 1.6, 2.844444), (3, 2.0, 0.888889)])
def test_the_queue_is_as_long_as_published(servers: int, load: float, length: float) -> None:
    assert round(waiting_line(servers=servers, arrival_rate=load, service_rate=1.0).queue_length, 6) == length


@pytest.mark.parametrize(
    ("calls", "agents", "published"),
    [
        ((100, 180, 20), 14, (0.174132, 7.836, 88.84)),
        ((100, 180, 20), 13, (0.285270, 17.116, 79.56)),
        ((360, 240, 15), 55, (0.238701, 8.184, 84.59)),
    ],
)
def test_calls_are_answered_as_published(
    calls: tuple[int, int, int], agents: int, published: tuple[float, float, float]
) -> None:
    in_half_an_hour, seconds, within = calls
    line = waiting_line(servers=agents, arrival_rate=in_half_an_hour / 1800, service_rate=1 / seconds)
    found = round(line.wait_chance, 6), round(line.wait, 3), round(100 * line.share_within(within), 2)
    assert found == published


def test_two_stations_that_send_back_and_forth() -> None:
    found = jackson_network(arrival_rates=(4, 5), service_rates=(8, 10), routing=((0, 0.5), (0.25, 0)))
    assert [station.arrival_rate for station in found.stations] == pytest.approx([6, 8])
    assert found.number == pytest.approx(7)
    assert found.stay == pytest.approx(7 / 9)


def test_three_stations_that_send_back_and_forth() -> None:
    third = 1 / 3
    found = jackson_network(
        arrival_rates=(5, 10, 15), service_rates=(10, 50, 100), routing=((0, third, third), (0, 0, 1), (0, 0.5, 0))
    )
    assert [station.arrival_rate for station in found.stations] == pytest.approx([5, 40, 170 / 3])
    assert found.number == pytest.approx(82 / 13)
    assert found.stay == pytest.approx(41 / 195)


def test_an_overloaded_queue_has_no_long_run() -> None:
    with pytest.raises(OverloadedError) as alone:
        erlang_c(servers=2, load=2.0)
    assert alone.value.place is None


def test_an_overloaded_station_is_named() -> None:
    with pytest.raises(OverloadedError) as second:
        jackson_network(arrival_rates=(1, 0), service_rates=(2, 1), routing=((0, 1), (0, 0)))
    assert second.value.place == 1


def test_a_network_that_nobody_leaves_is_refused() -> None:
    with pytest.raises(ValueError, match="never leave"):
        jackson_network(arrival_rates=(1, 0), service_rates=(5, 5), routing=((0, 1), (1, 0)))


@given(st.integers(1, 80), st.floats(0.01, 0.98))
def test_one_more_server_never_makes_waiting_more_likely(servers: int, use: float) -> None:
    load = servers * use
    assert erlang_c(servers=servers + 1, load=load) <= erlang_c(servers=servers, load=load)


def test_nothing_comes_so_nobody_waits() -> None:
    assert erlang_c(servers=3, load=0.0) == 0.0

"""Processes of our own: stopped at any moment, and missed when they die."""

import os
import time
from multiprocessing import active_children

import pytest

from clientela.network.workbench import CancelledError, Workbench, WorkerLostError


def test_what_is_computed_elsewhere_comes_back() -> None:
    with Workbench(2) as bench:
        assert bench.one(pow, (2, 10), go_on=lambda: True) == 1024
        assert sorted(bench.each(abs, [-3, 2, -1], go_on=lambda: True)) == [1, 2, 3]


def test_a_cancel_stops_what_is_under_way_within_two_seconds_and_leaves_no_process() -> None:
    before = {child.pid for child in active_children()}
    with Workbench(1) as bench:
        bench.one(abs, (1,), go_on=lambda: True)  # it is there
        cancelled_at = time.monotonic()
        with pytest.raises(CancelledError):
            bench.one(time.sleep, (60,), go_on=lambda: time.monotonic() < cancelled_at + 0.2)
    assert time.monotonic() - cancelled_at < 2
    # A process that another test left may end meanwhile: what counts is that none is new.
    assert {child.pid for child in active_children()} - before == set()


def test_a_process_that_dies_is_missed_at_once() -> None:
    with Workbench(1) as bench, pytest.raises(WorkerLostError):
        bench.one(os._exit, (9,), go_on=lambda: True)


def test_what_goes_wrong_over_there_is_said_here() -> None:
    with Workbench(1) as bench, pytest.raises(ZeroDivisionError):
        bench.one(divmod, (1, 0), go_on=lambda: True)

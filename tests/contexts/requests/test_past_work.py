"""The house's own history as the work of a replay."""

import pytest

from clientela.requests import actions
from clientela.requests.queries.past_work import past_work
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def test_without_history_there_is_no_work(shop: Shop) -> None:
    past = past_work(at=shop.at)
    assert (past.references, past.legs, past.work.team.tolist()) == ([], 0, [])


def test_each_leg_that_has_ended_is_an_operation_and_who_asked_waits_for_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    asked = shop.ask_workshop(opened.id, at=shop.after(2))
    actions.take_request(by=shop.world.stefan, at=shop.after(3), request_id=asked.id)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(5), request_id=asked.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(6), request_id=opened.id)
    still = shop.ask_repair(title="Another")
    actions.rebuild_legs(at=shop.after(7), request_ids=[opened.id, asked.id, still.id])
    past = past_work(at=shop.after(7))
    work = past.work
    assert past.references == [opened.reference, asked.reference]
    assert [work.teams[team] for team in work.team] == ["Customer Care", "Workshop"]
    # Care worked from 1 to 2 and from 5 to 6, Workshop from 3 to 5.
    assert work.hours.tolist() == [2.0, 2.0]
    assert (work.parent.tolist(), work.first.tolist()) == ([-1, 0], [0, 1, 2])
    assert (work.arrives_hours[1] - work.arrives_hours[0], work.last_hours[0] - work.arrives_hours[0]) == (2.0, 6.0)

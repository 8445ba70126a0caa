"""Repairs that came late because Workshop kept them waiting: told once, for the tests of paths and lateness."""

from datetime import datetime

from clientela.network import actions as network
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from tests.contexts.network.people import hire
from tests.shop import Shop

WEEK_AGO = -7 * 24.0


def late_repair(shop: Shop, *, from_hour: float = WEEK_AGO) -> tuple[OpenedRequest, OpenedRequest]:
    """A repair of 28 working hours, 12 too many: Care 2, Workshop 23 (7 past what it promised), Care 3 again.

    From Monday 10:00 to Thursday 11:00; returns the repair and what Workshop was asked.
    """
    repair = shop.ask_repair(at=shop.after(from_hour))
    actions.take_request(by=shop.world.ana, at=shop.after(from_hour + 1), request_id=repair.id)
    pump = shop.ask_workshop(repair.id, at=shop.after(from_hour + 2))
    actions.resolve_request(by=shop.world.stefan, at=shop.after(from_hour + 55), request_id=pump.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(from_hour + 73), request_id=repair.id)
    return repair, pump


def quick_repair(shop: Shop, *, from_hour: float = WEEK_AGO) -> OpenedRequest:
    """A repair that Care did by itself within three hours."""
    repair = shop.ask_repair(at=shop.after(from_hour))
    actions.resolve_request(by=shop.world.ana, at=shop.after(from_hour + 3), request_id=repair.id)
    return repair


def deep_repair(shop: Shop, *, from_hour: float = WEEK_AGO) -> tuple[OpenedRequest, OpenedRequest, OpenedRequest]:
    """A repair for which Workshop asked Maintenance, which had it from Monday 13:00 to Thursday 10:00."""
    repair = shop.ask_repair(at=shop.after(from_hour))
    actions.take_request(by=shop.world.ana, at=shop.after(from_hour + 1), request_id=repair.id)
    pump = shop.ask_workshop(repair.id, at=shop.after(from_hour + 2))
    bench = actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(from_hour + 3),
        request_id=pump.id,
        service_version_id=shop.version("bench"),
        title="The test bench",
        text="It does not start.",
        language="en",
    )
    actions.resolve_request(by=shop.world.tomasz, at=shop.after(from_hour + 72), request_id=bench.id)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(from_hour + 74), request_id=pump.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(from_hour + 75), request_id=repair.id)
    return repair, pump, bench


def repair_with_laptop(shop: Shop, *, from_hour: float = WEEK_AGO) -> OpenedRequest:
    """A repair for which Care needed IT for an hour; in time."""
    repair = shop.ask_repair(at=shop.after(from_hour))
    actions.take_request(by=shop.world.ana, at=shop.after(from_hour + 1), request_id=repair.id)
    laptop = actions.ask_department(
        by=shop.world.ana,
        at=shop.after(from_hour + 2),
        request_id=repair.id,
        service_version_id=shop.version("laptop"),
        title="A laptop for the visit",
        text="The old one does not start.",
        language="en",
    )
    actions.resolve_request(by=shop.world.ioana, at=shop.after(from_hour + 3), request_id=laptop.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(from_hour + 4), request_id=repair.id)
    return repair


def staffed(shop: Shop) -> Shop:
    """The same house with at least five people in every department, so that each stands for itself."""
    for department in ("care", "workshop", "maintenance", "it", "hr", "management"):
        hire(shop.world, department, 5)
    return shop


def counted(shop: Shop, *, at: datetime | None = None) -> None:
    """Let the legs be written and every ended case be counted, as the followers and the minute's job would do it."""
    actions.rebuild_legs(at=at or shop.at)
    network.count_lateness_anew(at=at or shop.at)
    network.count_lateness(at=at or shop.at)

"""Both sides by week, on small tables worked by hand."""

from datetime import UTC, datetime
from typing import Any

from clientela.impact.measures.parity import latest_by_side, promises_by_side, waits_by_side
from clientela.network.rules.waits import bucket_of
from clientela.promises.exports import CLOCKS
from clientela.requests.exports import LEGS, REQUESTS
from tests.analytics_house import memory

CARE, IT = 1, 2
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def day(number: int, hour: int = 9) -> datetime:
    """A moment in the week of MONDAY; 7 and on lie in the next."""
    return datetime(2026, 11, 16 + number, hour, tzinfo=UTC)


def request(number: int, **said: Any) -> dict[str, Any]:
    return {
        "request_id": number, "root_id": number, "provider_id": CARE, "service_id": 1, "customer_kind": "person",
        "side": "outside", "channel": "email", "language": "en", "is_complaint": False, "state": "open",
        "opened_at": day(0), "reopened_count": 0,
    } | said  # fmt: skip


def clock(number: int, request_id: int, kind: str, **said: Any) -> dict[str, Any]:
    return {
        "clock_id": number, "request_id": request_id, "provider_id": CARE, "kind": kind, "started_at": day(0),
        "is_open": False,
    } | said  # fmt: skip


def rows(expression: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in expression.to_pyarrow().to_pylist()]


def test_each_side_has_its_own_row_and_what_is_cancelled_has_none() -> None:
    requests = [request(1), request(2, side="inside", opened_at=day(6, 23)), request(3, state="cancelled")]
    requests += [request(4, opened_at=day(7, 0))]
    found = rows(
        promises_by_side({"requests": memory(REQUESTS, requests), "clocks": memory(CLOCKS, [])}).order_by(
            "week_on", "side"
        )
    )
    none = {"replies_decided": 0, "replies_kept": 0, "promises_decided": 0, "promises_kept": 0}
    assert found == [
        {"week_on": MONDAY.date(), "side": "inside", "provider_id": CARE, "asked": 1} | none,
        {"week_on": MONDAY.date(), "side": "outside", "provider_id": CARE, "asked": 1} | none,
        {"week_on": day(7).date(), "side": "outside", "provider_id": CARE, "asked": 1} | none,
    ]


def test_a_request_is_kept_when_none_of_its_promises_of_that_kind_is_broken() -> None:
    clocks = [
        clock(1, 1, "first_reply", kept_at=day(1)),
        clock(2, 1, "resolution", broken_at=day(2), kept_at=day(3)),
        clock(3, 1, "next_reply", kept_at=day(1)),
        clock(4, 2, "first_reply", broken_at=day(1), is_open=True),  # overdue, and still waiting
        clock(5, 2, "resolution", is_open=True, due_at=day(5)),  # not decided yet
        clock(6, 3, "first_reply"),  # cancelled: neither kept nor broken
        clock(7, 3, "personal", broken_at=day(1)),
        clock(8, 3, "resolution", kept_at=day(1)),
    ]
    (found,) = rows(
        promises_by_side(
            {"requests": memory(REQUESTS, [request(1), request(2), request(3)]), "clocks": memory(CLOCKS, clocks)}
        )
    )
    assert found | {"week_on": None, "side": "", "provider_id": 0} == {
        "week_on": None, "side": "", "provider_id": 0,
        "asked": 3, "replies_decided": 2, "replies_kept": 1, "promises_decided": 2, "promises_kept": 1,
    }  # fmt: skip


def test_waiting_leaves_out_what_waited_for_the_customer_or_for_a_date() -> None:
    waited = {"queue_seconds": 3000, "work_seconds": 500, "department_seconds": 100}
    legs = [
        {"request_id": 1, "position": 0, "provider_id": IT, "customer_seconds": 90_000, "date_seconds": 9, **waited},
        {"request_id": 1, "position": 1, "provider_id": CARE, "customer_seconds": 0, "date_seconds": 0, **waited},
        {"request_id": 2, "position": 0, "provider_id": CARE, "customer_seconds": 0, "date_seconds": 0, **waited},
    ]
    requests = [request(1, resolved_at=day(2)), request(2)]
    found = rows(waits_by_side({"requests": memory(REQUESTS, requests), "legs": memory(LEGS, legs)}))
    assert found == [
        {"week_on": MONDAY.date(), "side": "outside", "provider_id": CARE, "bucket": bucket_of(7200), "n": 1}
    ]


def test_the_latest_stand_first_and_at_most_three_of_a_department() -> None:
    requests = [request(number) for number in range(1, 6)] + [request(6, provider_id=IT)]
    clocks = [
        clock(1, 1, "first_reply", broken_at=day(1, 9), kept_at=day(1, 10)),
        clock(2, 1, "resolution", broken_at=day(1, 9), kept_at=day(1, 12)),  # the worst of its promises counts
        clock(3, 2, "resolution", broken_at=day(1, 9), is_open=True),  # late until now
        clock(4, 3, "resolution", broken_at=day(1, 9), kept_at=day(1, 11)),
        clock(5, 4, "resolution", broken_at=day(1, 9), kept_at=day(1, 10)),
        clock(6, 5, "resolution", kept_at=day(1, 10)),
        clock(7, 6, "resolution", broken_at=day(1, 9), kept_at=day(1, 10)),
    ]
    found = rows(
        latest_by_side({"requests": memory(REQUESTS, requests), "clocks": memory(CLOCKS, clocks)}, at=day(2, 9))
    )
    told = sorted((row["provider_id"], row["place"], row["request_id"], row["seconds"]) for row in found)
    assert told == [(CARE, 1, 2, 86_400), (CARE, 2, 1, 10_800), (CARE, 3, 3, 7_200), (IT, 1, 6, 3_600)]

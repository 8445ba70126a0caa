"""Which request does which step of a plan."""

from clientela.requests.rules import AskedPart, parts_of_steps


def part(request_id: int, service_key: str, *, is_cancelled: bool = False) -> AskedPart:
    return AskedPart(request_id, service_key, is_cancelled)


def test_a_step_is_done_by_what_was_asked_for_its_service() -> None:
    needs = {"fetch": "courier", "part": "pump"}
    assert parts_of_steps(needs, [part(7, "pump"), part(8, "laptop")]) == {"part": 7}
    assert parts_of_steps(needs, []) == {}


def test_two_steps_that_take_the_same_service_are_done_by_two_requests_in_turn() -> None:
    needs = {"fetch": "courier", "bring": "courier"}
    assert parts_of_steps(needs, [part(7, "courier")]) == {"fetch": 7}
    assert parts_of_steps(needs, [part(7, "courier"), part(9, "courier")]) == {"fetch": 7, "bring": 9}


def test_what_was_cancelled_does_no_step_and_is_asked_anew() -> None:
    needs = {"part": "pump"}
    assert parts_of_steps(needs, [part(7, "pump", is_cancelled=True)]) == {}
    assert parts_of_steps(needs, [part(7, "pump", is_cancelled=True), part(9, "pump")]) == {"part": 9}

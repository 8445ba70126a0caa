"""Who may be asked now, and who is of the random share."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.directory.rules import BoundaryInForce
from clientela.voice.rules.asking import AskingBudget, AskReason, MayAsk, is_drawn, may_be_asked, may_be_reminded

ZONE = "Europe/Bucharest"
NOON = datetime(2026, 5, 20, 9, tzinfo=UTC)  # 12:00 in Bucharest
DAY = timedelta(days=1)
BUDGET = AskingBudget()


def wish(kind: str, **rule: str) -> BoundaryInForce:
    return BoundaryInForce(kind, rule, source="self", starts_on=date(2026, 1, 1))


def asked(*days_ago: float, at: datetime = NOON, **more: object) -> MayAsk:
    return may_be_asked(at=at, zone=ZONE, asked_before=[at - days * DAY for days in days_ago], budget=BUDGET, **more)  # type: ignore[arg-type]


def test_who_refuses_surveys_or_all_letters_is_not_asked() -> None:
    assert asked(boundaries=[wish("subject", subject="surveys")]) == MayAsk(AskReason.REFUSES)
    assert asked(boundaries=[wish("do_not_contact")]) == MayAsk(AskReason.REFUSES)
    assert asked(boundaries=[wish("subject", subject="offers")]) == MayAsk()


def test_nobody_is_asked_twice_about_one_thing() -> None:
    assert asked(is_asked_already=True) == MayAsk(AskReason.ALREADY_ASKED)


def test_who_is_not_of_the_share_is_not_asked() -> None:
    assert asked(is_drawn=False) == MayAsk(AskReason.NOT_DRAWN)


def test_four_asks_in_a_quarter_are_enough_until_the_first_is_a_quarter_old() -> None:
    assert asked(90, 60, 40, 20) == MayAsk(AskReason.BUDGET_SPENT, NOON + DAY)
    assert asked(91, 60, 40, 20) == MayAsk()
    # Somebody lowered the budget since: five were asked, and two of them have to pass.
    assert asked(90, 80, 60, 40, 20) == MayAsk(AskReason.BUDGET_SPENT, NOON + 11 * DAY)


def test_a_house_that_allows_no_asks_asks_nobody() -> None:
    found = may_be_asked(at=NOON, zone=ZONE, asked_before=[], budget=AskingBudget(asks_a_quarter=0))
    assert found == MayAsk(AskReason.BUDGET_SPENT)
    with pytest.raises(ValueError, match="days_between_asks=-1"):
        AskingBudget(days_between_asks=-1)


def test_two_weeks_lie_between_two_asks_counted_in_days_of_the_person() -> None:
    midnight = datetime(2026, 5, 19, 21, tzinfo=UTC)  # the 20th begins in Bucharest
    assert asked(13) == MayAsk(AskReason.TOO_SOON, midnight + DAY)
    assert asked(14) == MayAsk()
    # Asked late in the evening of the 6th, again early in the morning of the 20th.
    late = datetime(2026, 5, 6, 20, 59, tzinfo=UTC)
    found = may_be_asked(at=midnight, zone=ZONE, asked_before=[late], budget=BUDGET)
    assert found == MayAsk()
    a_second_before = may_be_asked(at=midnight - timedelta(seconds=1), zone=ZONE, asked_before=[late], budget=BUDGET)
    assert a_second_before == MayAsk(AskReason.TOO_SOON, midnight)


def test_quiet_hours_put_the_question_off_until_they_end() -> None:
    quiet = [wish("quiet_hours", **{"from": "18:00", "to": "08:00"})]
    evening = datetime(2026, 5, 20, 17, tzinfo=UTC)  # 20:00
    assert asked(at=evening, boundaries=quiet) == MayAsk(AskReason.QUIET_HOURS, datetime(2026, 5, 21, 5, tzinfo=UTC))
    assert asked(boundaries=quiet) == MayAsk()


def reminded(**more: object) -> MayAsk:
    usual: dict[str, object] = {
        "at": NOON,
        "zone": ZONE,
        "asked_at": NOON - 5 * DAY,
        "expires_at": NOON + 9 * DAY,
        "budget": BUDGET,
        "is_answered": False,
        "is_reminded": False,
    }
    return may_be_reminded(**(usual | more))  # type: ignore[arg-type]


def test_one_reminder_and_none_after_an_answer() -> None:
    assert reminded(is_answered=True) == MayAsk(AskReason.ANSWERED)
    assert reminded(is_reminded=True) == MayAsk(AskReason.REMINDED)
    assert reminded(budget=AskingBudget(remind_after_days=0)) == MayAsk(AskReason.NO_REMINDERS)
    assert reminded(expires_at=NOON + DAY / 2) == MayAsk(AskReason.EXPIRED)
    assert reminded(boundaries=[wish("subject", subject="surveys")]) == MayAsk(AskReason.REFUSES)
    assert reminded(asked_at=NOON - 4 * DAY) == MayAsk(AskReason.TOO_SOON, datetime(2026, 5, 20, 21, tzinfo=UTC))
    assert reminded() == MayAsk()
    quiet = [wish("quiet_hours", **{"from": "11:00", "to": "13:00"})]
    assert reminded(boundaries=quiet) == MayAsk(AskReason.QUIET_HOURS, datetime(2026, 5, 20, 10, tzinfo=UTC))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside it
BUDGETS = st.builds(AskingBudget, st.integers(1, 6), st.integers(0, 40), st.integers(0, 10))


@given(st.lists(MOMENTS, max_size=60), BUDGETS, st.sampled_from([ZONE, "America/Mexico_City", "Asia/Kolkata"]))
def test_however_often_one_tries_nobody_is_asked_more_than_the_budget(
    tries: list[datetime], budget: AskingBudget, zone: str
) -> None:
    done: list[datetime] = []
    for moment in sorted(tries):
        if may_be_asked(at=moment, zone=zone, asked_before=done, budget=budget).is_allowed:
            done.append(moment)
    for place, moment in enumerate(done):
        assert sum(1 for each in done if moment <= each < moment + 91 * DAY) <= budget.asks_a_quarter
        if place:
            assert moment - done[place - 1] > (budget.days_between_asks - 1) * DAY - timedelta(hours=1)


@given(st.lists(MOMENTS, max_size=8), BUDGETS, MOMENTS)
def test_what_is_put_off_is_allowed_when_it_is_said_to_be_or_for_another_reason_later(
    past: list[datetime], budget: AskingBudget, at: datetime
) -> None:
    past = [moment for moment in past if moment <= at]
    found = may_be_asked(at=at, zone=ZONE, asked_before=past, budget=budget)
    for _step in range(3):
        if found.is_allowed:
            return
        assert found.not_before is not None
        assert found.not_before > at
        at = found.not_before
        found = may_be_asked(at=at, zone=ZONE, asked_before=past, budget=budget)
    assert found.is_allowed


# -- the share ---------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=1), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 100), st.integers(0, 100))
def test_the_draw_is_stable_and_a_larger_share_drops_nobody(
    key: bytes, round_id: int, person_id: int, share: int, other: int
) -> None:
    small, large = sorted([share, other])
    first = is_drawn(key=key, round_id=round_id, person_id=person_id, share_percent=small)
    assert first is is_drawn(key=key, round_id=round_id, person_id=person_id, share_percent=small)
    assert not first or is_drawn(key=key, round_id=round_id, person_id=person_id, share_percent=large)
    assert is_drawn(key=key, round_id=round_id, person_id=person_id, share_percent=100)
    assert not is_drawn(key=key, round_id=round_id, person_id=person_id, share_percent=0)


def test_the_share_is_fair_and_another_in_every_round() -> None:
    def drawn(round_id: int, share: int, key: bytes = b"secret") -> set[int]:
        return {
            person
            for person in range(10_000)
            if is_drawn(key=key, round_id=round_id, person_id=person, share_percent=share)
        }

    first, second = drawn(1, 20), drawn(2, 20)
    assert (len(first), len(second), len(first & second)) == (2048, 2068, 440)
    assert drawn(1, 20, b"other") != first


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_is_from_0_to_100(share: int) -> None:
    with pytest.raises(ValueError, match=str(share)):
        is_drawn(key=b"secret", round_id=1, person_id=1, share_percent=share)

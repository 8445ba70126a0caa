"""Which mail asks and which answers: by hand, against the definition told slowly, and whatever the mails are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from clientela.network.discovery.mail.asking import (
    A_DAY,
    ANSWER_SECONDS,
    Ask,
    Asking,
    monday_of,
    week_between,
    week_of,
    working_seconds,
)
from clientela.network.discovery.mail.contracts import FIRST_OUTSIDE, OUTSIDE, MailWeek
from clientela.network.discovery.mail.sorting import clocks_of, weeks_of, working_seconds_of

HOUR = 3600
MONDAY = int(datetime(2024, 3, 4, tzinfo=UTC).timestamp())
A, B = 1, 2  # departments; people 10 to 19 work in A, 20 to 29 in B; 2000 is B's own address
BOX = 2000
OUT = FIRST_OUTSIDE + 7

Sent = tuple[int, int, int]  # moment, writer, reader


def place(who: int) -> int:
    if who >= FIRST_OUTSIDE:
        return OUTSIDE
    return B if who == BOX else who // 10


def rows(mails: Sequence[Sent]) -> list[tuple[int, int, int, int, int, int]]:
    return [
        (week_of(at), working_seconds(at), writer, place(writer), reader, place(reader))
        for at, writer, reader in sorted(mails)
    ]


def asked(mails: Sequence[Sent], *, began: int = MONDAY - 7 * A_DAY, ended: int = MONDAY + 60 * A_DAY) -> Asking:
    asking = Asking(frozenset({BOX}), began=working_seconds(began))
    asking.take(rows(mails))
    asking.end(ended=working_seconds(ended))
    return asking


def found(mails: Sequence[Sent], *, ended: int = MONDAY + 60 * A_DAY) -> tuple[MailWeek, ...]:
    asking = Asking(frozenset({BOX}), began=working_seconds(MONDAY - 7 * A_DAY))
    asking.take(rows(mails))
    return asking.end(ended=working_seconds(ended))


def five(at: int, *, answer_after: int | None = HOUR) -> list[Sent]:
    """Five of A ask five of B."""
    mails = []
    for number in range(5):
        mails.append((at + number, 10 + number, 20 + number))
        if answer_after is not None:
            mails.append((at + number + answer_after, 20 + number, 10 + number))
    return mails


# --- working days


def test_a_weekend_takes_no_working_time() -> None:
    friday_evening = MONDAY + 4 * A_DAY + 20 * HOUR
    monday_morning = MONDAY + 7 * A_DAY + 8 * HOUR
    assert working_seconds(monday_morning) - working_seconds(friday_evening) == 12 * HOUR
    assert working_seconds(MONDAY + 5 * A_DAY) == working_seconds(MONDAY + 7 * A_DAY)


@given(some.integers(-(10**9), 4 * 10**9), some.integers(0, 40 * A_DAY))
def test_working_time_is_the_time_without_saturdays_and_sundays(start: int, length: int) -> None:
    end = start + length
    slowly = 0
    day = start // A_DAY
    while day * A_DAY < end:
        is_working = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).weekday() < 5
        slowly += is_working * (min(end, (day + 1) * A_DAY) - max(start, day * A_DAY))
        day += 1
    assert working_seconds(end) - working_seconds(start) == slowly


@given(some.lists(some.integers(0, 4 * 10**9), min_size=1))
def test_a_column_of_moments_is_reckoned_as_each_alone(moments: list[int]) -> None:
    column = np.array(moments, dtype=np.int64)
    assert working_seconds_of(column, "UTC").tolist() == [working_seconds(moment) for moment in moments]
    assert weeks_of(column).tolist() == [week_of(moment) for moment in moments]


def test_the_clock_of_a_zone_knows_its_summer() -> None:
    moments = [int(datetime(2024, month, 1, 12, tzinfo=UTC).timestamp()) for month in (1, 7)]
    shown = clocks_of(np.array(moments, dtype=np.int64), "Europe/Bucharest")
    assert [int(clock) - moment for clock, moment in zip(shown, moments, strict=True)] == [2 * HOUR, 3 * HOUR]


def test_a_week_begins_on_monday_at_midnight_in_utc() -> None:
    assert monday_of(week_of(MONDAY)).isoformat() == "2024-03-04"
    assert monday_of(week_of(MONDAY - 1)).isoformat() == "2024-02-26"


# --- what asks and what answers


def test_who_is_written_to_and_answers_serves_who_asked() -> None:
    weeks = found(five(MONDAY))
    assert [(week.provider, week.customer, week.week_on, week.asked, week.answered) for week in weeks] == [
        (B, A, "2024-03-04", 5, 5)
    ]
    assert sum(weeks[0].waits.values()) == 5


def test_thanks_and_further_words_ask_nothing_anew() -> None:
    more = [(MONDAY + 2 * HOUR + number, 10 + number, 20 + number) for number in range(5)]
    more += [(MONDAY + 3 * HOUR + number, 20 + number, 10 + number) for number in range(5)]
    assert found(five(MONDAY) + more) == found(five(MONDAY))


def test_after_three_working_days_of_silence_it_is_a_new_ask() -> None:
    quiet = MONDAY + HOUR + ANSWER_SECONDS
    again = [(quiet + number, 10 + number, 20 + number) for number in range(5)]
    assert sum(week.asked for week in found(five(MONDAY) + again)) == 5
    later = [(quiet + 1 + number, 10 + number, 20 + number) for number in range(5)]
    assert sum(week.asked for week in found(five(MONDAY) + later)) == 10


def test_an_answer_later_than_three_working_days_is_none() -> None:
    reminded = [(MONDAY + 2 * A_DAY + number, 10 + number, 20 + number) for number in range(5)]
    late = [(MONDAY + ANSWER_SECONDS + 10 + number, 20 + number, 10 + number) for number in range(5)]
    weeks = found(five(MONDAY, answer_after=None) + reminded + late)
    assert [(week.asked, week.answered, week.waits) for week in weeks] == [(5, 0, {})]


def test_a_colleague_may_answer_for_who_was_asked() -> None:
    mails = [(MONDAY + number, 10 + number, BOX) for number in range(5)]
    mails += [(MONDAY + HOUR + number, 20 + number, 10 + number) for number in range(5)]
    weeks = found(mails)
    assert [(week.provider, week.customer, week.asked, week.answered) for week in weeks] == [(B, A, 5, 5)]


def test_one_mail_to_several_of_a_department_asks_once() -> None:
    mails = [(MONDAY + number, 10 + number, 20 + other) for number in range(5) for other in range(5)]
    weeks = found(mails)
    assert [(week.asked, week.answered) for week in weeks] == [(5, 0)]


def test_customers_outside_ask_and_are_one_party() -> None:
    mails = [(MONDAY + number, OUT + number, 20 + number) for number in range(5)]
    mails += [(MONDAY + HOUR + number, 20 + number, OUT + number) for number in range(5)]
    assert [(week.provider, week.customer, week.asked, week.answered) for week in found(mails)] == [(B, OUTSIDE, 5, 5)]


def test_what_we_ask_outside_is_counted_and_not_kept_and_its_answer_asks_nothing() -> None:
    mails = [(MONDAY + number, 20 + number, OUT + number) for number in range(5)]
    mails += [(MONDAY + HOUR + number, OUT + number, 20 + number) for number in range(5)]
    asking = asked(mails)
    assert (asking.counted.asks, asking.counted.answers) == (5, 5)
    assert +asking.counted.not_kept == {"to_outside": 5}
    assert found(mails) == ()


def test_one_stranger_s_mail_is_not_another_stranger_s_answer() -> None:
    mails = [(MONDAY + number, 20 + number, OUT + number) for number in range(5)]
    mails += [(MONDAY + HOUR + number, OUT + 50 + number, 20 + number) for number in range(5)]
    assert [(week.provider, week.customer, week.asked) for week in found(mails)] == [(B, OUTSIDE, 5)]


# --- the beginning and the end


def test_what_is_asked_in_the_first_three_working_days_is_not_kept() -> None:
    asking = asked(five(MONDAY), began=MONDAY)
    assert +asking.counted.not_kept == {"first_days": 5}
    late = five(MONDAY + ANSWER_SECONDS)
    assert not +asked(late, began=MONDAY).counted.not_kept


def test_what_is_not_answered_yet_at_the_end_is_neither_answered_nor_unanswered() -> None:
    mails = five(MONDAY, answer_after=None)
    asking = asked(mails, ended=MONDAY + ANSWER_SECONDS)
    assert +asking.counted.not_kept == {"undecided": 5}
    assert [week.asked for week in found(mails, ended=MONDAY + ANSWER_SECONDS + 5)] == [5]


# --- who is too few


@pytest.mark.parametrize(("askers", "servers"), [(4, 5), (5, 4), (4, 4)])
def test_of_fewer_than_five_people_on_either_side_nothing_is_kept(askers: int, servers: int) -> None:
    asks = [Ask(10 + n % askers, {20 + n % servers}, MONDAY, HOUR, 20 + n % servers) for n in range(20)]
    assert week_between(asks, provider=B, customer=A, week=0, mailboxes=frozenset({BOX})) is None


def test_waits_are_kept_only_where_five_people_answered() -> None:
    asks = [Ask(10 + n, {20 + n}, MONDAY, HOUR, 20 + n % 4) for n in range(5)]
    week = week_between(asks, provider=B, customer=A, week=0, mailboxes=frozenset())
    assert week is not None
    assert (week.asked, week.answered, week.waits) == (5, 5, {})


def test_a_department_s_own_address_may_stand_alone_and_not_beside_a_few() -> None:
    boxes = frozenset({BOX})
    alone = [Ask(10 + n, {BOX}, MONDAY, HOUR, BOX) for n in range(5)]
    week = week_between(alone, provider=B, customer=A, week=0, mailboxes=boxes)
    assert week is not None
    assert sum(week.waits.values()) == 5
    mixed = [*alone, Ask(10, {20}, MONDAY, HOUR, 20)]
    assert week_between(mixed, provider=B, customer=A, week=0, mailboxes=boxes) is None


# --- whatever the mails are

WHO = some.sampled_from([*range(10, 18), *range(20, 28), BOX, *(OUT + n for n in range(6))])
MAILS = some.lists(
    some.tuples(some.integers(MONDAY, MONDAY + 20 * A_DAY), WHO, WHO).filter(
        lambda one: place(one[1]) != place(one[2])
    ),
    max_size=60,
)


@given(MAILS)
def test_every_mail_asks_or_answers_or_follows_and_is_counted_once(mails: list[Sent]) -> None:
    asking = asked(mails)
    seen = asking.counted
    assert seen.asks + seen.answers + seen.follow_ups == len(mails)
    assert sum(seen.not_kept.values()) + sum(week.asked for week in found(mails)) == seen.asks


@given(MAILS)
def test_it_is_as_the_definition_told_slowly(mails: list[Sent]) -> None:
    """Each mail against all before it, without any state kept between them."""
    ordered = sorted(mails)
    kinds: list[tuple[str, int]] = []  # what it is, and which ask it belongs to

    def side(who: int) -> int:
        return who if place(who) == OUTSIDE else place(who)

    for at, writer, reader in ordered:
        here = working_seconds(at)

        def talk(asker: int, other: int) -> list[int]:
            """The mails so far of the newest conversation that somebody began with a side."""
            begun = [
                n for n, kind in enumerate(kinds)
                if kind == ("ask", n) and ordered[n][1] == asker and side(ordered[n][2]) == other
            ]  # fmt: skip
            return [n for n, (_what, ask) in enumerate(kinds) if begun and ask == begun[-1]]

        answered, going_on = talk(reader, side(writer)), talk(writer, side(reader))
        if answered and here - working_seconds(ordered[answered[-1]][0]) <= ANSWER_SECONDS:
            kinds.append(("answer", answered[0]))
        elif going_on and here - working_seconds(ordered[going_on[-1]][0]) <= ANSWER_SECONDS:
            kinds.append(("follow-up", going_on[0]))
        else:
            kinds.append(("ask", len(kinds)))
    seen = asked(mails).counted
    told = [what for what, _ask in kinds]
    assert (seen.asks, seen.answers, seen.follow_ups) == (
        told.count("ask"), told.count("answer"), told.count("follow-up"),
    )  # fmt: skip


@given(MAILS, some.integers(0, 60))
def test_in_how_many_pieces_they_come_changes_nothing(mails: list[Sent], cut: int) -> None:
    asking = Asking(frozenset({BOX}), began=working_seconds(MONDAY - 7 * A_DAY))
    asking.take(rows(mails)[:cut])
    asking.take(rows(mails)[cut:])
    assert asking.end(ended=working_seconds(MONDAY + 60 * A_DAY)) == found(mails)
    assert asking.counted == asked(mails).counted


@given(MAILS)
def test_nothing_is_kept_of_fewer_than_five_and_parts_are_parts(mails: list[Sent]) -> None:
    for week in found(mails):
        in_week = [one for one in mails if monday_of(week_of(one[0])).isoformat() == week.week_on]
        customers = {one[1] for one in in_week if (place(one[1]), place(one[2])) == (week.customer, week.provider)}
        assert len(customers - {BOX}) >= 5 or customers == {BOX}
        assert week.answered <= week.asked
        assert sum(week.waits.values()) in {0, week.answered}


@given(MAILS, some.randoms(use_true_random=False))
def test_who_is_who_changes_nothing(mails: list[Sent], random: Random) -> None:
    """Other numbers for the same people tell the same, as long as moments tell the order."""
    apart = [(at * 1000 + n, writer, reader) for n, (at, writer, reader) in enumerate(sorted(mails))]
    people = list(range(10, 18))
    shuffled = people[:]
    random.shuffle(shuffled)
    other = dict(zip(people, shuffled, strict=True))

    def renamed(who: int) -> int:
        return other.get(who, who)

    def in_order(mails: list[Sent]) -> tuple[MailWeek, ...]:
        asking = Asking(frozenset({BOX}), began=working_seconds(MONDAY - 7 * A_DAY))
        asking.take(
            (week_of(at // 1000), working_seconds(at // 1000), writer, place(writer), reader, place(reader))
            for at, writer, reader in mails
        )
        return asking.end(ended=working_seconds(MONDAY + 60 * A_DAY))

    assert in_order(apart) == in_order([(at, renamed(writer), renamed(reader)) for at, writer, reader in apart])

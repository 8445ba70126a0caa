"""One line for many letters, the urgent ones first, and no domain that is asked faster than it can take."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from clientela.kernel import post
from clientela.kernel.models import DomainPace, Letter
from clientela.kernel.post import LANES, QuietHours
from clientela.kernel.post.handing_over import hand_over_round
from clientela.kernel.post.pace import pause_after
from clientela.kernel.post.transport import LETTERS_A_LINE, Line
from clientela.kernel.post.transport import mail_server as server_of_settings
from tests.contexts.kernel.drafts import AT, HOUR, MINUTE, attempts, posted, row, state
from tests.contexts.kernel.mail_server import HANG_UP, WAIT, ScriptedMailServer

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
REPLY, AUTOMATIC, MANY = 1, 2, 3
URGENT, OTHERS = LANES


def many(count: int, *, domain: str = "example.test", **changes: object) -> list[int]:
    """Letters to as many addresses of one domain."""
    return [
        posted(message_id=f"{domain}-{number}@clientela.test", to_address=f"{number}@{domain}", **changes)
        for number in range(count)
    ]


def test_many_letters_go_over_one_line(mail_server: ScriptedMailServer) -> None:
    numbers = many(5)
    assert post.hand_over_due_letters(at=AT) == 5
    assert [state(number) for number in numbers] == ["sent"] * 5
    assert mail_server.recipients == [f"{number}@example.test" for number in range(5)]
    assert mail_server.lines_opened == 1


def test_a_line_is_closed_after_so_many_letters_and_opened_anew(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    settings.DOMAIN_LETTERS_A_MINUTE = 10_000
    many(LETTERS_A_LINE + 1, kind="reply")
    assert post.hand_over_due_letters(at=AT) == LETTERS_A_LINE + 1
    assert (len(mail_server.letters), mail_server.lines_opened) == (LETTERS_A_LINE + 1, 2)


def test_a_reader_who_is_refused_does_not_disturb_the_next_one_on_the_line(mail_server: ScriptedMailServer) -> None:
    mail_server.refused["1@example.test"] = "550 No such person"
    first, refused, last = many(3)
    assert post.hand_over_due_letters(at=AT) == 3
    assert [state(first), state(refused), state(last)] == ["sent", "failed", "sent"]
    assert mail_server.recipients == ["0@example.test", "2@example.test"]
    assert mail_server.lines_opened == 1


def test_a_line_that_broke_between_two_letters_costs_neither_of_them_a_try(mail_server: ScriptedMailServer) -> None:
    first, second = many(2)
    server = server_of_settings()
    with Line(server) as line:
        assert hand_over_round(line, moment=lambda: AT, limit=1).tried == 1
        mail_server.hang_up_on_everybody()
        assert hand_over_round(line, moment=lambda: AT, limit=1).tried == 1
    assert [attempts(first), attempts(second)] == [[("sent", "250 Queued as 4711")]] * 2
    assert mail_server.lines_opened == 2


def test_a_line_that_breaks_in_the_middle_of_the_second_letter_is_no_trouble_of_the_first(
    mail_server: ScriptedMailServer,
) -> None:
    first, second, third = many(3)
    with Line(server_of_settings()) as line:
        hand_over_round(line, moment=lambda: AT, limit=1)
        mail_server.script["end"] = HANG_UP
        hand_over_round(line, moment=lambda: AT, limit=1)
        mail_server.script.clear()
        hand_over_round(line, moment=lambda: AT, limit=1)
    assert [state(first), state(second), state(third)] == ["sent", "perhaps", "sent"]


def test_the_most_urgent_letter_goes_first_and_then_the_longest_due(mail_server: ScriptedMailServer) -> None:
    posted(message_id="many@clientela.test", to_address="many@a.test", priority=MANY, at=AT - HOUR)
    posted(message_id="later@clientela.test", to_address="later@b.test", kind="reply", at=AT - MINUTE)
    posted(message_id="house@clientela.test", to_address="house@c.test", kind="acknowledgement", at=AT - HOUR)
    posted(message_id="sooner@clientela.test", to_address="sooner@d.test", kind="reply", at=AT - HOUR)
    posted(message_id="link@clientela.test", to_address="link@e.test", kind="access", at=AT)
    assert post.hand_over_due_letters(at=AT) == 5
    assert [address.partition("@")[0] for address in mail_server.recipients] == [
        "link",
        "sooner",
        "later",
        "house",
        "many",
    ]


def test_ten_thousand_letters_do_not_hold_up_a_link_to_come_in(mail_server: ScriptedMailServer) -> None:
    many(50, priority=MANY)
    mail_server.script["rcpt"] = WAIT  # the first of them takes for ever
    slow = threading.Thread(target=_hand_over_the_others)
    slow.start()
    assert mail_server.reached["rcpt"].wait(10)
    mail_server.script.clear()
    link = posted(message_id="link@clientela.test", to_address="me@example.test", kind="access")
    assert post.hand_over_lane(URGENT, moment=lambda: AT, goes_on=lambda: True) > 0
    assert state(link) == "sent"
    assert Letter.objects.filter(priority=MANY, sent_at__isnull=False).count() == 0
    mail_server.go_on.set()
    slow.join(20)
    assert Letter.objects.filter(priority=MANY, sent_at__isnull=False).count() == 50


def _hand_over_the_others() -> None:
    try:
        post.hand_over_lane(OTHERS, moment=lambda: AT, goes_on=lambda: True)
    finally:
        connections.close_all()


def test_a_lane_ends_between_two_letters_when_it_is_told_to(mail_server: ScriptedMailServer) -> None:
    many(5)
    post.hand_over_lane(URGENT, moment=lambda: AT, goes_on=lambda: len(mail_server.letters) < 2)
    assert len(mail_server.letters) == 2


def test_a_domain_gets_so_many_letters_a_minute_and_the_others_go_on(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    settings.DOMAIN_LETTERS_A_MINUTE = 4
    many(6, kind="reply")
    other = posted(message_id="other@clientela.test", to_address="zofia@cityshop.test", kind="reply", at=AT)
    assert post.hand_over_due_letters(at=AT) == 5
    assert (len(mail_server.letters), state(other)) == (5, "sent")
    assert post.hand_over_due_letters(at=AT + MINUTE - SECOND) == 0
    assert post.hand_over_due_letters(at=AT + MINUTE) == 2
    assert len(mail_server.letters) == 7


def test_letters_to_many_leave_room_for_those_of_the_house_and_these_for_replies(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    settings.DOMAIN_LETTERS_A_MINUTE = 8
    for kind, priority in [("news", MANY), ("acknowledgement", AUTOMATIC), ("reply", REPLY), ("access", 0)]:
        for number in range(10):
            posted(message_id=f"{kind}-{number}@clientela.test", kind=kind, priority=priority)
    moments = {MANY: 4, AUTOMATIC: 6, REPLY: 8, 0: 18}  # each kind alone would have used up all before
    for priority, gone in moments.items():
        with Line(server_of_settings()) as line:
            hand_over_round(line, moment=lambda: AT, limit=100, priorities=frozenset({priority}))
        assert len(mail_server.letters) == gone


def test_a_domain_that_puts_letters_off_is_asked_less_and_less_and_the_others_go_on(
    mail_server: ScriptedMailServer,
) -> None:
    mail_server.refused |= {f"{number}@busy.test": "450 Too many from you" for number in range(10)}
    many(10, domain="busy.test")
    many(2, domain="other.test")
    assert post.hand_over_due_letters(at=AT) == 4  # after the second in a row it is left alone
    assert DomainPace.objects.get(domain="busy.test").put_off_count == 2
    assert Letter.objects.filter(to_domain="other.test", sent_at__isnull=False).count() == 2
    assert post.hand_over_due_letters(at=AT + 30 * SECOND - SECOND) == 0
    assert post.hand_over_due_letters(at=AT + 30 * SECOND) == 1
    pace = DomainPace.objects.get(domain="busy.test")
    assert (pace.put_off_count, pace.paused_until) == (3, AT + 30 * SECOND + MINUTE)
    assert pace.words == "450 Too many from you"

    seen = post.letter_seen(Letter.objects.filter(to_domain="busy.test", failed_tries=0).earliest("pk").pk)
    assert seen is not None
    assert seen.slow_domain is not None
    assert (seen.slow_domain.words, seen.slow_domain.put_off_count) == ("450 Too many from you", 3)

    mail_server.refused.clear()
    assert post.hand_over_due_letters(at=AT + 90 * SECOND) == 10  # it takes one, and so all the others
    assert DomainPace.objects.get(domain="busy.test").put_off_count == 0


def test_the_pauses_of_a_domain_grow_up_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(count).total_seconds() for count in range(9)] == [0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert pause_after(1_000_000) == timedelta(minutes=15)


def test_a_link_to_come_in_goes_to_a_domain_that_is_paused(mail_server: ScriptedMailServer) -> None:
    DomainPace.objects.create(domain="busy.test", put_off_count=5, paused_until=AT + HOUR, minute_began_at=AT)
    link = posted(message_id="link@clientela.test", to_address="me@busy.test", kind="access")
    reply = posted(message_id="reply@clientela.test", to_address="me@busy.test", kind="reply")
    assert post.hand_over_letter(reply, at=AT) is None
    assert attempts(reply) == []
    assert post.hand_over_due_letters(at=AT) == 1
    assert [state(link), state(reply)] == ["sent", "waiting"]
    assert post.hand_over_due_letters(at=AT) == 1  # the domain took one, so the others follow


def test_trouble_of_our_own_mail_server_is_no_domains_trouble_and_costs_one_try_a_round(
    mail_server: ScriptedMailServer,
) -> None:
    mail_server.script["mail"] = "451 No room on the disk"
    many(3)
    assert post.hand_over_due_letters(at=AT) == 1
    assert not DomainPace.objects.filter(put_off_count__gt=0).exists()
    assert post.hand_over_lane(URGENT, moment=lambda: AT, goes_on=lambda: True) == 60


def test_without_a_mail_server_letters_are_kept_in_one_go(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    numbers = many(300)
    with django_assert_max_num_queries(12):
        post.hand_over_lane(URGENT, moment=lambda: AT, goes_on=lambda: True)
    assert Letter.objects.filter(pk__in=numbers, kept_at=AT, due_at=None).count() == 300
    assert attempts(numbers[0]) == [("kept", "")]


NIGHT = QuietHours("22:00", "07:00", "Europe/Bucharest")  # 20:00 to 05:00 UTC in winter


def test_a_letter_that_was_put_off_does_not_ring_in_the_night(mail_server: ScriptedMailServer) -> None:
    mail_server.script["rcpt"] = "450 Later"
    evening = datetime(2026, 3, 2, 19, 59, 30, tzinfo=UTC)
    letter_id = posted(at=evening, quiet_hours=[NIGHT])
    assert post.hand_over_letter(letter_id, at=evening) == "refused_for_now"
    assert row(letter_id).due_at == datetime(2026, 3, 3, 5, 0, tzinfo=UTC)


def test_a_letter_whose_worker_was_away_until_the_night_waits_for_the_morning(mail_server: ScriptedMailServer) -> None:
    letter_id = posted(at=datetime(2026, 3, 2, 19, 0, tzinfo=UTC), quiet_hours=[NIGHT])
    night = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert post.hand_over_due_letters(at=night) == 0
    assert (mail_server.letters_begun, attempts(letter_id)) == (0, [])
    assert row(letter_id).due_at == datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    assert post.hand_over_due_letters(at=datetime(2026, 3, 3, 5, 0, tzinfo=UTC)) == 1

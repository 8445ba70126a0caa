"""What a bounce says of each recipient: why, for how long, and about which letter of ours."""

from pathlib import Path
from time import process_time

import pytest

from clientela.inbox.reading.bounces import Bounce, BounceReason, bounces_of
from clientela.inbox.reading.classify import classify
from clientela.inbox.reading.read import read_message
from tests.bench.mail import measured_bounces
from tests.rules.inbox.bounce_reports import WHO, Reported, reports
from tests.rules.inbox.bounce_words import SAID
from tests.rules.inbox.letters import letter, written
from tests.shared_data import needs_shared_data

REPORTS = [one for path in sorted(Path(__file__).parent.glob("bounces*.txt")) for one in reports(path)]
WORDS = [(reason, said) for reason, lines in SAID.items() for said in lines]


def reported(said: str, *, status: str = "5.0.0", action: str = "failed", recipient: str = "ana@lumen.test") -> Bounce:
    """A report of RFC 3464 about one recipient."""
    fields = [
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}",
    ]
    lines = ["Reporting-MTA: dns; mx.test", "", *fields]
    (bounce,) = bounces_of(
        written(
            "From: MAILER-DAEMON@mx.test", "Subject: x", "Content-Type: message/delivery-status", body="\n".join(lines)
        )
    )
    return bounce


@pytest.mark.parametrize(("reason", "said"), WORDS, ids=[said[:60] for _reason, said in WORDS])
def test_servers_mean_what_they_say(reason: BounceReason, said: str) -> None:
    (bounce,) = bounces_of(
        written("From: MAILER-DAEMON@mx.test", "Subject: Mail", body=f"<ana@example.test>:\r\n{said}\r\n")
    )
    assert bounce.reason == reason
    assert bounce.hard == (
        reason in {BounceReason.NOBODY_THERE, BounceReason.NO_SUCH_PLACE} and not bounce.status.startswith("4")
    )


@pytest.mark.parametrize(
    ("status", "reason", "hard"),
    [
        ("5.1.1", BounceReason.NOBODY_THERE, True),
        ("5.1.2", BounceReason.NO_SUCH_PLACE, True),
        ("5.1.3", BounceReason.NOBODY_THERE, True),
        ("5.1.6", BounceReason.NOBODY_THERE, True),
        ("5.1.8", BounceReason.SENDER_REFUSED, False),
        ("5.2.1", BounceReason.ACCOUNT_CLOSED, False),
        ("5.2.2", BounceReason.MAILBOX_FULL, False),
        ("5.2.3", BounceReason.CONTENT_REFUSED, False),
        ("5.3.4", BounceReason.CONTENT_REFUSED, False),
        ("5.4.4", BounceReason.NO_SUCH_PLACE, True),
        ("4.4.7", BounceReason.NOT_IN_TIME, False),
        ("5.7.13", BounceReason.ACCOUNT_CLOSED, False),
        ("4.1.1", BounceReason.NOBODY_THERE, False),
        ("5.0.0", BounceReason.UNCLEAR, False),
    ],
)
def test_a_status_alone_gives_a_reason(status: str, reason: BounceReason, hard: bool) -> None:  # noqa: FBT001 - a column of the table
    bounce = reported("Sorry.", status=status)
    assert (bounce.status, bounce.reason, bounce.hard) == (status, reason, hard)


@pytest.mark.parametrize("one", REPORTS, ids=[f"{one.writer} {one.said[:60]}" for one in REPORTS])
def test_reports_of_many_servers_are_understood(one: Reported) -> None:
    message = one.message()
    (bounce,) = bounces_of(message)
    assert classify(message).kind == "bounce"
    assert (bounce.recipient, bounce.reason, bounce.hard, bounce.is_passing) == (
        WHO,
        one.reason,
        one.hard,
        one.is_passing,
    )


def test_words_in_addresses_and_behind_links_say_nothing() -> None:
    assert reported("550 <spam@lumen.test> see https://lumen.test/mailbox-full", status="5.1.1").hard
    refused = reported("550 5.7.1 go away, https://lumen.test/no-such-user", status="5.7.1")
    assert (refused.reason, refused.hard) == (BounceReason.SENDER_REFUSED, False)


@pytest.mark.parametrize("seed", ["you ", "user is ", "domain ", "adresse ", "a@b.test "])
def test_a_hostile_report_of_many_recipients_takes_no_time(seed: str) -> None:
    blocks = [
        f"Final-Recipient: rfc822; r{number}@lumen.test\nAction: failed\nStatus: 5.0.0\n"
        f"Diagnostic-Code: smtp; 550 {number} {seed * (4_900 // len(seed))}\n"
        for number in range(100)
    ]
    body = "\n".join(["Reporting-MTA: dns; mx.test\n", *blocks])
    message = read_message(f"From: MAILER-DAEMON@mx.test\nContent-Type: message/delivery-status\n\n{body}".encode())
    started = process_time()
    assert len(bounces_of(message)) == 100
    assert process_time() - started < 2


def test_a_report_names_each_recipient_with_its_own_fate_and_the_letter() -> None:
    first, second = bounces_of(letter("bounce-of-postfix-for-two"))
    assert first == Bounce(
        recipient="dorel@phones.test",
        status="5.1.1",
        reply_code="550",
        reason=BounceReason.NOBODY_THERE,
        hard=True,
        said="550 5.1.1 <dorel@phones.test>: Recipient address rejected: User unknown in virtual mailbox table",
        action="failed",
        message_id="r-7kx2-4.reply-815.dddddddddddddddddddddddd@casa-lavora.test",
    )
    assert (second.recipient, second.status, second.reason, second.hard) == (
        "lucia@phones.test",
        "4.2.2",
        BounceReason.MAILBOX_FULL,
        False,
    )
    assert first.as_json() == {
        "recipient": "dorel@phones.test",
        "status": "5.1.1",
        "reply_code": "550",
        "reason": "nobody_there",
        "hard": True,
    }


def test_a_bounce_by_the_standard_names_recipient_status_and_letter() -> None:
    assert bounces_of(letter("bounce-nobody-there")) == (
        Bounce(
            recipient="dorel@example.test",
            status="5.1.1",
            reply_code="550",
            reason=BounceReason.NOBODY_THERE,
            hard=True,
            said="550 5.1.1 <dorel@example.test>: Recipient address rejected: User unknown",
            action="failed",
            message_id="r-7kx2-4.reply-813.bbbbbbbbbbbbbbbbbbbbbbbb@casa-lavora.test",
        ),
    )


def test_a_bounce_in_words_names_recipient_status_and_letter() -> None:
    (bounce,) = bounces_of(letter("bounce-in-words-mailbox-full"))
    assert (bounce.recipient, bounce.status, bounce.reply_code) == ("lucia@example.test", "5.2.2", "552")
    assert (bounce.reason, bounce.hard) == (BounceReason.MAILBOX_FULL, False)
    assert bounce.message_id == "r-7kx2-4.reply-814.cccccccccccccccccccccccc@casa-lavora.test"


def test_the_words_of_the_letter_that_came_back_say_nothing() -> None:
    (bounce,) = bounces_of(letter("bounce-of-exim-in-words"))
    assert (bounce.recipient, bounce.status, bounce.reason, bounce.hard) == (
        "dorel@phones.test",
        "5.7.1",
        BounceReason.SENDER_REFUSED,
        False,
    )
    assert bounce.message_id == "r-7kx2-4.reply-816.eeeeeeeeeeeeeeeeeeeeeeee@casa-lavora.test"


def test_a_letter_that_is_still_tried_has_not_come_back() -> None:
    (bounce,) = bounces_of(letter("bounce-that-waits"))
    assert (bounce.recipient, bounce.status, bounce.action, bounce.reason, bounce.hard) == (
        "dorel@phones.test",
        "4.0.0",
        "delayed",
        BounceReason.NOT_IN_TIME,
        False,
    )
    assert bounce.is_passing


def test_nobody_there_said_only_after_the_whole_letter_is_a_filters_excuse() -> None:
    (bounce,) = bounces_of(letter("bounce-of-a-phone-company"))
    assert (bounce.reason, bounce.hard, bounce.status) == (BounceReason.REFUSED, False, "5.0.0")
    assert reported("550 User unknown (in reply to RCPT TO command)").hard


def test_nobody_there_in_answer_to_our_own_name_is_about_us() -> None:
    refused = reported("550 5.7.1 Unknown user (in reply to MAIL FROM command)", status="5.7.1")
    assert (refused.reason, refused.hard) == (BounceReason.SENDER_REFUSED, False)


def test_a_delay_is_soft_whatever_its_words() -> None:
    bounce = reported("451 user unknown for now", status="4.4.1", action="delayed")
    assert (bounce.action, bounce.hard, bounce.status) == ("delayed", False, "4.4.1")


def test_the_other_servers_own_status_counts_more_than_a_summary() -> None:
    assert reported("550 5.7.1 Message rejected", status="5.1.1").status == "5.7.1"
    assert reported("550 5.2.2 full", status="5.0.0").status == "5.2.2"
    assert reported("550 5.0.0 no", status="5.2.2").status == "5.2.2"


def test_those_who_got_the_letter_are_no_bounces() -> None:
    message = read_message(
        b"From: MAILER-DAEMON@mx.test\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
        b"Final-Recipient: rfc822; ana@lumen.test\nAction: delivered\nStatus: 2.0.0\n\n"
        b"Final-Recipient: rfc822; dan@lumen.test\nAction: failed\nStatus: 5.1.1\n"
    )
    assert [bounce.recipient for bounce in bounces_of(message)] == ["dan@lumen.test"]


def test_a_sending_service_may_tell_it_in_json() -> None:
    message = letter("bounce-as-a-notice-in-json")
    assert classify(message).kind == "bounce"
    (bounce,) = bounces_of(message)
    assert (bounce.recipient, bounce.status, bounce.reason, bounce.hard) == (
        "dorel@phones.test",
        "5.1.1",
        BounceReason.NOBODY_THERE,
        True,
    )


def test_a_bounce_that_says_nothing_still_gives_one() -> None:
    (bounce,) = bounces_of(written("From: MAILER-DAEMON@mx.test", "Subject: Undelivered", body="Sorry."))
    assert bounce == Bounce("", "5.0.0", "", BounceReason.UNCLEAR, hard=False, said="Sorry.")


def test_an_answer_of_several_lines_is_one_sentence() -> None:
    bounce = reported("550-5.7.26 This mail 550-5.7.26 has been blocked: 550 5.7.26 no DMARC")
    assert (bounce.status, bounce.reason) == ("5.7.26", BounceReason.SENDER_REFUSED)
    assert bounce.said == "550-5.7.26 This mail has been blocked: no DMARC"


@pytest.mark.parametrize(
    "body",
    [
        "a@b.test\n" * 20_000,
        "(reason: " * 20_000,
        "-" * 200_000,
        "<<< 550 x\n" * 20_000,
        "Remote host said: " * 20_000,
        "user " * 40_000,
        '{"bounce":' * 20_000,
        "".join(f"<r{number}@lumen.test>: 550 user unknown\n" for number in range(5_000)),
    ],
    ids=lambda body: body[:12],
)
def test_a_hostile_bounce_takes_no_time(body: str) -> None:
    message = written("From: MAILER-DAEMON@mx.test", "Subject: Undelivered", body=body)
    assert 1 <= len(bounces_of(message)) <= 100


@needs_shared_data
def test_real_bounces_are_read_as_well_as_is_asked() -> None:
    found = measured_bounces()
    assert found.count == 278
    assert found.recognised == 1.0
    assert found.duration_right >= 0.96
    assert found.passing_found >= 0.85
    assert found.hard_right >= 0.95
    assert found.reason_right >= 0.80
    assert found.ordinary_taken_for_bounces == ()

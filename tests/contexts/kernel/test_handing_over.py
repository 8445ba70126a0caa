"""A letter reaches the mail server once, whatever happens on the way; and whatever happens can be seen."""

import os
import signal
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection, connections, transaction

from clientela.kernel import post
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter, LetterAttempt
from clientela.kernel.post.transport import _must_be_silent as must_be_silent
from clientela.kernel.post.transport import _RefusedError as RefusedError
from tests.contexts.kernel.conftest import OtherProcess
from tests.contexts.kernel.drafts import AT, HOUR, MINUTE, attempts, posted, row, state
from tests.contexts.kernel.mail_server import HANG_UP, WAIT, ScriptedMailServer

pytestmark = pytest.mark.django_db(transaction=True)

LONG_TEXT = "Bună ziua și numai bine.\n" * 400_000  # more than any buffer on the way holds


def test_a_letter_is_handed_over_once(mail_server: ScriptedMailServer) -> None:
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "sent"
    assert state(letter_id) == "sent"
    assert row(letter_id).sent_at == AT
    assert row(letter_id).handing_over_since is None
    assert attempts(letter_id) == [("sent", "250 Queued as 4711")]
    assert post.hand_over_letter(letter_id, at=AT + HOUR) is None
    assert post.hand_over_due_letters(at=AT + HOUR) == 0
    assert len(mail_server.letters) == 1
    assert mail_server.recipients == ["stefan@example.test"]
    text = message_from_bytes(mail_server.letters[0], policy=default).get_body(("plain",))
    assert text is not None
    assert text.get_content() == "Bună ziua,\r\n\r\nVenim marți la ora trei.\r\n"


def test_lines_that_begin_with_a_dot_arrive_as_they_were(mail_server: ScriptedMailServer) -> None:
    letter_id = posted(text=".\n..\n.hidden\nend\n", html="")
    assert post.hand_over_letter(letter_id, at=AT) == "sent"
    message = message_from_bytes(mail_server.letters[0], policy=default)
    assert message.get_content() == ".\r\n..\r\n.hidden\r\nend\r\n"


@pytest.mark.parametrize("step", ["mail", "rcpt", "end"])
def test_a_letter_refused_for_now_is_tried_again(mail_server: ScriptedMailServer, step: str) -> None:
    mail_server.script[step] = "450 Mailbox busy"
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "refused_for_now"
    assert state(letter_id) == "waiting"
    assert row(letter_id).due_at == AT + MINUTE
    seen = post.letters_page(state="waiting").letters
    assert [one.reason for one in seen] == ["450 Mailbox busy"]

    del mail_server.script[step]
    assert post.hand_over_due_letters(at=AT + MINUTE - timedelta(seconds=1)) == 0
    assert post.hand_over_due_letters(at=AT + MINUTE) == 1
    assert attempts(letter_id) == [("refused_for_now", "450 Mailbox busy"), ("sent", "250 Queued as 4711")]


@pytest.mark.parametrize("step", ["mail", "rcpt", "end"])
def test_a_letter_refused_for_good_has_failed_and_says_why(mail_server: ScriptedMailServer, step: str) -> None:
    mail_server.script[step] = "550 No such person"
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "refused"
    assert row(letter_id).failed_at == AT
    assert [(one.id, one.reason) for one in post.letters_page(state="failed").letters] == [
        (letter_id, "550 No such person")
    ]
    assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
    (fact,) = facts_about(f"letter:{letter_id}")
    assert (fact.verb, fact.by, fact.data) == ("letter_failed", None, {"reason": "550 No such person"})


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_line_cut_before_the_text_is_tried_again(mail_server: ScriptedMailServer, step: str) -> None:
    mail_server.script[step] = HANG_UP
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "broken_off"
    assert (state(letter_id), row(letter_id).due_at) == ("waiting", AT + MINUTE)
    mail_server.script.clear()
    assert post.hand_over_letter(letter_id, at=AT + MINUTE) == "sent"
    assert len(mail_server.letters) == 1


def test_a_line_cut_in_the_middle_of_the_text_is_tried_again(mail_server: ScriptedMailServer) -> None:
    mail_server.script["text"] = HANG_UP
    letter_id = posted(text=LONG_TEXT, html="")
    assert post.hand_over_letter(letter_id, at=AT) == "broken_off"
    assert (state(letter_id), row(letter_id).due_at) == ("waiting", AT + MINUTE)
    assert mail_server.letters == []
    mail_server.script.clear()
    assert post.hand_over_letter(letter_id, at=AT + MINUTE) == "sent"
    assert len(mail_server.letters) == 1


@pytest.mark.parametrize(
    ("words", "trouble"),
    [(b"552 Too much\r\n", "552 Too much"), (b"", "Connection unexpectedly closed")],
)
def test_a_server_that_gives_up_in_the_middle_of_the_text_is_heard(words: bytes, trouble: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        smtp = smtplib.SMTP()
        smtp.sock = ours
        must_be_silent(smtp)  # it is
        theirs.sendall(words)
        theirs.close()
        with pytest.raises((RefusedError, smtplib.SMTPServerDisconnected)) as raised:
            must_be_silent(smtp)
        assert str(raised.value) == trouble
        smtp.close()


def test_a_line_cut_after_the_end_leaves_the_letter_perhaps_sent_and_nobody_sends_it_again(
    mail_server: ScriptedMailServer,
) -> None:
    mail_server.script["end"] = HANG_UP
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "unknown"
    assert row(letter_id).perhaps_sent_at == AT
    assert [one.id for one in post.letters_page(state="perhaps").letters] == [letter_id]
    assert [fact.verb for fact in facts_about(f"letter:{letter_id}")] == ["letter_perhaps_sent"]
    assert len(mail_server.letters) == 1  # it did arrive

    mail_server.script.clear()
    assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
    assert post.hand_over_letter(letter_id, at=AT + 100 * HOUR) is None
    assert len(mail_server.letters) == 1

    post.send_letter_again(letter_id, by=7, at=AT + HOUR)
    assert post.hand_over_letter(letter_id, at=AT + HOUR) == "sent"
    assert len(mail_server.letters) == 2


def test_a_letter_nobody_takes_is_given_up_after_the_last_pause(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    settings.MAIL_SERVER = "smtp://127.0.0.1:1"  # nobody listens there
    letter_id = posted()
    at, pauses = AT, []
    while post.hand_over_letter(letter_id, at=at) == "unreachable" and state(letter_id) == "waiting":
        due_at = row(letter_id).due_at
        assert due_at is not None
        pauses.append(due_at - at)
        at = due_at
    assert pauses == [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]
    assert (state(letter_id), row(letter_id).failed_at) == ("failed", at)
    assert len(attempts(letter_id)) == 8
    (failed,) = post.letters_page(state="failed").letters
    assert failed.reason == "ConnectionRefusedError: [Errno 111] Connection refused"


def test_a_sweep_stops_at_a_mail_server_that_is_away_and_takes_the_others_later(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    numbers = [posted(message_id=f"{number}@clientela.test") for number in range(3)]
    url, settings.MAIL_SERVER = settings.MAIL_SERVER, "smtp://127.0.0.1:1"
    assert post.hand_over_due_letters(at=AT) == 1
    assert [len(attempts(number)) for number in numbers] == [1, 0, 0]
    settings.MAIL_SERVER = url
    assert post.hand_over_due_letters(at=AT + MINUTE) == 3
    assert [state(number) for number in numbers] == ["sent", "sent", "sent"]
    assert len(mail_server.letters) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to_address": "nobody"}, "«nobody» is not an address that mail can be sent to."),
        (
            {"to_address": "a@b.test\r\nBcc: all@example.test"},
            "«a@b.test Bcc: all@example.test» is not an address that mail can be sent to.",
        ),
        ({"headers": {"Bcc": "all@example.test"}}, "«Bcc» is not a header that a letter may add."),
        ({"headers": {"X-A:\r\nBcc": "x"}}, "«X-A:\r\nBcc» is not a header that a letter may add."),
    ],
)
def test_a_letter_that_cannot_become_a_mail_has_failed_and_says_why(
    mail_server: ScriptedMailServer, changes: dict[str, object], reason: str
) -> None:
    letter_id = posted(**changes)
    assert post.hand_over_letter(letter_id, at=AT) == "refused"
    assert attempts(letter_id) == [("refused", reason)]
    assert state(letter_id) == "failed"
    assert mail_server.letters_begun == 0


def test_a_wrong_password_is_the_houses_trouble_and_no_letters_end(
    mail_server: ScriptedMailServer, settings: object
) -> None:
    settings.MAIL_SERVER = mail_server.url.replace("smtp://", "smtp://care:wrong@")
    letter_id = posted()
    post.hand_over_letter(letter_id, at=AT)
    assert state(letter_id) == "waiting"
    assert mail_server.letters == []


def test_two_workers_on_one_letter_send_it_once(mail_server: ScriptedMailServer) -> None:
    mail_server.script["rcpt"] = WAIT
    letter_id = posted()
    outcomes: list[object] = []

    def hand_over() -> None:
        outcomes.append(post.hand_over_letter(letter_id, at=AT))
        connections.close_all()

    first = threading.Thread(target=hand_over)
    first.start()
    assert mail_server.reached["rcpt"].wait(10)
    hand_over()
    assert outcomes == [None]
    mail_server.go_on.set()
    first.join(10)
    assert outcomes == [None, "sent"]
    assert len(mail_server.letters) == 1
    assert len(attempts(letter_id)) == 1


def test_a_worker_taken_for_dead_does_not_give_the_end_of_the_text(mail_server: ScriptedMailServer) -> None:
    mail_server.script["rcpt"] = WAIT
    letter_id = posted()
    outcomes: list[object] = []

    def hand_over() -> None:
        outcomes.append(post.hand_over_letter(letter_id, at=AT))
        connections.close_all()

    slow = threading.Thread(target=hand_over)
    slow.start()
    assert mail_server.reached["rcpt"].wait(10)
    # As after a restart of the database, when its lock is gone: another worker has settled the attempt.
    LetterAttempt.objects.filter(letter_id=letter_id).update(outcome="broken_off", answer="settled by another")
    mail_server.go_on.set()
    slow.join(10)
    assert mail_server.letters == []
    assert outcomes == ["broken_off"]
    assert attempts(letter_id) == [("broken_off", "settled by another")]


HAND_OVER = """
import sys, django
from datetime import datetime
django.setup()
from clientela.kernel import post
post.hand_over_letter(int(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""
HAND_OVER_ALL = """
import sys, django
from datetime import datetime
django.setup()
from clientela.kernel import post
post.hand_over_due_letters(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("step", "outcome", "words"),
    [
        ("mail", "broken_off", "The worker died before the end of the text had been given."),
        ("rcpt", "broken_off", "The worker died before the end of the text had been given."),
        ("end", "unknown", "The worker died when the end of the text had been given; no answer is known."),
    ],
)
def test_a_worker_killed_in_the_middle_of_a_letter_neither_loses_nor_doubles_it(
    mail_server: ScriptedMailServer, other_process: OtherProcess, step: str, outcome: str, words: str
) -> None:
    mail_server.script[step] = WAIT
    letter_id = posted()
    process = other_process("-c", HAND_OVER, str(letter_id), AT.isoformat(), CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached[step].wait(20)
    assert post.hand_over_letter(letter_id, at=AT) is None  # the other one is at it
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    mail_server.script.clear()

    assert outcome_within(letter_id, at=AT + HOUR, seconds=10) == outcome
    assert attempts(letter_id) == [(outcome, words)]
    assert row(letter_id).handing_over_since is None
    if outcome == "unknown":
        assert state(letter_id) == "perhaps"
        assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
        assert len(mail_server.letters) == 1
    else:
        assert row(letter_id).due_at == AT + HOUR + MINUTE
        assert post.hand_over_due_letters(at=AT + HOUR + MINUTE) == 1
        assert state(letter_id) == "sent"
        assert len(mail_server.letters) == 1


def test_a_worker_killed_between_the_answer_and_the_commit_leaves_the_letter_perhaps_sent(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    mail_server.script["end"] = WAIT
    letter_id = posted()
    process = other_process("-c", HAND_OVER, str(letter_id), AT.isoformat(), CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached["end"].wait(20)
    with transaction.atomic():
        Letter.objects.select_for_update().get(pk=letter_id)
        mail_server.go_on.set()  # the server says 250, and the worker wants to write that down
        assert becomes_true(_somebody_waits_for_a_row)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    mail_server.script.clear()
    assert outcome_within(letter_id, at=AT + HOUR, seconds=10) == "unknown"
    assert state(letter_id) == "perhaps"
    assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
    assert len(mail_server.letters) == 1


def test_a_worker_killed_before_it_opened_a_line_has_begun_nothing(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the line, and never says a word
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        letter_id = posted()
        process = other_process("-c", HAND_OVER, str(letter_id), AT.isoformat(), CLIENTELA_MAIL_SERVER=url)
        assert becomes_true(lambda: row(letter_id).handing_over_since == AT)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert outcome_within(letter_id, at=AT + HOUR, seconds=10) == "broken_off"
    assert post.hand_over_due_letters(at=AT + HOUR + MINUTE) == 1
    assert (state(letter_id), len(mail_server.letters)) == ("sent", 1)


def test_a_worker_killed_on_the_second_letter_of_a_line_leaves_the_first_sent_and_the_third_untouched(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    first, second, third = (posted(message_id=f"{number}@clientela.test") for number in range(3))
    mail_server.script_of_letter[2] = {"end": WAIT}
    process = other_process("-c", HAND_OVER_ALL, AT.isoformat(), CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached["end"].wait(20)
    assert becomes_true(lambda: [state(first), len(mail_server.letters)] == ["sent", 2])
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    mail_server.script_of_letter.clear()
    assert attempts(third) == []
    assert outcome_within(second, at=AT + HOUR, seconds=10) == "unknown"
    assert post.hand_over_due_letters(at=AT + HOUR) == 1
    assert [state(one) for one in (first, second, third)] == ["sent", "perhaps", "sent"]
    assert len(mail_server.letters) == 3


def _somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def becomes_true(condition: Callable[[], bool], *, within_seconds: float = 20) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def outcome_within(letter_id: int, *, at: datetime, seconds: float) -> str | None:
    """What the next worker makes of the letter, once the database has noticed that the first one is gone."""
    until = time.monotonic() + seconds
    while (outcome := post.hand_over_letter(letter_id, at=at)) is None and time.monotonic() < until:
        time.sleep(0.02)
    return outcome

"""Two real installations that hand their letters to each other: they come to an end by themselves."""

from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest

from tests.doors.inbox.houses import Installation, StrippingRelay, come_to_rest, comes_true, two_houses
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

# By these a machine knows a machine, and a thread its mails.
MARKS = (
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Clientela-Loop",
    "Precedence",
    "In-Reply-To",
    "References",
    "Reply-To",
    "Message-ID",
    "DKIM-Signature",
)
A_HANDFUL = 10  # of each house, as the first bucket holds


def write_to(house: Installation, *, sender: str) -> None:
    """The spark: a mail to one house that names the other as its sender."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = f"care@{house.domain}"
    message["Subject"] = "A question between houses"
    message["Message-ID"] = "<spark@second.test>"
    message.set_content("Good morning, when do you deliver?")
    with SMTP("127.0.0.1", house.port, timeout=30) as client:
        client.send_message(message, from_addr=sender, to_addrs=[f"care@{house.domain}"])


def test_a_letter_of_the_other_house_says_that_no_person_wrote_it_and_is_not_answered(
    shop: Shop, tmp_path: Path
) -> None:
    assert shop.care_id
    with two_houses(tmp_path) as (first, second):
        write_to(first, sender=f"care@{second.domain}")
        assert comes_true(lambda: second.came_in == 1, within_seconds=60), first.said()
        assert come_to_rest([first, second], seconds=4, within_seconds=60), first.said() + second.said()
        assert (first.sent, second.sent) == (1, 0)
        assert (first.came_in, second.came_in) == (1, 1)
        assert second.counted("SELECT count(*) FROM inbox_rawmessage WHERE outcome = 'automatic'") == 1


def test_two_houses_whose_marks_are_taken_away_on_the_way_stop_after_a_handful_of_letters(
    shop: Shop, tmp_path: Path
) -> None:
    assert shop.care_id

    def relays(first: Installation, second: Installation) -> tuple[str, str]:
        return (
            StrippingRelay(MARKS, new_subject="There and").leads_to(second.port),
            StrippingRelay(MARKS, new_subject="and back").leads_to(first.port),
        )

    with two_houses(tmp_path, relays=relays) as (first, second):
        write_to(first, sender=f"care@{second.domain}")
        assert comes_true(lambda: first.came_in > 1, within_seconds=60), first.said()
        assert come_to_rest([first, second], seconds=6, within_seconds=180), first.said() + second.said()
        assert (first.sent, second.sent) == (A_HANDFUL, A_HANDFUL)
        assert (first.came_in, second.came_in) == (1 + A_HANDFUL, A_HANDFUL)
        # Nothing was lost over it: what was not answered is there for a person to read.
        opened = "SELECT count(*) FROM inbox_rawmessage WHERE outcome = 'opened'"
        assert (first.counted(opened), second.counted(opened)) == (1 + A_HANDFUL, A_HANDFUL)

"""What comes back: only a report on a letter of ours counts, and an address that will never work gets nothing more."""

from datetime import timedelta

import pytest
from django.db import connections, transaction

from clientela.kernel import post
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter, SuppressedAddress
from clientela.kernel.post import LetterCannotBeSentAgainError, NotedBounce
from tests.contexts.kernel.drafts import AT, HOUR, MINUTE, posted, row, state
from tests.contexts.kernel.mail_server import ScriptedMailServer

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
REASON = (
    "Mail to this address came back for good, so nothing is sent there until it is lifted in Settings, "
    "Suppressed addresses."
)


def sent(message_id: str = "r-7kx2-4.reply-1.abc@clientela.test", **changes: object) -> int:
    """A letter that a mail server took."""
    letter_id = posted(message_id=message_id, **changes)
    Letter.objects.filter(pk=letter_id).update(due_at=None, sent_at=changes.get("at", AT))
    return letter_id


def came_back(letter_id: int, *, hard: bool = True, at: object = AT + HOUR, **changes: object) -> NotedBounce | None:
    """Note a report about this letter."""
    told = {
        "message_id": row(letter_id).message_id,
        "status": "5.1.1" if hard else "4.2.2",
        "reason": "nobody_there" if hard else "mailbox_full",
        "hard": hard,
        "words": "550 5.1.1 No such person" if hard else "452 4.2.2 Mailbox full",
    }
    return post.note_bounce(at=at, **{**told, **changes})  # type: ignore[arg-type]  # as told above


def test_a_report_about_a_letter_that_is_not_ours_changes_nothing() -> None:
    letter_id = sent()
    for message_id in ["", "stranger@example.test", "r-7kx2-4.reply-2.abc@clientela.test"]:
        assert came_back(letter_id, message_id=message_id) is None
    assert state(letter_id) == "sent"
    assert not SuppressedAddress.objects.exists()


def test_a_report_about_a_letter_that_has_not_gone_out_changes_nothing() -> None:
    waiting = posted()
    assert came_back(waiting) is None
    held = posted(message_id="held@clientela.test", hold_reason="No letters, please.")
    assert came_back(held) is None
    assert (state(waiting), state(held)) == ("waiting", "held")
    assert not SuppressedAddress.objects.exists()


def test_a_letter_that_came_back_for_good_says_so_and_its_address_gets_nothing_more() -> None:
    letter_id = sent()
    noted = came_back(letter_id, message_id="<r-7kx2-4.reply-1.abc@clientela.test>")
    assert noted == NotedBounce(
        letter_id=letter_id,
        address="stefan@example.test",
        about=("request:12", "party:7"),
        is_suppressed=True,
        soft_in_a_row=0,
        is_new=True,
    )
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert (seen.row.state, seen.row.reason) == ("bounced", "550 5.1.1 No such person")
    assert (seen.row.bounce_reason, seen.row.bounce_is_hard, seen.can_be_sent_again) == ("nobody_there", True, False)
    suppressed = post.suppression_of("STEFAN@example.test")
    assert suppressed is not None
    assert (suppressed.address, suppressed.since, suppressed.status) == ("stefan@example.test", AT + HOUR, "5.1.1")
    assert (suppressed.words, suppressed.letter_id) == ("550 5.1.1 No such person", letter_id)
    assert seen.suppressed_id == suppressed.id
    assert [fact.verb for fact in facts_about("request:12")] == ["address_suppressed", "letter_bounced"]

    later = posted(message_id="later@clientela.test", to_address="Stefan@Example.test", at=AT + 2 * HOUR)
    assert (state(later), row(later).hold_reason, row(later).is_held_by_address) == ("held", REASON, True)
    other = posted(message_id="other@clientela.test", to_address="zofia@example.test", at=AT + 2 * HOUR)
    assert state(other) == "waiting"


def test_the_address_that_is_suppressed_is_the_one_we_wrote_to_and_never_one_that_a_report_names() -> None:
    letter_id = sent()
    came_back(letter_id, words="550 5.1.1 <director@example.test>: no such person")
    assert [one.address for one in post.suppressed_page().addresses] == ["stefan@example.test"]


def test_the_same_report_twice_changes_nothing_the_second_time() -> None:
    letter_id = sent()
    came_back(letter_id)
    facts = facts_about(f"letter:{letter_id}")
    again = came_back(letter_id, at=AT + 2 * HOUR)
    assert again is not None
    assert not again.is_new
    assert row(letter_id).bounced_at == AT + HOUR
    assert facts_about(f"letter:{letter_id}") == facts
    assert SuppressedAddress.objects.count() == 1


def test_what_waits_for_an_address_is_held_when_it_is_suppressed_and_what_is_in_hand_is_not() -> None:
    waiting = posted(message_id="waiting@clientela.test")
    in_hand = posted(message_id="in-hand@clientela.test")
    Letter.objects.filter(pk=in_hand).update(handing_over_since=AT)
    post.suppress_address(" Stefan@example.test ", at=AT, status="5.1.1", words="gone")
    assert (state(waiting), row(waiting).hold_reason) == ("held", REASON)
    assert state(in_hand) == "waiting"
    assert [fact.verb for fact in facts_about(f"letter:{waiting}")] == ["letter_held"]


def test_a_letter_that_slipped_by_is_held_when_its_turn_comes(mail_server: ScriptedMailServer) -> None:
    letter_id = posted()
    SuppressedAddress.objects.create(address="stefan@example.test", since=AT)
    assert post.hand_over_letter(letter_id, at=AT) is None
    assert (state(letter_id), mail_server.letters_begun) == ("held", 0)


def test_what_is_no_address_is_not_suppressed() -> None:
    with pytest.raises(ValueError, match="is not an address"):
        post.suppress_address("everybody", at=AT, status="", words="")
    assert not SuppressedAddress.objects.exists()


def test_a_soft_report_suppresses_nothing_and_the_letter_can_be_sent_again(mail_server: ScriptedMailServer) -> None:
    letter_id = sent()
    noted = came_back(letter_id, hard=False)
    assert noted is not None
    assert (noted.is_suppressed, noted.soft_in_a_row) == (False, 1)
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert (seen.row.state, seen.can_be_sent_again) == ("bounced", True)
    post.send_letter_again(letter_id, by=7, at=AT + DAY)
    assert state(letter_id) == "waiting"
    assert post.hand_over_letter(letter_id, at=AT + DAY) == "sent"
    assert (state(letter_id), len(mail_server.letters)) == ("sent", 1)


def test_a_soft_report_after_a_hard_one_softens_nothing() -> None:
    letter_id = sent()
    came_back(letter_id)
    came_back(letter_id, hard=False, at=AT + 2 * HOUR)
    assert (row(letter_id).bounce_is_hard, row(letter_id).bounce_status) == (True, "5.1.1")


def test_three_soft_reports_in_a_row_over_days_are_said() -> None:
    def keeps_bouncing() -> int:
        return [fact.verb for fact in facts_about("request:12", limit=100)].count("address_keeps_bouncing")

    for number in range(3):  # three within an hour are one trouble
        at = AT + number * MINUTE
        noted = came_back(sent(f"quick-{number}@clientela.test", at=at), hard=False, at=at + MINUTE)
        assert noted is not None
        assert noted.soft_in_a_row == number + 1
    assert keeps_bouncing() == 0
    noted = came_back(sent("later@clientela.test", at=AT + 2 * DAY), hard=False, at=AT + 2 * DAY + HOUR)
    assert noted is not None
    assert (noted.soft_in_a_row, keeps_bouncing()) == (4, 1)
    assert not SuppressedAddress.objects.exists()


def test_a_letter_that_arrived_ends_the_row_of_soft_reports() -> None:
    came_back(sent("first@clientela.test"), hard=False)
    sent("arrived@clientela.test", at=AT + DAY)
    noted = came_back(sent("third@clientela.test", at=AT + 2 * DAY), hard=False, at=AT + 2 * DAY)
    assert noted is not None
    assert noted.soft_in_a_row == 1


def test_a_report_without_a_message_id_is_taken_for_the_newest_letter_to_its_recipient() -> None:
    old = sent("old@clientela.test", at=AT)
    newest = sent("newest@clientela.test", at=AT + HOUR)
    other = sent("other@clientela.test", at=AT + 2 * HOUR, to_address="zofia@example.test")
    told = {"status": "5.1.1", "reason": "nobody_there", "hard": True, "words": "gone"}
    assert post.note_bounce_about(at=AT + DAY, about="request:13", recipient="stefan@example.test", **told) is None  # type: ignore[arg-type]
    assert post.note_bounce_about(at=AT + DAY, about="request:12", recipient="x@example.test", **told) is None  # type: ignore[arg-type]
    late = AT + 30 * DAY
    assert post.note_bounce_about(at=late, about="request:12", recipient="stefan@example.test", **told) is None  # type: ignore[arg-type]
    noted = post.note_bounce_about(at=AT + DAY, about="request:12", recipient="Stefan@example.test", **told)  # type: ignore[arg-type]
    assert noted is not None
    assert noted.letter_id == newest
    assert [state(one) for one in (old, newest, other)] == ["sent", "bounced", "sent"]


def test_an_address_that_is_lifted_gets_letters_again_and_what_was_held_goes_if_wanted(
    mail_server: ScriptedMailServer,
) -> None:
    suppressed_id = post.suppress_address("stefan@example.test", at=AT, status="5.1.1", words="gone")
    held = posted(message_id="held@clientela.test")
    with pytest.raises(LetterCannotBeSentAgainError, match="held back: Mail to this address came back"):
        post.send_letter_again(held, by=7, at=AT)
    wish = posted(message_id="wish@clientela.test", hold_reason="No letters, please.")
    assert post.lift_suppression(suppressed_id, by=7, at=AT + HOUR, sends_held=True) == 1
    assert (state(held), state(wish)) == ("waiting", "held")
    assert post.hand_over_due_letters(at=AT + HOUR) == 1
    assert state(held) == "sent"
    assert post.suppression_of("stefan@example.test") is None
    (lifted,) = post.suppressed_page(are_lifted=True).addresses
    assert (lifted.lifted_at, lifted.lifted_by_party_id) == (AT + HOUR, 7)
    with pytest.raises(post.NotSuppressedError):
        post.lift_suppression(suppressed_id, by=7, at=AT + HOUR)
    # It may come back for good once more, and is suppressed anew.
    assert post.suppress_address("stefan@example.test", at=AT + DAY, status="5.1.1", words="gone") != suppressed_id


def test_what_was_held_for_an_address_can_be_sent_by_hand_after_it_was_lifted() -> None:
    suppressed_id = post.suppress_address("stefan@example.test", at=AT, status="5.1.1", words="gone")
    held = posted()
    assert post.lift_suppression(suppressed_id, by=7, at=AT + HOUR) == 0
    assert state(held) == "held"
    seen = post.letter_seen(held)
    assert seen is not None
    assert seen.can_be_sent_again
    post.send_letter_again(held, by=7, at=AT + 2 * HOUR)
    assert (state(held), row(held).due_at) == ("waiting", AT + 2 * HOUR)


def test_a_mail_server_that_says_nobody_is_there_suppresses_the_address_and_a_bare_no_does_not(
    mail_server: ScriptedMailServer,
) -> None:
    mail_server.script["rcpt"] = "550 Go away"
    post.hand_over_letter(posted(message_id="a@clientela.test", to_address="a@example.test"), at=AT)
    assert not SuppressedAddress.objects.exists()
    mail_server.script["rcpt"] = "550 5.7.1 We take no mail from you"
    post.hand_over_letter(posted(message_id="b@clientela.test", to_address="b@example.test"), at=AT)
    assert not SuppressedAddress.objects.exists()
    mail_server.script["rcpt"] = "550 5.1.1 No such person"
    letter_id = posted(message_id="c@clientela.test", to_address="c@example.test")
    post.hand_over_letter(letter_id, at=AT)
    (suppressed,) = post.suppressed_page().addresses
    assert (suppressed.address, suppressed.status, suppressed.letter_id) == ("c@example.test", "5.1.1", letter_id)


def test_suppressed_addresses_are_shown_page_by_page_and_found_by_a_part() -> None:
    numbers = [
        post.suppress_address(f"{name}@example.test", at=AT + minute * MINUTE, status="", words="")
        for minute, name in enumerate(["ana", "bela", "ana.maria"])
    ]
    first = post.suppressed_page(limit=2)
    assert [one.id for one in first.addresses] == [numbers[2], numbers[1]]
    assert first.next_before == (AT + MINUTE, numbers[1])
    rest = post.suppressed_page(limit=2, before=first.next_before)
    assert ([one.id for one in rest.addresses], rest.next_before) == ([numbers[0]], None)
    assert [one.address for one in post.suppressed_page(search="ANA").addresses] == [
        "ana.maria@example.test",
        "ana@example.test",
    ]


def test_two_workers_with_two_reports_suppress_an_address_once() -> None:
    first, second = sent("a@clientela.test"), sent("b@clientela.test")
    with transaction.atomic():
        came_back(first)
    came_back(second)
    connections.close_all()
    assert SuppressedAddress.objects.count() == 1
    assert [state(first), state(second)] == ["bounced", "bounced"]

"""Letters go into the outbox with the action that causes them, or not at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from clientela.kernel import post
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.post import AttemptSeen, LetterAttachment, LetterCannotBeSentAgainError
from clientela.kernel.signing import reply_address, signed_message_id
from tests.contexts.kernel.conftest import database_url
from tests.contexts.kernel.drafts import AT, HOUR, MINUTE, attempts, draft, posted, row, state

Calls = Callable[[], int]


@pytest.fixture
def calls(transactional_db: None) -> Iterator[Calls]:
    """How often the post was called since this was last asked."""
    with psycopg.connect(database_url(), autocommit=True) as ear:
        ear.execute(f"LISTEN {post.CHANNEL}")
        yield lambda: len(list(ear.notifies(timeout=0.2)))


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_letter_and_its_call_go_with_the_action_that_failed(calls: Calls) -> None:
    @transaction.atomic
    def fail_after_posting() -> None:
        post.post_letter(draft(), at=AT)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_posting()
    assert not Letter.objects.exists()
    assert calls() == 0


def test_letters_are_committed_with_the_action_and_call_the_post_once(calls: Calls) -> None:
    with transaction.atomic():
        letter_id = post.post_letter(draft(), at=AT)
        post.post_letter(draft(message_id="second@clientela.test"), at=AT)
        assert calls() == 0  # nobody looks for what is not there yet
    assert calls() == 1
    assert state(letter_id) == "waiting"
    assert row(letter_id).due_at == AT


def test_a_letter_held_back_is_never_due_and_says_why(calls: Calls) -> None:
    letter_id = posted(hold_reason="Ștefan does not want mail about offers.")
    assert calls() == 0
    assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
    assert post.hand_over_letter(letter_id, at=AT + HOUR) is None
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert (seen.row.state, seen.row.reason) == ("held", "Ștefan does not want mail about offers.")
    assert not seen.can_be_sent_again
    assert [(fact.verb, fact.data) for fact in facts_about(f"letter:{letter_id}")] == [
        ("letter_held", {"reason": "Ștefan does not want mail about offers."})
    ]


def test_a_letter_waits_for_the_hours_of_its_reader(calls: Calls) -> None:
    letter_id = posted(not_before=AT + 8 * HOUR)
    assert calls() == 0
    assert post.hand_over_letter(letter_id, at=AT + 8 * HOUR - timedelta(seconds=1)) is None
    assert post.hand_over_due_letters(at=AT + 8 * HOUR) == 1
    assert state(letter_id) == "kept"


def test_the_same_message_id_is_the_same_letter_and_is_written_once() -> None:
    letter_id = posted()
    assert posted(subject="Again") == letter_id
    with transaction.atomic():
        assert post.post_letter(draft(), at=AT) == letter_id
        assert Letter.objects.count() == 1  # the caller's transaction goes on
    assert row(letter_id).subject == "Mașina de spălat [R-7KX2-4]"


@pytest.mark.parametrize("message_id", ["", "a b@example.test", "<a@example.test>", "a\r\nBcc: all@example.test"])
def test_a_message_id_that_no_header_can_hold_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="cannot be a Message-ID"):
        posted(message_id=message_id)
    assert not Letter.objects.exists()


def test_a_letter_stands_in_exactly_one_place() -> None:
    letter_id = posted()
    with pytest.raises(IntegrityError, match="letter_stands_in_one_place"), transaction.atomic():
        Letter.objects.filter(pk=letter_id).update(sent_at=AT)
    with pytest.raises(IntegrityError, match="letter_stands_in_one_place"), transaction.atomic():
        Letter.objects.filter(pk=letter_id).update(due_at=None)
    assert state(letter_id) == "waiting"


def test_without_a_mail_server_a_letter_is_kept_and_done() -> None:
    letter_id = posted()
    assert post.hand_over_letter(letter_id, at=AT) == "kept"
    assert (state(letter_id), attempts(letter_id)) == ("kept", [("kept", "")])
    assert row(letter_id).kept_at == AT
    assert row(letter_id).sent_at is None
    assert post.hand_over_letter(letter_id, at=AT + HOUR) is None


def test_a_letter_is_not_handed_over_inside_a_transaction() -> None:
    letter_id = posted()
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside a transaction"):
        post.hand_over_letter(letter_id, at=AT)
    assert attempts(letter_id) == []


def test_a_letter_that_is_not_there_is_nothing_to_do() -> None:
    assert post.hand_over_letter(4711, at=AT) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hold_reason": "No letters, please.", "due_at": None}, "This letter is held back: No letters, please."),
        (
            {"sent_at": AT, "due_at": None},
            "The mail server has taken this letter; a second one would reach the reader twice.",
        ),
        ({"handing_over_since": AT}, "This letter is being handed over right now."),
        (
            {"not_before": AT + HOUR, "due_at": AT + HOUR},
            "This letter waits for the hours in which its reader wants to get mail.",
        ),
    ],
)
def test_a_letter_is_not_sent_again_where_that_would_be_wrong(changes: dict[str, object], sentence: str) -> None:
    letter_id = posted()
    Letter.objects.filter(pk=letter_id).update(**changes)
    before = Letter.objects.filter(pk=letter_id).values().get()
    with pytest.raises(LetterCannotBeSentAgainError) as refusal:
        post.send_letter_again(letter_id, by=7, at=AT + MINUTE)
    assert str(refusal.value) == sentence
    assert Letter.objects.filter(pk=letter_id).values().get() == before
    assert facts_about(f"letter:{letter_id}") == []


@pytest.mark.parametrize("where", ["kept_at", "failed_at", "perhaps_sent_at"])
def test_a_person_sends_a_letter_again(calls: Calls, where: str) -> None:
    letter_id = posted()
    calls()
    Letter.objects.filter(pk=letter_id).update(**{where: AT, "due_at": None, "failed_tries": 7})
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert seen.can_be_sent_again
    post.send_letter_again(letter_id, by=7, at=AT + HOUR)
    assert state(letter_id) == "waiting"
    assert (row(letter_id).due_at, row(letter_id).failed_tries) == (AT + HOUR, 0)
    assert calls() == 1
    (fact,) = facts_about(f"letter:{letter_id}")
    assert (fact.verb, fact.by, fact.about) == (
        "letter_sent_again",
        7,
        (f"letter:{letter_id}", "request:12", "party:7"),
    )


def test_a_waiting_letter_is_tried_now_when_a_person_says_so() -> None:
    letter_id = posted()
    Letter.objects.filter(pk=letter_id).update(due_at=AT + 24 * HOUR, failed_tries=6)
    post.send_letter_again(letter_id, by=7, at=AT + HOUR)
    assert (row(letter_id).due_at, row(letter_id).failed_tries) == (AT + HOUR, 0)


def test_the_outbox_is_shown_page_by_page_and_by_state(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    letters = {
        name: posted(message_id=f"{name}@clientela.test", at=AT + minute * MINUTE, subject=name)
        for minute, name in enumerate(["waiting", "kept", "sent", "failed", "perhaps", "held"])
    }
    for name, column in {
        "kept": "kept_at",
        "sent": "sent_at",
        "failed": "failed_at",
        "perhaps": "perhaps_sent_at",
    }.items():
        Letter.objects.filter(pk=letters[name]).update(**{column: AT, "due_at": None})
    Letter.objects.filter(pk=letters["held"]).update(hold_reason="No offers, please.", due_at=None)

    for name, number in letters.items():
        with django_assert_num_queries(1):
            page = post.letters_page(state=name)
        assert [(one.id, one.state, one.subject) for one in page.letters] == [(number, name, name)]
        assert page.next_before is None

    newest = post.letters_page(limit=4)
    assert [one.subject for one in newest.letters] == ["held", "perhaps", "failed", "sent"]
    assert newest.next_before == (AT + 2 * MINUTE, letters["sent"])
    rest = post.letters_page(limit=4, before=newest.next_before)
    assert [one.subject for one in rest.letters] == ["kept", "waiting"]
    assert rest.next_before is None
    with django_assert_num_queries(1):
        assert len(post.letters_about("request:12")) == 6
    assert post.letters_about("request:13") == []


def test_a_letter_is_shown_with_everything_about_it(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    file = LetterAttachment(name="ofertă.pdf", media_type="application/pdf", sha256="ab" * 32, size_bytes=12)
    letter_id = posted(
        in_reply_to="a@example.test", references=("a@example.test", "b@example.test"), attachments=(file,)
    )
    post.hand_over_letter(letter_id, at=AT)
    with django_assert_num_queries(4):
        seen = post.letter_seen(letter_id)
    assert seen is not None
    assert seen.text == "Bună ziua,\n\nVenim marți la ora trei.\n"
    assert seen.references == ("a@example.test", "b@example.test")
    assert seen.attachments == (file,)
    assert seen.attempts == (AttemptSeen(at=AT, outcome="kept", answer=""),)
    assert post.letter_seen(letter_id + 1) is None


def test_a_letter_finds_its_request_by_the_address_that_answers_go_to(settings: object) -> None:
    message_id = signed_message_id(request_reference="R-7KX2-4", letter_key="reply-1", at=AT)
    letter_id = posted(message_id=message_id)
    assert row(letter_id).reply_to == reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    about_none = signed_message_id(request_reference="", letter_key="access-1", at=AT)
    assert row(posted(message_id=about_none)).reply_to == ""
    assert row(posted(message_id="x@clientela.test", reply_to="post@clientela.test")).reply_to == "post@clientela.test"


@pytest.mark.parametrize(("kind", "priority"), [("access", 0), ("reply", 1), ("acknowledgement", 2), ("closing", 2)])
def test_a_letter_is_as_urgent_as_its_kind_unless_it_says_otherwise(kind: str, priority: int) -> None:
    assert row(posted(kind=kind, message_id="usual@clientela.test")).priority == priority
    assert row(posted(kind=kind, message_id="many@clientela.test", priority=3)).priority == 3


def test_letters_are_found_by_address_domain_name_subject_and_thing() -> None:
    ours = posted(message_id="a@clientela.test", to_address="Stefan@Example.test", subject="Mașina")
    other = posted(
        message_id="b@clientela.test",
        to_address="zofia@cityshop.test",
        to_name="Zofia",
        subject="Mașina Zofiei",
        about=("party:9",),
    )

    def found(**asked: str) -> list[int]:
        return [one.id for one in post.letters_page(**asked).letters]  # type: ignore[arg-type]  # as the page asks

    assert found(search="stefan@example.TEST") == [ours]
    assert found(search="@cityshop.test") == [other]
    assert found(search="zofi") == [other]
    assert found(search="mașina") == [other, ours]
    assert found(search="100%") == []
    assert found(about="request:12") == [ours]
    assert found(kind="reply") == [other, ours]
    assert found(kind="closing") == []
    assert found(kind="reply", search="stefan@example.test", about="party:9") == []

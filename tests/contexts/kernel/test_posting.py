"""Letters go into the outbox with the action that causes them, or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from clientela.kernel import post
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.post import AttemptSeen, LetterAttachment, LetterCannotBeSentAgainError
from tests.contexts.kernel.drafts import AT, HOUR, MINUTE, attempts, draft, posted, row, state


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def jobs() -> list[tuple[str, str, object]]:
    """The jobs that are deferred."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, args->'letter_id' FROM procrastinate_jobs ORDER BY id")
        return [(name, queue, int(number)) for name, queue, number in cursor.fetchall()]


def test_a_letter_and_its_job_go_with_the_action_that_failed() -> None:
    @transaction.atomic
    def fail_after_posting() -> None:
        post.post_letter(draft(), at=AT)
        assert len(jobs()) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_posting()
    assert not Letter.objects.exists()
    assert jobs() == []


def test_a_letter_and_its_job_are_committed_with_the_action() -> None:
    letter_id = posted()
    assert jobs() == [("clientela.kernel.jobs.hand_over_one_letter", "post", letter_id)]
    assert state(letter_id) == "waiting"
    assert row(letter_id).due_at == AT


def test_a_letter_held_back_is_never_due_and_says_why() -> None:
    letter_id = posted(hold_reason="Ștefan does not want mail about offers.")
    assert jobs() == []
    assert post.hand_over_due_letters(at=AT + 100 * HOUR) == 0
    assert post.hand_over_letter(letter_id, at=AT + HOUR) is None
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert (seen.row.state, seen.row.reason) == ("held", "Ștefan does not want mail about offers.")
    assert not seen.can_be_sent_again
    assert [(fact.verb, fact.data) for fact in facts_about(f"letter:{letter_id}")] == [
        ("letter_held", {"reason": "Ștefan does not want mail about offers."})
    ]


def test_a_letter_waits_for_the_hours_of_its_reader() -> None:
    letter_id = posted(not_before=AT + 8 * HOUR)
    assert jobs() == []
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
    assert len(jobs()) == 1


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
    assert len(jobs()) == 1
    assert facts_about(f"letter:{letter_id}") == []


@pytest.mark.parametrize("where", ["kept_at", "failed_at", "perhaps_sent_at"])
def test_a_person_sends_a_letter_again(where: str) -> None:
    letter_id = posted()
    Letter.objects.filter(pk=letter_id).update(**{where: AT, "due_at": None, "failed_tries": 7})
    seen = post.letter_seen(letter_id)
    assert seen is not None
    assert seen.can_be_sent_again
    post.send_letter_again(letter_id, by=7, at=AT + HOUR)
    assert state(letter_id) == "waiting"
    assert (row(letter_id).due_at, row(letter_id).failed_tries) == (AT + HOUR, 0)
    assert [number for _name, _queue, number in jobs()] == [letter_id, letter_id]
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
    with django_assert_num_queries(2):
        seen = post.letter_seen(letter_id)
    assert seen is not None
    assert seen.text == "Bună ziua,\n\nVenim marți la ora trei.\n"
    assert seen.references == ("a@example.test", "b@example.test")
    assert seen.attachments == (file,)
    assert seen.attempts == (AttemptSeen(at=AT, outcome="kept", answer=""),)
    assert post.letter_seen(letter_id + 1) is None

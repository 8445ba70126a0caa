"""How did it go? Asked once in the closing letter, answered once by one click, read by those who served."""

from datetime import datetime, timedelta

import pytest

from clientela.kernel.journal import facts_about, follow_journal, thing
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions as requests
from clientela.voice import queries
from clientela.voice.actions import (
    CommentError,
    PastRating,
    ScoreError,
    comment_on_rating,
    invite_rating,
    rate,
    write_rating_history,
)
from clientela.voice.jobs.ratings import CLOSING_LETTERS
from clientela.voice.models import Rating, RatingInvitation
from clientela.voice.policies import rating_token
from tests.shop import Shop


def invited(shop: Shop, subject: str = "request:1") -> str:
    invitation = invite_rating(
        at=shop.at,
        subject=subject,
        person_id=shop.world.zofia.person_id or 0,
        provider_id=shop.world.care.id,
        side="outside",
        language="pl",
    )
    assert invitation is not None
    return rating_token(invitation)


def test_a_key_that_is_not_ours_leads_nowhere(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        rate(at=shop.at, token="WzFd:forged", score=5)
    assert queries.rating_question("WzFd:forged", at=shop.at) is None
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_1_to_5_is_refused(shop: Shop, score: int) -> None:
    token = invited(shop)
    with pytest.raises(ScoreError):
        rate(at=shop.at, token=token, score=score)
    assert Rating.objects.count() == 0


def test_the_first_answer_counts_and_the_link_is_spent(shop: Shop) -> None:
    token = invited(shop)
    rate(at=shop.after(1), token=token, score=4)
    with pytest.raises(NotAllowedError, match=r"^You have already answered\. Thank you\.$"):
        rate(at=shop.after(2), token=token, score=1)
    rating = Rating.objects.get()
    assert (rating.score, rating.side, rating.provider_id, rating.rated_at) == (
        4,
        "outside",
        shop.world.care.id,
        shop.after(1),
    )
    assert [fact.verb for fact in facts_about("request:1")] == ["voice_heard", "rating_given"]


def test_a_question_ends_after_thirty_days(shop: Shop) -> None:
    token = invited(shop)
    question = queries.rating_question(token, at=shop.at + timedelta(days=30))
    assert question is not None
    assert not question.may_answer
    with pytest.raises(NotAllowedError):
        rate(at=shop.at + timedelta(days=30), token=token, score=5)
    assert rate(at=shop.at + timedelta(days=30, seconds=-1), token=token, score=5) > 0


def test_a_person_is_asked_once_about_a_request(shop: Shop) -> None:
    invited(shop)
    again = invite_rating(
        at=shop.after(5),
        subject="request:1",
        person_id=shop.world.zofia.person_id or 0,
        provider_id=shop.world.care.id,
        side="outside",
        language="pl",
    )
    assert again is None
    assert RatingInvitation.objects.count() == 1


def test_words_are_added_to_a_score_and_not_without_one(shop: Shop) -> None:
    token = invited(shop)
    with pytest.raises(HiddenError):
        comment_on_rating(at=shop.at, token=token, comment="Świetnie")
    rate(at=shop.at, token=token, score=5)
    with pytest.raises(CommentError):
        comment_on_rating(at=shop.at, token=token, comment="  ")
    comment_on_rating(at=shop.after(1), token=token, comment=" Świetnie\x00 ")
    assert Rating.objects.get().comment == "Świetnie"


def test_a_rating_is_read_by_the_department_that_served_and_by_the_owner(shop: Shop) -> None:
    rate(at=shop.at, token=invited(shop), score=2)
    assert queries.ratings_of(shop.world.tomasz, ["request:1"]) == {}
    assert queries.ratings_of(shop.world.zofia, ["request:1"]) == {}
    for viewer in (shop.world.ana, shop.world.carmen):
        assert queries.ratings_of(viewer, ["request:1"])["request:1"].score == 2
    last = queries.last_rating_by(shop.world.ana, shop.world.zofia.person_id or 0)
    assert last is not None
    assert last.score == 2
    assert queries.last_rating_by(shop.world.tomasz, shop.world.zofia.person_id or 0) is None


def resolved(shop: Shop, at: datetime) -> int:
    opened = shop.ask_repair()
    requests.reply_to_customer(
        by=shop.world.ana, at=at, request_id=opened.id, text="Pralka naprawiona.", language="pl", then="resolve"
    )
    return opened.id


@pytest.mark.django_db(transaction=True)
def test_a_resolved_request_asks_its_customer_once_however_often_the_follower_runs(shop: Shop) -> None:
    number = resolved(shop, shop.after(1))
    assert follow_journal(CLOSING_LETTERS) > 0
    CLOSING_LETTERS.follow(facts_about(thing("request", number)))
    closing = Letter.objects.get(kind="closing")
    assert (closing.to_address, closing.language, closing.hold_reason) == ("zofia@example.test", "pl", "")
    token = rating_token(RatingInvitation.objects.get().pk)
    for score in (1, 2, 3, 4, 5):
        assert f"/r/{token}/{score}" in closing.text
        assert f"/r/{token}/{score}" in closing.html


@pytest.mark.django_db(transaction=True)
def test_a_request_reopened_before_the_letter_is_written_asks_nothing_yet(shop: Shop) -> None:
    number = resolved(shop, shop.after(1))
    requests.receive_message(
        at=shop.after(1.5),
        request_id=number,
        author_id=shop.world.zofia.person_id,
        channel="email",
        text="Dalej cieknie.",
        language="pl",
    )
    follow_journal(CLOSING_LETTERS)
    assert Letter.objects.filter(kind="closing").count() == 0


def test_a_history_in_bulk_gives_the_rows_and_facts_of_the_single_actions(shop: Shop) -> None:
    token = invited(shop, "request:1")
    rate(at=shop.after(1), token=token, score=5)
    comment_on_rating(at=shop.after(1), token=token, comment="Dobrze")
    write_rating_history(
        [
            PastRating(
                subject="request:2",
                person_id=shop.world.zofia.person_id or 0,
                provider_id=shop.world.care.id,
                side="outside",
                language="pl",
                asked_at=shop.at,
                score=5,
                comment="Dobrze",
                rated_at=shop.after(1),
            )
        ]
    )

    def rows(subject: str) -> list[dict[str, object]]:
        hidden = {"id", "subject", "invitation_id"}
        found = [
            *Rating.objects.filter(subject=subject).values(),
            *RatingInvitation.objects.filter(subject=subject).values(),
        ]
        return [{key: value for key, value in row.items() if key not in hidden} for row in found]

    assert rows("request:1") == rows("request:2")
    first, second = facts_about("request:1"), facts_about("request:2")
    # That the past was heard is told to nobody.
    assert [fact.verb for fact in first if fact.verb.startswith("voice_")] == ["voice_worded", "voice_heard"]
    first = [fact for fact in first if not fact.verb.startswith("voice_")]
    assert [(fact.verb, fact.at, fact.by, fact.data) for fact in first] == [
        (fact.verb, fact.at, fact.by, fact.data) for fact in second
    ]

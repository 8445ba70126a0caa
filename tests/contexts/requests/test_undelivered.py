"""A letter that did not reach its reader: who wrote it hears of it, and the request does not wait for an answer."""

import pytest

from clientela.kernel import post
from clientela.kernel.journal import facts_about, follow_journal
from clientela.kernel.models import Fact, FollowerCursor, Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.jobs import FOLLOWERS
from clientela.requests.models import Request
from clientela.requests.rules import State
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

(FOLLOWER,) = (one for one in FOLLOWERS if one.name == "requests.undelivered")


def answered(shop: Shop, *, then: str = "wait", hours: float = 0) -> tuple[OpenedRequest, Letter]:
    """A request that Ana answered, and her letter, which a mail server took."""
    opened = shop.ask_repair(at=shop.after(hours))
    return opened, reply(shop, opened, then=then, hours=hours)


def reply(shop: Shop, opened: OpenedRequest, *, then: str = "wait", hours: float = 0) -> Letter:
    sent = actions.reply_to_customer(
        by=shop.world.ana,
        at=shop.after(hours),
        request_id=opened.id,
        text="Jaki to model?",
        language="pl",
        then=then,
    )
    Letter.objects.filter(pk=sent.letter_id).update(due_at=None, sent_at=shop.after(hours))
    return Letter.objects.get(pk=sent.letter_id)


def bounce(shop: Shop, letter: Letter, *, hours: float = 1, hard: bool = True) -> None:
    post.note_bounce(
        at=shop.after(hours),
        message_id=letter.message_id,
        status="5.1.1",
        reason="nobody_there",
        hard=hard,
        words="550 5.1.1 No such person",
    )


def follow() -> None:
    while follow_journal(FOLLOWER):
        pass


def state(opened: OpenedRequest) -> str:
    return Request.objects.get(pk=opened.id).state


def told(opened: OpenedRequest) -> list[str]:
    newest = facts_about(f"request:{opened.id}", limit=100)
    return [fact.verb for fact in newest[::-1] if fact.verb in {"waiting_ended", "reply_undelivered"}]


def test_a_request_does_not_wait_for_an_answer_to_a_letter_that_came_back(shop: Shop) -> None:
    opened, letter = answered(shop)
    assert letter.by_party_id == shop.world.ana.person_id
    assert state(opened) == State.WAITING_CUSTOMER
    bounce(shop, letter)
    follow()
    assert state(opened) == State.OPEN
    assert told(opened) == ["waiting_ended", "reply_undelivered"]
    fact = next(one for one in facts_about(f"request:{opened.id}") if one.verb == "waiting_ended")
    assert (fact.at, fact.by, fact.data["because"]) == (shop.after(1), None, "letter_undelivered")


def test_it_is_told_once_however_often_the_journal_is_read(shop: Shop) -> None:
    opened, letter = answered(shop)
    bounce(shop, letter)
    follow()
    actions.wait_for_customer(by=shop.world.ana, at=shop.after(2), request_id=opened.id)  # she rang them up
    FollowerCursor.objects.filter(name=FOLLOWER.name).update(xid=0, fact_id=0)
    follow()
    assert state(opened) == State.WAITING_CUSTOMER
    assert told(opened) == ["waiting_ended", "reply_undelivered"]


def test_an_older_letter_that_came_back_does_not_end_the_waiting_for_a_newer_one(shop: Shop) -> None:
    opened, first = answered(shop)
    reply(shop, opened, hours=1)
    bounce(shop, first, hours=2, hard=False)
    follow()
    assert state(opened) == State.WAITING_CUSTOMER
    assert told(opened) == ["reply_undelivered"]


def test_a_letter_that_a_mail_server_refused_for_good_is_told_too(shop: Shop) -> None:
    opened, letter = answered(shop)
    Letter.objects.filter(pk=letter.pk).update(sent_at=None, failed_at=shop.after(1))
    from_the_post = {"verb": "letter_failed", "at": shop.after(1), "data": {"reason": "550 No"}}
    Fact.objects.create(about=[f"letter:{letter.pk}", f"request:{opened.id}"], **from_the_post)
    follow()
    assert state(opened) == State.OPEN


def test_a_letter_of_the_house_that_came_back_changes_nothing_on_the_request(shop: Shop) -> None:
    opened = shop.ask_repair()
    acknowledgement = Letter.objects.get(kind="acknowledgement")
    Letter.objects.filter(pk=acknowledgement.pk).update(due_at=None, sent_at=shop.at)
    actions.wait_for_customer(by=shop.world.ana, at=shop.at, request_id=opened.id)
    bounce(shop, acknowledgement)
    follow()
    assert state(opened) == State.WAITING_CUSTOMER
    assert told(opened) == []


def test_a_resolved_request_stays_resolved_and_says_that_its_letter_did_not_arrive(shop: Shop) -> None:
    opened, letter = answered(shop, then="resolve")
    bounce(shop, letter)
    follow()
    assert state(opened) == State.RESOLVED
    assert told(opened) == ["reply_undelivered"]


def test_who_wrote_a_letter_hears_that_it_did_not_arrive_until_they_have_seen_to_it(shop: Shop) -> None:
    ana = shop.world.ana.person_id
    _opened, letter = answered(shop)
    assert post.letters_in_trouble(by_party_id=ana) == []
    bounce(shop, letter)
    (row,) = post.letters_in_trouble(by_party_id=ana)
    assert (row.id, row.state, row.bounce_reason) == (letter.pk, "bounced", "nobody_there")
    assert post.what_to_do(row) == (
        "Nobody has this address any more. Ask for the right one, by telephone perhaps, correct it on the customer's "
        "page, and write again."
    )
    assert post.letters_in_trouble(by_party_id=shop.world.radu.person_id) == []
    for stranger in (shop.world.zofia, shop.world.tomasz):
        with pytest.raises((HiddenError, NotAllowedError)):
            actions.settle_letter_trouble(by=stranger, at=shop.after(2), letter_id=letter.pk)
    assert len(post.letters_in_trouble(by_party_id=ana)) == 1
    actions.settle_letter_trouble(by=shop.world.ana, at=shop.after(2), letter_id=letter.pk)
    assert post.letters_in_trouble(by_party_id=ana) == []
    with pytest.raises(HiddenError):
        actions.settle_letter_trouble(by=shop.world.ana, at=shop.after(3), letter_id=letter.pk)


def test_a_letter_that_is_well_is_in_no_trouble(shop: Shop) -> None:
    _opened, letter = answered(shop)
    with pytest.raises(HiddenError):
        actions.settle_letter_trouble(by=shop.world.ana, at=shop.after(2), letter_id=letter.pk)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("550 5.1.1 <x@example.test>: no such user", "Nobody has this address any more."),
        ("550 5.1.2 Bad destination system", "There is no such mail address"),
        ("552 5.2.2 Over quota", "The mailbox is full."),
        ("550 5.7.1 Message refused", "Their mail server does not take mail from us"),
        ("550 5.7.26 Unauthenticated", "Their mail server takes no mail from ours."),
        ("552 5.3.4 Message too big", "Their mail server did not take what was in it"),
        ("550 No", "Their mail server does not say why."),
        ("TimeoutError: timed out", "Their mail server does not say why."),
    ],
)
def test_a_mail_servers_own_words_lead_to_something_to_do(shop: Shop, words: str, begins: str) -> None:
    _opened, letter = answered(shop)
    Letter.objects.filter(pk=letter.pk).update(sent_at=None, failed_at=shop.at)
    letter.attempts.create(at=shop.at, outcome="refused", answer=words)
    (row,) = post.letters_in_trouble(by_party_id=shop.world.ana.person_id)
    assert post.what_to_do(row).startswith(begins)

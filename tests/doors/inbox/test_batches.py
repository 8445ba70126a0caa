"""Mail understood in batches comes out as if it had been understood one by one, and one bad mail stops no other."""

import re
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from clientela.inbox import jobs
from clientela.inbox.actions import (
    BatchFailedError,
    IncomingMail,
    batches,
    store_raw_messages,
    understand_batch,
    understand_message,
)
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Fact, Letter
from clientela.requests.models import Attachment, Message, Request
from tests.shop import Shop

LETTERS = Path(__file__).parents[1] / "letters"
CARE = "care@casa-lavora.test"
REFERENCE = re.compile(r"R-[0-9A-Z]+-[0-9A-Z]")


@pytest.fixture(autouse=True)
def _our_domain(tmp_path: Path) -> object:
    """The raw letters were written to casa-lavora.test. Marks are kept apart from those of other tests."""
    with override_settings(MAIL_DOMAIN="casa-lavora.test", STATE_FOLDER=tmp_path):
        yield


def mail(
    name: str, *, sender: str = "zofia@example.test", answers: str = "", text: str = "", subject: str = ""
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = CARE
    message["Subject"] = subject or f"Pralka {name}"
    message["Message-ID"] = f"<{name}@example.test>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@example.test>"
    message.set_content(text or f"Dzień dobry, pralka {name} nie działa. Proszę o pomoc.\n")
    return message.as_bytes()


def store(shop: Shop, *contents: bytes, came_by: str = "smtp") -> list[int]:
    return store_raw_messages(
        [
            IncomingMail(shop.after(place / 3600), came_by, content, "somebody@example.test", (CARE,))
            for place, content in enumerate(contents)
        ]
    )


def pile() -> list[bytes]:
    """New and known senders, answers to mails of the same pile, copies, machines, bytes that are no mail."""
    first, stranger = mail("first"), mail("stranger", sender="Nowa Osoba <nowa@example.org>")
    written = [path.read_bytes() for path in sorted(LETTERS.glob("*.eml"))]
    assert len(written) >= 5
    return [
        *written,
        first,
        stranger,
        mail("of-the-same-stranger", sender="nowa@example.org"),
        mail("answer", answers="first"),
        mail("answer-to-the-answer", answers="answer"),
        mail("answer-of-somebody-else", answers="first", sender="nobody@example.org"),
        first,  # by another way
        mail("first", text="The same Message-ID, and other words.", subject="Pralka first"),
        b"",
        mail("last", sender="nowa@example.org"),
    ]


def what_came_of(raw_ids: list[int]) -> list[object]:
    """All that a pile of mail wrote, told without the numbers of its rows."""
    raws = list(RawMessage.objects.filter(pk__in=raw_ids).order_by("pk"))
    opened_by: dict[int, int] = {}
    for place, raw in enumerate(raws):
        if raw.request_id is not None:
            opened_by.setdefault(raw.request_id, place)
    told: list[object] = []
    for raw in raws:
        told.append(
            (raw.outcome, REFERENCE.sub("R-…", raw.reason), raw.from_address, raw.subject, raw.details, raw.tried_count)
        )
        told.append(opened_by.get(raw.request_id or 0))
        message = Message.objects.filter(pk=raw.message_id).first()
        if message is not None:
            told.append((message.kind, message.text, message.quoted, message.signature, message.language))
            told.append((message.author.party.name if message.author else "", message.message_id))
            told.append(list(Attachment.objects.filter(message=message).order_by("pk").values_list("name", "sha256")))
    for number in opened_by:
        request = Request.objects.select_related("customer").get(pk=number)
        told.append((request.state, request.title, request.customer.name, request.language, request.side))
        told.append((request.next_due_at, request.unanswered_since, request.last_message_at))
        facts = Fact.objects.filter(about__contains=[f"request:{number}"]).order_by("pk")
        told.append([fact.verb for fact in facts if fact.verb != "mail_understood"])
        letters = Letter.objects.filter(about__contains=[f"request:{number}"]).order_by("pk")
        told.append([(letter.kind, letter.to_address, letter.subject.partition("[")[0]) for letter in letters])
        told.append(
            [REFERENCE.sub("R-…", letter.text).partition("/p/")[0] for letter in letters],
        )
    return told


def looked_at(shop: Shop, understand: Callable[[list[int]], None]) -> list[object]:
    with transaction.atomic():
        raw_ids = store(shop, *pile())
        understand(raw_ids)
        told = what_came_of(raw_ids)
        transaction.set_rollback(True)
    return told


@pytest.mark.django_db
def test_a_pile_comes_out_in_a_batch_as_it_does_one_by_one(shop: Shop) -> None:
    def one_by_one(raw_ids: list[int]) -> None:
        for raw_id in raw_ids:
            assert understand_message(at=shop.after(1), raw_id=raw_id) is not None

    def together(raw_ids: list[int]) -> None:
        assert understand_batch(at=shop.after(1)) == len(raw_ids)

    apart, batch = looked_at(shop, one_by_one), looked_at(shop, together)
    assert batch == apart
    outcomes = [told[0] for told in apart if isinstance(told, tuple) and len(told) == 6]
    assert {"opened", "continued", "duplicate", "quarantined"} <= set(outcomes)


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_mails(shop: Shop) -> None:
    counts = []
    for many in (2, 3, 12):  # the first finds the calendars and terms, which are then remembered
        store(shop, *(mail(f"of-{many}-{number}", sender=f"p{many}-{number}@example.org") for number in range(many)))
        with CaptureQueriesContext(connection) as statements:
            assert understand_batch(at=shop.after(1)) == many
        counts.append(len(statements))
    assert counts[1] == counts[2]


@pytest.mark.django_db
def test_one_mail_that_breaks_us_is_put_aside_and_the_others_of_its_batch_go_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(shop, *(mail(f"n{number}") for number in range(5)))
    whole = batches.read_stored

    def break_at_the_third(raw: RawMessage) -> object:
        if b"<n2@example.test>" in bytes(raw.content):
            raise RuntimeError("a fault of ours")
        return whole(raw)

    monkeypatch.setattr("clientela.inbox.actions.batches.read_stored", break_at_the_third)
    monkeypatch.setattr("clientela.inbox.actions.understanding.read_stored", break_at_the_third)
    with pytest.raises(BatchFailedError) as failed, transaction.atomic():
        understand_batch(at=shop.after(1))
    assert len(failed.value.raw_ids) == 5
    assert not RawMessage.objects.filter(understood_at__isnull=False).exists()
    monkeypatch.setattr(jobs, "now", lambda: shop.after(1))
    assert jobs.understand_mail() == 5
    found = RawMessage.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(found) == ["opened", "opened", "quarantined", "opened", "opened"]
    assert RawMessage.objects.get(outcome="quarantined").reason == "RuntimeError: a fault of ours"
    assert Request.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_another_worker_is_at_is_left_for_the_next_batch(shop: Shop) -> None:
    first, copy, other = store(shop, mail("first"), mail("first"), mail("other"))
    understood: list[int] = []

    def understand_too() -> None:
        try:
            understood.append(understand_batch(at=shop.after(1)))
        finally:
            connection.close()

    with transaction.atomic():
        assert understand_message(at=shop.at, raw_id=first) is not None
        second_worker = threading.Thread(target=understand_too, daemon=True)
        second_worker.start()
        second_worker.join(timeout=20)
        assert understood == [1]  # and it did not wait for us
    assert RawMessage.objects.get(pk=copy).outcome == ""
    assert RawMessage.objects.get(pk=other).outcome == "opened"
    assert understand_batch(at=shop.after(1)) == 1
    assert RawMessage.objects.get(pk=copy).outcome == "duplicate"


@pytest.mark.django_db
def test_who_takes_in_files_is_not_overtaken_and_what_failed_is_tried_alone(shop: Shop) -> None:
    (given,) = store(shop, mail("given"), came_by="file")
    (failed,) = store(shop, mail("failed"))
    RawMessage.objects.filter(pk=failed).update(tried_count=1)
    assert understand_batch(at=shop.after(0.01)) == 0
    assert understand_batch(at=shop.after(0.1)) == 1
    assert RawMessage.objects.get(pk=given).outcome == "opened"
    assert RawMessage.objects.get(pk=failed).outcome == ""


@pytest.mark.django_db
def test_a_batch_does_not_take_more_than_the_memory_holds(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    raw_ids = store(shop, *(mail(f"n{number}", text="long " * 1000) for number in range(4)))
    monkeypatch.setattr(batches, "BYTES_A_BATCH", 2 * RawMessage.objects.get(pk=raw_ids[0]).size_bytes + 10)
    assert [understand_batch(at=shop.after(1)) for _ in range(3)] == [2, 2, 0]


@pytest.mark.django_db
def test_reading_that_takes_long_ends_the_batch_and_the_rest_comes_with_the_next(shop: Shop) -> None:
    store(shop, *(mail(f"n{number}") for number in range(3)))
    assert understand_batch(at=shop.after(1), is_enough=lambda: True) == 1
    assert understand_batch(at=shop.after(1)) == 2


@pytest.mark.django_db
def test_what_a_worker_died_over_is_tried_alone_and_put_aside_when_it_kills_again_and_again(
    shop: Shop, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "now", lambda: shop.after(1))
    innocent, killer = store(shop, mail("innocent"), mail("killer"))
    marks = Path(settings.STATE_FOLDER) / "intake"
    marks.mkdir()

    def die(**_: object) -> None:
        raise SystemExit  # what comes after it does not happen, as when the process is killed

    (marks / "1-aa.mark").write_text(f"[[{killer}, {innocent}]]")
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "understand_message", die)
        for deaths in range(1, jobs.MOST_DEATHS):
            with pytest.raises(SystemExit):
                jobs.take_up_what_was_lost()
            assert RawMessage.objects.get(pk=killer).tried_count == deaths
            (marks / "1-aa.mark").write_text(f"[[{killer}]]")  # it died over this one alone
        jobs.take_up_what_was_lost()
    put_aside = RawMessage.objects.get(pk=killer)
    assert (put_aside.outcome, put_aside.reason) == ("quarantined", "The worker died 4 times over this message.")
    jobs.understand_what_waits()
    assert RawMessage.objects.get(pk=innocent).outcome == "opened"


@pytest.mark.django_db
def test_after_a_death_small_groups_find_the_one_that_kills_and_no_other_waits_for_it(
    shop: Shop, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "now", lambda: shop.after(1))
    raw_ids = store(shop, *(mail(f"n{number}") for number in range(30)))
    killer = raw_ids[7]
    marks = Path(settings.STATE_FOLDER) / "intake"
    marks.mkdir()
    (marks / "1-aa.mark").write_text(f"[{raw_ids}]")
    deaths: list[int] = []
    mark_of_the_dead: list[str] = []
    real_given, real_one = jobs.understand_given, jobs.understand_message

    def die_of(raw_ids: Sequence[int]) -> None:
        if killer in raw_ids:
            deaths.append(len(raw_ids))
            # The mark goes when this process leaves its block, as it does not when it is killed.
            mark_of_the_dead[:] = [path.read_text() for path in marks.glob("*.mark")]
            raise SystemExit

    def given(*, at: datetime, raw_ids: Sequence[int]) -> object:
        die_of(raw_ids)
        return real_given(at=at, raw_ids=raw_ids)

    def one(*, at: datetime, raw_id: int) -> object:
        die_of([raw_id])
        return real_one(at=at, raw_id=raw_id)

    monkeypatch.setattr(jobs, "understand_given", given)
    monkeypatch.setattr(jobs, "understand_message", one)
    waited: list[int] = []
    while RawMessage.objects.filter(outcome="").exists():
        try:
            jobs.take_up_what_was_lost()
        except SystemExit:
            waited.append(RawMessage.objects.filter(outcome="").count())
            (marks / "2-bb.mark").write_text(mark_of_the_dead[0])
    # After the thirty it died over five of them, when those before had been done; then the others came first.
    assert deaths == [5, 2, 1]
    assert waited == [25, 3, 2]
    outcomes = dict(RawMessage.objects.values_list("pk", "outcome"))
    assert [raw_id for raw_id, outcome in outcomes.items() if outcome != "opened"] == [killer]
    assert RawMessage.objects.get(pk=killer).reason == "The worker died 4 times over this message."


@pytest.mark.django_db
def test_what_was_in_hand_for_afterwards_is_not_suspected(
    shop: Shop, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "now", lambda: shop.after(1))
    first, second = store(shop, mail("first"), mail("second"))
    marks = Path(settings.STATE_FOLDER) / "intake"
    marks.mkdir()
    (marks / "1-aa.mark").write_text(f"[[{first}], [{second}]]")
    jobs.take_up_what_was_lost()
    tried = dict(RawMessage.objects.values_list("pk", "tried_count"))
    assert (tried[first], tried[second]) == (2, 1)  # one failed try, and the one that went well
    assert not RawMessage.objects.exclude(outcome="opened").exists()


@pytest.mark.django_db
def test_whoever_lets_batches_begin_hears_how_many_mails_the_last_one_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(shop, *(mail(f"n{number}") for number in range(3)))
    monkeypatch.setattr(jobs, "now", lambda: shop.after(1))
    heard: list[int] = []

    def goes_on(done: int) -> bool:
        heard.append(done)
        return len(heard) < 3

    assert jobs.understand_mail(goes_on) == 3
    assert heard == [0, 3]
    store(shop, mail("one more"))
    assert jobs.understand_mail(goes_on) == 0
    assert heard == [0, 3, 0]

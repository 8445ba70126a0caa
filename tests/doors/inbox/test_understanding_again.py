"""Everything can be understood again from what was stored: a whole corpus, twice and in batches, comes to the same."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from typer.testing import CliRunner

from clientela.command.reread import app
from clientela.inbox.actions import (
    Difference,
    reread_all,
    store_raw_message,
    understand_batch,
    understand_message,
)
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Letter
from clientela.requests.models import Message, Participant, Request
from tests.shared_data import needs_shared_data, shared_data
from tests.shop import Shop

LETTERS = Path(__file__).parents[1] / "letters"
REFERENCE = re.compile(r"R-[0-9A-Z]+-[0-9A-Z]")


def written(sender: str, name: str, text: str, *more: str, to: str = "care@casa-lavora.test") -> bytes:
    head = (f"From: {sender}", f"To: {to}", "Subject: First", f"Message-ID: <{name}>", *more)
    return "\r\n".join([*head, "", text, ""]).encode()


FIRST, SECOND = "first@example.test", "second@example.test"
ZOFIA, JAN, STRANGER = "zofia@example.test", "jan@example.test", "stranger@evil.example"
BOTH = "care@casa-lavora.test, it@casa-lavora.test"
ANSWERS = (
    written(ZOFIA, FIRST, "It leaks.", f"Cc: Jan <{JAN}>", to=BOTH),
    written(ZOFIA, SECOND, "Still.\r\n\r\n> It leaks.\r\n\r\n-- \r\nZofia", f"In-Reply-To: <{FIRST}>"),
    written(JAN, "third@example.test", "I am at home.", f"References: <{FIRST}> <{SECOND}>"),
    written(STRANGER, "4@evil.example", "Let me in.", f"References: <{FIRST}>"),
    written(ZOFIA, FIRST, "It leaks.", "Received: x", to="it@casa-lavora.test"),
    b"\x00\x01\x02" * 50,
)


@pytest.fixture(autouse=True)
def _our_house() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test", TRUSTED_CHECKERS=("mx.casa-lavora.test",)):
        yield


def corpus() -> list[bytes]:
    return [*ANSWERS, *(path.read_bytes() for path in sorted(LETTERS.glob("*.eml")))]


def store(shop: Shop, contents: list[bytes]) -> list[int]:
    return [
        store_raw_message(
            at=shop.at + timedelta(seconds=number), came_by="smtp", content=content, envelope_from="relay@example.test"
        )
        for number, content in enumerate(contents)
    ]


def one_by_one(shop: Shop, contents: list[bytes]) -> None:
    for raw_id in store(shop, contents):
        understand_message(at=shop.after(1), raw_id=raw_id)


def in_batches(shop: Shop, contents: list[bytes]) -> None:
    store(shop, contents)
    while understand_batch(at=shop.after(1), limit=7):
        pass


def what_came_of_it() -> list[dict[str, Any]]:
    """Everything that was kept of each mail, with requests numbered by the mails that opened them."""
    opened = RawMessage.objects.filter(outcome="opened").order_by("pk").values_list("request_id", flat=True)
    numbers = {pk: number for number, pk in enumerate(opened)}
    names = {row.reference: f"R{numbers[row.pk]}" for row in Request.objects.all()}

    def plain(value: object) -> Any:
        words = json.dumps(value, default=str, ensure_ascii=False)
        return REFERENCE.sub(lambda found: names.get(found[0], found[0]), words)

    told = []
    for raw in RawMessage.objects.order_by("pk").select_related("message", "request"):
        message = raw.message
        told.append(
            {
                "outcome": raw.outcome,
                "reason": plain(raw.reason),
                "request": numbers.get(raw.request_id or 0),
                "perhaps": numbers.get(raw.perhaps_of_id or 0),
                "head": (raw.mail_id, raw.from_address, raw.subject),
                "details": {key: value for key, value in raw.details.items() if key != "takes_up"},
                "trust": raw.trust,
                "said": None
                if message is None
                else (
                    message.kind,
                    message.text,
                    message.quoted,
                    message.signature,
                    message.html,
                    message.language,
                    message.author.party.name if message.author else "",
                    sorted(message.attachments.values_list("name", "sha256", "content_id")),
                ),
            }
        )
    told.append(
        {
            "participants": sorted(
                (numbers[row.request_id], row.address, row.because) for row in Participant.objects.all()
            )
        }
    )
    told.append(
        {"letters": sorted((letter.kind, letter.to_address, plain(letter.subject)) for letter in Letter.objects.all())}
    )
    told.append(
        {
            "requests": [
                (row.title, row.state, row.provider_id, row.also_department_ids, row.language, row.side)
                for row in sorted(Request.objects.all(), key=lambda row: numbers[row.pk])
            ]
        }
    )
    return told


def understood_by(way: Any, shop: Shop, contents: list[bytes]) -> list[dict[str, Any]]:
    """What comes of the mails that way; then it is undone, so that the next way begins with the same empty house."""
    with transaction.atomic():
        way(shop, contents)
        found = what_came_of_it()
        assert reread_all().different == ()
        transaction.set_rollback(True)
    assert not RawMessage.objects.exists()
    return found


def test_everything_understood_again_comes_to_the_same(shop: Shop) -> None:
    contents = corpus()
    first = understood_by(one_by_one, shop, contents)
    assert understood_by(one_by_one, shop, contents) == first
    assert [mail["outcome"] for mail in first[: len(ANSWERS)]] == [
        "opened",
        "continued",
        "continued",
        "opened",
        "duplicate",
        "quarantined",
    ]
    assert [mail["request"] for mail in first[:5]] == [0, 0, 0, 1, 0]
    assert first[3]["perhaps"] == 0


def test_in_batches_it_comes_to_the_same_as_one_by_one(shop: Shop) -> None:
    contents = corpus()
    alone, together = understood_by(one_by_one, shop, contents), understood_by(in_batches, shop, contents)
    for number, (one, other) in enumerate(zip(alone, together, strict=True)):
        assert one == other, f"mail {number}"


@needs_shared_data
def test_real_mail_understood_again_comes_to_the_same(shop: Shop) -> None:
    paths = sorted(shared_data("mail").rglob("*.eml"))[::25]
    contents = [content for path in paths if len(content := path.read_bytes()) < 200_000][:80]
    assert contents
    assert understood_by(one_by_one, shop, contents) == understood_by(in_batches, shop, contents)


# --- what differs is told


def test_a_mail_that_would_be_read_differently_is_named_with_what_differs(shop: Shop) -> None:
    one_by_one(shop, list(ANSWERS))
    assert reread_all().mail_count == len(ANSWERS)
    assert reread_all().different == ()
    second = RawMessage.objects.get(mail_id="second@example.test")
    Message.objects.filter(text="Still.").update(text="Something else", signature="")
    RawMessage.objects.filter(mail_id="4@evil.example").update(trust={"verdict": "passed"}, subject="Was")
    RawMessage.objects.filter(mail_id="third@example.test").update(outcome="automatic")
    stranger = RawMessage.objects.get(mail_id="4@evil.example")
    third = RawMessage.objects.get(mail_id="third@example.test")
    assert reread_all().different == (
        Difference(second.pk, ("text", "signature")),
        Difference(third.pk, ("kind",)),
        Difference(stranger.pk, ("subject", "trust")),
    )
    assert RawMessage.objects.get(mail_id="second@example.test").message_id == second.message_id  # nothing was changed


def test_a_mail_that_would_lose_its_request_is_named(shop: Shop) -> None:
    one_by_one(shop, list(ANSWERS))
    Participant.objects.all().delete()
    third = RawMessage.objects.get(mail_id="third@example.test")
    assert reread_all().different == (Difference(third.pk, ("thread",)),)


def test_the_command_says_how_many_and_which(shop: Shop) -> None:
    one_by_one(shop, list(ANSWERS))
    same = CliRunner().invoke(app, [])
    assert (same.exit_code, same.stdout) == (0, "Mails: 6 read again; 0 would be understood differently.\n")
    raw = RawMessage.objects.get(mail_id="second@example.test")
    Message.objects.filter(text="Still.").update(text="Something else")
    other = CliRunner().invoke(app, ["--json"])
    assert other.exit_code == 1
    assert json.loads(other.stdout) == {"mails": 6, "different": [{"mail": raw.pk, "what": ["text"]}]}

"""`clientela receive` with files: each mail once, whatever breaks a run off, and a line about each."""

import json
import mailbox
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from typer.testing import CliRunner

from clientela.inbox.actions import store_raw_message
from clientela.inbox.models import RawMessage
from clientela.inbox.reading.files import bytes_at
from clientela.inbox.receive import app
from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.promises.models import DepartmentCalendar
from clientela.requests.models import Message, Request
from tests.doors.inbox.mailbox_parts import mail
from tests.shop import Shop

CHECKOUT = Path(__file__).resolve().parents[3]
LETTERS = Path(__file__).parents[1] / "letters"
MAILS = 60


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def received(*words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def mbox(path: Path, count: int) -> Path:
    box = mailbox.mbox(path)
    for number in range(count):
        box.add(mail(number))
    box.close()
    return path


def test_a_path_that_is_not_there_is_said_and_the_others_are_taken_in(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail(1))
    result = CliRunner().invoke(app, [str(tmp_path / "nothing"), str(tmp_path / "one.eml")])
    assert result.exit_code == 2
    assert f"There is no file or folder {tmp_path / 'nothing'}." in result.stderr
    assert RawMessage.objects.get().outcome == "opened"


def test_standard_input_stands_alone(shop: Shop, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["-", str(tmp_path)], input=mail(1))
    assert result.exit_code == 2
    assert RawMessage.objects.count() == 0


def test_the_second_run_stores_nothing_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    mbox(tmp_path / "old", 3)
    first = received(str(tmp_path))
    assert [line["outcome"] for line in first] == ["opened", "opened", "opened"]
    rows = list(RawMessage.objects.order_by("pk").values())
    second = received(str(tmp_path))
    assert [(line["outcome"], line["request"]) for line in second] == [("duplicate", line["request"]) for line in first]
    assert [line["text"] for line in second] == [line["text"] for line in first]
    assert list(RawMessage.objects.order_by("pk").values()) == rows
    assert (Request.objects.count(), Letter.objects.count()) == (3, 3)


def test_the_same_bytes_twice_in_one_folder_are_one_message(shop: Shop, tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail(1))
    lines = received(str(tmp_path))
    assert [line["outcome"] for line in lines] == ["opened", "duplicate"]
    assert lines[0]["request"] == lines[1]["request"]
    assert RawMessage.objects.count() == 1


def test_what_a_broken_run_stored_and_did_not_understand_is_understood_by_the_next(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail(1))
    store_raw_message(at=now(), came_by="file", content=mail(1))
    (line,) = received(str(tmp_path))
    assert line["outcome"] == "opened"
    assert (RawMessage.objects.count(), RawMessage.objects.get().outcome) == (1, "opened")


def test_what_was_put_aside_before_is_said_so_and_why(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (first,) = received(str(tmp_path))
    assert (first["outcome"], first["reason"]) == ("quarantined", "The message is empty.")
    (second,) = received(str(tmp_path))
    assert (second["outcome"], second["reason"]) == (
        "duplicate",
        "It was received before and put aside: The message is empty. It can be tried again in Settings, Mail.",
    )


def test_what_cannot_be_understood_together_is_understood_one_by_one(shop: Shop, tmp_path: Path) -> None:
    DepartmentCalendar.objects.filter(department=shop.care_id).delete()
    (tmp_path / "1.eml").write_bytes(mail(1))
    (tmp_path / "2.eml").write_bytes((LETTERS / "newsletter.eml").read_bytes())
    refused, newsletter = received(str(tmp_path))
    assert (refused["outcome"], newsletter["outcome"]) == ("quarantined", "automatic")
    assert refused["reason"].startswith("The department Customer Care has no calendar.")


def test_nobody_is_thanked_for_the_mails_of_an_old_mailbox(shop: Shop, tmp_path: Path) -> None:
    lines = received(str(mbox(tmp_path / "old", 2)), "--old")
    assert [line["outcome"] for line in lines] == ["opened", "opened"]
    assert lines[0]["reason"] == "It is new. No letter thanks for it: it lay in an old mailbox."
    assert Letter.objects.count() == 0
    assert Request.objects.count() == 2


def test_a_line_tells_of_bounces_machines_and_quotes_the_second_time_too(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes((LETTERS / "bounce-nobody-there.eml").read_bytes())
    answer = "Tak, w czwartek.\n\nW dniu 23.11.2026 o 10:00 Care napisał(a):\n> Dziękujemy za wiadomość.\n"
    (tmp_path / "2.eml").write_bytes(mail(2, text=answer))
    for _run in range(2):
        bounce, person = received(str(tmp_path))
        assert bounce["automatic"] is True
        assert [sorted(one) for one in bounce["bounce"]] == [["hard", "reason", "recipient", "status"]]
        assert (bounce["bounce"][0]["hard"], bounce["bounce"][0]["status"][0]) == (True, "5")
        assert (person["automatic"], person["bounce"], person["text"]) == (False, [], "Tak, w czwartek.")
        assert person["quoted_chars"] > 20


def test_every_key_of_a_line_is_there_for_every_mail(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"")
    (tmp_path / "2.eml").write_bytes(mail(2))
    for line in received(str(tmp_path)):
        assert sorted(line) == [
            "attachments",
            "automatic",
            "bounce",
            "file",
            "from",
            "language",
            "outcome",
            "quoted_chars",
            "reason",
            "request",
            "subject",
            "text",
        ]


def test_the_bytes_of_folders_are_counted_with_all_that_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123")
    (tmp_path / "round").symlink_to(tmp_path)
    assert (bytes_at(tmp_path), bytes_at(tmp_path / "b"), bytes_at(tmp_path / "nothing")) == (8, 3, 0)


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_it_goes_on_and_takes_each_mail_in_once(shop: Shop, tmp_path: Path) -> None:
    box = mbox(tmp_path / "old", MAILS)
    info = connection.get_connection_params()
    place = f"/{info['dbname']}?host={info.get('host', '')}&port={info['port']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{info['user']}:{info.get('password', '')}@{place}",
        "CLIENTELA_HOME": str(tmp_path / "home"),
        "CLIENTELA_SECRET_KEY": settings.SECRET_KEY,
        "CLIENTELA_MAIL_DOMAIN": "casa-lavora.test",
    }
    command = [sys.executable, "-P", "-m", "clientela.command.main", "receive", str(box)]
    broken_off = 0
    for wanted in (8, 25, 45):
        run = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL)
        while run.poll() is None and RawMessage.objects.exclude(outcome="").count() < wanted:
            time.sleep(0.01)
        broken_off += run.poll() is None
        run.kill()
        run.wait(10)
    assert broken_off == 3
    last = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    assert len(last.stdout.splitlines()) == MAILS
    stored = sorted(bytes(raw).replace(b"\r\n", b"\n") for raw in RawMessage.objects.values_list("content", flat=True))
    assert stored == sorted(mail(number).replace(b"\r\n", b"\n") for number in range(MAILS))
    assert RawMessage.objects.filter(outcome="opened").count() == MAILS
    assert (Request.objects.count(), Message.objects.count()) == (MAILS, MAILS)

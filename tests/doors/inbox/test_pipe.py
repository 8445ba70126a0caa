"""`clientela receive -`: what a mail server that hands over a mail gets back, so that none is lost between the two."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import override_settings
from typer.testing import CliRunner, Result

from clientela.inbox.models import RawMessage
from clientela.inbox.receive import app
from clientela.inbox.receive.pipe import Piped, piped
from tests.shop import Shop

CHECKOUT = Path(__file__).resolve().parents[3]
MAIL = b"From: zofia@example.test\nTo: care@casa-lavora.test\nSubject: pralka\n\nDzie\xf1 dobry\n"


def pipe(*words: str, mail: bytes = MAIL, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["-", *words], input=mail, env=environment)


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_stored_byte_for_byte_with_its_envelope(shop: Shop) -> None:
    result = pipe("--from=zofia@example.test", "--to=care@casa-lavora.test", "--to=it@casa-lavora.test")
    raw = RawMessage.objects.get()
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"We have it as number {raw.pk}.\n", "")
    assert (raw.came_by, bytes(raw.content), raw.understood_at) == ("pipe", MAIL, None)
    assert raw.envelope_from == "zofia@example.test"
    assert raw.envelope_to == ["care@casa-lavora.test", "it@casa-lavora.test"]


@pytest.mark.django_db(transaction=True)
def test_a_mail_over_the_limit_goes_back_to_its_sender(shop: Shop) -> None:
    with override_settings(MESSAGE_LIMIT_BYTES=len(MAIL)):
        assert pipe().exit_code == 0
        result = pipe(mail=MAIL + b"x")
    assert (result.exit_code, result.stdout) == (65, "")
    assert result.stderr == f"clientela receive: The mail is larger than {len(MAIL)} bytes.\n"
    assert RawMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_nothing_means_try_again(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inbox_rawmessage RENAME TO inbox_rawmessage_away")
    try:
        result = pipe()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inbox_rawmessage_away RENAME TO inbox_rawmessage")
    assert (result.exit_code, result.stdout) == (75, "")
    assert result.stderr.startswith("clientela receive: The mail cannot be stored just now: ")


@pytest.mark.django_db(transaction=True)
def test_an_empty_pipe_means_try_again(shop: Shop) -> None:
    result = pipe(mail=b"")
    assert (result.exit_code, result.stderr) == (75, "clientela receive: No mail came through the pipe.\n")
    assert RawMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_with_json_it_is_understood_at_once_and_told(shop: Shop) -> None:
    result = pipe("--json")
    assert result.exit_code == 0
    assert '"outcome": "opened"' in result.stdout


@pytest.mark.parametrize(
    ("given", "words", "environment", "expected"),
    [
        (b"A: b\n", {}, {}, Piped(b"A: b\n", "", ())),
        (b"A: b\n", {}, {"SENDER": "z@a", "RECIPIENT": "c@b"}, Piped(b"A: b\n", "z@a", ("c@b",))),
        (
            b"A: b\n",
            {},
            {"SENDER": "z@a", "RECIPIENT": "clientela@b", "ORIGINAL_RECIPIENT": "care@b"},
            Piped(b"A: b\n", "z@a", ("care@b",)),
        ),
        (
            b"A: b\n",
            {"envelope_from": "z@a", "envelope_to": ["c@b", "c@b", " d@b "]},
            {"SENDER": "other@a", "RECIPIENT": "other@b"},
            Piped(b"A: b\n", "z@a", ("c@b", "d@b")),
        ),
        (b"A: b\n", {"envelope_from": "MAILER-DAEMON"}, {}, Piped(b"A: b\n", "", ())),
        (b"A: b\n", {"envelope_from": "<>"}, {}, Piped(b"A: b\n", "", ())),
        (b"From z@a Sun Nov 22 05:30:51 2026\nA: b\n", {}, {}, Piped(b"A: b\n", "z@a", ())),
        (
            b"From z@a  Sun Nov 22 05:30:51 2026\r\nA: b\r\n",
            {"envelope_from": "y@a"},
            {},
            Piped(b"A: b\r\n", "y@a", ()),
        ),
        (b"From MAILER-DAEMON Sun Nov 22 05:30:51 2026\nA: b\n", {}, {}, Piped(b"A: b\n", "", ())),
        (b"From: z@a\nA: b\n\nFrom me to you\n", {}, {}, Piped(b"From: z@a\nA: b\n\nFrom me to you\n", "", ())),
    ],
)
def test_the_envelope_is_found_where_mail_servers_leave_it(
    given: bytes, words: dict[str, Any], environment: dict[str, str], expected: Piped
) -> None:
    said = {"envelope_from": "", "envelope_to": [], **words}
    assert piped(given, environment=environment, **said) == expected


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database that DATABASE_URL names"),
        ({"CLIENTELA_SMTP_PORT": "smtp"}, "CLIENTELA_SMTP_PORT is «smtp»"),
        ({"DATABASE_URL": "OURS", "DJANGO_SETTINGS_MODULE": "not.there"}, "No module named 'not'"),
        ({"DATABASE_URL": "OURS", "WORDS": "--two=care@casa-lavora.test"}, "No such option: --two"),
    ],
    ids=["no database", "a wrong setting", "a fault of ours", "a wrong option"],
)
@pytest.mark.django_db(transaction=True)
def test_whatever_is_wrong_on_our_side_the_mail_server_keeps_the_mail(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    ours = connection.settings_dict
    login = f"{ours['USER']}:{quote(ours['PASSWORD'])}"
    url = f"postgresql://{login}@/{ours['NAME']}?host={quote(ours['HOST'])}&port={ours['PORT']}"
    words = settings.pop("WORDS", "").split()
    ended = subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "receive", "-", *words],
        input=MAIL,
        cwd=CHECKOUT,
        env={
            **os.environ,
            "CLIENTELA_HOME": str(tmp_path),
            **{name: value.replace("OURS", url) for name, value in settings.items()},
        },
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert sentence in ended.stderr.decode()
    assert ended.returncode == 75

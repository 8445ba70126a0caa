"""What the tests of the kernel share: other processes on the same database, and a mail server that can misbehave."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection

from tests.contexts.kernel.mail_server import ScriptedMailServer

OtherProcess = Callable[..., "subprocess.Popen[str]"]


def database_url() -> str:
    """The address of the database of the tests, for a process that is not one of them."""
    where = connection.settings_dict
    query = {"host": where["HOST"], "port": where["PORT"]}
    who = quote(where["USER"]) + (f":{quote(where['PASSWORD'])}" if where["PASSWORD"] else "")
    return f"postgresql://{who}@/{where['NAME']}?{urlencode({key: value for key, value in query.items() if value})}"


@pytest.fixture
def other_process(transactional_db: None) -> Iterator[OtherProcess]:
    """Start Python in a process of its own: `other_process("-c", code, CLIENTELA_MAIL_SERVER=…)`. Killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-u", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "CLIENTELA_SECRET_KEY": settings.SECRET_KEY,
                "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "clientela.project.settings"),
                **environment,
            },
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        print(process.communicate()[0])  # shown beside a test that failed


@pytest.fixture
def mail_server(settings: object) -> Iterator[ScriptedMailServer]:
    """A real mail server on a free port, which the settings point at."""
    with ScriptedMailServer() as server:
        settings.MAIL_SERVER = server.url
        yield server

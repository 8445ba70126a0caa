"""A side of a comparison: a database of its own, and a process of its own that asks it when told.

Two sides are asked in turns, so whatever else the machine does falls on both.
"""

import importlib
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier, Literal

PREFIX = "clientela_bench_"
PATIENCE_SECONDS = 5.0


class Side:
    """One database, filled by the first who asks for it, and the process that asks it."""

    def __init__(self, url: str, name: str, *, home: Path) -> None:
        """Name the side; its database is made on the server of `url`. `home` is the state folder of its process."""
        self.name = name
        self._server = url
        parts = urlsplit(url)
        self._environment = {
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{PREFIX}{name}")),
            "CLIENTELA_HOME": str(home),
            "CLIENTELA_ALLOWED_HOSTS": "localhost",
            "DJANGO_SETTINGS_MODULE": "clientela.project.settings",
        }
        self._pipe: Connection | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to work on this side's database."""
        return {**os.environ, **self._environment}

    @property
    def note(self) -> str:
        """What was left at the database when it had been filled; "" when it has to be filled."""
        row = self._on_server(
            SQL("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {}").format(
                Literal(PREFIX + self.name)
            )
        )
        return row[0] or "" if row else ""

    def make(self) -> None:
        """Make the database empty."""
        self.drop()
        self._on_server(SQL("CREATE DATABASE {}").format(Identifier(PREFIX + self.name)))

    def leave_note(self, note: str) -> None:
        """Say that the database is filled."""
        self._on_server(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(PREFIX + self.name), Literal(note)))

    def drop(self) -> None:
        """Remove the database."""
        self._on_server(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(PREFIX + self.name)))

    @contextmanager
    def asked_by(self, module: str) -> Iterator[None]:
        """Start the process. It answers with what `module` offers: functions of plain data."""
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        process = spawn.Process(target=_serve, args=(theirs, self._environment, module), daemon=True)
        process.start()
        theirs.close()
        try:
            yield
        finally:
            self._pipe.close()
            process.join(PATIENCE_SECONDS)
            process.terminate()  # it may be in the middle of filling when somebody presses Ctrl-C
            process.join()

    def tell(self, name: str, *words: object) -> None:
        """Let the process call a function, without waiting for it."""
        if self._pipe is None:
            raise RuntimeError("Nobody asks this side yet.")
        self._pipe.send((name, words))

    def hear(self) -> Any:
        """Wait for the answer of the function that was called first."""
        if self._pipe is None:
            raise RuntimeError("Nobody asks this side yet.")
        is_well, answer = self._pipe.recv()
        if not is_well:
            raise RuntimeError(f"{self.name}: {answer}")
        return answer

    def ask(self, name: str, *words: object) -> Any:
        """Call a function and wait for its answer."""
        self.tell(name, *words)
        return self.hear()

    def _on_server(self, statement: Any) -> Any:
        with psycopg.connect(self._server, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone() if cursor.description else None


def _serve(pipe: Connection, environment: dict[str, str], module: str) -> None:
    """In the process: answer until the other end is closed."""
    os.environ |= environment
    importlib.import_module("django").setup()
    asked = importlib.import_module(module)
    while True:
        try:
            name, words = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, getattr(asked, name)(*words)))
        except Exception as error:  # noqa: BLE001 - told to the other end, which ends
            pipe.send((False, f"{type(error).__name__}: {error}"))

"""The command `clientela`: one table of commands, each loaded only when it is called.

Loading by name keeps `--help` quick and the process that watches over the others small, and lets Django be set up
before a module that imports models is imported, without an import inside a function.
"""

import difflib
import importlib
import os
import sys
import traceback
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn

from clientela.command.database import database_at_hand
from clientela.kernel.environment import WrongSettingError
from clientela.kernel.postgres import ClusterError

WRONG_USE = 2
TRY_AGAIN = 75  # EX_TEMPFAIL: what a mail server understands as "not now"
CONNECT_SECONDS = 10
HISTORY = "--history"


class Needs(Enum):
    """What a command needs before its module may be imported."""

    NOTHING = auto()
    DATABASE = auto()  # a running database, and Django set up on it


@dataclass(frozen=True)
class Command:
    """One row of the table: where the command's typer `app` is, what it needs, and what it does, in one line."""

    module: str
    needs: Needs
    summary: str
    of_history: str = ""  # the module that is taken instead with --history; it needs the database


# To add a command: write its module with an `app`, and add a row here and in docs/manual/commands.md.
COMMANDS = {
    "run": Command("clientela.command.run", Needs.NOTHING, "Start everything here, until Ctrl-C."),
    "migrate": Command("clientela.command.migrate", Needs.DATABASE, "Bring the database up to this version."),
    "check-setup": Command("clientela.command.check_setup", Needs.NOTHING, "Show the settings in force, no secrets."),
    "receive": Command("clientela.inbox.receive", Needs.DATABASE, "Take in mail from files, mailboxes or a pipe."),
    "doctor": Command("clientela.command.doctor", Needs.DATABASE, "Say which link of the mail's chain is broken."),
    "demo": Command("clientela.command.demo", Needs.DATABASE, "Load the demonstration organisation."),
    "calendar": Command("clientela.command.calendar", Needs.NOTHING, "Check working calendars against vector files."),
    "people": Command("clientela.command.people", Needs.DATABASE, "Bring people and departments in from a file."),
    "replay": Command(
        "clientela.command.replay",
        Needs.NOTHING,
        "Play a real log through the dispatcher, rule by rule.",
        of_history="clientela.command.replay_history",
    ),
    "forecast": Command("clientela.command.forecast", Needs.NOTHING, "Forecast a real log, and check the forecasts."),
    "map": Command("clientela.command.map", Needs.NOTHING, "Discover who serves whom from an event log."),
    "impact": Command(
        "clientela.command.impact", Needs.NOTHING, "Estimate what better service inside is worth outside."
    ),
    "recompute": Command("clientela.command.recompute", Needs.DATABASE, "Compute clocks and legs anew, and compare."),
    "analytics": Command("clientela.command.analytics", Needs.DATABASE, "Show the analytics store, or write it anew."),
    "reread": Command("clientela.command.reread", Needs.DATABASE, "Read all stored mail again, and compare."),
    "voice": Command("clientela.command.voice", Needs.NOTHING, "Understand lines of text: feeling and subjects."),
    "languages": Command("clientela.command.languages", Needs.NOTHING, "Gather and compile the catalogues."),
}
# Called by other commands, not by people.
INNER_COMMANDS = {
    "prepare": Command("clientela.command.prepare", Needs.DATABASE, "Migrate, and fill an empty database."),
}


def main() -> None:
    """Run the command that the words of the command line name. A wrong setting ends it with one sentence, status 2."""
    words = sys.argv[1:]
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(help_text())
        return
    command = {**COMMANDS, **INNER_COMMANDS}.get(words[0])
    if command is None:
        _end(_unknown(words[0]))
    if command.of_history and HISTORY in words:
        command = Command(command.of_history, Needs.DATABASE, command.summary)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
    if words[0] == "receive" and "-" in words:
        _run_for_a_mail_server(command, words)
    else:
        _run(command, words)


def _run(command: Command, words: list[str]) -> None:
    try:
        if command.needs is Needs.DATABASE and not {"-h", "--help"} & set(words):
            with database_at_hand():
                _reach_database()
                _call(command, words)
        else:
            _call(command, words)
    except (WrongSettingError, ClusterError) as error:
        _end(str(error))


def _run_for_a_mail_server(command: Command, words: list[str]) -> None:
    """Run a command to which a mail server hands a mail. It returns the mail to its sender for a status that it does
    not know, so everything that is wrong on our side ends with the one that means: try again.
    """
    try:
        _run(command, words)
    except SystemExit as end:
        if end.code != WRONG_USE:
            raise
    except (Exception, KeyboardInterrupt):  # noqa: BLE001 - whatever it is, the mail must not be lost for it
        sys.stderr.write(traceback.format_exc())
    else:
        return
    sys.exit(TRY_AGAIN)


def command_names() -> tuple[str, ...]:
    """Name every command for people."""
    return tuple(COMMANDS)


def help_text() -> str:
    """List the commands, one a line."""
    widest = max(map(len, COMMANDS))
    rows = [f"  {name:<{widest}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "Usage: clientela COMMAND [OPTIONS]",
            "",
            *rows,
            "",
            "`clientela COMMAND --help` tells more about one. Every command works whether or not the servers run.",
            "",
        ]
    )


def _call(command: Command, words: list[str]) -> None:
    if command.needs is Needs.DATABASE:
        importlib.import_module("django").setup()
    importlib.import_module(command.module).app(args=words[1:], prog_name=f"clientela {words[0]}")


def _reach_database() -> None:
    """Ask for one connection, so that a database that is away is said at once, and not after the pool's patience."""
    psycopg = importlib.import_module("psycopg")
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise ClusterError(f"The database that DATABASE_URL names cannot be used: {reason}") from error


def _unknown(word: str) -> str:
    near = difflib.get_close_matches(word, COMMANDS, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no command «{word}».{meant} `clientela --help` lists them all."


def _end(sentence: str) -> NoReturn:
    sys.stderr.write(f"clientela: {sentence}\n")
    sys.exit(WRONG_USE)


if __name__ == "__main__":
    main()

"""One mail through a pipe, as a mail server hands it over: `clientela receive -`.

The mail server reads our exit status (sysexits.h): 0, we have it and it may forget it; 75, it keeps it and tries again;
65, it tells the sender that the mail is too large. Whatever goes wrong here is 75: no mail is lost for a wrong setting,
a database that is away, or a fault of ours.
"""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import typer
from django.conf import settings
from django.db import Error

from clientela.inbox.actions import store_raw_message
from clientela.inbox.receive.files import take_in
from clientela.inbox.receive.lines import line_about
from clientela.kernel.clock import now

STORED = 0
TOO_LARGE = 65  # EX_DATAERR
TRY_AGAIN = 75  # EX_TEMPFAIL

# What mail servers put before a mail that they hand to a program, and is no part of it.
_ENVELOPE_LINE = re.compile(rb"\AFrom (\S*) [^\r\n]*\r?\n")
# How they write that nobody sent it.
_NOBODY = frozenset({"<>", "mailer-daemon"})


@dataclass(frozen=True)
class Piped:
    """What came through the pipe. An envelope of which nothing is known is "" and ()."""

    content: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]


def receive_from_pipe(*, envelope_from: str, envelope_to: list[str], as_json: bool) -> int:
    """Store the mail on standard input, and return the exit status for the mail server.

    The worker understands it soon. `as_json` is for people and scripts who want to see what comes of it: it is
    understood at once, and told.
    """
    if as_json:
        typer.echo(line_about("-", take_in(sys.stdin.buffer.read(), came_by="file"), as_json=True))
        return STORED
    limit = settings.MESSAGE_LIMIT_BYTES
    given = sys.stdin.buffer.read(limit + 1)
    if len(given) > limit:
        return _said(TOO_LARGE, f"The mail is larger than {limit} bytes.")
    if not given:
        return _said(TRY_AGAIN, "No mail came through the pipe.")
    mail = piped(given, envelope_from=envelope_from, envelope_to=envelope_to, environment=os.environ)
    try:
        number = store_raw_message(
            at=now(),
            came_by="pipe",
            content=mail.content,
            envelope_from=mail.envelope_from,
            envelope_to=mail.envelope_to,
        )
    except Error as error:
        return _said(TRY_AGAIN, f"The mail cannot be stored just now: {error}")
    typer.echo(f"We have it as number {number}.")
    return STORED


def piped(given: bytes, *, envelope_from: str, envelope_to: list[str], environment: Mapping[str, str]) -> Piped:
    """Tell the mail from its envelope: what was said with --from and --to, else what the mail server left elsewhere.

    Postfix, Exim and others name both in the environment of a program that is called from an alias or a .forward file;
    some write the sender into a line before the mail.
    """
    line = _ENVELOPE_LINE.match(given)
    content = given if line is None else given[line.end() :]
    noted = "" if line is None else line[1].decode("utf-8", "replace")
    sender = envelope_from or environment.get("SENDER", "") or noted
    receiver = environment.get("ORIGINAL_RECIPIENT", "") or environment.get("RECIPIENT", "")
    recipients = [address.strip() for address in envelope_to or [receiver] if address.strip()]
    sender = sender.strip()
    return Piped(content, "" if sender.lower() in _NOBODY else sender, tuple(dict.fromkeys(recipients)))


def _said(status: int, sentence: str) -> int:
    typer.echo(f"clientela receive: {sentence}", err=True)
    return status

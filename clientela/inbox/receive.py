"""`clientela receive`: take in mail from files, one line a message about what came of it."""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from clientela.inbox.actions import Understood, quarantine_message, store_raw_message, understand_message
from clientela.inbox.reading.files import RawSource, UnreadableSource, messages_in
from clientela.kernel.clock import now

STANDARD_INPUT = Path("-")
WRONG_USE = 2

app = typer.Typer(help="Take in mail from files.")


@app.command()
def receive(
    paths: Annotated[
        list[Path], typer.Argument(help="Mails (.eml), mbox files, Maildir or plain folders; - reads one mail.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of words.")] = False,
) -> None:
    """Take in every mail at PATHS as if it had been sent to us: stored first, then understood.

    Running it twice on the same files changes nothing the second time: each is reported as a duplicate.
    """
    is_bad = False
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Mails", total=None)
        for path in paths:
            try:
                for source in _sources(path):
                    typer.echo(_line(source, as_json=as_json))
                    progress.advance(task)
            except UnreadableSource as error:
                is_bad = True
                typer.echo(f"clientela receive: {error} The other files are taken in.", err=True)
    if is_bad:
        raise typer.Exit(WRONG_USE)


def _sources(path: Path) -> Iterator[RawSource]:
    if path == STANDARD_INPUT:
        yield RawSource("-", sys.stdin.buffer.read())
    else:
        yield from messages_in(path)


def _line(source: RawSource, *, as_json: bool) -> str:
    if source.problem is not None:
        understood = Understood(outcome="quarantined", reason=source.problem)
    else:
        understood = _take_in(source.raw)
    if not as_json:
        what = f"{understood.outcome:<11} {understood.request or '–':<10} {source.name}"
        return what if understood.outcome in {"opened", "continued"} else f"{what}: {understood.reason}"
    return json.dumps(
        {
            "file": source.name,
            "outcome": understood.outcome,
            "request": understood.request or None,
            "from": understood.from_address or None,
            "subject": understood.subject,
            "language": understood.language or None,
            "text": understood.text,
            "attachments": [
                {"name": file.name, "bytes": len(file.content), "sha256": sha256(file.content).hexdigest()}
                for file in understood.attachments
            ],
            "reason": understood.reason,
        },
        ensure_ascii=False,
    )


def _take_in(content: bytes) -> Understood:
    at = now()
    raw_id = store_raw_message(at=at, came_by="file", content=content)
    try:
        understood = understand_message(at=at, raw_id=raw_id)
    except Exception as error:  # noqa: BLE001 - a fault of ours puts this mail aside, and the others go on
        return quarantine_message(at=at, raw_id=raw_id, reason=f"{type(error).__name__}: {error}")
    return understood or Understood(outcome="duplicate", reason="Another process is taking in this message.")

"""The command line of `clientela receive`."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from clientela.inbox.reading.files import UnreadableSource, bytes_at
from clientela.inbox.receive.files import take_in_files
from clientela.inbox.receive.lines import line_about
from clientela.inbox.receive.pipe import receive_from_pipe

STANDARD_INPUT = Path("-")
WRONG_USE = 2

app = typer.Typer(help="Take in mail from files, old mailboxes or a pipe.")


@app.command()
def receive(
    paths: Annotated[
        list[Path], typer.Argument(help="Mails (.eml), mbox files, Maildir or plain folders; - reads one mail.")
    ],
    *,
    envelope_to: Annotated[
        list[str] | None, typer.Option("--to", help="With -: an address that the mail was sent to; may be repeated.")
    ] = None,
    envelope_from: Annotated[str, typer.Option("--from", help="With -: the sender of the envelope.")] = "",
    is_old: Annotated[
        bool, typer.Option("--old", help="An old mailbox is taken over: no letter thanks for its mails.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of words.")] = False,
) -> None:
    """Take in every mail at PATHS as if it had been sent to us: stored first, then understood.

    Running it twice on the same files changes nothing the second time: each is reported as a duplicate. A run that was
    broken off goes on where it stopped when it is started again.
    """
    if STANDARD_INPUT in paths:
        if len(paths) > 1:
            typer.echo("clientela receive: - stands alone; give files and folders in another call.", err=True)
            raise typer.Exit(WRONG_USE)
        raise typer.Exit(receive_from_pipe(envelope_from=envelope_from, envelope_to=envelope_to or [], as_json=as_json))
    is_bad = False
    with _progress(paths) as advance:
        for path in paths:
            try:
                for name, understood in take_in_files(path, is_old=is_old, is_read_again=as_json, on_read=advance.read):
                    typer.echo(line_about(name, understood, as_json=as_json))
                    advance.tell(understood.outcome)
            except UnreadableSource as error:
                is_bad = True
                typer.echo(f"clientela receive: {error} The other files are taken in.", err=True)
    if is_bad:
        raise typer.Exit(WRONG_USE)


class _Advance:
    """Moves the bar by bytes, and counts beside it what came of the mails."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total or None, told="0 mails")
        self._counts: Counter[str] = Counter()

    def read(self, size: int) -> None:
        """So many bytes more are done."""
        self._progress.advance(self._task, size)

    def tell(self, outcome: str) -> None:
        """One mail more is done."""
        self._counts[outcome] += 1
        told = ", ".join(f"{count} {name}" for name, count in sorted(self._counts.items()))
        self._progress.update(self._task, told=f"{self._counts.total()} mails: {told}")


@contextmanager
def _progress(paths: list[Path]) -> Iterator[_Advance]:
    """Show a bar on the error stream, where somebody looks at it; what is printed stays clean."""
    console = Console(stderr=True)
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Advance(progress, sum(bytes_at(path) for path in paths) if console.is_terminal else 0)

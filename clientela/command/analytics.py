"""`clientela analytics`: the store that the map and Impact are computed over, looked at or written anew."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from clientela.kernel.analytics.apart import ApartError
from clientela.kernel.analytics.keeping import Kept, StoreSeen, keep_up, rebuild, store_now
from clientela.kernel.analytics.manifest import StoreUnreadableError
from clientela.kernel.clock import now

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True)

FAILED = 1
_MEGABYTE = 1_000_000
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command("status")
def show_status(*, as_json: AsJson = False) -> None:
    """Show where the store lies, how large it is, and what it does not know yet. Status 1 when there is none."""
    try:
        seen = store_now()
    except (StoreUnreadableError, ApartError) as problem:
        typer.echo(f"clientela analytics: {problem}", err=True)
        raise typer.Exit(FAILED) from problem
    if as_json:
        told = {**asdict(seen), "folder": str(seen.folder), "written_at": seen.written_at.isoformat()}
        typer.echo(json.dumps(told))
        return
    typer.echo("\n".join(_lines(seen)))


@app.command("rebuild")
def write_anew() -> None:
    """Write the whole store anew from the database. Whoever reads it meanwhile reads the old one."""
    _end_with(_with_progress(lambda tell: rebuild(at=now(), on_progress=tell)))


@app.command("update")
def bring_up() -> None:
    """Bring the store up to this moment, as the worker does every five minutes; make it if there is none."""
    _end_with(_with_progress(lambda tell: keep_up(at=now(), on_progress=tell)))


def _with_progress(work: Callable[[Callable[[str, int, int], None]], Kept]) -> Kept:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def tell(name: str, done: int, whole: int) -> None:
            progress.update(task, description=name or "facts", completed=done, total=whole)

        try:
            return work(tell)
        except ApartError as problem:
            typer.echo(f"clientela analytics: {problem}", err=True)
            raise typer.Exit(FAILED) from problem


def _end_with(kept: Kept) -> None:
    if kept.is_other_writing:
        typer.echo("clientela analytics: the worker is writing the store at this moment; try again.", err=True)
        raise typer.Exit(FAILED)
    filled = f"written from nothing: {', '.join(kept.filled)}; " if kept.filled else ""
    typer.echo(f"{filled}facts read: {kept.facts:,}; ids read again: {kept.ids:,}.")


def _lines(seen: StoreSeen) -> list[str]:
    widest = max((len(one.name) for one in seen.tables), default=0)
    size = sum(one.bytes for one in seen.tables) / _MEGABYTE
    return [
        f"The store in {seen.folder}: {size:,.1f} MB, last written {seen.written_at:%Y-%m-%d %H:%M} UTC.",
        f"Facts that it does not know yet: {seen.unread:,}.",
        *(
            f"{one.name:<{widest}}  {one.rows:>12,} rows  {one.files:>4} files  {one.bytes / _MEGABYTE:>10,.1f} MB"
            + ("" if one.is_current else "  (of an earlier version: the worker writes it anew)")
            for one in seen.tables
        ),
    ]

"""`clientela people`: bring people and departments in from a file."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from clientela.directory.actions import (
    DirectoryChangedError,
    UnusableFileError,
    WrongValueError,
    apply_people_file,
    give_people_file,
)
from clientela.directory.policies import HOUSE
from clientela.directory.queries import PeoplePreview, RowSeen, people_import_preview
from clientela.directory.rules.people_file import ENCODINGS, NAMES, ONE_OF, REQUIRED
from clientela.kernel.clock import now

app = typer.Typer(
    help="People and departments.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ROWS_LEFT_OUT = 1
BAD_FILE = 2
ROWS_SHOWN = 40


@app.callback()
def people() -> None:
    """People and departments."""


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table as CSV; `clientela people columns` tells more.")
    ],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only show what would be done.")] = False,
    encoding: Annotated[str, typer.Option(help=f"Its encoding: {', '.join(ENCODINGS)}. Found if not given.")] = "",
    language: Annotated[str, typer.Option(help="For new people without one, such as en.")] = "",
    zone: Annotated[str, typer.Option(help="For new people without one, such as Europe/Bucharest.")] = "",
) -> None:
    """Show what a FILE of people and departments would create and change, row by row; with --apply, do it.

    Doing it twice changes nothing. Nobody is taken out. Ends with status 1 when rows are left out because of errors,
    with 2 when the file as a whole cannot be used.
    """
    at = now()
    try:
        import_id = give_people_file(
            by=HOUSE,
            at=at,
            file_name=file.name,
            content=file.read_bytes(),
            encoding=encoding,
            default_language=language,
            default_zone=zone,
        )
    except OSError as error:
        _end(f"{file}: {error.strerror}. Check the path and who may read it.")
    except WrongValueError as error:
        _end(error.reason)
    preview = people_import_preview(import_id, viewer=HOUSE, at=at)
    if preview.error:
        _end(preview.error)
    _show(preview)
    if apply:
        _apply(preview)
    elif preview.row_counts["created"] or preview.row_counts["changed"]:
        typer.echo("Nothing has been changed yet. Add --apply to do it.")
    if preview.row_counts["error"]:
        raise typer.Exit(ROWS_LEFT_OUT)


@app.command()
def columns() -> None:
    """List the columns a file may have, and what each may be called."""
    for column, names in NAMES.items():
        need = " (needed)" if column in REQUIRED else f" (needed: {' or '.join(ONE_OF)})" if column in ONE_OF else ""
        typer.echo(f"{column}{need}: {', '.join(names)}")


def _apply(preview: PeoplePreview) -> None:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Writing people", total=None)
        try:
            applied = apply_people_file(
                by=HOUSE,
                at=now(),
                import_id=preview.import_id,
                on_progress=lambda written, total: progress.update(task, completed=written, total=total),
            )
        except (UnusableFileError, DirectoryChangedError) as error:
            progress.stop()
            _end(str(error))
    counts = applied.row_counts
    typer.echo(f"Done: {counts['created']} rows created, {counts['changed']} changed, {counts['error']} left out.")


def _show(preview: PeoplePreview) -> None:
    for row in preview.rows:
        for error in row.errors:
            typer.echo(error, err=True)
    telling = [row for row in preview.rows if row.changes]
    for row in telling[:ROWS_SHOWN]:
        typer.echo(_line_about(row))
    if len(telling) > ROWS_SHOWN:
        typer.echo(f"… and {len(telling) - ROWS_SHOWN} rows more.")
    if preview.unused_columns:
        typer.echo(f"Columns that are not used: {', '.join(preview.unused_columns)}.")
    counts = preview.row_counts
    typer.echo(
        f"{preview.file_name} ({preview.encoding}): {counts['created']} rows to create, {counts['changed']} to change, "
        f"{counts['unchanged']} unchanged, {counts['error']} with errors."
    )


def _line_about(row: RowSeen) -> str:
    return f"line {row.line}: {row.name}: {'; '.join(row.changes)}"


def _end(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(BAD_FILE)

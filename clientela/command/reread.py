"""`clientela reread`: every stored mail read again, and what this version would understand differently."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from clientela.inbox.actions import reread_all

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

DIFFERS = 1
SHOWN = 20


@app.command()
def reread(*, as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Read every stored mail again and compare it with what was kept. Nothing is changed.

    After an upgrade it says which mails this version reads differently, and in what. Ends with status 1 if there are
    any. A mail that was put aside is tried again in Settings, Mail.
    """
    # The bar goes to the error output, so that the result can be piped.
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("mails", total=None)
        found = reread_all(on_progress=lambda done, whole: progress.update(task, completed=done, total=whole))
    if as_json:
        different = [{"mail": one.raw_id, "what": list(one.what)} for one in found.different]
        typer.echo(json.dumps({"mails": found.mail_count, "different": different}))
    else:
        typer.echo(f"Mails: {found.mail_count} read again; {len(found.different)} would be understood differently.")
        for one in found.different[:SHOWN]:
            typer.echo(f"  mail {one.raw_id}: {', '.join(one.what)}")
        if len(found.different) > SHOWN:
            typer.echo("  …")
    if found.different:
        raise typer.Exit(DIFFERS)

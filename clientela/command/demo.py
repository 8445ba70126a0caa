"""`clientela demo`: the demonstration organisation, loaded into an empty database."""

from collections.abc import Iterable
from typing import Annotated

import typer
from django.core.management import call_command

from clientela.command.demonstration.loading import PASSWORD, load_plan, logins_of_the_cast
from clientela.command.demonstration.plan import demonstration_plan
from clientela.command.migrate import bring_up_to_date, missing_migrations
from clientela.directory import queries as directory
from clientela.kernel.clock import now

app = typer.Typer(help="The demonstration organisation.", no_args_is_help=True)


@app.command()
def load() -> None:
    """Fill an empty database with the demonstration. A database with anybody in it is left as it is, and said so."""
    if missing_migrations():
        typer.echo("clientela demo: the database is not of this version yet. Run `clientela migrate` first.", err=True)
        raise typer.Exit(1)
    if not load_if_empty():
        typer.echo("clientela demo: there are people in this database already; nothing was changed.", err=True)
        raise typer.Exit(1)


@app.command()
def reset(
    *, sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether everything may be deleted.")] = False
) -> None:
    """Empty the database and fill it with the demonstration again. Everything in it is lost."""
    if not sure:
        typer.confirm("Everything in this database will be deleted. Go on?", abort=True)
    bring_up_to_date()  # first: what has no tables cannot be emptied
    call_command("flush", interactive=False, verbosity=0)
    load_if_empty()


def load_if_empty() -> bool:
    """Load the demonstration if nobody is in the directory yet. Return whether it was loaded."""
    if directory.departments():
        return False
    plan = demonstration_plan(until=now())
    load_plan(plan, told=lambda what: typer.echo(f"Loading the demonstration: {what}.", err=True))
    return True


def first_steps() -> Iterable[str]:
    """Give the lines to show at a start: who can log in, and what to try first. Nothing once it is somebody's own."""
    logins = logins_of_the_cast()
    if not logins:
        return
    yield f"Log in as one of these, password {PASSWORD}:"
    yield from (f"  {address:<34} {what}" for address, what in logins)
    yield "Then: write a mail to care@clientela.test (README, The first five minutes), and look at My day."
    yield "And: as Jorge look at Listen (what people say of the Warehouse, what came of it); as Irina at all of it."
    yield "And: as Irina open Map: what nobody declared; and Insight: what it is worth outside, in the shops’ old cases"
    yield "     (Impact, Cases from elsewhere; the worker answers them in its first minutes) too, and what is tried."
    yield "And: as Irina search for “Pralka nie wiruje”; see where its time went, and try one person more."

"""`clientela map discover`: who hands over to whom in a real log. Needs neither a database nor settings."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from clientela.command.map_mail import mail
from clientela.command.map_words import handed_over_in_words, note_words, suggested_as_json, suggested_lines, wait_words
from clientela.command.progress import progress_of_work
from clientela.kernel.analytics.apart import ApartError, run_apart
from clientela.network.discovery import ROLES, Discovered, Edge, LogProblemError, Suggested
from clientela.network.discovery.naming import told_columns

if TYPE_CHECKING:
    # What counts is imported only where it counts: in a process apart.
    from clientela.network.discovery.apart import Outcome

app = typer.Typer(help="Who serves whom.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

WRONG_LOG = 2
MOST_EDGES_SHOWN = 20
MOST_NODES_SHOWN = 12
LONGEST_SECONDS = 12 * 3600.0
PROCESS_MEMORY_MB = 4096


@app.callback()
def command() -> None:
    """Who serves whom."""


app.command(name="mail")(mail)


@app.command()
def discover(
    log: Annotated[
        Path, typer.Argument(metavar="LOG", help="A CSV, TSV, XES or MXML; plain, packed, or alone in a zip.")
    ],
    *,
    columns: Annotated[str, typer.Option(help="What is where: case=…,activity=…,team=…,moment=… (or Date+Time).")] = "",
    zone: Annotated[str, typer.Option(help="The zone of clocks that tell none, such as Europe/Madrid.")] = "",
    by: Annotated[str, typer.Option(help="Between whom: team, resource, or suggested (teams seen in the log).")] = "",
    own: Annotated[bool, typer.Option("--own/--no-own", help="Count also what stays in the same hands.")] = True,
    beta: Annotated[float, typer.Option(help="How much a step farther weighs, 0 to 1; 0: only the very next.")] = 0.0,
    transition: Annotated[str, typer.Option(help="Only events with this lifecycle transition, e.g. complete.")] = "",
    delimiter: Annotated[str, typer.Option(help="The sign between the columns; found by itself if not told.")] = "",
    encoding: Annotated[str, typer.Option(help="The file's encoding; found by itself if not told.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count who hands over to whom in LOG: how often, in how many cases, after what wait, and what goes back.

    Events whose moment cannot be read are left out and counted. Ends with status 2 when the log cannot be used.
    """
    try:
        wish: dict[str, Any] = {
            "columns": told_columns(columns, ROLES),
            "zone": zone,
            "by": _by(by),
            "with_own": own,
            "beta": beta,
            "transition": transition,
            "delimiter": delimiter.replace("\\t", "\t"),
            "encoding": encoding,
        }
    except LogProblemError as problem:
        _end(str(problem))
    outcome = _outcome(log, wish)
    if outcome.found is None:
        _end(outcome.problem)
    if as_json:
        typer.echo(json.dumps(_as_json(log, outcome.found, outcome.suggested), indent=2, ensure_ascii=False))
    else:
        _print(outcome.found, outcome.suggested)


def _by(word: str) -> str:
    if word not in {"", "team", "resource", "suggested"}:
        raise LogProblemError(f"--by: there is no “{word}”. It is team, resource or suggested.")
    return word


def _outcome(log: Path, wish: dict[str, Any]) -> "Outcome":
    with tempfile.TemporaryDirectory(prefix="clientela-") as folder, progress_of_work() as progress:
        task = progress.add_task(f"reading {log.name}", total=None)
        try:
            outcome: Outcome = run_apart(
                "clientela.network.discovery.apart:discover_apart",
                {"path": str(log.absolute()), "wish": wish, "name": str(log), "folder": folder},
                on_progress=lambda done, total: progress.update(
                    task, completed=done, total=total, description=f"{log.name}: {done:,} events read"
                ),
                memory_limit_mb=PROCESS_MEMORY_MB,
                seconds=LONGEST_SECONDS,
            )
        except ApartError as error:
            _end(f"{log}: the log could not be counted. {error}")
    return outcome


def _end(sentence: str) -> NoReturn:
    typer.echo(f"clientela: {sentence}", err=True)
    raise typer.Exit(WRONG_LOG)


def _as_json(log: Path, found: Discovered, suggested: Suggested | None) -> dict[str, object]:
    return {
        "log": str(log),
        "kind": found.kind,
        "by": found.by,
        "columns": dict(found.columns.named),
        "columns_found_by": dict(found.columns.found_by),
        "rows": found.rows,
        "events": found.events,
        "cases": found.cases,
        "activities": found.activities,
        "first_at": found.first_at,
        "last_at": found.last_at,
        "handovers": found.handovers,
        "seconds": found.seconds,
        "notes": [{**asdict(note), "text": note_words(note, found)} for note in found.notes],
        "nodes": [node._asdict() for node in found.nodes],
        "edges": [_edge_as_json(edge) for edge in found.edges],
        "suggested": None if suggested is None else suggested_as_json(suggested),
    }


def _edge_as_json(edge: Edge) -> dict[str, object]:
    return {
        "from": edge.giver,
        "to": edge.taker,
        "handovers": edge.handovers,
        "cases": edge.cases,
        "median_wait_seconds": edge.median_wait_seconds,
        "back": edge.back,
        "back_share": round(edge.back / edge.handovers, 6) if edge.handovers else None,
        "weight": edge.weight,
        "own": edge.giver == edge.taker,
    }


def _print(found: Discovered, suggested: Suggested | None) -> None:
    console = Console()

    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False)

    taken = ", ".join(f"{role}={name} ({found.columns.found_by[role]})" for role, name in found.columns.named.items())
    say(f"Columns: {taken}")
    say(
        f"{found.events:,} events of {found.cases:,} cases, {found.first_at[:10]} to {found.last_at[:10]}: "
        f"{handed_over_in_words(found)}."
    )
    for note in found.notes:
        say(f"- {note_words(note, found)}")
    between = [edge for edge in found.edges if edge.giver != edge.taker]
    if between:
        console.print(_edges_table(between))
    if len(between) > MOST_EDGES_SHOWN:
        say(f"{len(between) - MOST_EDGES_SHOWN:,} more are in --json.")
    if found.by != "resource":  # how much each person did is nobody's business here
        console.print(_nodes_table(found))
    if found.by != "resource" and len(found.nodes) > MOST_NODES_SHOWN:
        say(f"{len(found.nodes) - MOST_NODES_SHOWN:,} more are in --json.")
    if suggested is not None:
        for line in suggested_lines(suggested):
            say(line)


def _edges_table(edges: list[Edge]) -> Table:
    table = Table(title="Who hands over to whom", title_justify="left")
    for heading in ("from", "to", "hand-overs", "cases", "half within", "goes back"):
        table.add_column(heading, justify="left" if heading in {"from", "to"} else "right")
    for edge in edges[:MOST_EDGES_SHOWN]:
        back = f"{100 * edge.back / edge.handovers:.0f} %" if edge.handovers else "–"
        wait = wait_words(edge.median_wait_seconds) if edge.handovers else "–"
        table.add_row(edge.giver, edge.taker, f"{edge.handovers:,}", f"{edge.cases:,}", wait, back)
    return table


def _nodes_table(found: Discovered) -> Table:
    heading = {"team": "team", "suggested": "suggested team"}[found.by]
    table = Table(title="Who took part", title_justify="left")
    for name in (heading, "events", "cases", "hands over", "takes over"):
        table.add_column(name, justify="left" if name == heading else "right")
    for node in found.nodes[:MOST_NODES_SHOWN]:
        table.add_row(node.name, f"{node.events:,}", f"{node.cases:,}", f"{node.gives:,}", f"{node.takes:,}")
    return table

"""`clientela forecast`: forecasts of a real log, each from what had happened before it, held against what came."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from clientela.command.hours_of_log import HoursChoice, seen_hours
from clientela.command.logs import Log, LogProblemError, read_log
from clientela.command.progress import progress_of
from clientela.requests.rules.forecasts import BLOCKS, Calibration, calibration_of, foretold
from clientela.requests.rules.replays import NOTHING, Events, asked_of

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

WRONG_LOG = 2
MOST_TEAMS_SHOWN = 12
FEWEST_MOMENTS = 200


@dataclass(frozen=True)
class _Answer:
    log: Log
    overall: Calibration
    teams: dict[str, Calibration]
    trained_on: int


@app.command()
def forecast(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A .csv, .csv.gz, .xes or .xes.gz.")],
    *,
    columns: Annotated[str, typer.Option(help="Which column holds what: case=…,activity=…,moment=….")] = "",
    train: Annotated[float, typer.Option(min=0.1, max=0.9, help="The share of the moments that only teaches.")] = 0.5,
    hours: Annotated[HoursChoice, typer.Option(help="Which time counts.")] = HoursChoice.SEEN,
    zone: Annotated[str, typer.Option(help="The zone of clocks that tell none, such as Europe/Madrid.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forecast the time each case of LOG has left, after each of its events, and say how often the forecasts held.

    Each forecast is made from what had happened before it. Ends with status 2 when the log cannot be used.
    """
    with progress_of(log) as (progress, on_bytes):
        try:
            read = read_log(log, columns=columns, zone=zone, on_progress=on_bytes)
            notes = list(read.notes)
            working_time = seen_hours(read.events, zone or "UTC", hours=hours, notes=notes)
            task = progress.add_task("forecasting", total=BLOCKS)
            overall, teams, trained_on = _calibrated(
                read.events, working_time.hours_at(read.events.moment), train, lambda: progress.advance(task), log
            )
        except LogProblemError as error:
            typer.echo(f"clientela: {error}", err=True)
            raise typer.Exit(WRONG_LOG) from None
    answer = _Answer(Log(read.path, read.events, read.columns, tuple(notes)), overall, teams, trained_on)
    if as_json:
        typer.echo(json.dumps(_as_json(answer), indent=2, ensure_ascii=False))
    else:
        _print(answer)


def _calibrated(
    events: Events, hours: NDArray[np.float64], train: float, on_block: Callable[[], None], log: Path
) -> tuple[Calibration, dict[str, Calibration], int]:
    asked, team = asked_of(events, hours)
    count = len(asked.at_hours)
    if count < FEWEST_MOMENTS:
        raise LogProblemError(
            f"{log}: only {count} moments can be forecast; at least {FEWEST_MOMENTS} are needed to learn and to judge."
        )
    told = foretold(asked, on_block=on_block)
    is_judged = np.arange(count) >= train * count
    overall = calibration_of(asked, told, is_judged)
    teams = {
        events.teams[number] if number != NOTHING else "no team told": calibration_of(
            asked, told, is_judged & (team == number)
        )
        for number in np.unique(team[is_judged]).tolist()
    }
    return overall, teams if events.teams else {}, int((~is_judged).sum())


def _as_json(answer: _Answer) -> dict[str, object]:
    return {
        "log": str(answer.log.path),
        "events": len(answer.log.events),
        "cases": len(answer.log.events.cases),
        "columns": answer.log.columns,
        "notes": [asdict(note) for note in answer.log.notes],
        "trained_on": answer.trained_on,
        "overall": asdict(answer.overall),
        "teams": {team: asdict(one) for team, one in answer.teams.items()},
    }


def _print(answer: _Answer) -> None:
    console = Console()
    for note in answer.log.notes:
        console.print(f"- {note.text}", markup=False, highlight=False)
    table = Table(title="Of the 80 % ranges, how many held (75 to 85 % is right)", title_justify="left")
    headings = ("team", "forecasts", "held", "too late", "too early", "median error h", "pinball loss", "naive")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "team" else "right")
    busiest = sorted(answer.teams.items(), key=lambda item: (-item[1].forecasts, item[0]))
    for team, one in [("all", answer.overall), *busiest[:MOST_TEAMS_SHOWN]]:
        table.add_row(
            team,
            f"{one.forecasts:,}",
            _percent(one.held_percent),
            _percent(one.below_percent),
            _percent(one.above_percent),
            _hours(one.median_error_hours),
            _hours(one.pinball_loss),
            _hours(one.naive_pinball_loss),
        )
    console.print(table)
    if len(busiest) > MOST_TEAMS_SHOWN:
        console.print(f"{len(busiest) - MOST_TEAMS_SHOWN:,} smaller teams are in --json.")
    console.print(
        f"Learned from {answer.trained_on:,} moments before the first that counts, and then from each that had ended.",
        highlight=False,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1f} %"


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:,.2f}"

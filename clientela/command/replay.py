"""`clientela replay`: a real log played through the dispatcher, rule by rule. Needs no database for a log."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from clientela.command.hours_of_log import HoursChoice, seen_hours
from clientela.command.logs import LogProblemError, read_log
from clientela.command.progress import progress_of
from clientela.requests.rules.dispatch import Rule, RuleName
from clientela.requests.rules.replays import (
    ALL,
    SHARES,
    UNPROMISED_HOURS,
    Comparison,
    Note,
    Work,
    World,
    compared,
    event_hours,
    from_core_on,
    staffed,
    stakes_of,
    work_of,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

WRONG_LOG = 2
USUAL_WAIT_RATIO = 4.0
MOST_TEAMS_SHOWN = 12
FEWEST_CASES = 20


class RuleChoice(StrEnum):
    """Which rules are played."""

    FCFS = "fcfs"
    EDD = "edd"
    PRIORITY = "priority"
    WSJF = "wsjf"
    ATC = "atc"
    CHAIN = "chain"
    ALL = "all"


class PromiseChoice(StrEnum):
    """Which promises are played."""

    LOG = "log"
    TIGHT = "tight"
    LOOSE = "loose"
    BOTH = "both"


class StakesChoice(StrEnum):
    """What an hour of lateness costs."""

    LOG = "log"
    EQUAL = "equal"


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A .csv, .csv.gz, .xes or .xes.gz.")],
    *,
    columns: Annotated[str, typer.Option(help="Which column holds what: case=…,activity=…,moment=….")] = "",
    rule: Annotated[RuleChoice, typer.Option(help="The rule to play.")] = RuleChoice.ALL,
    promise: Annotated[PromiseChoice | None, typer.Option(help="Whose promises count.")] = None,
    look_ahead: Annotated[float, typer.Option(min=0.05, max=100, help="How early a promise begins to press.")] = 1.5,
    floor: Annotated[float | None, typer.Option(min=0.01, help="Who waited so many hours goes first.")] = None,
    stakes: Annotated[StakesChoice, typer.Option(help="What an hour of lateness costs.")] = StakesChoice.LOG,
    wait_ratio: Annotated[float, typer.Option(min=0.05, max=1000, help="How busy the teams are.")] = USUAL_WAIT_RATIO,
    hours: Annotated[HoursChoice, typer.Option(help="Which time counts.")] = HoursChoice.SEEN,
    zone: Annotated[str, typer.Option(help="The zone of clocks that tell none, such as Europe/Madrid.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Play the work of LOG by each rule, with its own arrivals, and compare what became of the promises.

    With --history in place of LOG the house's own history is played. Ends with status 2 when the log cannot be used.
    """
    with progress_of(log) as (progress, on_bytes):
        try:
            read = read_log(log, columns=columns, zone=zone, on_progress=on_bytes)
            notes = list(read.notes)
            events = read.events
            working_time = seen_hours(events, zone or "UTC", hours=hours, notes=notes)
            work = work_of(events, event_hours(events, working_time), notes)
            answers = answers_for(
                work, [events.cases[case] for case in work.case.tolist()], events.priorities,
                rule=rule, promise=promise, look_ahead=look_ahead, floor=floor, stakes=stakes, wait_ratio=wait_ratio,
                notes=notes, progress=progress, where=str(log),
            )  # fmt: skip
        except LogProblemError as error:
            typer.echo(f"clientela: {error}", err=True)
            raise typer.Exit(WRONG_LOG) from None
    show(answers, notes, work, source=str(log), as_json=as_json, columns=read.columns, events=len(events))


def answers_for(
    work: Work, cases: Sequence[str], priorities: Sequence[str], *, rule: RuleChoice, promise: PromiseChoice | None,
    look_ahead: float, floor: float | None, stakes: StakesChoice, wait_ratio: float, notes: list[Note],
    progress: Progress, where: str,
) -> list[Comparison]:  # fmt: skip
    """Play the work by the rules and promises that were asked for."""
    whole = len(work.case)
    work = from_core_on(work, notes) if whole else work
    cases = cases[whole - len(work.case) :]
    if len(work.case) < FEWEST_CASES:
        raise LogProblemError(
            f"{where}: only {len(work.case)} cases show work that can be replayed; at least {FEWEST_CASES} are needed."
        )
    has_due = bool(np.isfinite(work.due_hours).any())
    if promise is PromiseChoice.LOG and not has_due:
        raise LogProblemError(
            f"{where}: no due moments are in the log. Tell their column as due=…, or leave --promise out."
        )
    chosen = promise or (PromiseChoice.LOG if has_due else PromiseChoice.BOTH)
    staffing = staffed(work, wait_ratio=wait_ratio, notes=notes)
    cost, rank = stakes_of(work.priority, priorities, cases, equal=stakes is StakesChoice.EQUAL, notes=notes)
    world = World(work, staffing, cost, rank)
    rules = ALL if rule is RuleChoice.ALL else (RuleName(rule.value),)
    promises = ["tight", "loose"] if chosen is PromiseChoice.BOTH else [chosen.value]
    task = progress.add_task("playing the rules", total=1 + len(promises) * len(rules))
    base = world.played(np.full(len(cost), np.nan), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    progress.advance(task)
    answers = []
    for name in promises:
        due = work.due_hours if name == "log" else world.promises(base, share=SHARES[name])
        answers.append(
            compared(
                world, due, base, promise=name, rules=rules, look_ahead=look_ahead, floor_hours=floor,
                on_rule=lambda: progress.advance(task),
            )
        )  # fmt: skip
    return answers


def show(
    answers: list[Comparison], notes: list[Note], work: Work, *, source: str, as_json: bool,
    columns: dict[str, str], events: int,
) -> None:  # fmt: skip
    """Print the answers, as tables or as JSON."""
    if as_json:
        told = {
            "log": source,
            "events": events,
            "cases": len(work.case),
            "operations": len(work.team),
            "columns": columns,
            "manner": work.manner,
            "notes": [asdict(note) for note in notes],
            "promises": {
                answer.promise: {
                    "best_simple": answer.best_simple,
                    "starved_after_hours": answer.starved_after_hours,
                    "rules": {
                        one.rule: {
                            **asdict(one.overall),
                            "share_of_best_simple": one.share_of_best_simple,
                            "teams": {team: asdict(figures) for team, figures in one.teams.items()},
                        }
                        for one in answer.rules
                    },
                }
                for answer in answers
            },
        }
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    console = Console()
    for note in notes:
        console.print(f"- {note.text}", markup=False, highlight=False)
    for answer in answers:
        console.print(_table(answer))
        console.print(_team_table(answer))


_PROMISED = {
    "tight": "tight promises (what two in three kept under first come first served)",
    "loose": "loose promises (what nine in ten kept under first come first served)",
    "log": "the promises of the log",
    "own": "the promises of the house",
}


def _table(answer: Comparison) -> Table:
    table = Table(title=f"By rule, with {_PROMISED[answer.promise]}", title_justify="left")
    for heading in (
        "rule",
        "kept",
        "cost of lateness",
        "of the best simple",
        "mean wait h",
        "95 in 100 wait h",
        "starved",
    ):
        table.add_column(heading, justify="left" if heading == "rule" else "right")
    for one in answer.rules:
        figures, share = one.overall, one.share_of_best_simple
        table.add_row(
            one.rule,
            "–" if figures.kept_percent is None else f"{figures.kept_percent:.1f} %",
            f"{figures.weighted_tardiness:,.1f}",
            "–" if share is None else f"{100 * share:.1f} %",
            f"{figures.mean_wait_hours:,.2f}",
            f"{figures.p95_wait_hours:,.2f}",
            f"{figures.starved:,}",
        )
    return table


def _team_table(answer: Comparison) -> Table:
    """Show the busiest teams under the rule that is named last."""
    last = answer.rules[-1]
    busiest = sorted(last.teams.items(), key=lambda item: (-item[1].operations, item[0]))
    more = len(busiest) - MOST_TEAMS_SHOWN
    title = f"By team, rule {last.rule}" + (f" ({more:,} smaller ones are in --json)" if more > 0 else "")
    table = Table(title=title, title_justify="left")
    for heading in ("team", "operations", "kept", "cost of lateness", "mean wait h", "95 in 100 wait h", "starved"):
        table.add_column(heading, justify="left" if heading == "team" else "right")
    for team, figures in busiest[:MOST_TEAMS_SHOWN]:
        table.add_row(
            team,
            f"{figures.operations:,}",
            "–" if figures.kept_percent is None else f"{figures.kept_percent:.1f} %",
            f"{figures.weighted_tardiness:,.1f}",
            f"{figures.mean_wait_hours:,.2f}",
            f"{figures.p95_wait_hours:,.2f}",
            f"{figures.starved:,}",
        )
    return table

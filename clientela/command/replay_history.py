"""`clientela replay --history`: the house's own history played through the dispatcher. Needs the database."""

from typing import Annotated

import typer

from clientela.command.logs import LogProblemError
from clientela.command.progress import progress_of_work
from clientela.command.replay import (
    USUAL_WAIT_RATIO,
    WRONG_LOG,
    PromiseChoice,
    RuleChoice,
    StakesChoice,
    answers_for,
    show,
)
from clientela.kernel.clock import now
from clientela.requests.queries.past_work import past_work

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def replay_history(
    *,
    history: Annotated[bool, typer.Option("--history", help="Play the house's own history.")] = True,  # noqa: ARG001 -- it chose this command
    rule: Annotated[RuleChoice, typer.Option(help="The rule to play.")] = RuleChoice.ALL,
    promise: Annotated[PromiseChoice | None, typer.Option(help="Whose promises count.")] = None,
    look_ahead: Annotated[float, typer.Option(min=0.05, max=100, help="How early a promise begins to press.")] = 1.5,
    floor: Annotated[float | None, typer.Option(min=0.01, help="Who waited so many hours goes first.")] = None,
    stakes: Annotated[StakesChoice, typer.Option(help="What an hour of lateness costs.")] = StakesChoice.LOG,
    wait_ratio: Annotated[float, typer.Option(min=0.05, max=1000, help="How busy the teams are.")] = USUAL_WAIT_RATIO,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Play the work of the house's own history by each rule, with its own arrivals and chains.

    Hours are working hours of each department's own calendar. Ends with status 2 when there is too little history.
    """
    with progress_of_work() as progress:
        try:
            past = past_work(at=now())
            notes = list(past.notes)
            answers = answers_for(
                past.work, past.references, past.priorities,
                rule=rule, promise=promise, look_ahead=look_ahead, floor=floor, stakes=stakes, wait_ratio=wait_ratio,
                notes=notes, progress=progress, where="The history",
            )  # fmt: skip
        except LogProblemError as error:
            typer.echo(f"clientela: {error}", err=True)
            raise typer.Exit(WRONG_LOG) from None
    show(answers, notes, past.work, source="the house's own history", as_json=as_json, columns={}, events=past.legs)

"""`clientela recompute`: clocks and legs computed anew from what happened, and what differed put right."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from clientela.kernel.clock import now
from clientela.network.actions.lateness import count_lateness_anew
from clientela.promises.actions import RecomputedClocks, recompute_clocks, sweep_promises
from clientela.requests.actions import RecomputedLegs, recompute_legs

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

DIFFERS = 1
SWEPT_AT_ONCE = 1000
SHOWN = 20


@app.command()
def recompute(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only compare; change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compute when promises are due and where the time went anew, for every request, from what happened to it.

    What is stored and differs is put right, unless it is only a check. Ends with status 1 when a check finds something
    that differs. What happened in the last seconds and no worker has followed yet may differ in a check.
    """
    at = now()
    if not check:
        while sweep_promises(at=at, limit=SWEPT_AT_ONCE) == SWEPT_AT_ONCE:
            pass
    # The bar goes to the error output, so that the result can be piped.
    with Progress(console=Console(stderr=True), transient=True) as progress:
        clocks = recompute_clocks(at=at, is_check=check, on_progress=_bar(progress, "clocks"))
        legs = recompute_legs(at=at, is_check=check, on_progress=_bar(progress, "legs"))
    if not check and (clocks.different_ids or legs.different_request_ids):
        count_lateness_anew(at=at)  # what was put right no fact tells of
    if as_json:
        typer.echo(json.dumps(_as_json(clocks, legs, at=at, is_check=check)))
    else:
        for line in _lines(clocks, legs, is_check=check):
            typer.echo(line)
    if check and (clocks.different_ids or legs.different_request_ids):
        raise typer.Exit(DIFFERS)


def _bar(progress: Progress, words: str) -> Callable[[int, int], None]:
    task = progress.add_task(words, total=None)
    return lambda done, whole: progress.update(task, completed=done, total=whole)


def _as_json(clocks: RecomputedClocks, legs: RecomputedLegs, *, at: datetime, is_check: bool) -> dict[str, object]:
    return {
        "at": at.isoformat(),
        "is_check": is_check,
        "clocks": clocks.looked_at_count,
        "clocks_one_by_one": clocks.rare_count,
        "clocks_before_a_notice": clocks.unswept_count,
        "different_clock_ids": list(clocks.different_ids),
        "requests": legs.request_count,
        "legs": legs.leg_count,
        "different_leg_request_ids": list(legs.different_request_ids),
    }


def _lines(clocks: RecomputedClocks, legs: RecomputedLegs, *, is_check: bool) -> list[str]:
    done = "differ" if is_check else "differed and were put right"
    looked_at = f"Clocks: {clocks.looked_at_count} computed, {clocks.rare_count} of them one by one"
    of_requests = f"Legs: {legs.leg_count} of {legs.request_count} requests computed"
    lines = [f"{looked_at}; {len(clocks.different_ids)} {done}{_named(clocks.different_ids)}."]
    if clocks.unswept_count:
        lines.append(f"{clocks.unswept_count} wait for a notice that the next sweep gives; they are left to it.")
    different = legs.different_request_ids
    return [*lines, f"{of_requests}; those of {len(different)} requests {done}{_named(different)}."]


def _named(ids: tuple[int, ...]) -> str:
    if not ids:
        return ""
    more = ", …" if len(ids) > SHOWN else ""
    return f": {', '.join(map(str, ids[:SHOWN]))}{more}"

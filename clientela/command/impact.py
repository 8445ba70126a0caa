"""`clientela impact estimate`: what better service inside was worth outside, from a file of cases, with every check."""

import json
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from clientela.command.impact_words import COLLECTED, REASONS, check_words, refusal_words, shopkeeper_words
from clientela.command.progress import progress_of
from clientela.impact.reading.answering import Answered, answered
from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source, told
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.pooling import POOLED, pooled_cases
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CASE_ROLES, CROSSWALK_ROLES, INSIDE_ROLES, SHARES, WORSE_ROLES, By
from clientela.impact.rules.case_by_case import CaseByCase
from clientela.impact.rules.checks import Check
from clientela.impact.rules.estimating import Estimate, Settings
from clientela.impact.rules.refusing import NoAnswer
from clientela.impact.rules.suppliers import SupplierEffects

app = typer.Typer(
    help="What inside does to outside.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

WRONG_FILE = 2
MOST_SUPPLIERS_SHOWN = 15
TOGETHER = "with fewer than five answers, together"


@app.callback()
def command() -> None:
    """What inside does to outside."""


@app.command("estimate")
def estimate_file(
    cases: Annotated[Path, typer.Argument(metavar="CASES.csv", help="A row for each case, or case and supplier.")],
    *,
    columns: Annotated[
        str, typer.Option(help=f"Which column holds what, as outcome=score,period=month,…: {', '.join(CASE_ROLES)}.")
    ] = "",
    inside: Annotated[Path | None, typer.Option(help="A file of the suppliers' quality and load by period.")] = None,
    inside_columns: Annotated[str, typer.Option(help=f"The same for --inside: {', '.join(INSIDE_ROLES)}.")] = "",
    crosswalk: Annotated[Path | None, typer.Option(help="A file that links units to suppliers by shares.")] = None,
    crosswalk_columns: Annotated[str, typer.Option(help=f"For --crosswalk: {', '.join(CROSSWALK_ROLES)}.")] = "",
    by: Annotated[By, typer.Option(help="Cut moments into weeks, months, quarters or years.")] = By.AUTO,
    shares: Annotated[
        str, typer.Option(help="own: weights as given, known before the case; lagged: of earlier cases.")
    ] = "own",
    worse: Annotated[str, typer.Option(help="Of which more is worse: outcome, quality, unaffected.")] = "",
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="The rest of a case depended on nobody inside.")
    ] = False,
    panel: Annotated[bool, typer.Option("--panel", help="Rows are departments and periods, not linked cases.")] = False,
    as_given: Annotated[
        bool, typer.Option("--as-given", help="Figures such as 99 among scores of 1 to 5 are meant.")
    ] = False,
    lag: Annotated[int, typer.Option(min=0, max=12, help="Take the quality of so many periods before.")] = 0,
    worthwhile: Annotated[float, typer.Option(min=0.001, help="An effect that would matter, in SD.")] = 0.10,
    minimum: Annotated[
        float, typer.Option(min=0.0, help="The least effect to call supported, in SD; judged last.")
    ] = 0.0,
    margin: Annotated[float | None, typer.Option(help="The lower end has to be above this, in SD.")] = None,
    seed: Annotated[int, typer.Option(help="Of the shuffles.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Estimate what better service inside was worth outside, and try to prove it wrong.

    Effects are in standard deviations of the outcome for one of a supplier's quality over time. Ends with status 2 when
    a file cannot be used; data that cannot tell give a plain answer and status 0.
    """
    settings = Settings(
        lag=lag, is_incomplete=incomplete, worthwhile=worthwhile, minimum_effect=minimum, margin=margin,
        is_linked=not panel,
    )  # fmt: skip
    with progress_of(cases) as (progress, on_bytes):
        try:
            asked = Asked(
                cases=Source(cases, told(columns, CASE_ROLES)),
                inside=Source(inside, told(inside_columns, INSIDE_ROLES)) if inside else None,
                crosswalk=Source(crosswalk, told(crosswalk_columns, CROSSWALK_ROLES)) if crosswalk else None,
                by=by,
                is_lagged=_is_lagged(shares),
                worse=_worse(worse),
                is_panel=panel,
                takes_codes=as_given,
            )
            file = _with_named_pool(pooled_cases(read_cases(asked, on_bytes)))
        except CasesProblemError as error:
            typer.echo(f"clientela: {error}", err=True)
            raise typer.Exit(WRONG_FILE) from None
        found = _answered(file, settings, seed, progress)
    if as_json:
        typer.echo(json.dumps(_as_json(file, found), indent=2, ensure_ascii=False))
    else:
        _print(file, found)


def _with_named_pool(file: CasesRead) -> CasesRead:
    """Return the same with a name for the suppliers that count as one; the pages have their own words for it."""
    return replace(file, suppliers=tuple(TOGETHER if name == POOLED else name for name in file.suppliers))


def _answered(file: CasesRead, settings: Settings, seed: int, progress: Progress) -> Answered:
    task = progress.add_task("estimating", total=None)
    return answered(
        file,
        file.used["outcome"],
        settings=settings,
        seed=seed,
        on_progress=lambda done, of: progress.update(task, description="checking", completed=done, total=of),
    )


def _is_lagged(shares: str) -> bool:
    if shares not in SHARES:
        raise CasesProblemError(f"--shares: there is no “{shares}”. It is own or lagged.")
    return shares == "lagged"


def _worse(words: str) -> frozenset[str]:
    parts = frozenset(part.strip() for part in words.split(",") if part.strip())
    if unknown := sorted(parts - WORSE_ROLES):
        raise CasesProblemError(f"--worse: there is no “{unknown[0]}”. It is {', '.join(sorted(WORSE_ROLES))}.")
    return parts


def _as_json(file: CasesRead, all_found: Answered) -> dict[str, object]:
    found, judged = all_found.estimate, all_found.verdict
    told_: dict[str, object] = {
        "answer": judged.answer,
        "sentence": _sentence(file, all_found),
        "reasons": [{"code": reason, "text": REASONS[reason]} for reason in judged.reasons],
        "failed": list(judged.failed),
        "smallest_visible": _number(judged.smallest_visible),
        "weeks_more": judged.weeks_more if file.weeks_a_period else None,
        "periods_more": judged.weeks_more if not file.weeks_a_period else None,
        "answers_more": judged.answers_more if file.has_answers else None,
        "collect": list(judged.collect),
        "columns": dict(file.used),
        "notes": [note.words for note in file.notes],
    }
    if isinstance(found, NoAnswer):
        refused = {"code": found.code, "figures": dict(found.figures)}
        return told_ | {"estimate": None, "refused": refused, "checks": [], "suppliers": []}
    effects = all_found.effects
    given = {name: _number(value) for name, value in vars(found).items() if isinstance(value, int | float)}
    return told_ | {
        "estimate": given | {
            "own_units": {name: _number(value) for name, value in asdict(found.own).items()},
            "left_out": {file.suppliers[supplier]: _number(effect) for supplier, effect in found.left_out},
        },
        "refused": None,
        "checks": [_check_as_json(one) for one in all_found.checks],
        "case_by_case": asdict(all_found.by_case) if all_found.by_case else None,
        "between_suppliers": effects.between if effects else None,
        "suppliers": [
            asdict(one) | {"supplier": file.suppliers[one.supplier]} for one in (effects.each if effects else ())
        ],
    }  # fmt: skip


def _check_as_json(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "held": check.held,
        "text": check_words(check),
        "effect": _number(check.effect),
        "low": _number(check.low),
        "high": _number(check.high),
        "p": _number(check.p),
        "is_gate": check.is_gate,
        "detail": {name: _number(value) for name, value in check.detail.items()},
    }


def _number(value: float | str | bool) -> float | int | str | bool | None:
    return None if isinstance(value, float) and not isfinite(value) else value


def _sentence(file: CasesRead, all_found: Answered) -> str:
    found = all_found.estimate
    if isinstance(found, NoAnswer):
        return refusal_words(found, file.suppliers)
    return shopkeeper_words(
        found,
        all_found.verdict,
        file.used["outcome"],
        is_turned=file.used["outcome"] in file.turned,
        unit="weeks" if file.weeks_a_period else "periods",
    )


def _print(file: CasesRead, all_found: Answered) -> None:
    found, judged, effects = all_found.estimate, all_found.verdict, all_found.effects
    console = Console()
    answer = judged.answer.replace("_", " ")
    console.print(f"{answer[0].upper()}{answer[1:]}. {_sentence(file, all_found)}", markup=False, highlight=False)
    if isinstance(found, NoAnswer):
        _print_notes(console, file)
        return
    _print_figures(console, found)
    table = Table(title="Would it hold if we are wrong?", title_justify="left")
    for heading in ("", "check", "effect", "interval", "p"):
        table.add_column(heading)
    for one in all_found.checks:
        held = "–" if one.held is None else "held" if one.held else "did not hold"
        interval = f"{one.low:+.3f} to {one.high:+.3f}" if isfinite(one.low) and isfinite(one.high) else ""
        table.add_row(held, check_words(one), _signed(one.effect), interval, f"{one.p:.3f}" if isfinite(one.p) else "")
    console.print(table)
    if all_found.by_case:
        _print_by_case(console, all_found.by_case)
    if effects and effects.each:
        _print_suppliers(console, file, effects)
    for reason in judged.reasons:
        console.print(f"- {REASONS[reason]}", markup=False, highlight=False)
    if judged.weeks_more:
        unit = "weeks" if file.weeks_a_period else "periods"
        console.print(f"- About {judged.weeks_more:,} more {unit} at today's pace.", markup=False, highlight=False)
    if judged.answers_more and file.has_answers:
        console.print(f"- Or about {judged.answers_more:,} more inside answers.", markup=False, highlight=False)
    if judged.collect:
        wanted = "; ".join(COLLECTED[one] for one in judged.collect)
        console.print(f"- What would help: {wanted}.", markup=False, highlight=False)
    _print_notes(console, file)


def _print_figures(console: Console, found: Estimate) -> None:
    console.print(
        f"Effect {found.effect:+.3f} SD of the outcome for one SD of a supplier's quality over time, 95 % interval "
        f"{found.low:+.3f} to {found.high:+.3f}, p {found.p:.3f} ({found.df} degrees of freedom). "
        f"Smallest effect seen with 80 %: {found.smallest_visible:.3f}. "
        f"Reliability of the quality: {found.reliability:.2f}. "
        f"{found.n_cases:,} cases, {found.n_suppliers:,} suppliers, {found.n_periods:,} periods.",
        markup=False,
        highlight=False,
    )


def _print_by_case(console: Console, by_case: CaseByCase) -> None:
    groups = "; ".join(f"quality {one.quality:g}: {one.mean:.2f} ({one.cases:,} cases)" for one in by_case.groups)
    within = by_case.within
    console.print(
        f"Case by case (no proof, for a case has other causes too): {groups + '. ' if groups else ''}Among cases alike "
        f"{within.effect:+.2f} for one unit of quality ({within.low:+.2f} to {within.high:+.2f}).",
        markup=False,
        highlight=False,
    )


def _print_suppliers(console: Console, file: CasesRead, effects: SupplierEffects) -> None:
    table = Table(title="Supplier by supplier, drawn to the mean where its own cases are few", title_justify="left")
    for heading in ("supplier", "effect", "interval", "alone"):
        table.add_column(heading, justify="left" if heading == "supplier" else "right")
    busiest = sorted(effects.each, key=lambda one: -one.exposure)[:MOST_SUPPLIERS_SHOWN]
    for one in busiest:
        name = file.suppliers[one.supplier]
        table.add_row(name, f"{one.effect:+.3f}", f"{one.low:+.3f} to {one.high:+.3f}", f"{one.alone:+.3f}")
    console.print(table)


def _print_notes(console: Console, file: CasesRead) -> None:
    for note in file.notes:
        console.print(f"- {note.words}", markup=False, highlight=False)


def _signed(value: float) -> str:
    return f"{value:+.3f}" if isfinite(value) else ""

"""`clientela calendar`: working calendars at a terminal. Needs neither a database nor settings."""

import json
from pathlib import Path
from typing import Annotated

import typer

from clientela.promises.rules import Difference, VectorProblemError, VectorReport, check_vectors_in

app = typer.Typer(help="Working calendars.", no_args_is_help=True)

DIFFERS = 1
BAD_FILE = 2


@app.callback()
def calendar() -> None:
    """Working calendars."""


@app.command()
def check(files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Vector files, as JSON.")]) -> None:
    """Count every case of the vector FILEs and print each one whose result differs.

    Ends with status 1 when a case differs, with 2 when none does but a file could not be used.
    """
    reports: list[VectorReport] = []
    bad_files = 0
    for path in files:
        try:
            report = check_vectors_in(path.read_text(encoding="utf-8-sig"))
        except VectorProblemError as error:
            where = f"{path}, line {error.line}" if error.line else str(path)
            typer.echo(f"{where}, {error.field}: {error.problem} {error.remedy}", err=True)
            bad_files += 1
            continue
        except UnicodeDecodeError as error:
            typer.echo(f"{path}, byte {error.start}: this is not UTF-8. Save the file as UTF-8.", err=True)
            bad_files += 1
            continue
        except OSError as error:
            typer.echo(f"{path}: {error.strerror}. Check the path and who may read it.", err=True)
            bad_files += 1
            continue
        for difference in report.differences:
            typer.echo(_line_about(path, difference))
        reports.append(report)
    typer.echo(_summary(reports, bad_files))
    if any(report.differences for report in reports):
        raise typer.Exit(DIFFERS)
    if bad_files:
        raise typer.Exit(BAD_FILE)


def _line_about(path: Path, difference: Difference) -> str:
    case = f"case {difference.number}" + (f" ({difference.id})" if difference.id else "")
    expected = json.dumps(difference.expected, ensure_ascii=False)
    got = json.dumps(difference.got, ensure_ascii=False)
    return f"{path}:{difference.line}: {case}, {difference.op}: expected {expected}, got {got}"


def _summary(reports: list[VectorReport], bad_files: int) -> str:
    checked = sum(report.checked for report in reports)
    differ = sum(len(report.differences) for report in reports)
    skipped: dict[str, int] = {}
    for report in reports:
        for op, count in report.skipped:
            skipped[op] = skipped.get(op, 0) + count
    parts = [f"{checked} checked", f"{checked - differ} agree", f"{differ} differ"]
    if skipped:
        ops = ", ".join(f"{op} {count}" for op, count in sorted(skipped.items()))
        parts.append(f"{sum(skipped.values())} skipped ({ops})")
    if bad_files:
        parts.append(f"{bad_files} bad file" + ("s" if bad_files > 1 else ""))
    return ", ".join(parts) + "."

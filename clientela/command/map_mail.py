"""`clientela map mail`: who asks whom by a mail server's own record. Needs no database; has to be allowed first."""

import json
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from clientela.command.map_mail_words import left_out_lines, mail_note_words
from clientela.command.map_people import People, read_people
from clientela.command.map_words import wait_words
from clientela.command.progress import progress_of_work
from clientela.kernel.analytics.apart import ApartError, run_apart
from clientela.kernel.environment import WrongSettingError, may_read_mail_traces
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail import OUTSIDE, ROLES, MailFound
from clientela.network.discovery.mail.contracts import MOST_RECIPIENTS
from clientela.network.discovery.mail.logs import LOGS
from clientela.network.discovery.naming import told_columns

if TYPE_CHECKING:
    # What counts is imported only where it counts: in a process apart.
    from clientela.network.discovery.mail.apart import MailOutcome

WRONG = 2
MOST_PAIRS_SHOWN = 20
LONGEST_SECONDS = 12 * 3600.0
PROCESS_MEMORY_MB = 4096
NOT_ALLOWED = (
    "a mail server's record is not read unless it is allowed. Speak with your people first; then set "
    "CLIENTELA_MAIL_TRACES=yes and run this again."
)


def mail(
    traces: Annotated[
        list[Path],
        typer.Argument(
            metavar="TRACE…", help="The record: a CSV, or every file of a Postfix's or Exim's log; .gz too."
        ),
    ],
    *,
    people: Annotated[Path, typer.Option(help="A CSV with address and department (and mailbox: yes for its own).")],
    columns: Annotated[str, typer.Option(help="Which column holds what: sender=…,recipients=…,moment=….")] = "",
    zone: Annotated[str, typer.Option(help="Where people work, and of clocks that tell none: Europe/Madrid.")] = "",
    domains: Annotated[str, typer.Option(help="Mail domains that are ours, by commas; else those of PEOPLE.csv.")] = "",
    most_recipients: Annotated[int, typer.Option(help="Mails to more are announcements.")] = MOST_RECIPIENTS,
    until: Annotated[str, typer.Option(help="The last day in a log that names no year; else that of the file.")] = "",
    delimiter: Annotated[str, typer.Option(help="The sign between the columns; found by itself if not told.")] = "",
    encoding: Annotated[str, typer.Option(help="The file's encoding; found by itself if not told.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count which department asks which by mail, week by week, and how soon it answers. Never a person.

    Needs CLIENTELA_MAIL_TRACES=yes. Ends with status 2 when it is not allowed or a file cannot be used.
    """
    try:
        if not may_read_mail_traces():
            _end(NOT_ALLOWED)
        wish: dict[str, Any] = {
            "columns": told_columns(columns, ROLES),
            "zone": zone,
            "most_recipients": most_recipients,
            "latest_on": until,
            "delimiter": delimiter.replace("\\t", "\t"),
            "encoding": encoding,
        }
        known = read_people(people, domains=domains)
    except (LogProblemError, WrongSettingError) as problem:
        _end(str(problem))
    outcome = _outcome(traces, wish, known)
    if outcome.found is None:
        _end(outcome.problem)
    if as_json:
        typer.echo(json.dumps(_as_json(traces, people, outcome.found, known), indent=2, ensure_ascii=False))
    else:
        _print(outcome.found, known, most_recipients)


def _outcome(traces: list[Path], wish: dict[str, Any], known: People) -> "MailOutcome":
    trace = traces[0]
    with tempfile.TemporaryDirectory(prefix="clientela-") as folder, progress_of_work() as progress:
        task = progress.add_task(f"reading {trace.name}", total=None)
        try:
            outcome: MailOutcome = run_apart(
                "clientela.network.discovery.mail.apart:count_mail_apart",
                {
                    "path": str(trace.absolute()),
                    "wish": wish,
                    "addresses": known.addresses,
                    "name": str(trace),
                    "more": [(str(path.absolute()), str(path)) for path in traces[1:]],
                    "folder": folder,
                },
                on_progress=lambda done, total: progress.update(
                    task, completed=done, total=total, description=f"{trace.name}: {done:,} mails read"
                ),
                memory_limit_mb=PROCESS_MEMORY_MB,
                seconds=LONGEST_SECONDS,
            )
        except ApartError as error:
            _end(f"{trace}: the record could not be counted. {error}")
    return outcome


def _end(sentence: str) -> NoReturn:
    typer.echo(f"clientela: {sentence}", err=True)
    raise typer.Exit(WRONG)


def _as_json(traces: list[Path], people: Path, found: MailFound, known: People) -> dict[str, object]:
    weeks: dict[tuple[int, int], list[dict[str, object]]] = defaultdict(list)
    for week in found.weeks:
        weeks[week.customer, week.provider].append(
            {"week_on": week.week_on, "asked": week.asked, "answered": week.answered}
        )
    return {
        "trace": str(traces[0]),
        "traces": [str(path) for path in traces],
        "kind": found.kind,
        "people": str(people),
        "columns": dict(found.columns.named),
        "columns_found_by": dict(found.columns.found_by),
        "rows": found.rows,
        "deliveries": found.deliveries,
        "first_at": found.first_at,
        "last_at": found.last_at,
        "asks": found.asks,
        "answers": found.answers,
        "follow_ups": found.follow_ups,
        "kept": found.asked,
        "left_out": dict(found.left_out),
        "not_kept": dict(found.not_kept),
        "domains": sorted(known.addresses.domains),
        "too_small": list(known.too_small),
        "notes": [{**asdict(note), "text": mail_note_words(note)} for note in found.notes],
        "edges": [
            {
                "from": None if pair.customer == OUTSIDE else known.names[pair.customer],
                "from_outside": pair.customer == OUTSIDE,
                "to": known.names[pair.provider],
                "asked": pair.asked,
                "answered": pair.answered,
                "unanswered": pair.asked - pair.answered,
                "median_wait_seconds": pair.median_wait_seconds,
                "weeks": weeks[pair.customer, pair.provider],
            }
            for pair in found.pairs
        ],
        "seconds": found.seconds,
    }


def _print(found: MailFound, known: People, most_recipients: int) -> None:
    console = Console()

    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False)

    taken = ", ".join(f"{role}={name} ({found.columns.found_by[role]})" for role, name in found.columns.named.items())
    say(f"Columns: {taken}" if taken else f"This is the log of {LOGS[found.kind]}.")
    say(
        f"{found.deliveries:,} mails, one to each recipient, {found.first_at[:10]} to {found.last_at[:10]}: "
        f"{found.asks:,} asked, {found.answers:,} answered, {found.follow_ups:,} went on with what was begun. "
        f"Kept are {found.asked:,} asks."
    )
    say(f"Ours are addresses at {', '.join(sorted(known.addresses.domains))}.")
    for line in left_out_lines(found, known.too_small, most_recipients):
        say(f"- {line}")
    for note in found.notes:
        say(f"- {mail_note_words(note)}")
    if not found.pairs:
        return
    table = Table(title="Who asks whom by mail", title_justify="left")
    for heading in ("who asks", "whom", "asks", "answered", "half of these within"):
        table.add_column(heading, justify="left" if heading in {"who asks", "whom"} else "right")
    for pair in found.pairs[:MOST_PAIRS_SHOWN]:
        who = "people outside" if pair.customer == OUTSIDE else known.names[pair.customer]
        within = "too few to say" if pair.median_wait_seconds is None else wait_words(pair.median_wait_seconds)
        table.add_row(who, known.names[pair.provider], f"{pair.asked:,}", f"{pair.answered:,}", within)
    console.print(table)
    say("Mail is not work: take it as a hint. Waits count Mondays to Fridays, by the clock.")
    if len(found.pairs) > MOST_PAIRS_SHOWN:
        say(f"{len(found.pairs) - MOST_PAIRS_SHOWN:,} more are in --json.")

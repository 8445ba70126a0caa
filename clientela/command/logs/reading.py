"""One log, read whole: its events in columns, and what is to be said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientela.command.logs.columns import told_columns
from clientela.command.logs.csv_events import read_csv
from clientela.command.logs.xes_events import read_xes
from clientela.network.discovery.problems import LogProblemError
from clientela.requests.rules.replays import Events, Note

ENDINGS = {".csv": read_csv, ".tsv": read_csv, ".txt": read_csv, ".xes": read_xes}


@dataclass(frozen=True)
class Log:
    """The events of a file, which column held what, and the notes to its reader."""

    path: Path
    events: Events
    columns: dict[str, str]
    notes: tuple[Note, ...]


def read_log(path: Path, *, columns: str = "", zone: str = "", on_progress: Callable[[int], None] | None = None) -> Log:
    """Read a log. `columns` as in `--columns`, `zone` for clocks without one. Raises LogProblemError.

    `on_progress` is told how many bytes of the file have been read.
    """
    told = told_columns(columns)
    if zone:
        check_zone(zone)
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    read = ENDINGS.get(endings[-1] if endings else "")
    if read is None:
        raise LogProblemError(f"{path}: the kind of file is told by its ending: .csv, .csv.gz, .xes or .xes.gz.")
    building, used, found = read(path, told, on_progress or _silent)
    events, notes = building.events(zone=zone)
    if found:
        listed = ", ".join(f"{role}={used[role]}" for role in used)
        notes.insert(0, Note("columns", f"Columns were taken by their names: {listed}. --columns tells otherwise."))
    return Log(path, events, used, tuple(notes))


def check_zone(zone: str) -> None:
    """Refuse a zone that nobody knows."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise LogProblemError(f"--zone: there is no zone “{zone}”. Write one like Europe/Bucharest.") from error


def _silent(_bytes: int) -> None:
    """Tell nobody."""

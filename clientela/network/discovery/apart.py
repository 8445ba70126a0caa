"""What a process apart is asked to do with a log: plain data in, plain data out, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientela.kernel.analytics.telling import tell_progress
from clientela.network.discovery.contracts import Discovered, Suggested, Wish
from clientela.network.discovery.discovering import MEMORY_LIMIT_MB, discover
from clientela.network.discovery.problems import LogProblemError


@dataclass(frozen=True)
class Outcome:
    """What came of a log: what was found, or the problem that stood in the way (its sentence, code and figures)."""

    found: Discovered | None = None
    suggested: Suggested | None = None
    problem: str = ""
    code: str = ""
    figures: Mapping[str, str | int] | None = None


def discover_apart(
    *, path: str, wish: Mapping[str, Any], name: str = "", folder: str = "", memory_limit_mb: int = MEMORY_LIMIT_MB
) -> Outcome:
    """Discover a log. `wish` holds the fields of `Wish`.

    Progress is told as the events read so far, of as many as there will have been when the share of the work that is
    done is the whole: it reaches the whole only when everything is counted.
    """
    try:
        found, suggested = discover(
            Path(path), Wish(**wish), name=name, folder=Path(folder) if folder else None, on_progress=_told,
            memory_limit_mb=memory_limit_mb,
        )  # fmt: skip
    except LogProblemError as problem:
        return Outcome(problem=str(problem), code=problem.code or "unusable", figures=problem.figures)
    return Outcome(found, suggested)


def _told(share: float, rows: int) -> None:
    tell_progress(rows, max(rows, round(rows / share)) if share else max(1, rows))

"""What a process apart is asked to do with a mail server's record: plain data in, plain data out, how far it is."""

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientela.kernel.analytics.telling import tell_progress
from clientela.network.discovery.mail.bundles import taken_apart
from clientela.network.discovery.mail.contracts import Addresses, MailFound, MailWish
from clientela.network.discovery.mail.counting import count_mail
from clientela.network.discovery.mail.logs import LogFile
from clientela.network.discovery.problems import LogProblemError


@dataclass(frozen=True)
class MailOutcome:
    """What came of a record: what was found, or the problem that stood in the way (its sentence, code and figures)."""

    found: MailFound | None = None
    problem: str = ""
    code: str = ""
    figures: Mapping[str, str | int] | None = None


def count_mail_apart(
    *,
    path: str,
    wish: Mapping[str, Any],
    addresses: Addresses,
    name: str = "",
    folder: str = "",
    more: Sequence[tuple[str, str]] = (),
) -> MailOutcome:
    """Count a record. Progress is told as the rows read, as `discover_apart`.

    `wish` holds the fields of `MailWish`; `more`: paths and names of further files. A record
    of several files that were put together (`bundles`) is taken apart in `folder`.
    """
    gc.disable()  # nothing here holds on to itself; looking for what does would take twice as long as the counting
    try:
        first, *others = (
            taken_apart(Path(path), called=name, folder=Path(folder)) if folder else (LogFile(Path(path), name),)
        )
        found = count_mail(
            first.path, MailWish(**wish), addresses, name=first.name, folder=Path(folder) if folder else None,
            more=[*others, *(LogFile(Path(one), called) for one, called in more)],
            on_progress=_told,
        )  # fmt: skip
    except LogProblemError as problem:
        return MailOutcome(problem=str(problem), code=problem.code or "unusable", figures=problem.figures)
    return MailOutcome(found)


def _told(share: float, rows: int) -> None:
    tell_progress(rows, max(rows, round(rows / share)) if share else max(1, rows))

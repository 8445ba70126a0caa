"""The files of a mail server's log as one: how a rotated log is kept until it is counted, and taken apart again.

A zip, its files as they came, one after another and not packed once more. Its comment says that it is one of ours and
whose log it is. Files are put in their order by what stands in them, and only when the log is counted: which year a
line is of depends on the last day in it, which somebody may say after they came.
"""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from clientela.network.discovery.mail.logs import LOGS, TABLE, LogFile, kind_of
from clientela.network.discovery.packed import ZIP
from clientela.network.discovery.problems import LogProblemError

MARK = "mail log: "
MOST_FILES = 50  # a log that is rotated each week has as many in a year
NEVER = (1980, 1, 1, 0, 0, 0)


def kind_of_files(files: Sequence[LogFile]) -> str:
    """Say whose log these files are. Raises LogProblemError where one is a table, or of another server."""
    kinds = [kind_of(file.path, called=file.name) for file in files]
    for file, kind in zip(files, kinds, strict=True):
        if kind == TABLE:
            raise LogProblemError(
                f"{file.name}: this is no log of a Postfix or an Exim, and of tables one is counted at a time. Bring "
                "it alone.",
                "one_table", name=file.name,
            )  # fmt: skip
        if kind != kinds[0]:
            raise LogProblemError(
                f"{file.name}: this is the log of {LOGS[kind]}, and {files[0].name} that of {LOGS[kinds[0]]}. Bring "
                "the files of one server at a time.",
                "other_server", name=file.name, server=LOGS[kind], first=files[0].name, other=LOGS[kinds[0]],
            )  # fmt: skip
    return kinds[0]


def bundle(files: Sequence[LogFile], *, kind: str, into: Path) -> None:
    """Put files of one log together."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as whole:
        for place, file in enumerate(files):
            told = zipfile.ZipInfo(f"{place}/{file.name}", NEVER)
            told.file_size = file.path.stat().st_size  # a large one is told beforehand
            with file.path.open("rb") as source, whole.open(told, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        whole.comment = (MARK + kind).encode()


def bundled_kind(path: Path) -> str:
    """Say whose log was put together in a file; "" for a file that is not put together, or cannot be opened."""
    try:
        with path.open("rb") as file:
            if file.read(len(ZIP)) != ZIP:
                return ""
        with zipfile.ZipFile(path) as whole:
            comment = whole.comment.decode(errors="replace")
            # Ours is not packed: taken apart it is no larger than it was.
            is_plain = all(one.compress_type == zipfile.ZIP_STORED for one in whole.infolist())
    except (zipfile.BadZipFile, OSError):
        return ""
    kind = comment.removeprefix(MARK)
    return kind if comment.startswith(MARK) and kind in LOGS and is_plain else ""


def kind_of_record(path: Path, *, called: str) -> str:
    """Say what a record is, put together or not: POSTFIX, EXIM or TABLE. Raises LogProblemError as `kind_of`."""
    return bundled_kind(path) or kind_of(path, called=called)


def taken_apart(path: Path, *, called: str, folder: Path) -> tuple[LogFile, ...]:
    """Give the files that were put together, laid down in a folder; a file that was not, as it is."""
    if not bundled_kind(path):
        return (LogFile(path, called),)
    found = []
    with zipfile.ZipFile(path) as whole:
        for place, told in enumerate(whole.infolist()):
            laid = folder / f"part-{place}"
            with whole.open(told) as source, laid.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            found.append(LogFile(laid, told.filename.partition("/")[2]))
    return tuple(found)

"""Which processes of the operating system belong to a database folder.

A process number alone proves nothing: after a crash or a restarted container it may belong to somebody else. So a
process counts as ours only when its command line says so. The command line, unlike the working folder, can be read
across users even by a root without the right to trace (a container).
"""

import os
import subprocess
from pathlib import Path

PROC = Path("/proc")


def command_line(pid: int) -> str:
    """Return the command line of a living process, words separated by NUL; empty when there is none or it is dead."""
    try:
        # A zombie is dead already, but keeps its number until its parent asks; its command line reads as empty.
        return (PROC / str(pid) / "cmdline").read_bytes().rstrip(b"\0").decode(errors="surrogateescape")
    except OSError:
        return ""


def is_server_of(pid: int, data: Path) -> bool:
    """Tell whether the process is a PostgreSQL server that was started on this data folder."""
    if PROC.is_dir():
        words = command_line(pid).split("\0")
        return Path(words[0]).name == "postgres" and str(data) in words
    # Where there is no /proc, `ps` cannot tell a space inside a word from one between words.
    line = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in line.stdout and str(data) in line.stdout


def processes_of(data: Path, cluster_name: str) -> list[int]:
    """Find the server of this data folder and all its children, also those that outlived it."""
    if not PROC.is_dir():
        return []
    title = f"postgres: {cluster_name}: "
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in numbers if command_line(pid).startswith(title) or is_server_of(pid, data)]


def signal_process(pid: int, number: int) -> None:
    """Send a signal; a process that has just ended is as good as one that obeys."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return

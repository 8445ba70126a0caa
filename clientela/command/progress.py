"""Progress of what may take longer than two seconds, on the error stream: what is printed stays clean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress_of_work() -> Iterator[Progress]:
    """Give a progress display without any bar yet; nothing is shown where nobody looks."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        yield progress


@contextmanager
def progress_of(path: Path) -> Iterator[tuple[Progress, Callable[[int], None]]]:
    """Give a progress display with a bar for reading the file, and what moves it: the bytes read so far."""
    with progress_of_work() as progress:
        size = path.stat().st_size if path.is_file() else None
        task = progress.add_task(f"reading {path.name}", total=size)
        yield progress, lambda read: progress.update(task, completed=read)

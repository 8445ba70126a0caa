"""Between a process apart and the row that asked for it: how far it is, and whether it is still wanted."""

from time import monotonic
from typing import Any

from django.db.models import QuerySet

EVERY_SECONDS = 1.0


class Teller:
    """Writes down how far it is, once a second: for `run_apart(on_progress=…)`."""

    def __init__(self, row: "QuerySet[Any]") -> None:
        """`row`: the one row, with `progress` (0 to 1) and `rows_read`."""
        self._row = row
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Take how much of how much is done."""
        if monotonic() - self._told < EVERY_SECONDS:
            return
        self._told = monotonic()
        self._row.update(progress=min(1.0, done / total) if total else 0.0, rows_read=done)


class Asker:
    """Asks once a second whether it is still wanted, a row that is gone is not: for `run_apart(is_cancelled=…)`."""

    def __init__(self, row: "QuerySet[Any]") -> None:
        """`row`: the one row, with `is_cancel_wished`."""
        self._wanted = row.filter(is_cancel_wished=False)
        self._asked = 0.0
        self._is_cancelled = False

    def __call__(self) -> bool:
        """Say whether to stop."""
        if not self._is_cancelled and monotonic() - self._asked >= EVERY_SECONDS:
            self._asked = monotonic()
            self._is_cancelled = not self._wanted.exists()
        return self._is_cancelled

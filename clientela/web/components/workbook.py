"""Writes rows as a spreadsheet. Heavy to load: only named, by `web.downloads`, and run in a process of its own."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

LONGEST_CELL: Final = 32_767  # signs; a spreadsheet takes no more


def write_workbook(rows: str, workbook: str) -> None:
    """Turn pickled rows, one after the other in the file `rows`, into the file `workbook`; memory does not grow."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in _rows_in(Path(rows)):
        sheet.append([_cell(sheet, value) for value in row])
    book.save(workbook)


def _rows_in(path: Path) -> Iterator[list[Any]]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - the process that waits for us wrote it
            except EOFError:
                return


def _cell(sheet: Any, value: Any) -> Any:
    """A cell whose text stays a text, whatever sign it begins with: never a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell

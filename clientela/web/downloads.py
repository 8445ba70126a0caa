"""Files: those from outside handed out as downloads, never shown in place; and tables of ours as CSV and XLSX."""

import csv
import pickle
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from clientela.kernel.analytics.apart import run_apart
from clientela.kernel.files import open_file
from clientela.kernel.passing_folders import passing_folder
from clientela.requests.queries import AttachmentToDownload

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRITER: Final = "clientela.web.components.workbook:write_workbook"
_WRITER_MEMORY_MB: Final = 1024
_WRITER_SECONDS: Final = 600.0


def as_download(file: AttachmentToDownload) -> FileResponse:
    """Answer with a file that the browser stores and does not open as a page of ours, whatever it claims to be."""
    response = FileResponse(open_file(file.sha256), content_type="application/octet-stream")
    response["Content-Length"] = str(file.size_bytes)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response


def as_file(name: str, content_type: str, content: bytes) -> HttpResponse:
    """Answer with a file that we made, to be stored."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


# A cell that begins so is taken for a formula by spreadsheets; the wide signs by those that are set to Asian scripts.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_table(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Answer with a table as a CSV file. Text that a spreadsheet would take for a formula is marked as text."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.write("\ufeff")  # spreadsheets read UTF-8 only when told
    table = csv.writer(response)
    table.writerow(header)
    for row in rows:
        table.writerow([plain_cell(value) for value in row])
    return response


class _Line:
    """What the writer of a table writes to: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        """Hand the line back."""
        return line


def as_streamed_table(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Answer with a table as a CSV file, a row at a time as `rows` gives them: for tables without an end in sight."""

    def lines() -> Iterator[str]:
        table = csv.writer(_Line())
        yield "\ufeff"  # spreadsheets read UTF-8 only when told
        yield table.writerow(header)
        for row in rows:
            yield table.writerow([plain_cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def as_workbook(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    """Answer with a table as an XLSX file, its texts never formulas. Rows go through files: memory does not grow.

    It is written in a process of its own, which takes half a second and more. Raises ApartError.
    """
    with passing_folder("table") as folder:
        given, made = folder / "rows", folder / "table.xlsx"
        with given.open("wb") as file:
            for row in chain([header], rows):
                pickle.dump(list(row), file)
        run_apart(
            _WRITER,
            {"rows": str(given), "workbook": str(made)},
            memory_limit_mb=_WRITER_MEMORY_MB,
            seconds=_WRITER_SECONDS,
        )
        # Open, it outlives its name: the response closes it when it has been sent.
        response = FileResponse(made.open("rb"), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value

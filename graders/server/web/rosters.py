"""Student lists as uploaded, read as ``register`` reads them, and CSV downloads written for spreadsheets."""

from __future__ import annotations

import base64
import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from graders.feedback.cells import safe_cell
from graders.messages.errors import UsageError
from graders.server.store.people import one_line
from graders.server.store.roster import Preview
from graders.submission.register import Register, read_register

__all__ = ["as_download", "as_list", "register_of"]


def register_of(name: str, content: bytes) -> Register:
    """The list in an uploaded file; errors name the file as the user knows it."""
    shown = one_line(PurePosixPath(name.replace("\\", "/")).name)[:80] or "roster.csv"
    with tempfile.TemporaryDirectory(prefix="deepgrade-roster-") as folder:
        path = Path(folder, "roster.csv")
        path.write_bytes(content)
        try:
            return replace(read_register(path), path=Path(shown))
        except UsageError as error:
            raise UsageError(error.message_id, **{**error.params, "path": shown}) from None


def as_list(preview: Preview) -> str:
    """The rows that an import needs, as text that ``register_of`` reads; the preview page carries it along."""
    return _table(("name", "email", "idnumber"), ((row.name, row.email, row.number) for row in preview.rows))


def as_download(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file as a data URL: with a BOM for Excel, and no cell that a spreadsheet takes for a formula."""
    text = _table(header, ([safe_cell(cell) for cell in row] for row in rows))
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.encode("utf-8-sig")).decode()


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()

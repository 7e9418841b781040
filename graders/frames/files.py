"""Tables as CSV files that are safe to open in a spreadsheet, and back; without pandas."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from graders.feedback.cells import plain_cell, safe_cell
from graders.frames.columns import KINDS, TABLES, Cell, Column, Rows
from graders.host.disk import write_file
from graders.messages.errors import UsageError
from graders.reports.verdict import VERDICTS

__all__ = ["read_csv", "require_columns", "write_csv"]

TRUTH = {"True": True, "False": False}
WORDS = {"verdict": tuple(map(str, VERDICTS)), "family": KINDS}


def write_csv(tables: Mapping[str, Rows], folder: Path) -> dict[str, Path]:
    """Write ``<table>.csv`` for each (UTF-8 with a BOM, so that Excel reads Korean); return the paths."""
    paths = {}
    for name, rows in tables.items():
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(column.name for column in TABLES[name])
        writer.writerows([_cell(value) for value in row] for row in rows)
        paths[name] = folder / f"{name}.csv"
        write_file(paths[name], stream.getvalue().encode("utf-8-sig"))
    return paths


def _cell(value: Cell) -> str:
    """Empty for an absent value; 3 rather than 3.0; text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return safe_cell(value) if isinstance(value, str) else str(value)


def read_csv(path: Path, columns: Sequence[Column]) -> list[tuple[Cell, ...]]:
    """The rows that ``write_csv`` wrote; UsageError with the line number if the file is of another kind."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file, _long_fields():
            reader = csv.reader(file, strict=True)
            require_columns(path, next(reader, []), columns)
            return [_row(path, reader.line_num, cells, columns) for cells in reader]
    except OSError as error:
        raise UsageError("frames.unreadable", path=str(path), reason=error.strerror or str(error)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError("frames.unreadable", path=str(path), reason=str(error)) from None


@contextmanager
def _long_fields() -> Iterator[None]:
    """Student output may be longer than the csv module allows by default."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def require_columns(path: Path, found: Sequence[str], columns: Sequence[Column]) -> None:
    """Refuse a table with other columns."""
    wanted = [column.name for column in columns]
    if list(found) != wanted:
        shown = ", ".join(str(name) for name in found)
        raise UsageError("frames.columns", path=str(path), found=f"{shown:.300}", wanted=", ".join(wanted))


def _row(path: Path, line: int, cells: Sequence[str], columns: Sequence[Column]) -> tuple[Cell, ...]:
    if len(cells) != len(columns):
        raise UsageError("frames.cells", path=str(path), line=line, found=len(cells), wanted=len(columns))
    row = []
    for cell, column in zip(cells, columns, strict=True):
        try:
            row.append(_value(cell, column.kind))
        except (ValueError, KeyError):
            raise UsageError(
                "frames.value", path=str(path), line=line, column=column.name, found=f"{cell!r:.80}"
            ) from None
    return tuple(row)


def _value(cell: str, kind: str) -> Cell:
    if kind == "text":
        return plain_cell(cell)
    if not cell:
        return None
    if kind == "whole":
        return int(cell)
    if kind == "number":
        number = float(cell)
        if not math.isfinite(number):
            raise ValueError(cell)
        return number
    if kind == "truth":
        return TRUTH[cell]
    value = plain_cell(cell)
    if value not in WORDS.get(kind, (value,)):
        raise ValueError(cell)
    return value

"""Rows as DataFrames with typed columns, written to files and read back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graders.frames.columns import KINDS, TABLES, Cell, Column, Rows
from graders.frames.files import read_csv, require_columns, write_csv
from graders.host.disk import write_file
from graders.messages.errors import UsageError
from graders.reports.verdict import VERDICTS

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Frames", "frames_of", "read_frames", "require_pandas", "write_tables"]

Format = Literal["csv", "parquet"]
DTYPES = {
    "text": "string",
    "note": "string",
    "whole": "Int64",
    "number": "Float64",
    "truth": "boolean",
    "time": "datetime64[s]",
}


@dataclass(frozen=True, eq=False)
class Frames:
    """A class as tables; docs/data.md lists their columns. Ungraded work is ``<NA>``, never 0."""

    submissions: DataFrame  # a row per student and unit
    exercises: DataFrame  # per student and exercise
    checks: DataFrame  # per student and check
    diagnoses: DataFrame  # per student, exercise and recognised mistake
    attempts: DataFrame  # per student, exercise and known grading

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {len(getattr(self, name))} rows" for name in TABLES)
        return f"Frames({sizes})"

    def write(self, folder: str | PathLike[str], format: Format = "parquet") -> dict[str, Path]:
        """Write a file per table, whole or not at all; return the paths. ``read`` gives the same tables back."""
        if format == "parquet":
            return _write_parquet({name: getattr(self, name) for name in TABLES}, Path(folder))
        return write_csv({name: _rows(getattr(self, name), TABLES[name]) for name in TABLES}, Path(folder))


def require_pandas(parquet: bool = False) -> Any:
    """pandas, which only this module needs; a UsageError says how to install it."""
    try:
        import pandas

        if parquet:
            import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError("frames.no_pandas", library=(error.name or "pandas").split(".")[0]) from None
    return pandas


def frames_of(tables: Mapping[str, Rows]) -> Frames:
    """Each table's rows as a DataFrame."""
    return Frames(**{name: _frame(tables[name], columns) for name, columns in TABLES.items()})


def _frame(rows: Rows, columns: Sequence[Column]) -> DataFrame:
    pandas = require_pandas()
    by_column = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pandas.DataFrame(
        {column.name: _typed(list(cells), column) for column, cells in zip(columns, by_column, strict=True)}
    )


def _typed(cells: list[Cell], column: Column) -> Any:
    """The cells with the column's type. Words are categories: verdicts from worst to best, units by name."""
    pandas = require_pandas()
    if column.kind == "verdict":
        return pandas.Categorical(cells, categories=list(map(str, VERDICTS)), ordered=True)
    if column.kind == "family":
        return pandas.Categorical(cells, categories=list(KINDS))
    if column.kind == "unit":
        return pandas.Categorical(cells, categories=sorted({cell for cell in cells if cell is not None}))
    return pandas.array(cells, dtype=DTYPES[column.kind])


def _rows(frame: DataFrame, columns: Sequence[Column]) -> list[tuple[Cell, ...]]:
    """The cells of a table as Python values."""
    cells = [_plain(frame[column.name], column) for column in columns]
    return list(zip(*cells, strict=True))


def _plain(series: Any, column: Column) -> list[Cell]:
    made: Any = {"time": lambda value: str(value.isoformat()), "whole": int, "number": float, "truth": bool}
    plain = made.get(column.kind, str)
    return [None if gone else plain(value) for value, gone in zip(series, series.isna(), strict=True)]


def write_tables(tables: Mapping[str, Rows], folder: Path, format: Format) -> dict[str, Path]:
    """Rows as files; CSV needs no pandas."""
    if format == "csv":
        return write_csv(tables, folder)
    return frames_of(tables).write(folder, format)


def _write_parquet(frames: Mapping[str, DataFrame], folder: Path) -> dict[str, Path]:
    require_pandas(parquet=True)
    paths = {}
    for name, frame in frames.items():
        stream = io.BytesIO()
        frame.to_parquet(stream, engine="pyarrow", index=False)
        paths[name] = folder / f"{name}.parquet"
        write_file(paths[name], stream.getvalue())
    return paths


def read_frames(folder: Path, format: Format | None) -> Frames:
    """The tables of ``folder``; UsageError if one is absent, has other columns, or is damaged."""
    format = format or _format_of(folder)
    if format == "csv":
        return frames_of({name: read_csv(folder / f"{name}.csv", columns) for name, columns in TABLES.items()})
    return Frames(**{name: _read_parquet(folder / f"{name}.parquet", TABLES[name]) for name in TABLES})


def _format_of(folder: Path) -> Format:
    here: list[Format] = [one for one in ("parquet", "csv") if (folder / f"submissions.{one}").is_file()]
    if not here:
        raise UsageError("frames.no_tables", path=str(folder))
    if len(here) > 1:
        raise UsageError("frames.two_formats", path=str(folder))
    return here[0]


def _read_parquet(path: Path, columns: Sequence[Column]) -> DataFrame:
    """A table as it was written; its types are rebuilt, whoever wrote the file."""
    pandas = require_pandas(parquet=True)
    try:
        frame = pandas.read_parquet(io.BytesIO(path.read_bytes()), engine="pyarrow")
    except OSError as error:
        raise UsageError("frames.unreadable", path=str(path), reason=error.strerror or str(error)) from None
    except Exception as error:  # pyarrow's own types; a damaged file gives any of them
        raise UsageError("frames.unreadable", path=str(path), reason=f"{type(error).__name__}: {error}") from None
    require_columns(path, list(frame.columns), columns)
    try:
        return _frame(_rows(frame, columns), columns)
    except (ValueError, TypeError, AttributeError):
        raise UsageError("frames.unreadable", path=str(path), reason="values of another type") from None

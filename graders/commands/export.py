"""For instructors: a graded class as tables, for pandas, R or a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from graders.commands.options import FINE, USAGE, json_option, lang_option, language_of, options
from graders.commands.output import print_json


@click.command()
@click.argument("outs", metavar="OUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="parquet keeps the types of the columns; it needs pandas and pyarrow.",
)
@click.option("--to", type=click.Path(path_type=Path), help="Write the tables here (default: OUT/tables).")
@options(lang_option, json_option)
def export(outs: tuple[Path, ...], form: str, to: Path | None, lang: str | None, as_json: bool) -> int:
    """Write a graded class as tables: submissions, exercises, checks, diagnoses, attempts.

    OUT is the folder that 'grade --out OUT' wrote. Several OUTs, earliest first, are gradings of one class: each
    student's latest submission counts, and the table attempts contains all of them. The tables are for staff:
    docs/data.md.
    """
    from graders.feedback.messages import render_message, say
    from graders.frames.folder import read_out
    from graders.frames.rows import rows_of
    from graders.frames.tables import require_pandas, write_tables

    code = language_of(lang)
    if form == "parquet":
        require_pandas(parquet=True)
    found = [read_out(out) for out in outs]
    damaged = [message for one in found for message in one.damaged]
    for message in (*damaged, *(remark for one in found for remark in one.remarks)):
        click.echo(render_message(message, code), err=True)
    tables = rows_of([one.round for one in found], code)
    paths = write_tables(tables, to or outs[-1] / "tables", "parquet" if form == "parquet" else "csv")
    if as_json:
        written = {name: {"path": str(path), "rows": len(tables[name])} for name, path in paths.items()}
        print_json({"schema": 1, "tables": written, "damaged": [render_message(one, code) for one in damaged]})
    else:
        for name, path in paths.items():
            click.echo(say("frames.written", code, path=str(path), count=len(tables[name])))
    return USAGE if damaged else FINE

"""For students: check one's own code, lay out a course."""

from __future__ import annotations

from pathlib import Path

import click

from graders.commands.options import (
    FINE,
    HERE,
    course_option,
    exit_zero_option,
    json_option,
    lang_option,
    language_of,
    options,
)
from graders.commands.output import console, exit_code, show, write_page


@click.command()
@click.argument("target", metavar="FILE[::SYMBOL]")
@click.option("--watch", is_flag=True, help="Check again on every save; keys: again, hint, next, list, quit.")
@click.option("--hints", default=0, show_default=True, type=click.IntRange(0, 3), help="Rungs of the hints.")
@click.option("--unit", help="The unit of the file, if its name does not say.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Also write a page with pictures.")
@options(course_option, lang_option, json_option, exit_zero_option)
def check(
    target: str,
    watch: bool,
    hints: int,
    unit: str | None,
    html: Path | None,
    course: Path | None,
    lang: str | None,
    as_json: bool,
    exit_zero: bool,
) -> int:
    """Practise: check your own file on the public cases, at once, on your own machine."""
    from graders.check import check_file, split_target
    from graders.sandbox.local import Local

    path, symbol = split_target(target)
    backend = Local()
    if watch:
        from graders.watch import watch_file

        return watch_file(backend, path, symbol, unit=unit, course=course, lang=language_of(lang), console=console())
    report = check_file(backend, path, symbol, unit=unit, course=course)
    show([report], lang, as_json, hints=hints, single=True)
    if html is not None:
        write_page(html, report, language_of(lang))
    return FINE if exit_zero else exit_code([report])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "bundle", type=click.Path(path_type=Path), help="The bundle (default: assignments/ above).")
@options(course_option, lang_option)
def start(folder: Path, bundle: Path | None, course: Path | None, lang: str | None) -> int:
    """Lay the course's exercises out in FOLDER; files you have changed are never overwritten."""
    from graders.course import find_course
    from graders.release import lay_out

    bundle = bundle or find_course(HERE, course).root / "assignments"
    fates = lay_out(bundle, folder, language_of(lang))
    said = {"new": "laid out", "updated": "brought up to date", "kept": "kept, because you changed them"}
    for fate, says in said.items():
        names = [name for name, one in fates.items() if one == fate]
        if names:
            click.echo(f"{len(names)} files {says}.")
            if fate == "kept":
                click.echo("\n".join(f"  {name}" for name in names))
    first = sorted(fates)[0].split("/")[0]
    file = folder / first / f"{first}.py"
    click.echo(f"Begin with {file}, then run: deepgrade check {file}")
    return FINE

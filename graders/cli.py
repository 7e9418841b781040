"""What people type: the commands, their options and their exit codes.

0 fine · 1 something is not right in the student's work · 2 the command line asks for something that is not there ·
3 ours: no sandbox, broken, a required limit missing. Data go to standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders import __version__
from graders.errors import DeepgradeError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from graders.course import Course
    from graders.sandbox.contract import Backend
    from graders.verdict import Report

FINE, NOT_PASSED, USAGE, OURS = 0, 1, 2, 3

HERE = Path()


def main() -> None:
    """The console script: faults become one sentence and an exit code, never a traceback."""
    try:
        code = cli.main(standalone_mode=False, prog_name="deepgrade")
        sys.exit(code if isinstance(code, int) else FINE)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except DeepgradeError as error:
        click.echo(f"deepgrade: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output has gone
        sys.exit(FINE)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deepgrade")
def cli() -> None:
    """Grades deep-learning exercises: compares outputs and gradients in a sandbox and names the mistake."""


# --- options that several commands share -----------------------------------------------------------------------------

Command = Callable[..., Any]


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


course_option = click.option(
    "--course", type=click.Path(path_type=Path), help="The course's folder (default: the nearest one above)."
)
lang_option = click.option("--lang", type=click.Choice(["ko", "en"]), help="Language of the feedback.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on standard output.")
units_option = click.option("--unit", "units", multiple=True, metavar="UNIT", help="Only this unit; may be repeated.")
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit 0 even where something did not pass.")
sandbox_option = click.option(
    "--sandbox", "sandbox", default="auto", show_default=True, help="auto, bubblewrap, or none (only for trusted code)."
)


# --- students ------------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("target", metavar="FILE[::SYMBOL]")
@click.option("--watch", is_flag=True, help="Check again on every save; keys: again, hint, next, list, quit.")
@click.option("--hints", default=0, show_default=True, type=click.IntRange(0, 3), help="Rungs of the hint ladder to show.")
@click.option("--unit", help="The unit of the file, if its name does not say.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Also write the feedback, with pictures, to this file.")
@_options(course_option, lang_option, json_option, exit_zero_option)
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
    from graders.sandbox.local import LocalBackend

    path, symbol = split_target(target)
    backend = LocalBackend()
    if watch:
        from graders.watch import watch_file

        return watch_file(backend, path, symbol, unit=unit, course=course, lang=_language(lang), console=_console())
    report = check_file(backend, path, symbol, unit=unit, course=course)
    _show([report], lang, as_json, hints=hints, single=True)
    if html is not None:
        _write_html(html, report, _language(lang))
    return FINE if exit_zero else _code([report])


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "bundle", type=click.Path(path_type=Path), help="The course's bundle (default: assignments/ above).")
@_options(course_option, lang_option)
def start(folder: Path, bundle: Path | None, course: Path | None, lang: str | None) -> int:
    """Lay the course's exercises out in FOLDER; files you have changed are never overwritten."""
    from graders.course import find_course
    from graders.release import lay_out

    bundle = bundle or find_course(HERE, course).root / "assignments"
    fates = lay_out(bundle, folder, _language(lang))
    for fate, says in (("new", "laid out"), ("updated", "brought up to date"), ("kept", "kept, because you changed them")):
        names = [name for name, one in fates.items() if one == fate]
        if names:
            click.echo(f"{len(names)} files {says}.")
            if fate == "kept":
                click.echo("\n".join(f"  {name}" for name in names))
    first = sorted(fates)[0].split("/")[0]
    click.echo(f"Begin with {folder / first / (first + '.py')}, then run: deepgrade check {folder / first / (first + '.py')}")
    return FINE


# --- instructors ---------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write reports, feedback pages, class.csv and class.html here.")
@click.option("--resume", is_flag=True, help="With --out: keep the reports that are already there and still hold.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Submissions side by side (default: one per core).")
@click.option("--student", help="The student's name, for a single file or folder.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "gradescope"]), default="text", help="What to print.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@_options(units_option, sandbox_option, course_option, lang_option, json_option, exit_zero_option)
def grade(
    path: Path,
    out: Path | None,
    resume: bool,
    jobs: int | None,
    student: str | None,
    form: str,
    device: str,
    units: tuple[str, ...],
    sandbox: str,
    course: Path | None,
    lang: str | None,
    as_json: bool,
    exit_zero: bool,
) -> int:
    """Grade a file, a student's folder, or a class folder, with the reference, in a sandbox."""
    from graders.classroom import grade_class
    from graders.submission import find_submissions

    if resume and out is None:
        raise UsageError("--resume was given without --out.", "Name the folder of the run to take up again: --out DIR.")
    if not path.exists():
        raise UsageError(f"{path} does not exist.", "Name a file, a student's folder or a class folder.")
    backend = _backend(sandbox)
    desk = _desk(_course(course, units), backend, units, device)
    found = find_submissions(path, desk.course.units)
    single = found is None
    pairs = [(student or path.stem, path)] if found is None else found
    unit = units[0] if len(units) == 1 else None
    with _progress("grading", len(pairs), quiet=single) as step:
        reports = grade_class(desk, pairs, jobs=jobs or _cores(), out=out, resume=resume, unit=unit, done=step)
    if out is not None:
        _write_class(out, reports, _language(lang))
    _show(reports, lang, as_json, single=single, form=form)
    return FINE if exit_zero else _code(reports)


@cli.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("path", type=click.Path(path_type=Path))
@_options(sandbox_option, course_option, lang_option, json_option)
def replay(report: Path, path: Path, sandbox: str, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Grade PATH again with the hidden inputs of an old REPORT and say whether the verdicts agree."""
    from graders.classroom import load_report
    from graders.grade import grade_submission

    old = load_report(report)
    units = tuple(dict.fromkeys(exercise.unit for exercise in old.exercises))
    desk = _desk(_course(course, ()), _backend(sandbox), units, old.device)
    if old.run.get("key") != desk.secret.key_id:
        raise UsageError(
            f"{report} was made with the secret {old.run.get('key')}, this one is {desk.secret.key_id}.",
            "Name the secret of that time with DEEPGRADE_SECRET_FILE.",
        )
    new = grade_submission(desk, path, student=old.student)
    if new.sha256 != old.sha256:
        raise UsageError(f"{path} is not the submission of {report}: its digest differs.", "Name the files graded then.")
    _show([new], lang, as_json, single=True)
    same = _verdicts(old) == _verdicts(new)
    changed = "" if old.course_version == new.course_version else " The course has changed since."
    click.echo(f"Replayed: the verdicts {'agree' if same else 'differ'}.{changed}", err=True)
    return FINE if same else NOT_PASSED


@cli.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if assignments/ is stale.")
@click.option("--to", type=click.Path(path_type=Path), help="Write a bundle for students into this folder.")
@_options(units_option, course_option)
def release(only_check: bool, to: Path | None, units: tuple[str, ...], course: Path | None) -> int:
    """Write assignments/ (notebooks, stubs, expected values) from reference/."""
    from graders.release import release as write
    from graders.release import stale

    found = _course(course, units)
    found.require_reference()
    if only_check:
        sentences = list(stale(found, units))
        click.echo("\n".join(sentences) or "assignments/ is fresh.")
        return NOT_PASSED if sentences else FINE
    written = write(found, to, units)
    click.echo(f"{len(written)} files written to {to or found.root / 'assignments'}.")
    return FINE


@cli.command()
@_options(units_option, course_option, json_option)
def verify(units: tuple[str, ...], course: Path | None, as_json: bool) -> int:
    """Prove the course: references, stubs, misconceptions, variants, trivial answers, leaks, freshness."""
    from graders.verify import verify_unit, verify_whole

    found = _course(course, units)
    found.require_reference()
    chosen, findings = units or found.units, []
    with _progress("verifying", len(chosen) + 1) as step:
        for unit in chosen:
            findings += list(verify_unit(found, unit))
            step(unit)
        findings += list(verify_whole(found, chosen))
        step("assignments")
    if as_json:
        _print_json({"schema": 1, "findings": [{"where": one.where, "what": one.what} for one in findings]})
    else:
        click.echo("\n".join(map(str, findings)) or f"{len(chosen)} units hold: {', '.join(chosen)}.")
    return NOT_PASSED if findings else FINE


@cli.command()
@_options(sandbox_option, json_option)
def doctor(sandbox: str, as_json: bool) -> int:
    """Try every promised limit of the sandbox on this machine and say which hold."""
    from graders.feedback.health import print_trials
    from graders.sandbox.contract import backend_by_name
    from graders.sandbox.doctor import trials

    names = ["bubblewrap"] if sandbox == "auto" else [sandbox]
    holds, tables = True, []
    for name in names:
        found = trials(backend_by_name(name))
        holds &= all(trial.held for trial in found if trial.required)
        tables.append((name, found))
    if as_json:
        rows = {name: [{"name": t.name, "required": t.required, "held": t.held, "how": t.how} for t in f] for name, f in tables}
        _print_json({"schema": 1, "holds": holds, "backends": rows})
    else:
        for name, found in tables:
            print_trials(name, found, _console())
    return FINE if holds else OURS


@cli.command()
@click.argument("unit")
@_options(course_option)
def new(unit: str, course: Path | None) -> int:
    """Scaffold a unit, uNN_topic, that verifies; then make it yours."""
    from graders.scaffold import scaffold

    for path in scaffold(_course(course, ()), unit):
        click.echo(f"wrote {path}")
    click.echo(f"Next: edit these, then run 'deepgrade release --unit {unit}' and 'deepgrade verify --unit {unit}'.")
    return FINE


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True)
@_options(sandbox_option, course_option, lang_option)
def demo(out: Path, sandbox: str, course: Path | None, lang: str | None) -> int:
    """Grade the sample class in a sandbox; show the instructor's table and a student's feedback."""
    from graders.classroom import grade_class
    from graders.submission import find_submissions

    backend = _backend(sandbox)
    desk = _desk(_course(course, ()), backend, (), "cpu")
    folder = desk.course.root / "tests" / "class"
    found = find_submissions(folder, desk.course.units) if folder.is_dir() else None
    if not found:
        raise UsageError(f"There is no sample class in {folder}.", "Run the demo inside the course repository.")
    with _progress("grading the sample class", len(found)) as step:
        reports = grade_class(desk, found, jobs=_cores(), out=out, done=step)
    _write_class(out, reports, _language(lang))
    console = _console()
    from graders.feedback.messages import say
    from graders.feedback.text import render_class, render_report

    code = _language(lang)
    render_class(reports, code, console)
    shown = next((one for one in reports if one.verdict == "fail" and any(c.diagnosis for e in one.exercises for c in e.checks)), None)
    if shown is not None:
        console.print()
        console.rule(say("ui.demo_student", code, student=shown.student))
        render_report(shown.for_student(), code, console, hints=1)
    console.print()
    console.print(say("ui.demo_pages", code, path=str(out / "class.html")), highlight=False)
    return OURS if any(report.verdict == "broken" for report in reports) else FINE


# --- what commands share -------------------------------------------------------------------------------------------------


def _course(named: Path | None, units: Iterable[str]) -> Course:
    from graders.course import find_course

    course = find_course(HERE, named)
    for unit in units:
        course.spec(unit)
    return course


def _backend(name: str) -> Backend:
    from graders.sandbox.contract import backend_by_name

    backend = backend_by_name(name)
    if name == "none":
        click.echo("WARNING: --sandbox none runs students' code with your rights, your files and your network.", err=True)
    backend.check()
    return backend


def _desk(course: Course, backend: Backend, units: tuple[str, ...], device: str) -> Any:
    from graders.answers import Answers
    from graders.grade import Desk
    from graders.inputs import load_secret

    course.require_reference()
    return Desk(course, backend, load_secret(), Answers(course), units, device)


def _language(option: str | None) -> str:
    from graders.feedback.messages import language

    return language(option, os.environ)


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=False)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _code(reports: Sequence[Report]) -> int:
    verdicts = {report.verdict for report in reports}
    if "broken" in verdicts:
        return OURS
    return FINE if verdicts <= {"pass"} else NOT_PASSED


def _verdicts(report: Report) -> list[tuple[str, str, str, str, float]]:
    return [
        (exercise.unit, exercise.name, check.name + check.group, check.verdict, check.points)
        for exercise in report.exercises
        for check in exercise.checks
    ]


@contextmanager
def _progress(what: str, total: int, quiet: bool = False) -> Iterator[Callable[[object], None]]:
    """A bar on standard error while a person watches; otherwise nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console(stderr=True), transient=True) as bar:
        row = bar.add_task(what, total=total)
        yield lambda _: bar.advance(row)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _show(
    reports: Sequence[Report], lang: str | None, as_json: bool, *, hints: int = 0, single: bool = False, form: str = "text"
) -> None:
    """Print reports as asked for."""
    code = _language(lang)
    if as_json:
        from graders.feedback.exports import class_json, report_json

        _print_json(report_json(reports[0], code) if single else class_json(reports, code))
    elif form == "csv":
        from graders.feedback.exports import class_csv

        click.echo(class_csv(reports), nl=False)
    elif form == "gradescope":
        from graders.feedback.exports import gradescope_results

        _print_json([gradescope_results(report, code) for report in reports] if not single else gradescope_results(reports[0], code))
    else:
        from graders.feedback.text import render_class, render_report

        if single:
            render_report(reports[0], code, _console(), hints=hints)
        else:
            render_class(reports, code, _console())


def _write_html(path: Path, report: Report, lang: str) -> None:
    from graders.feedback.html import render_report_html
    from graders.release import write_file

    write_file(path, render_report_html(report, lang).encode())


def _write_class(out: Path, reports: Sequence[Report], lang: str) -> None:
    """class.csv and class.html for staff, and per student a page and a Gradescope file with nothing hidden in it."""
    from graders.classroom import report_path
    from graders.feedback.exports import class_csv, gradescope_results
    from graders.feedback.html import render_class_html
    from graders.release import write_file

    for report in reports:
        name = report_path(out, report.student).stem
        _write_html(out / "feedback" / f"{name}.html", report.for_student(), lang)
        data = gradescope_results(report.for_student(), lang)
        write_file(out / "gradescope" / f"{name}.json", json.dumps(data, ensure_ascii=False, indent=1).encode())
    write_file(out / "class.csv", class_csv(reports).encode())
    write_file(out / "class.html", render_class_html(reports, lang).encode())


if __name__ == "__main__":
    main()

"""``%check``, ``%%check``, ``%hint`` and similar magics: immediate practice on what the kernel has defined."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from IPython.core.magic import Magics, cell_magic, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

from graders.courses.course import Course
from graders.feedback.messages import language, render_message, say
from graders.feedback.named import explained_exercise
from graders.grading.annotate import advised, placed_elsewhere
from graders.grading.told_once import told_once
from graders.host.trust import course_to_practise
from graders.messages.errors import DeepgradeError, UsageError
from graders.notebook import completion, sibling_units
from graders.notebook.experiment import defined_in, run_cell, undefined, unwritten
from graders.notebook.explained import show_after
from graders.notebook.logging_in import log_in
from graders.notebook.named import exercises_named, known_name
from graders.notebook.options import CHECK, OTHER, SUBMIT, Known, Options, take_options
from graders.notebook.progress import shown_progress
from graders.notebook.shown import first_hints, next_hint, shown
from graders.notebook.submit import Here, submit_file
from graders.practice.progress import record_checks
from graders.practice.unit import Practice
from graders.reports.report import ExerciseReport
from graders.submission.naming import unit_of_folder

__all__ = ["DeepgradeMagics", "register"]

T = TypeVar("T")
LONGEST_OUTPUT = 4000  # characters of output from the student's code during a check


def register(ipython: Any) -> None:
    """Called by ``%load_ext graders``; a second call changes nothing and keeps earlier checks."""
    there = _registered(ipython)
    ipython.register_magics(there if isinstance(there, DeepgradeMagics) else DeepgradeMagics(ipython))
    completion.install(ipython, lambda: _registered(ipython))
    sibling_units.install()


def _registered(ipython: Any) -> Any:
    return ipython.magics_manager.registry.get("DeepgradeMagics")


def _in_nbgrader() -> bool:
    """Whether this kernel runs a notebook for nbgrader's validate or autograde."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def practice_course() -> Course:
    """The course of the exercises: the homework folder's, if it was started here, else the installed one."""
    return _course_at(course_to_practise(start=Path.cwd()))


@lru_cache(maxsize=4)
def _course_at(root: Path) -> Course:
    """Read once per kernel, as its specs are."""
    return Course(root)


@magics_class
class DeepgradeMagics(Magics):
    """The magics and their state for one notebook."""

    def __init__(self, shell: Any, find: Callable[[Path, str], Practice] = Practice.find) -> None:
        super().__init__(shell)
        self._names: Mapping[str, Any] = shell.user_ns
        self._hidden: Mapping[str, Any] = shell.user_ns_hidden
        self._find = find
        self._show: Callable[[object], object] = display
        self._unit: str | None = None
        self._language: str | None = None
        self._practices: dict[str, Practice] = {}
        self._reports: dict[tuple[str, str], ExerciseReport] = {}
        self._rungs: dict[tuple[str, str, str], int] = {}

    @line_magic
    def deepgrade(self, line: str) -> None:
        """``%deepgrade u06_backprop [--lang ko]``: set this notebook's unit."""
        self._tell(line, self._set_unit)

    @line_cell_magic
    def check(self, line: str, cell: str | None = None) -> float | None:
        """``%check Affine``, ``%check u06_backprop.Affine`` or ``%check`` for every exercise of this notebook.

        ``--hints 1`` (to 3) shows that many hints at once; ``--explain`` names recognized mistakes at once. ``%%check
        Affine`` on top of a cell runs the cell first; without a name, it checks what the cell defines.
        """
        __tracebackhide__ = True
        if cell is not None:
            run_cell(self.shell, cell)
            self._tell(line, partial(self._check_defined, defined_in(self.shell, cell)), CHECK)
            return None
        points = self._tell(line, self._check, CHECK)
        # nbgrader without our preprocessor gives a cell full points unless the cell displays a number.
        return (points or 0.0) if _in_nbgrader() else None

    @line_magic
    def hint(self, line: str) -> None:
        """``%hint Affine`` or ``%hint``: the next hint for what failed in the last check."""
        self._tell(line, self._hint)

    @cell_magic
    def experiment(self, line: str, cell: str) -> None:
        """``%%experiment``: run the cell; if it needs an exercise that is not written yet, say which."""
        __tracebackhide__ = True
        try:
            run_cell(self.shell, cell)
        except (NotImplementedError, NameError) as error:
            found = undefined(error, self._own_symbols()) if isinstance(error, NameError) else unwritten(error)
            if found is None:
                raise
            print(render_message(found, self._spoken(None)))

    def unit_names(self) -> list[str]:
        """The units of the course, for completion."""
        return list(practice_course().units)

    def exercise_names(self, unit: str) -> list[str]:
        """The exercises of a unit; for "", those of the notebook's own unit, or all if it is unknown."""
        course = practice_course()
        own = unit or self._own_unit(required=False)
        return [symbol for one in ([own] if own else course.units) for symbol in course.spec(one).exercises]

    def _own_symbols(self) -> tuple[str, ...]:
        """The exercises of this notebook; none if its unit is unknown."""
        try:
            unit = self._own_unit(required=False)
            return tuple(practice_course().spec(unit).exercises) if unit else ()
        except DeepgradeError:
            return ()

    def _set_unit(self, names: list[str], options: Options) -> None:
        self._language = options.get("--lang") or self._language
        if names:
            units = practice_course().units
            self._unit = unit_of_folder(names[0], units) or known_name(names[0], units, "magic.unknown_unit")

    def _check_defined(self, defined: set[str], names: list[str], options: Options) -> float:
        return self._check(names or [one for one in self._own_symbols() if one.split(".")[0] in defined], options)

    def _check(self, names: list[str], options: Options) -> float:
        chosen = [one for name in names for one in self._chosen(name)] if names else self._all(self._own_unit())
        spoken, hints = self._spoken(options.get("--lang")), int(options.get("--hints", "0"))
        reports = [self._checked(practice, symbol) for practice, symbol in chosen]
        if not _in_nbgrader():
            record_checks(Path.cwd(), reports)
        for report in reports:
            report = explained_exercise(report) if "--explain" in options else report
            self._show(shown(report, spoken))
            for hint in first_hints(report, spoken, hints) if hints else ():
                print(hint)
        for practice, symbol in chosen:
            if self._reports[practice.unit, symbol].verdict == "pass":
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    told = practice.open_passed(symbol, self._namespace(), Path.cwd())
                for message in told:
                    print(render_message(message, spoken))
        if len(reports) > 1:
            passed = sum(report.verdict == "pass" for report in reports)
            print(say("ui.exercises_passed", spoken, passed=passed, count=len(reports)))
        return float(sum(report.score or 0 for report in reports))

    @line_magic
    def explain(self, line: str) -> None:
        """``%explain Affine`` or ``%explain``: the explanation of an exercise of this notebook, once it passes."""
        self._tell(line, self._explain)

    def _explain(self, names: list[str], options: Options) -> None:
        spoken = self._spoken(options.get("--lang"))
        chosen = [one for name in names for one in self._chosen(name)] if names else self._all(self._own_unit())
        show_after(chosen, spoken, self._show)

    @line_magic
    def progress(self, line: str) -> None:
        """``%progress`` or ``%progress u06_backprop``: exercises passed, in progress and not begun, as last checked."""
        self._tell(line, self._progress)

    def _progress(self, names: list[str], options: Options) -> None:
        course = practice_course()
        units = [
            unit_of_folder(name, course.units) or known_name(name, course.units, "magic.unknown_unit") for name in names
        ]
        self._show(shown_progress(Path.cwd(), course, units, self._spoken(options.get("--lang"))))

    @no_var_expand
    @line_magic
    def submit(self, line: str) -> None:
        """``%submit``, ``%submit u06_backprop.py``: submit the saved file, then show its result.

        ``--course dl`` and ``--server URL`` say where; ``--again`` submits even what is the last attempt already.
        """
        self._tell(line, self._submit, SUBMIT)

    def _submit(self, names: list[str], options: Options) -> None:
        if _in_nbgrader():
            raise UsageError("magic.not_submitted")
        history: Any = getattr(self.shell, "history_manager", None)
        ran = list(history.input_hist_raw) if history is not None else []
        told = self._names.get("__vsc_ipynb_file__")
        here = Here(Path.cwd(), self._own_unit(required=False), practice_course(), ran, told)
        submit_file(" ".join(names), here, options, self._spoken(options.get("--lang")), self._show)

    @no_var_expand
    @line_magic
    def login(self, line: str) -> None:
        """``%login https://deepgrade.example.org``: log in to the course's service; asks for the password."""
        self._tell(line, lambda words, options: log_in(words, self._spoken(options.get("--lang"))))

    def _hint(self, names: list[str], options: Options) -> None:
        spoken = self._spoken(options.get("--lang"))
        for practice, symbol in [one for name in names for one in self._chosen(name)]:
            report = self._reports.get((practice.unit, symbol)) or self._checked(practice, symbol)
            print(next_hint(report, spoken, self._rungs))
        if names:
            return
        if not self._reports:
            raise UsageError("magic.check_first")
        failed = [report for report in self._reports.values() if report.verdict != "pass"]
        if not failed:
            raise UsageError("magic.all_pass")
        print(next_hint(failed[-1], spoken, self._rungs))

    # --- finding exercises ---

    def _chosen(self, name: str) -> list[tuple[Practice, str]]:
        """The exercises that a name selects: a symbol, a class with all its methods, ``unit.symbol``, or a unit."""
        units = practice_course().units
        first, _, symbol = name.partition(".")
        unit = unit_of_folder(first, units)
        if unit is not None:
            practice = self._practice(unit)
            return _named(practice, symbol) if symbol else self._all(unit)
        own = self._own_unit(required=False)
        if own is not None:
            return _named(self._practice(own), name)
        course = practice_course()
        holding = [one for one in units if exercises_named(name, course.spec(one).exercises)]
        if len(holding) > 1:
            raise UsageError("magic.which_unit", name=name, known=", ".join(f"{one}.{name}" for one in holding))
        if not holding:
            known_name(name, [symbol for one in units for symbol in course.spec(one).exercises], "magic.unknown_symbol")
        return _named(self._practice(holding[0]), name)

    def _all(self, unit: str | None) -> list[tuple[Practice, str]]:
        practice = self._practice(unit or "")
        return [(practice, symbol) for symbol in practice.symbols]

    def _own_unit(self, *, required: bool = True) -> str | None:
        """The unit from ``%deepgrade``, the variable DEEPGRADE_UNIT, or the notebook's folder."""
        units = practice_course().units
        named = self._unit or self._names.get("DEEPGRADE_UNIT")
        if isinstance(named, str):
            return known_name(named, units, "magic.unknown_unit")
        if Path.cwd().name in units:
            return Path.cwd().name
        if required:
            raise UsageError("magic.no_unit", unit=units[0] if units else "u01_topic")
        return None

    def _practice(self, unit: str) -> Practice:
        if unit not in self._practices:
            self._practices[unit] = self._find(Path.cwd(), unit)
        return self._practices[unit]

    # --- checking ---

    def _checked(self, practice: Practice, symbol: str) -> ExerciseReport:
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            report = placed_elsewhere(practice.check(symbol, self._namespace()), sibling_units.neighbours())
        outputs = [stream.getvalue()[:LONGEST_OUTPUT] for stream in (printed, complained)]
        report = replace(report, stdout=report.stdout or outputs[0], stderr=report.stderr or outputs[1])
        others = [one for place, one in self._reports.items() if place != (practice.unit, symbol)]
        report = told_once([*others, report], lambda unit: self._practice(unit).spec.exercises)[-1]
        report = advised(lambda unit: self._practice(unit).spec, [*others, report])[-1]
        self._reports[practice.unit, symbol] = report
        return report

    def _namespace(self) -> Mapping[str, Any]:
        """What the student has defined, without IPython's own names."""
        absent = object()
        return {
            name: value
            for name, value in self._names.items()
            if not name.startswith("_") and self._hidden.get(name, absent) is not value
        }

    # --- output ---

    def _spoken(self, option: str | None) -> str:
        return language(option, os.environ, self._language)

    def _tell(
        self,
        line: str,
        act: Callable[[list[str], Options], T],
        known: Known = OTHER,
    ) -> T | None:
        """Do what a magic's line asks; any problem becomes a sentence, never a traceback."""
        words, lang = line.split(), None
        try:
            options = take_options(words, known)
            lang = options.get("--lang")
            return act(words, options)
        except DeepgradeError as error:
            print(render_message(error.message, self._spoken(lang)))
        except (KeyboardInterrupt, SystemExit):
            print(say("magic.interrupted", self._spoken(lang)))
        except Exception as error:
            print(say("broken", self._spoken(lang), text=f"{type(error).__name__}: {error}."))
        return None


def _named(practice: Practice, name: str) -> list[tuple[Practice, str]]:
    found = exercises_named(name, practice.symbols)
    return [(practice, one) for one in found or [known_name(name, practice.symbols, "magic.unknown_symbol")]]

"""The magics in a real IPython shell: reports, hints, and sentences instead of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from traitlets.config import Config

from graders.courses.course import Course, UnitSpec
from graders.feedback.messages import say
from graders.host.trust import installation
from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.notebook.magics import DeepgradeMagics
from graders.reports.report import CheckReport, ExerciseReport

HINTS = {"en": ("Look at dW.", "Which shapes?", "What is x.T?"), "ko": ("dW를 보세요.", "모양은?", "x.T는?")}


@dataclass
class FakePractice:
    """Passes what returns 1, and prints as students do; 2 is a mistake of Affine."""

    unit: str
    symbols: tuple[str, ...] = ("Affine", "Relu", "TwoLayerNet.gradient")
    seen: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def spec(self) -> UnitSpec:
        return Course(installation()).spec(self.unit)

    def check(self, symbol: str, namespace: Mapping[str, Any]) -> ExerciseReport:
        self.seen.append(namespace)
        function = namespace.get(symbol.split(".")[0])
        value = function() if function is not None else None
        verdict = "missing" if function is None else "pass" if value == 1 else "fail"
        points = 1 if verdict == "pass" else 0
        message = None if points else Message("text", {"text": "not 1"})
        hint = None if points or symbol == "Relu" else HINTS
        diagnosis = "u06_backprop.Affine.db_mean" if value == 2 else None
        check = CheckReport("out", "core", verdict, points, 1, message=message, hint=hint, diagnosis=diagnosis)
        return ExerciseReport(self.unit, symbol, verdict, (check,))

    def after(self, start: Path) -> None:
        """Nothing is said after its exercises."""

    def open_passed(self, symbol: str, namespace: Mapping[str, Any], start: Path) -> list[Message]:
        return []


class Kernel:
    """A shell with the magics, a fake practice, and what was displayed."""

    def __init__(self) -> None:
        quiet = Config({"HistoryManager": {"enabled": False}})
        self.shell = InteractiveShell.instance(config=quiet)  # the one that display() shows things in
        self.practices: dict[str, FakePractice] = {}
        self.magics = DeepgradeMagics(self.shell, self.find)
        self.shell.register_magics(self.magics)

    def find(self, start: Path, unit: str) -> Any:
        assert start == Path.cwd()
        if unit == "u09_cnn":
            raise UsageError("usage.no_expected", unit=unit, path="here")
        return self.practices.setdefault(unit, FakePractice(unit))

    def run(self, source: str) -> tuple[str, list[RichOutput]]:
        with capture_output() as captured:
            result = self.shell.run_cell(source)
        assert result.success, result
        assert "Traceback" not in captured.stdout + captured.stderr
        return captured.stdout, captured.outputs


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for name in ("DEEPGRADE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    yield Kernel()
    InteractiveShell.clear_instance()


def test_check_of_one_exercise_shows_html_and_plain_text(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 1")
    printed, (shown,) = kernel.run("%check Affine")
    assert printed == ""
    assert "Affine" in shown.data["text/html"]
    assert shown.data["text/plain"] == "Affine  1/1  passed"


def test_check_without_a_name_checks_the_whole_notebook(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 1")
    printed, shown = kernel.run("%check")
    assert len(shown) == 3
    assert printed == "exercises passed: 1 of 3\n"
    assert "not 1" in shown[1].data["text/plain"]


@pytest.mark.parametrize("name", ["u06_backprop.Affine", "u06.Affine", "u06_backprop.TwoLayerNet.gradient"])
def test_check_of_a_qualified_name_needs_no_setup(kernel: Kernel, name: str) -> None:
    _, (shown,) = kernel.run(f"%check {name}")
    assert shown.data["text/plain"].startswith(name.partition(".")[2])


def test_check_of_a_unit_checks_all_of_it(kernel: Kernel) -> None:
    assert len(kernel.run("%check u06_backprop")[1]) == 3


def test_unit_when_only_the_variable_names_it_is_found(kernel: Kernel) -> None:
    kernel.run("DEEPGRADE_UNIT = 'u06_backprop'")
    assert len(kernel.run("%check Affine Relu")[1]) == 2


def test_unit_when_only_the_folder_names_it_is_found(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "u06_backprop").mkdir()
    monkeypatch.chdir(tmp_path / "u06_backprop")
    assert len(kernel.run("%check Affine")[1]) == 1


def test_unnamed_unit_is_the_only_one_with_the_symbol(kernel: Kernel) -> None:
    kernel.run("%check TimeLSTM")  # of which the fake knows nothing, but it was asked
    assert list(kernel.practices) == ["u16_gated"]


@pytest.mark.parametrize("named", ["TwoLayerNet", "u06_backprop.TwoLayerNet"])
def test_class_stands_for_the_exercises_of_its_methods(kernel: Kernel, named: str) -> None:
    kernel.run("%deepgrade u06_backprop")
    _, (shown,) = kernel.run(f"%check {named}")
    assert shown.data["text/plain"].startswith("TwoLayerNet.gradient")


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("%check", "magic.no_unit"),
        ("%check Afine", "magic.near"),
        ("%check zzzzzz", "magic.unknown_symbol"),
        ("%check u06_backprop.affine", "magic.near"),
        ("%check u06_backprop.zzzzzz", "magic.unknown_symbol"),
        ("%deepgrade u06_backprob", "magic.near"),
        ("%deepgrade zzzzzz", "magic.unknown_unit"),
        ("%check --lang fr Affine", "magic.option_check"),
        ("%check --all", "magic.option_check"),
        ("%check Affine --hints 4", "magic.option_check"),
        ("%hint Affine --hints 1", "magic.option"),
        ("%hint", "magic.check_first"),
    ],
)
def test_wrong_name_gets_a_sentence(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, line: str, id: str) -> None:
    monkeypatch.setattr("graders.notebook.magics.render_message", lambda said, lang: f"{said.id} {said.params}")
    printed, shown = kernel.run(line)
    assert printed.startswith(id)
    assert shown == []


def test_symbol_of_several_units_asks_which(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    class Shared:
        units = ("u01_perceptron", "u06_backprop")

        def spec(self, unit: str) -> Any:
            return type("Spec", (), {"exercises": {"relu": None}})

    monkeypatch.setattr("graders.notebook.magics.practice_course", Shared)
    monkeypatch.setattr("graders.notebook.magics.render_message", lambda one, lang: f"{one.id} {one.params['known']}")
    assert kernel.run("%check relu")[0] == "magic.which_unit u01_perceptron.relu, u06_backprop.relu\n"


def test_expected_values_when_absent_are_told_in_a_sentence(kernel: Kernel) -> None:
    printed, _ = kernel.run("%check u09_cnn.im2col")
    assert printed.startswith("No expected values of u09_cnn were found beside here")


def test_language_of_the_option_wins_over_environment_and_setup(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel.run("%deepgrade u06_backprop --lang ko")
    assert say("verdict.missing", "ko") in kernel.run("%check Affine")[1][0].data["text/plain"]
    assert say("verdict.missing", "en") in kernel.run("%check Affine --lang=en")[1][0].data["text/plain"]
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    assert say("verdict.missing", "en") in kernel.run("%check Affine")[1][0].data["text/plain"]


def test_hints_come_one_rung_at_a_time(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 0\n%check Affine")
    rungs = [kernel.run("%hint")[0], kernel.run("%hint Affine")[0], kernel.run("%hint")[0], kernel.run("%hint")[0]]
    assert [next(place for place, text in enumerate(HINTS["en"]) if text in rung) for rung in rungs] == [0, 1, 2, 2]
    assert HINTS["ko"][2] in kernel.run("%hint --lang ko")[0]


@pytest.mark.parametrize("rungs", [0, 1, 3])
def test_check_when_hints_are_asked_for_gives_so_many(kernel: Kernel, rungs: int) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 0\ndef Relu(): return 0")
    printed = kernel.run(f"%check Affine --hints {rungs}")[0]
    assert [hint in printed for hint in HINTS["en"]] == [place < rungs for place in range(3)]
    assert ("There is no hint" in kernel.run(f"%check Relu --hints {rungs}")[0]) == bool(rungs)


def test_hint_says_of_which_exercise_it_speaks(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 0")
    assert kernel.run("%hint Affine")[0] == "Affine, hint 1 of 3: Look at dW.\n"
    assert "Affine (out), hint 1 of 3: Look at dW.\n" in kernel.run("%check Affine --hints 1")[0]


def test_mistake_of_another_exercise_is_told_there_once_it_was_checked(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\nTwoLayerNet = Affine = lambda: 2")
    _, (alone,) = kernel.run("%check TwoLayerNet.gradient")
    assert "not 1 The same mistake is known from Affine." in alone.data["text/plain"]
    _, (there, here) = kernel.run("%check Affine TwoLayerNet.gradient")
    assert "mistake in" not in there.data["text/plain"]
    said = "This is a mistake in Affine, which TwoLayerNet.gradient uses. Fix it in Affine first."
    assert said in here.data["text/plain"]
    assert kernel.run("%hint TwoLayerNet.gradient")[0] == f"TwoLayerNet.gradient: {said}\n"


def test_hint_when_nothing_is_written_says_how_to_begin(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop")
    assert kernel.run("%hint Affine")[0] == "Affine, hint 1 of 3: Look at dW.\n"
    assert kernel.run("%hint Relu")[0] == "Relu: not 1\n"
    assert "Affine, hint 2 of 3: Which shapes?\n" in kernel.run("%check Affine --hints 2")[0]


def test_check_says_what_groundwork_to_fix_first(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 0\ndef TwoLayerNet(): return 0\n%check")
    report = kernel.magics._reports["u06_backprop", "TwoLayerNet.gradient"]
    assert [note.params["first"] for note in report.notes] == ["u06_backprop.Affine"]  # Relu is not written


def test_hint_when_nothing_was_checked_checks_first(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 0")
    assert HINTS["en"][0] in kernel.run("%hint Affine")[0]


@pytest.mark.parametrize(("name", "id"), [("Affine", "magic.all_pass"), ("Relu", "magic.no_hint")])
def test_hint_when_there_is_none_says_why(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, name: str, id: str) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): return 1\ndef Relu(): return 0")
    monkeypatch.setattr("graders.notebook.magics.render_message", lambda said, lang: said.id)
    kernel.run(f"%check {name}")
    assert kernel.run(f"%hint {name}")[0] == f"{id}\n"
    assert kernel.run("%hint")[0] == f"{id}\n"


def test_namespace_holds_the_students_names_and_none_of_ipython(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\nimport math\n_private = 1\ndef Affine(): return 1\n%check Affine")
    (namespace,) = kernel.practices["u06_backprop"].seen
    assert set(namespace) == {"math", "Affine"}


def test_output_of_the_students_code_is_kept_in_the_report(kernel: Kernel) -> None:
    text = "import sys\ndef Affine():\n    print('x' * 9000)\n    print('careful', file=sys.stderr)\n    return 1"
    kernel.run(f"%deepgrade u06_backprop\n{text}")
    printed, _ = kernel.run("%check Affine")
    report = kernel.magics._reports["u06_backprop", "Affine"]
    assert (printed, len(report.stdout), report.stderr) == ("", 4000, "careful\n")


@pytest.mark.parametrize(
    ("error", "id"), [("KeyboardInterrupt", "magic.interrupted"), ("SystemExit", "magic.interrupted")]
)
def test_check_when_stopped_says_so(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, error: str, id: str) -> None:
    monkeypatch.setattr("graders.notebook.magics.say", lambda id, lang, **params: id)
    kernel.run(f"%deepgrade u06_backprop\ndef Affine(): raise {error}")
    assert kernel.run("%check Affine")[0] == f"{id}\n"


def test_fault_of_the_platform_is_told_as_ours(kernel: Kernel) -> None:
    kernel.run("%deepgrade u06_backprop\ndef Affine(): raise ZeroDivisionError('of ours')")
    printed, _ = kernel.run("%check Affine")
    assert "Internal error while grading this: ZeroDivisionError: of ours." in printed


def test_extension_when_loaded_brings_the_magics(kernel: Kernel) -> None:
    kernel.shell.magics_manager.magics["line"].clear()
    kernel.shell.extension_manager.load_extension("graders")
    assert {
        "check",
        "explain",
        "hint",
        "progress",
        "submit",
        "login",
        "deepgrade",
    } == kernel.shell.magics_manager.magics["line"].keys()


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_tab_works_in_an_ipython_before_matchers(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colab's."""
    monkeypatch.delattr("IPython.core.completer.context_matcher")
    kernel.shell.extension_manager.loaded.discard("graders")
    kernel.run("%load_ext graders\n%deepgrade u06_backprop")
    kernel.shell.Completer.use_jedi = False
    for line, offered in (("%check Aff", ["Affine"]), ("%%check Affine --lang k", ["ko"])):
        assert kernel.shell.complete("", line, len(line))[1] == offered

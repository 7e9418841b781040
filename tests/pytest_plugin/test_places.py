"""Which files pytest takes as units: those of a homework, and nothing in anybody else's project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graders.messages.errors import UsageError
from tests.pytest_plugin.conftest import WORK, run_pytest

STRICT = ("-W", "error", "--strict-markers", "--strict-config", "-v")


ADD = """class AddLayer:
    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout, dout
"""


def ids(out: str) -> list[str]:
    return [line for line in out.splitlines() if "::" in line]


def files(out: str) -> list[str]:
    return list(dict.fromkeys(line.partition("::")[0] for line in ids(out)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Somebody else's: a module with the name of a unit, one with tests in it, notebooks, doctests."""
    folder = tmp_path / "project"
    for name in ("src", "tests", "tests/u06_backprop"):
        (folder / name).mkdir(parents=True)
    (folder / "conftest.py").write_text(
        "import sys\n\ndef pytest_sessionfinish(session):\n"
        "    ours = [name for name in sys.modules if name.startswith('graders')]\n"
        "    print('NUMPY', 'numpy' in sys.modules, 'MODULES', len(ours))\n"
    )
    (folder / "src" / "u06_backprop.py").write_text(
        'def double(x):\n    """\n    >>> double(2)\n    4\n    """\n    return 2 * x\n'
    )
    (folder / "tests" / "test_it.py").write_text("def test_one():\n    pass\n\n\ndef test_two():\n    assert False\n")
    (folder / "tests" / "u06_backprop" / "u06_backprop.py").write_text("def test_inner():\n    pass\n")
    (folder / "tests" / "notes.ipynb").write_text("{}")
    return folder


@pytest.mark.parametrize(
    "args",
    [(), ("tests",), ("--doctest-modules",), ("tests/u06_backprop/u06_backprop.py",), ("-o", "python_files=*.py")],
    ids=" ".join,
)
def test_other_project_when_run_then_nothing_changes(project: Path, args: tuple[str, ...]) -> None:
    def said(loaded: bool) -> list[str]:
        done = run_pytest(*STRICT, *args, cwd=project, loaded=loaded)
        assert "numpy" not in done.out
        assert "NUMPY False" in done.out
        lines = done.out.partition(" in ")[0].splitlines()
        return [str(done.status), *(line for line in lines if "MODULES" not in line)]

    assert said(True) == said(False)


def test_other_project_when_run_then_little_is_imported(project: Path) -> None:
    done = run_pytest("tests/test_it.py", "-s", cwd=project)
    assert int(done.out.split("MODULES ")[1].split()[0]) < 10


def test_homework_when_collected_then_each_unit_counts_once_and_every_id_is_found_again(laid: Path) -> None:
    every = ids(run_pytest("--collect-only", "-q", *STRICT[:4], cwd=laid).out)
    assert len(every) == len(set(every)) > 450
    found = files("\n".join(every))
    assert [Path(name).name for name in found] == [f"{Path(name).parent.name}.py" for name in found]
    assert len(found) == 13
    again = ids(run_pytest("--collect-only", "-q", *every[:: len(every) // 60], cwd=laid).out)
    assert again == every[:: len(every) // 60]
    whole = [str(laid / name) for name in every[-8:]]  # as VS Code asks for them
    assert ids(
        run_pytest(
            "--collect-only",
            "-q",
            *whole,
            cwd=laid.parent,
        ).out
    ) == [f"homework/{name}" for name in every[-8:]]


def test_folder_when_a_notebook_was_worked_on_then_it_is_the_one_that_counts(homework: Path) -> None:
    unit = homework / "u06_backprop"
    notebook, module = unit / "u06_backprop.en.ipynb", unit / "u06_backprop.py"
    written = json.loads(notebook.read_text(encoding="utf-8"))
    cell = next(cell for cell in written["cells"] if "class AddLayer" in "".join(cell["source"]))
    cell["source"] = ADD
    notebook.write_text(json.dumps(written), encoding="utf-8")
    done = run_pytest("-v", "-k", "AddLayer", cwd=unit)
    assert done.outcomes() == {
        f"u06_backprop.en.ipynb::AddLayer::{name}[core]": "PASSED" for name in ("out", "dx", "dy")
    }
    module.write_text(WORK, encoding="utf-8")
    both = run_pytest("--collect-only", "-q", cwd=unit)  # check refuses to choose; each is tested by itself
    assert files(both.out) == ["u06_backprop.en.ipynb", "u06_backprop.py"]
    assert files(run_pytest("--collect-only", "-q", notebook.name, cwd=unit).out) == ["u06_backprop.en.ipynb"]


def test_own_tests_beside_a_unit_still_run_and_the_unit_is_never_imported(module: Path) -> None:
    module.write_text(WORK + "\nimport os\nif os.environ.get('PYTEST_VERSION'):\n    pass\n", encoding="utf-8")
    (module.parent / "test_mine.py").write_text(
        "import sys\n\ndef test_mine():\n    assert 'u06_backprop' not in sys.modules\n"
        "    from u06_backprop import MulLayer\n    assert MulLayer().forward(2, 3) == 6\n"
    )
    (module.parent / "test_u06_backprop.py").write_text("def test_too():\n    pass\n")
    args = ("-o", "python_files=*.py", "--doctest-modules", "-v", "-k", "MulLayer or mine or too")
    done = run_pytest(*args, cwd=module.parent)
    assert set(done.outcomes().values()) == {"PASSED"}
    assert done.outcomes().keys() >= {"test_mine.py::test_mine", "test_u06_backprop.py::test_too"}
    assert done.status == 0
    named = run_pytest("test_u06_backprop.py", "test_mine.py", "-v", cwd=module.parent)
    assert len(named.outcomes()) == 2


def test_file_when_it_cannot_be_parsed_then_its_tests_stay_and_say_why(module: Path) -> None:
    module.write_text(WORK.replace("return x + y", "return x +"), encoding="utf-8")
    done = run_pytest(module.name, "-v", cwd=module.parent)
    assert set(done.outcomes().values()) == {"FAILED"}
    assert done.out.count("invalid syntax") < 5 + 59  # the sentence once above, then in pytest's summary
    assert "line 16" in done.out
    assert "The same as for MulLayer::out[core] above." in done.out
    assert "INTERNALERROR" not in done.out + run_pytest("-p", "xdist", "-n", "2", cwd=module.parent).out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"x" * 3_000_000], ids=["empty", "binary", "huge"])
def test_file_when_it_cannot_be_read_then_a_sentence_says_so(module: Path, content: bytes) -> None:
    module.write_bytes(content)
    done = run_pytest(module.name, "-k", "AddLayer", cwd=module.parent)
    assert done.status == 1
    assert "Traceback" not in done.out
    assert "INTERNALERROR" not in done.out
    assert "FAILED u06_backprop.py::AddLayer::out[core] - " in done.out


def test_values_when_damaged_then_tests_are_in_error_with_a_sentence(module: Path) -> None:
    (module.parent / "expected.safetensors").write_bytes(b"damaged")
    done = run_pytest(module.name, "-k", "AddLayer", "--junitxml=report.xml", cwd=module.parent)
    assert done.counts() == "56 deselected, 3 errors"
    assert done.status == 1
    assert "expected.safetensors" in done.out
    assert "Traceback" not in done.out


def test_file_without_a_course_when_named_then_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "u06_backprop.py").write_text(WORK, encoding="utf-8")
    done = run_pytest("u06_backprop.py", cwd=tmp_path)
    assert done.status == 2
    assert "deepgrade start" in done.out
    assert "Traceback" not in done.out
    assert run_pytest(cwd=tmp_path).status == 5  # not named: somebody's module


def test_homework_of_a_course_that_was_not_started_here_is_not_run(homework: Path, tmp_path: Path) -> None:
    course = homework / ".deepgrade" / "course"
    (course / "exercises").mkdir(parents=True)
    (course / "course.toml").write_text('format = 1\nname = "other"\ntitle = { en = "O" }\nlanguages = ["en"]\n')
    (course / "exercises" / "u06_backprop.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    done = run_pytest("u06_backprop/u06_backprop.py", cwd=homework)
    assert done.status == 2
    assert "deepgrade start" in done.out
    assert not (tmp_path / "ran").exists()
    assert run_pytest(".deepgrade/course/exercises/u06_backprop.py", cwd=homework).status in (2, 5)


def test_library_that_is_absent_when_a_unit_needs_it_then_its_tests_are_skipped(laid: Path, tmp_path: Path) -> None:
    unit = tmp_path / "homework" / "u19_transformer"
    shutil.copytree(laid / unit.name, unit)
    hide = tmp_path / "hide"
    hide.mkdir()
    (hide / "sitecustomize.py").write_text(
        "import importlib.util as util\n\nreal = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'torch' else real(name, *rest)\n"
    )
    done = run_pytest("-rs", f"{unit.name}.py", cwd=unit, env={"PYTHONPATH": str(hide)})
    assert done.counts() == "8 skipped"
    assert done.status == 1  # never a pass
    assert "torch" in done.out
    assert "No score yet" in done.out


def test_places_look_where_the_finder_of_expected_values_looks(tmp_path: Path) -> None:
    from graders.practice.unit import find_expected
    from graders.pytest_plugin.places import Places

    for place in ("u06_backprop", "assignments/u06_backprop", "../u06_backprop", "../assignments/u06_backprop", "."):
        root = tmp_path / f"case{place.replace('/', '-')}"
        file = root / "inner" / "u06_backprop.py"
        file.parent.mkdir(parents=True)
        file.touch()
        assert not Places().may_hold(file, False)
        (file.parent / place).mkdir(parents=True, exist_ok=True)
        values = file.parent / place / "expected.json"
        values.write_text('{"unit": "u06_backprop"}')
        assert find_expected(file, "u06_backprop").samefile(values.parent)
        assert Places().may_hold(file, True)
        values.unlink()
        with pytest.raises(UsageError):
            find_expected(file, "u06_backprop")


def test_plugin_when_imported_then_nothing_heavy_comes_along() -> None:
    code = "import sys, pytest; before = {*sys.modules}; import graders.pytest_plugin; print(*{*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    new = done.stdout.split()
    assert not {name.split(".")[0] for name in new} & {"numpy", "rich", "click", "jinja2", "cryptography", "torch"}
    assert len([name for name in new if name.startswith("graders")]) < 9, new

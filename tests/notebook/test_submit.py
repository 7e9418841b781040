"""``%submit`` and ``%login`` in a real shell at a real service; what the service answers is text everywhere."""

from __future__ import annotations

import copy
import getpass
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from rich.console import Console
from traitlets.config import Config

from graders.courses.course import Course
from graders.feedback.text import render_report
from graders.grading.grader import grade_submission
from graders.messages.errors import UsageError
from graders.notebook import submit as submit_module
from graders.notebook.magics import DeepgradeMagics
from graders.practice import handing_in
from graders.practice.handing_in import result_of, understood
from graders.practice.logins import Login, known_logins, save_login
from graders.practice.service import Service
from graders.reports.report import Report
from tests.remote_site import PASSWORD, Site, remote_site, while_waiting
from tests.small_course import UNIT, setup_of, wrong


@pytest.fixture(scope="module")
def service(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with remote_site(tmp_path_factory.mktemp("service"), template) as found:
        yield found


@pytest.fixture
def site(service: Site) -> Site:
    return service.with_new_students()


@pytest.fixture(scope="module")
def failed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What grading really says of a mistake."""
    course, path = Course(template), tmp_path_factory.mktemp("graded") / f"{UNIT}.py"
    path.write_text(wrong(course), encoding="utf-8")
    return grade_submission(setup_of(course), path, student="Kim").for_student()


class Kernel:
    """A shell in the unit's folder of a homework."""

    def __init__(self) -> None:
        self.shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        self.magics = DeepgradeMagics(self.shell)
        self.shell.register_magics(self.magics)

    def run(self, source: str) -> tuple[str, list[RichOutput]]:
        with capture_output() as captured:
            result = self.shell.run_cell(source, store_history=True)
        assert result.success, result
        assert "Traceback" not in captured.stdout + captured.stderr
        return captured.stdout, captured.outputs


@pytest.fixture
def folder(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "homework"
    shutil.copytree(Course(template).assignments / UNIT, root / UNIT)
    (root / UNIT / f"{UNIT}.ko.ipynb").unlink()
    (root / ".deepgrade.json").write_text("{}")
    monkeypatch.chdir(root / UNIT)
    for name in ("DEEPGRADE_TOKEN", "LC_ALL", "LC_MESSAGES", "NBGRADER_EXECUTION", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    monkeypatch.setenv("DEEPGRADE_COURSE", str(template))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setattr(handing_in, "POLL_S", 0.02)
    monkeypatch.setattr(submit_module, "WAIT_S", 0.2)
    return root / UNIT


@pytest.fixture
def kernel(folder: Path) -> Iterator[Kernel]:
    yield Kernel()
    InteractiveShell.clear_instance()


@pytest.fixture
def kim(site: Site, folder: Path) -> Site:
    save_login(Login(site.url, site.tokens["kim"]))
    return site


def save(folder: Path, code: str) -> None:
    """Write the exercise's cell of the notebook, as Ctrl-S does."""
    path = folder / f"{UNIT}.en.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(one for one in notebook["cells"] if one["metadata"].get("deepgrade", {}).get("role") == "exercise")
    cell["source"] = code
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_notebook_when_handed_in_then_receipt_and_result_with_its_card(
    kim: Site, kernel: Kernel, failed: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit_module, "WAIT_S", 20.0)
    thread = while_waiting(lambda: kim.grade(failed), kim)
    printed, shown = kernel.run("%submit")
    thread.join()
    one = kim.attempts()[0]
    assert (one.unit, one.file_name) == (UNIT, f"{UNIT}.en.ipynb")
    assert f"Receipt {one.public_id}" in printed
    assert f"{kim.url}/submissions/{one.public_id}" in printed
    assert (Path("..") / ".deepgrade" / "receipts.jsonl").read_text().count(one.public_id) == 2
    texts = [each.data["text/plain"] for each in shown]
    assert any(text.startswith(f"{UNIT}: not right yet, ") for text in texts)
    assert "<svg" in "".join(each.data.get("text/html", "") for each in shown)  # the picture of the report


def test_result_when_it_takes_long_then_the_kernel_is_free_and_running_again_shows_it(
    kim: Site, kernel: Kernel, failed: Report
) -> None:
    _, shown = kernel.run("%submit")
    assert "Run %submit again to see it" in shown[-1].data["text/plain"]
    kim.grade(failed)
    printed, shown = kernel.run("%submit")
    assert "was already handed in: attempt 1" in printed
    assert any("not right yet" in one.data["text/plain"] for one in shown)
    assert len(kim.attempts()) == 1


def test_kernel_when_it_ran_other_code_than_is_saved_then_it_is_said(
    kim: Site, kernel: Kernel, folder: Path, template: Path
) -> None:
    symbol = next(iter(Course(template).spec(UNIT).exercises)).split(".")[0]
    code = f"def {symbol}(x):\n    return x + 1"
    save(folder, code)
    kernel.run(code)
    assert "a different version" not in kernel.run("%submit")[0]
    kernel.run(f"%%check {symbol}\n{code.replace('1', '2')}")
    printed, _ = kernel.run("%submit")
    assert f"{symbol}: the kernel ran a different version from the one saved in {UNIT}.en.ipynb" in printed
    save(folder, code.replace("1", "2") + "  # better")
    assert "a different version" not in kernel.run("%submit")[0]


@pytest.mark.parametrize("line", [f"{UNIT}.py", f"{UNIT}.py --course dl", UNIT, "u99 --lang ko"])
def test_file_or_unit_when_named_then_that_one(line: str, kim: Site, kernel: Kernel) -> None:
    kernel.run(f"%submit {line}")
    named = f"{UNIT}.py" if ".py" in line else f"{UNIT}.en.ipynb"
    assert [one.file_name for one in kim.attempts()] == [named]


def test_notebook_when_its_frontend_tells_its_name_then_that_one_of_several(
    kim: Site, kernel: Kernel, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(f"{UNIT}.en.ipynb", f"{UNIT} copy {{1}}.ipynb")
    printed, _ = kernel.run("%submit")
    assert "Several files of" in printed
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / f"{UNIT} copy {{1}}.ipynb"))
    kernel.run("%submit")
    assert [one.file_name for one in kim.attempts()] == [f"{UNIT} copy {{1}}.ipynb"]
    kernel.run(f"%submit {UNIT} copy {{1}}.ipynb --again")  # braces are no Python here
    assert {one.file_name for one in kim.attempts()} == {f"{UNIT} copy {{1}}.ipynb"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%submit absent.py", "absent.py does not exist"),
        ("%submit --course xx", "You are not in a course 'xx'"),
        ("%submit --wait", "--wait is not an option here; use --course"),
        ("%submit --course", "--course is not an option here"),
        ("%submit --server https://x.example", "not logged in at https://x.example"),
        ("%login", "Never write a password or a token into a cell"),
        ("%login https://x.example dg_secret", "Never write a password or a token into a cell"),
        ("%login http://x.example", "not encrypted"),
    ],
)
def test_magic_when_it_cannot_then_a_sentence(line: str, said: str, kim: Site, kernel: Kernel) -> None:
    printed, shown = kernel.run(line)
    assert said in printed
    assert len(printed.splitlines()) == 1
    assert (shown, kim.attempts()) == ([], [])


def test_submit_without_a_login_says_how(kernel: Kernel) -> None:
    assert "Run %login URL" in kernel.run("%submit")[0]


def test_submit_while_nbgrader_runs_the_notebook_does_nothing(
    kim: Site, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert "does nothing while nbgrader" in kernel.run("%submit")[0]
    assert kim.attempts() == []


def test_login_when_asked_then_no_password_is_printed_or_kept_in_names(
    service: Site, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or "kim@example.org")
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or PASSWORD)
    printed, _ = kernel.run(f"%login {service.url}")
    assert asked == ["E-mail address: ", "Password: "]
    assert f"Logged in to {service.url} as Kim" in printed
    kept = known_logins()[0]
    assert PASSWORD not in printed
    assert kept.token not in printed
    assert kept.token not in repr(kernel.shell.user_ns)


def test_login_when_the_kernel_cannot_ask_then_the_terminal_is_named(
    service: Site, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", refuse)
    assert f"Run `deepgrade login {service.url}` in a terminal" in kernel.run(f"%login {service.url}")[0]


# --- what the service answers is not trusted -------------------------------------------------------------------------

HTML, KEYS = '<img src=x onerror="alert(1)"><script>1</script>', "\x1b]0;owned\x07\x9b31mred\r\n"
ODD = [HTML, KEYS, 10**400, -1, None, [], {}, [HTML], {HTML: HTML}, True]


def leaves(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value; of a list only the first."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data[:1]) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*place, key)
        yield from leaves(value, (*place, key))


def changed(data: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found = copy.deepcopy(data)
    inner: Any = found
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return found


def in_terminal(report: Report) -> str:
    terminal = Console(width=100, file=io.StringIO())
    render_report(report, "en", terminal)
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def test_report_when_its_values_are_hostile_then_they_stay_text_or_are_refused(
    failed: Report, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, data = Service(site.url), failed.to_dict()
    seen = refused = 0
    for number, place in enumerate(leaves(data)):
        for odd in (HTML, KEYS, ODD[number % len(ODD)]):
            told = {"submission": {"state": "done"}, "ahead": None, "report": changed(data, place, odd)}
            monkeypatch.setattr(service, "submission", lambda *_, told=told: told)
            try:
                report = result_of(service, "ab").report
                assert report is not None
                notebook = understood(service, lambda report=report: submit_module.rendered(report, "en"))
                text = understood(service, lambda report=report: in_terminal(report))
            except UsageError:
                refused += 1
                continue
            heading, lines, cards = notebook
            html = "".join(card._repr_html_() for card in cards)  # type: ignore[misc]
            assert "<img" not in html, place
            assert "<script>1" not in html, place
            plain = "\n".join((heading, *lines, *map(repr, cards), text, html))
            assert not set(plain) & {"\x1b", "\x07", "\x9b"}, place
            seen += 1
    assert min(seen, refused) > 20

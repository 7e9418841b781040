"""The magics in a real kernel, as VS Code and JupyterLab speak to it: replies, Tab, and cells of a check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from graders.courses.course import Course
from graders.host.trust import installed_course
from graders.practice.layout import lay_out
from tests.notebook_files import answers_of

COURSE = Course(installed_course())
UNIT = "u06_backprop"
AFFINE = answers_of(COURSE, UNIT)["Affine"]


class Kernel:
    """A kernel in a homework folder; what a cell says, and what Tab offers."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str) -> tuple[str, list[dict[str, Any]]]:
        """The reply's status, and the outputs as a notebook keeps them."""
        found: list[dict[str, Any]] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                found.append({"type": message["msg_type"], **message["content"]})

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=60)
        return reply["content"]["status"], found

    def shown(self, code: str) -> list[str]:
        status, found = self.run(code)
        assert status == "ok", found
        return [one["data"]["text/plain"] if "data" in one else one["text"] for one in found]

    def offers(self, code: str) -> list[str]:
        asked = self.client.complete(code, len(code))
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == asked:
                content = reply["content"]
                assert all(code[content["cursor_start"] :].lstrip("%") in one for one in content["matches"])
                return list(content["matches"])


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernel") / "homework"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder.parent / "state"))
        lay_out(COURSE.root, folder, "en")
    return folder


@pytest.fixture(scope="module")
def kernel(homework: Path) -> Iterator[Kernel]:
    manager = KernelManager(kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(homework.parent / "state"))
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.delenv("DEEPGRADE_LANG", raising=False)
        manager.start_kernel(cwd=str(homework / UNIT))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        kernel = Kernel(client)
        assert kernel.shown(f"%load_ext graders\n%deepgrade {UNIT} --lang en") == []
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# --- %%check ---


def test_cell_is_run_then_checked(kernel: Kernel) -> None:
    cell = f"%%check Affine\nimport numpy as np\n{AFFINE}\nprint('now')\n6 * 7"
    status, found = kernel.run(cell)
    assert (status, [one["type"] for one in found[:3]]) == ("ok", ["stream", "execute_result", "display_data"])
    assert (found[0]["text"], found[1]["data"]["text/plain"]) == ("now\n", "42")
    assert found[2]["data"]["text/plain"] == "Affine  13/13  passed"
    assert 'class="dg' in found[2]["data"]["text/html"]


def test_last_expression_is_hushed_by_a_semicolon(kernel: Kernel) -> None:
    assert kernel.shown("%%check Affine\n6 * 7;") == ["Affine  13/13  passed"]


def test_cell_that_raises_is_not_checked_and_names_its_own_line(kernel: Kernel) -> None:
    status, found = kernel.run("%%check Affine\nx = 1\n1 / 0")
    assert (status, [one["type"] for one in found]) == ("error", ["error"])
    assert found[0]["ename"] == "ZeroDivisionError"
    assert "line 3" in "".join(found[0]["traceback"]).replace("\x1b[32m", "").replace("\x1b[39m", "")


@pytest.mark.parametrize("cell", ["def f(:\n    pass", "x = (", "return 3"])
def test_cell_that_is_no_python_is_shown_as_usual(kernel: Kernel, cell: str) -> None:
    status, found = kernel.run(f"%%check Affine\n{cell}")
    assert (status, found[-1]["ename"]) == ("error", "SyntaxError")


def test_without_a_name_the_cells_own_exercises_are_checked(kernel: Kernel) -> None:
    relu = answers_of(COURSE, UNIT)["Relu"]
    assert kernel.shown(f"%%check\n{relu}\n\n{AFFINE}")[:2] == ["Relu  3/3  passed", "Affine  13/13  passed"]


def test_mistake_is_shown_with_the_line_in_the_cell(kernel: Kernel) -> None:
    wrong = "import numpy as np\n" + AFFINE.replace("class Affine:", "class Affine:\n    y = 1")
    wrong = wrong.replace("def forward(self, x):", "def forward(self, x):\n        raise ValueError('mine')", 1)
    (said,) = kernel.shown(f"%%check Affine\n{wrong}")
    line = f"%%check Affine\n{wrong}".split("\n").index("        raise ValueError('mine')") + 1
    assert f"your line {line}: raise ValueError('mine')" in said


def test_wrong_name_gets_a_sentence_after_the_cell_has_run(kernel: Kernel) -> None:
    assert kernel.shown("%%check Afine\nleft_over = 1") == ["There is no Afine. Did you mean Affine?\n"]
    assert kernel.shown("left_over") == ["1"]


def test_loading_again_changes_nothing(kernel: Kernel) -> None:
    kernel.run(f"%%check Affine\n{AFFINE}")
    for command in ("%load_ext graders", "%reload_ext graders", "%reload_ext graders"):
        kernel.shown(command)
    assert kernel.shown("%hint") == ["Everything checked so far passes: no hint is needed.\n"]
    assert kernel.offers("%check Aff") == ["Affine"]


# --- %progress ---


def test_progress_counts_what_was_checked(kernel: Kernel, homework: Path) -> None:
    kernel.run(f"import numpy as np\n{AFFINE}\nclass Relu:\n    pass\n%check Affine Relu")
    _, (found,) = kernel.run("%progress")
    rows = found["data"]["text/plain"].split("\n")
    (row,) = (one for one in rows if one.startswith(UNIT))
    assert (row.count("█"), row.count("▒"), "13/" in row) == (1, 1, True)
    assert rows[-1].startswith("1 of ")
    assert len(rows) == len(COURSE.units) + 1
    html = found["data"]["text/html"]
    assert html.count('role="img"') == len(COURSE.units)
    assert "Backpropagation: 1 of " in html
    kept = [json.loads(one) for one in (homework / ".deepgrade" / "checks.jsonl").read_text().splitlines()]
    assert {(one["name"], one["verdict"]) for one in kept} >= {("Affine", "pass")}


def test_progress_of_one_unit_in_the_other_language(kernel: Kernel) -> None:
    (text,) = kernel.shown("%progress u06 --lang ko")
    assert text.count("\n") == 1
    assert "오차역전파법" in text
    assert "통과" in text.split("\n")[-1]
    assert kernel.shown("%progress zzzz")[0].startswith("There is no unit zzzz.")


# --- Tab ---

EXERCISES = list(COURSE.spec(UNIT).exercises)


@pytest.fixture(params=[True, False], ids=["jedi", "no jedi"])
def tab(kernel: Kernel, request: pytest.FixtureRequest) -> Kernel:
    kernel.shown(f"get_ipython().Completer.use_jedi = {request.param}")
    kernel.shown("Affinity = 3")
    return kernel


@pytest.mark.parametrize("magic", ["%check", "%%check", "%hint", "%explain", "# Checks your answer.\n%check"])
def test_exercises_then_units_then_options_are_offered(tab: Kernel, magic: str) -> None:
    found = tab.offers(f"{magic} ")
    assert found[: len(EXERCISES) + len(COURSE.units)] == [*EXERCISES, *COURSE.units]
    assert found[-1] == ("--explain" if "check" in magic else "--lang")
    assert tab.offers(f"{magic} Affi") == ["Affine"]  # not Affinity


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("%check MulLayer Aff", ["Affine"]),
        ("%check TwoLayerNet.g", ["TwoLayerNet.gradient"]),
        ("%check u06_backprop.Aff", ["u06_backprop.Affine"]),
        ("%check u08_training.ada", []),
        ("%check u10", ["u10_convnets"]),
        ("%check --", ["--lang", "--hints", "--explain"]),
        ("%hint --", ["--lang"]),
        ("%check --lang ", ["ko", "en"]),
        ("%check --lang=k", ["ko"]),
        ("%check Affine --hints ", ["0", "1", "2", "3"]),
        ("%deepgrade u0", [one for one in COURSE.units if one.startswith("u0")]),
        ("%progress u1", [one for one in COURSE.units if one.startswith("u1")]),
        ("%che", ["%check", "%%check"]),
        ("%%che", ["%%check"]),
        ("%prog", ["%progress"]),
    ],
)
def test_tab_offers(tab: Kernel, code: str, offered: list[str]) -> None:
    assert tab.offers(code) == offered


def test_tab_in_code_is_left_to_ipython(tab: Kernel) -> None:
    assert tab.offers("%%check Affine\nx = Affini") == ["Affinity"]
    assert "Affinity" in tab.offers("check = Affini")


# --- nbgrader's own tools ---


def test_check_gives_a_number_where_nbgrader_runs_the_notebook(kernel: Kernel) -> None:
    kernel.shown("import os; os.environ['NBGRADER_EXECUTION'] = 'validate'")
    try:
        kernel.shown(f"import numpy as np\n{AFFINE}\nclass Relu:\n    pass")
        for code, points in (("%check Affine", "13.0"), ("%check Relu", "0.0"), ("%check Afine", "0.0")):
            _, found = kernel.run(code)
            assert [one["data"]["text/plain"] for one in found if one["type"] == "execute_result"] == [points]
    finally:
        kernel.shown("del os.environ['NBGRADER_EXECUTION']")

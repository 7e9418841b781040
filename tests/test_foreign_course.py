"""A course that is not ours, with nothing but the installed wheel: new, verify, release, start, check, grade."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNIT = "a1_softmax"
Run = Callable[..., subprocess.CompletedProcess[str]]

SPEC = '''"""Assignment 1: a softmax classifier by hand, then a small network with torch."""

from graders.spec import Exercise, Gradient, Unit, drawn, labels, normal

UNIT = Unit(title={"en": "Softmax"}, imports=("numpy", "torch"), needs=("torch",))


def softmax_loss(student, x, y):
    """Loss and gradient for scores x (N, C) and labels y (N,)."""
    loss, dx = student.softmax_loss(x, y)
    yield "loss", loss
    yield "dx", dx


def TwoLayerNet(student, x, W1, b1, W2, b2):
    """Scores of a network whose parameters are put in, in the order in which it registers them."""
    import torch

    net = student.TwoLayerNet(W1.shape[0], W1.shape[1], W2.shape[1]).double()
    with torch.no_grad():
        for one, value in zip(net.parameters(), (W1.T, b1, W2.T, b2), strict=True):
            one.copy_(torch.tensor(value))
    yield "scores", net(torch.tensor(x)).detach().numpy()


DIMS = ({"N": 5, "D": 3, "H": 7, "C": 2}, {"N": 3, "D": 5, "H": 2, "C": 7})
NET = {"x": normal("N", "D"), "W1": normal("D", "H"), "b1": normal("H"), "W2": normal("H", "C"), "b2": normal("C")}
EXERCISES = (
    Exercise(
        softmax_loss,
        title={"en": "Softmax loss"},
        outputs=("loss", "dx"),
        cases=(drawn("random", {"x": normal("N", "C"), "y": labels("N", classes="C")}, DIMS),),
        gradients={"dx": Gradient(of="loss", wrt="x")},
    ),
    Exercise(TwoLayerNet, title={"en": "A network"}, outputs=("scores",), cases=(drawn("random", NET, DIMS),)),
)
'''

SOLUTION = '''"""Assignment 1."""

import numpy as np
import torch
from torch import nn


def softmax_loss(x, y):
    """Mean cross entropy of scores x (N, C) and labels y (N,), and its gradient for x."""
    ### BEGIN SOLUTION
    shifted = x - x.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(probs[rows, y]).mean()
    probs[rows, y] -= 1
    return loss, probs / len(y)
    ### END SOLUTION


class TwoLayerNet(nn.Module):
    """Affine, ReLU, affine: x (N, D) → (N, C)."""

    def __init__(self, inputs, hidden, classes):
        super().__init__()
        ### BEGIN SOLUTION
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.second(torch.relu(self.first(x)))
        ### END SOLUTION
'''

MISCONCEPTIONS = """[[misconception]]
id = "not_averaged"
title = { en = "dx not divided by the batch size" }
symbol = "softmax_loss"
edits = [{ old = "return loss, probs / len(y)", new = "return loss, probs" }]
[misconception.hints]
en = ["Look at dx.", "The loss is a mean over the batch.", "What does a mean do to the gradient of each row?"]
"""

LESSON = """# Softmax

Write the loss, then a network.

<!-- exercise: softmax_loss -->

<!-- exercise: TwoLayerNet -->
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that holds the built wheel; libraries are those of these tests."""
    place = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    venv.create(place / "venv", symlinks=True)
    (site,) = (place / "venv" / "lib").glob("python3*/site-packages")
    (wheel,) = place.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(place / "venv" / "bin" / "python"), "install"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True, timeout=60)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "libraries.pth").write_text(libraries + "\n")
    return place / "venv" / "bin" / "deepgrade"


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    own = {"DEEPGRADE_GUEST": str(ROOT / ".guest"), "DEEPGRADE_LANG": "en", "XDG_STATE_HOME": str(tmp_path / "state")}
    own |= {"DEEPGRADE_SECRET_FILE": str(tmp_path / "secret"), "PYTHONPATH": ""}
    env = {name: value for name, value in os.environ.items() if not name.startswith("DEEPGRADE")} | own

    def done(*words: object, code: int = 0, cwd: Path = tmp_path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [str(installed), *map(str, words)]
        found = subprocess.run(command, cwd=cwd, env=env | more, capture_output=True, text=True, timeout=120)
        assert found.returncode == code, found.stdout + found.stderr
        return found

    return done


def lay_unit(root: Path) -> None:
    """The author's work: what ``new unit`` wrote is replaced."""
    for name in ("figures.py", "after.en.md"):
        (root / "reference" / UNIT / name).unlink(missing_ok=True)
    (root / "exercises" / f"{UNIT}.py").write_text(SPEC, encoding="utf-8")
    for name, text in (("solution.py", SOLUTION), ("misconceptions.toml", MISCONCEPTIONS), ("lesson.en.md", LESSON)):
        (root / "reference" / UNIT / name).write_text(text, encoding="utf-8")


def verdicts(report: object) -> dict[str, str]:
    assert isinstance(report, dict)
    return {one["name"]: one["verdict"] for one in report["exercises"]}


def hand_in(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{UNIT}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_foreign_course_needs_nothing_but_the_wheel(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    root = tmp_path / "cs999"
    run("new", "course", root, "--title", "CS999")
    run("new", "unit", UNIT, cwd=root)
    assert {path.name for path in (root / "reference" / UNIT).iterdir()} - {"figures.py"} == {  # where one can draw
        "solution.py",
        "lesson.en.md",
        "after.en.md",
        "misconceptions.toml",
    }
    run("release", cwd=root)
    run("verify", cwd=root)  # the scaffold as it is
    lay_unit(root)
    run("release", cwd=root)
    assert "Everything holds" in run("verify", cwd=root).stdout
    run("release", "--to", tmp_path / "bundle", cwd=root)
    root.rename(tmp_path / "staff")  # a student has the bundle and nothing else
    root, homework = tmp_path / "staff", tmp_path / "homework"
    run("start", homework, "--from", tmp_path / "bundle", "--lang", "en")
    shutil.rmtree(tmp_path / "bundle")

    mine = homework / UNIT / f"{UNIT}.py"
    stub = mine.read_text(encoding="utf-8")
    wrong = SOLUTION.replace("return loss, probs / len(y)", "return loss, probs")
    for text, code, softmax, net in (
        (stub, 1, "missing", "missing"),
        (wrong, 1, "fail", "pass"),
        (SOLUTION, 0, "pass", "pass"),
    ):
        mine.write_text(text, encoding="utf-8")
        report = json.loads(run("check", mine, "--json", "--lang", "ko", code=code).stdout)
        assert verdicts(report) == {"softmax_loss": softmax, "TwoLayerNet": net}
        said = json.dumps(report, ensure_ascii=False)
        assert ("not_averaged" in said) == ("dx not divided by the batch size" in said) == (text == wrong)
        if text == wrong:  # the engine's sentences in Korean, the course's own as they are
            assert "Look at dx." in said
            assert "다릅니다" in said

    if shutil.which("bwrap"):
        hand_in(tmp_path / "class" / "kim", SOLUTION)
        hand_in(tmp_path / "class" / "lee", wrong)
        words = ("grade", tmp_path / "class", "--course", root, "--json")
        both = {one["student"]: verdicts(one) for one in json.loads(run(*words, code=1).stdout)["submissions"]}
        assert both == {
            "kim": {"softmax_loss": "pass", "TwoLayerNet": "pass"},
            "lee": {"softmax_loss": "fail", "TwoLayerNet": "pass"},
        }


def test_self_learner_starts_with_nothing_but_the_wheel(run: Run, tmp_path: Path) -> None:
    run("start", tmp_path / "homework", "--lang", "en")
    solution = (ROOT / "reference" / "u01_perceptron" / "solution.py").read_text(encoding="utf-8")
    mine = tmp_path / "homework" / "u01_perceptron" / "u01_perceptron.py"
    assert "missing" in run("check", mine, "--json", code=1).stdout
    mine.write_text(solution, encoding="utf-8")
    run("check", mine)
    assert not (tmp_path / "homework" / ".deepgrade" / "course").exists()
    assert (tmp_path / "homework" / ".deepgrade" / "opened.json").is_file()  # the wheel has what unlocks
    assert "no reference" in run("grade", mine, "--sandbox", "none", code=2).stderr


def test_homework_course_is_run_only_by_who_started_it(run: Run, tmp_path: Path) -> None:
    root, homework = tmp_path / "course", tmp_path / "homework"
    run("new", "course", root)
    run("new", "unit", UNIT, cwd=root)
    run("release", "--to", tmp_path / "bundle", cwd=root)
    run("start", homework, "--from", tmp_path / "bundle")
    mine = homework / UNIT / f"{UNIT}.py"
    assert run("check", mine, code=1)

    stranger = {"XDG_STATE_HOME": str(tmp_path / "elsewhere")}
    assert "was not created on this computer" in run("check", mine, code=2, **stranger).stderr
    spec = homework / ".deepgrade" / "course" / "exercises" / f"{UNIT}.py"
    marker = tmp_path / "run-outside"
    spec.write_text(f"open({str(marker)!r}, 'w').close()\n{spec.read_text(encoding='utf-8')}", encoding="utf-8")
    assert "has been changed since" in run("check", mine, code=2).stderr
    run("grade", homework, "--course", homework / ".deepgrade" / "course", "--sandbox", "none", code=2)
    assert not marker.exists()
    run("start", homework, "--from", tmp_path / "bundle")
    assert run("check", mine, code=1)

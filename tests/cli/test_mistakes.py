"""``mistakes``: a class by what its unnamed failures compute, and an entry that gives them a name."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from graders.authoring import mistake_mutants
from graders.courses.course import Course
from graders.grading.oracle import public_draws
from graders.grading.report_store import load_report
from graders.reports.report import Report
from tests.cli.conftest import Deepgrade
from tests.small_course import UNIT, edit, grade_class, right, setup_of, spec_of, wrong

ROOT = Path(__file__).parents[2]

# da is the largest share instead of the sum; dx has the wrong sign; forward multiplies matrices.
DA = "        da = dout * self.x\n        self.da = da.sum(axis=0)\n"
LARGEST = {
    "ann": "        self.da = np.max(dout * self.x, 0)\n",
    "bea": "        self.da = np.array([max(d * v for d, v in zip(p, q)) for p, q in zip(dout.T, self.x.T)])\n",
    "cho": "        self.da = np.sort(np.einsum('nd,nd->nd', self.x, dout), axis=0)[-1, :]\n",
    "dan": "        best = dout[0] * self.x[0]\n        for d, v in zip(dout, self.x):\n"
    "            best = np.where(d * v > best, d * v, best)\n        self.da = best\n",
}
DX = "        return self.a * dout\n"
SIGN = {
    "eve": "        return -dout * self.a\n",
    "fay": "        return np.stack([row * (0 - self.a) for row in dout])\n",
    "gil": "        dx = np.zeros_like(dout)\n        dx -= self.a * dout\n        return dx\n",
}
OUT = "        return self.a * x\n"
STOPS = {"hal": "        return x @ self.x\n", "ida": "        wrong = np.dot(x, self.x)\n        return wrong\n"}


def answers(course: Course) -> dict[str, str]:
    text = right(course)
    edits = [(DA, LARGEST), (DX, SIGN), (OUT, STOPS)]
    found = {student: text.replace(old, new) for old, each in edits for student, new in each.items()}
    return found | {"kim": text, "lee": wrong(course), "moe": "import numpy as np\n"}


def graded(course: Course, texts: dict[str, str], out: Path, unit: str = UNIT) -> list[Report]:
    room = out.with_name(f"{out.name}_room")
    for student, text in texts.items():
        (room / student).mkdir(parents=True, exist_ok=True)
        (room / student / f"{unit}.py").write_text(text, encoding="utf-8")
    found = [(student, room / student) for student in texts]
    return grade_class(setup_of(Course(course.root)), found, jobs=1, out=out)


@pytest.fixture
def out(course: Course, tmp_path: Path) -> Path:
    graded(course, answers(course), tmp_path / "out")
    return tmp_path / "out"


def test_mistakes_in_other_styles_are_one_group_and_the_largest_comes_first(deepgrade: Deepgrade, out: Path) -> None:
    data = deepgrade("mistakes", out, "--json").json
    assert [(one["exercise"], one["students"]) for one in data["groups"]] == [
        ("Scale", sorted(LARGEST)),
        ("Scale", sorted(SIGN)),
        ("Scale", sorted(STOPS)),
    ]
    assert data["students"] == 12
    largest, sign, stops = data["groups"]
    assert ([one["name"] for one in largest["wrong"]], [one["name"] for one in largest["right"]]) == (
        ["da"],
        ["out", "dx"],
    )
    assert largest["code"].startswith("def backward(self, dout):\n    ")
    assert [(one["symbol"], one["edit"]) for one in largest["mutants"]] == [
        ("Scale.backward", "function: da.sum → da.max")
    ]
    assert sign["relations"] == ["relation.sign"]
    assert "sign: self.a * dout → -(self.a * dout)" in [one["edit"] for one in sign["mutants"]]
    assert stops["mutants"] == []
    assert "toml" not in largest


def test_mistakes_when_told_then_lines_and_edits_and_names_only_on_request(deepgrade: Deepgrade, out: Path) -> None:
    done = deepgrade("mistakes", out)
    assert done.code == 0
    assert f"{UNIT}.Scale: 4 of 12 students\n  Wrong: da. Right: out, dx.\n" in done.out
    assert "  One of them wrote:\n      def backward(self, dout):\n" in done.out
    assert "\n          self.da = np.max(dout * self.x, 0)\n" in done.out
    assert "          function: da.sum → da.max\n" in done.out
    assert "  Wrong: dx. Right: out, da.\n" in done.out
    assert "No single edit of the solution gives the same outputs." in done.out
    assert "Groups without a name: 3." in done.out
    assert "ann" not in done.out
    assert "  Students: ann, bea, cho, dan\n" in deepgrade("mistakes", out, "--names").out
    korean = deepgrade("mistakes", out, "--lang", "ko").out
    assert "학생 12명 중 4명" in korean
    assert "이름 없는 묶음: 3개" in korean


def test_mistakes_when_only_hidden_cases_fail_then_it_says_so(
    deepgrade: Deepgrade, course: Course, tmp_path: Path
) -> None:
    known = [float(inputs["x"][0, 0]) for _, _, inputs in public_draws(UNIT, course.spec(UNIT).exercise("Scale"))]
    memorized = right(course).replace(OUT, f"        return self.a * x if x[0, 0] in {known} else x\n")
    graded(course, {"nan": memorized}, tmp_path / "out")
    (group,) = deepgrade("mistakes", tmp_path / "out", "--json").json["groups"]
    assert (group["hidden"], group["mutants"]) == (True, [])
    assert "Only hidden cases show it." in deepgrade("mistakes", tmp_path / "out").out


# --- an entry to begin with ---


def test_entry_is_toml_of_which_verify_says_what_is_missing(deepgrade: Deepgrade, course: Course, out: Path) -> None:
    printed = deepgrade("mistakes", out, "--toml").out
    first, second, third = tomllib.loads(printed)["misconception"]
    assert first == {
        "id": "unnamed_1",
        "title": {"en": "", "ko": ""},
        "symbol": "Scale.backward",
        "edits": [{"old": "self.da = da.sum(axis=0)", "new": "self.da = da.max(axis=0)"}],
        "hints": {"en": ["", "", ""], "ko": ["", "", ""]},
    }
    assert second["symbol"] == "Scale.backward"
    assert third["edits"] == []
    path = course.folder(UNIT) / "misconceptions.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\n" + printed, encoding="utf-8")
    assert "unnamed_1: hints.en needs 3 sentence(s)" in deepgrade("verify").out
    path.write_text(before + "\n" + printed.replace('""', '"Words."'), encoding="utf-8")
    assert "unnamed_3: edits need the texts old and new" in deepgrade("verify").out


def test_entry_when_written_then_verify_is_clean_and_the_class_has_the_name(
    deepgrade: Deepgrade, course: Course, out: Path
) -> None:
    entries = [one["toml"] for one in deepgrade("mistakes", out, "--json", "--toml").json["groups"]]
    path = course.folder(UNIT) / "misconceptions.toml"
    added = "\n".join(one.replace('""', f'"Words {n}."') for n, one in enumerate(entries[:2]))
    path.write_text(path.read_text(encoding="utf-8") + "\n" + added, encoding="utf-8")
    assert deepgrade("release").code == 0
    done = deepgrade("verify")
    assert (done.code, done.out) == (0, f"Everything holds: {UNIT}.\n")
    named = {
        report.student: {check.diagnosis for check in report.exercises[0].checks if check.diagnosis}
        for report in graded(course, answers(course), out)
    }
    assert {student for student, names in named.items() if names == {f"{UNIT}.Scale.unnamed_1"}} == {*LARGEST}
    assert {student for student, names in named.items() if names == {f"{UNIT}.Scale.unnamed_2"}} == {*SIGN}
    assert [one["students"] for one in deepgrade("mistakes", out, "--json").json["groups"]] == [sorted(STOPS)]
    assert tomllib.loads(deepgrade("mistakes", out, "--toml").out)["misconception"][0]["id"] == "unnamed_3"


# --- real answers ---

LABELS = """import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t - 1]
        return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.t)
"""
LOOPS = """import numpy as np


def soft(row):
    e = [np.exp(v - max(row)) for v in row]
    return [v / sum(e) for v in e]


class SoftmaxWithLoss:
    def forward(self, scores, labels):
        self.p = np.array([soft(row) for row in scores])
        self.q = np.zeros(self.p.shape)
        for n, one in enumerate(labels):
            if np.ndim(one):
                self.q[n] = one
            else:
                self.q[n, one - 1] = 1.0
        return -sum(q @ np.log(p + 1e-7) for p, q in zip(self.p, self.q)) / len(scores)

    def backward(self, d=1):
        grad = []
        for p, q in zip(self.p, self.q):
            grad.append(d * (p - q) / len(self.p))
        return np.array(grad)
"""
NEGATED = """import numpy as np


class SoftmaxWithLoss(object):
    def forward(self, x, t):
        if t.ndim == 1:
            t = np.identity(x.shape[1])[t]
        p = np.exp(x - np.max(x, 1)[:, None])
        self.d = t - p / np.sum(p, 1)[:, None]
        return -np.mean(np.sum(t * np.log(p / np.sum(p, 1)[:, None] + 1e-7), 1))

    def backward(self, dout=1.0):
        return self.d * dout / self.d.shape[0]
"""


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The unit on backpropagation as it is, but for the mistakes that its authors have met."""
    root, unit = tmp_path / "real", "u06_backprop"
    shutil.copytree(ROOT / "reference" / unit, root / "reference" / unit)
    (root / "graders" / "exercises").mkdir(parents=True)
    shutil.copy(ROOT / "graders" / "exercises" / f"{unit}.py", root / "graders" / "exercises")
    shutil.copy(ROOT / "course.toml", root)
    (root / "reference" / unit / "misconceptions.toml").unlink()
    monkeypatch.setenv("DEEPGRADE_COURSE", str(root))
    return Course(root)


def test_mistakes_in_real_answers_get_a_name(deepgrade: Deepgrade, real: Course, tmp_path: Path) -> None:
    unit, texts = "u06_backprop", {"kim": LABELS, "lee": LOOPS, "park": NEGATED}
    graded(real, texts, tmp_path / "out", unit)
    labels, negated = deepgrade("mistakes", tmp_path / "out", "--json", "--toml").json["groups"]
    assert (labels["students"], negated["students"]) == (["kim", "lee"], ["park"])
    assert {one["group"] for one in labels["wrong"]} == {"labels"}
    assert [one["edit"] for one in labels["mutants"]] == ["index: t → t - 1"]
    assert negated["mutants"]
    path = real.folder(unit) / "misconceptions.toml"
    entries = [one["toml"].replace('""', f'"Words {n}."') for n, one in enumerate((labels, negated))]
    path.write_text("\n".join(entries), encoding="utf-8")
    again = graded(real, texts, tmp_path / "out", unit)
    soft = [next(one for one in report.exercises if one.name == "SoftmaxWithLoss") for report in again]
    assert [{check.diagnosis for check in one.checks if check.diagnosis} for one in soft] == [
        {f"{unit}.SoftmaxWithLoss.unnamed_1"},
        {f"{unit}.SoftmaxWithLoss.unnamed_1"},
        {f"{unit}.SoftmaxWithLoss.unnamed_2"},
    ]
    assert deepgrade("mistakes", tmp_path / "out").out == "Every failure in this class has a name.\n"


# --- what stays where it belongs, what is refused ---


def test_students_report_has_nothing_of_it_and_a_staffs_little(out: Path) -> None:
    report = load_report(out / "reports" / "ann.json")
    (exercise,) = report.exercises
    assert exercise.unnamed["runs"].keys() == {"random#0", "random#1"}
    assert len(json.dumps(exercise.unnamed)) < 1500
    assert "unnamed" not in json.dumps(report.for_student().to_dict())
    for student in ("kim", "lee", "moe"):
        assert load_report(out / "reports" / f"{student}.json").exercises[0].unnamed == {}


def test_what_cannot_be_read_is_one_sentence(deepgrade: Deepgrade, course: Course, out: Path, tmp_path: Path) -> None:
    def refused(*words: object) -> str:
        done = deepgrade("mistakes", *words)
        assert (done.code, done.out) == (2, "")
        return done.err

    assert "nowhere does not exist. Give the folder that 'deepgrade grade" in refused(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "empty contains no reports. Give the folder that" in refused(tmp_path / "empty")
    assert "There is no unit 'u77'" in refused(out, "--unit", "u77")
    for path in (out / "reports").glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        for exercise in data["exercises"]:
            exercise.pop("unnamed", None)
        path.write_text(json.dumps(data), encoding="utf-8")
    assert "contain no sketches of unnamed failures" in refused(out)
    edit(spec_of(course), '"N": 5, "D": 11', '"N": 5, "D": 13')
    assert "were graded with another course or another version of it" in refused(out)


def test_reports_of_another_version_are_left_out(deepgrade: Deepgrade, course: Course, out: Path) -> None:
    edit(spec_of(course), '"N": 5, "D": 11', '"N": 5, "D": 13')
    graded(course, {"ann": answers(course)["ann"]}, out)
    done = deepgrade("mistakes", out, "--json")
    assert [one["students"] for one in done.json["groups"]] == [["ann"]]
    assert f"Left out: 11 of the reports in {out}" in done.err


def test_interrupt_when_edits_are_tried_then_the_groups_are_told(
    deepgrade: Deepgrade, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mistake_mutants.Slips, "nearest", interrupted)
    done = deepgrade("mistakes", out)
    assert done.code == 130
    assert "4 of 12 students" in done.out
    assert "No single edit" not in done.out
    assert "Stopped before all edits were tried." in done.err

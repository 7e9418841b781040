"""``start --update``: old notebooks and modules in a new release, with everything that the student wrote."""

from __future__ import annotations

import copy
import json
import os
import random
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from graders.courses.course import Course
from graders.host.trust import installed_course
from graders.messages.errors import DiskError
from graders.practice import layout
from graders.practice.layout import Updated, lay_out, update
from graders.practice.renewed_notebook import renewed_notebook, source_digest
from graders.submission import find_submissions
from tests.notebook_files import Notebook, answers_of, cell_of, released, source_of, write

COURSE = Course(installed_course())
UNIT = "u06_backprop"
NOTEBOOK, MODULE = f"{UNIT}/{UNIT}.en.ipynb", f"{UNIT}/{UNIT}.py"
ANSWER = "%%check Affine\n" + answers_of(COURSE, UNIT)["Affine"] + "\n# mine\n%hint Affine"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A release of one unit without a course beside it."""
    for name in (f"{UNIT}.en.ipynb", f"{UNIT}.ko.ipynb", f"{UNIT}.py", "expected.json", "expected.safetensors"):
        path = tmp_path / "bundle" / UNIT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((COURSE.assignments / UNIT / name).read_bytes())
    return tmp_path / "bundle"


@pytest.fixture
def homework(bundle: Path, tmp_path: Path) -> Path:
    lay_out(bundle, tmp_path / "homework", "en")
    return tmp_path / "homework"


def load(path: Path) -> Notebook:
    found: Notebook = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(found)
    MetadataValidator().validate_nb(nbformat.from_dict(found))
    return found


def own(name: str, source: str) -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": ["seen\n"]}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"tags": ["x"]},
        "source": source,
        "outputs": [output],
        "execution_count": 7,
    }


def worked(notebook: Notebook) -> Notebook:
    """A student has answered Affine, run the cells, and put cells of their own at the top, after Affine and last."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = own("x", "x")["outputs"], 3
    cell_of(notebook, "exercise-Affine")["source"] = ANSWER
    place = notebook["cells"].index(cell_of(notebook, "exercise-Affine")) + 1
    notebook["cells"].insert(place, own("0a1b2c3d", "mine = Affine"))
    notebook["cells"].insert(0, own("top", "first = 1"))
    notebook["cells"].append({"cell_type": "markdown", "id": "ffff", "metadata": {}, "source": "my notes"})
    notebook["metadata"]["kernelspec"]["name"] = "my-kernel"
    return notebook


def next_release(notebook: Notebook) -> Notebook:
    """A lesson longer by a cell, another text and stub, an exercise more and one fewer."""
    notebook = copy.deepcopy(notebook)
    cells = notebook["cells"]
    more = copy.deepcopy(cell_of(notebook, "lesson-2"))
    for number in range(len([one for one in cells if one["id"].startswith("lesson-")]), 1, -1):
        rename(cell_of(notebook, f"lesson-{number}"), f"lesson-{number}", f"lesson-{number + 1}")
    cells.insert(2, put(more, "More to read."))
    put(cell_of(notebook, "lesson-1"), "Another head.")
    fresh = [copy.deepcopy(cell_of(notebook, f"{kind}-Tanh")) for kind in ("exercise", "check")]
    for cell in fresh:
        rename(cell, "Tanh", "Swish")
        cell["metadata"]["deepgrade"]["symbol"] = "Swish"
        put(cell, source_of(cell).replace("Tanh", "Swish"))
    place = cells.index(cell_of(notebook, "check-Affine")) + 1
    cells[place:place] = fresh
    put(cell_of(notebook, "exercise-Relu"), source_of(cell_of(notebook, "exercise-Relu")) + "\n# new words")
    for kind in ("exercise", "check"):
        cells.remove(cell_of(notebook, f"{kind}-Sigmoid"))
    return notebook


def rename(cell: dict[str, Any], old: str, new: str) -> None:
    cell["id"] = cell["id"].replace(old, new)
    grading = cell["metadata"]["nbgrader"]
    grading["grade_id"] = grading["grade_id"].replace(old, new)


def put(cell: dict[str, Any], source: str) -> dict[str, Any]:
    cell["source"] = source.splitlines(keepends=True)
    cell["metadata"]["deepgrade"]["released"] = source_digest(source)
    return cell


def ids(notebook: Notebook) -> list[str]:
    return [cell["id"] for cell in notebook["cells"]]


# --- notebooks ---


def test_answers_own_cells_and_outputs_stay_and_the_rest_is_new(bundle: Path, homework: Path) -> None:
    write(worked(load(homework / NOTEBOOK)), homework / NOTEBOOK)
    old = (homework / NOTEBOOK).read_bytes()
    fresh = next_release(released(COURSE, UNIT, "en"))
    write(fresh, bundle / NOTEBOOK)
    done = update(bundle, homework, "en")
    found = load(homework / NOTEBOOK)

    assert [one for one in ids(found) if one not in ("top", "0a1b2c3d", "ffff")] == ids(fresh)
    assert (ids(found)[0], ids(found)[-1]) == ("top", "ffff")
    place = ids(found).index("exercise-Affine")
    assert ids(found)[place : place + 5] == [
        "exercise-Affine",
        "0a1b2c3d",
        "check-Affine",
        "exercise-Swish",
        "check-Swish",
    ]
    assert source_of(cell_of(found, "exercise-Affine")) == ANSWER
    assert source_of(cell_of(found, "lesson-1")) == "Another head."
    assert source_of(cell_of(found, "exercise-Relu")).endswith("# new words")
    assert {key: cell_of(found, "0a1b2c3d")[key] for key in ("outputs", "execution_count", "metadata")} == {
        key: own("", "")[key] for key in ("outputs", "execution_count", "metadata")
    }
    assert cell_of(found, "exercise-Affine")["outputs"] == own("", "")["outputs"]
    assert found["metadata"]["kernelspec"]["name"] == "my-kernel"
    assert found["metadata"]["deepgrade"] == {"unit": UNIT, "language": "en"}

    change = done.changes[NOTEBOOK]
    assert (done.fates[NOTEBOOK], change.updated) == ("merged", ("lesson-1", "Relu"))
    assert (change.new, change.kept) == (("lesson-2", "Swish", "Swish"), ("top", "Affine", "0a1b2c3d", "ffff"))
    assert done.earlier is not None
    assert (done.earlier / NOTEBOOK).read_bytes() == old


def test_update_done_twice_is_done_once(bundle: Path, homework: Path) -> None:
    write(worked(load(homework / NOTEBOOK)), homework / NOTEBOOK)
    write(next_release(released(COURSE, UNIT, "en")), bundle / NOTEBOOK)
    update(bundle, homework, "en")
    before = (homework / NOTEBOOK).read_bytes()
    again = update(bundle, homework, "en")
    assert (again.fates[NOTEBOOK], again.earlier) == ("kept", None)
    assert (homework / NOTEBOOK).read_bytes() == before


def test_answer_to_an_exercise_that_is_gone_is_kept_at_the_end_and_told(bundle: Path, homework: Path) -> None:
    notebook = load(homework / NOTEBOOK)
    cell_of(notebook, "exercise-Sigmoid")["source"] = "class Sigmoid:\n    mine = True"
    write(notebook, homework / NOTEBOOK)
    write(next_release(released(COURSE, UNIT, "en")), bundle / NOTEBOOK)
    assert update(bundle, homework, "en").changes[NOTEBOOK].removed == ("Sigmoid",)
    last = load(homework / NOTEBOOK)["cells"][-1]
    assert source_of(last) == "class Sigmoid:\n    mine = True"
    assert "nbgrader" not in last["metadata"]


def test_cells_of_ours_that_were_changed_come_back_and_the_students_stand_below(bundle: Path, homework: Path) -> None:
    notebook = load(homework / NOTEBOOK)
    for name, text in (("run-1", "%%experiment\nx = 99"), ("setup", "import mine"), ("lesson-3", "# mine")):
        cell_of(notebook, name)["source"] = text
    write(notebook, homework / NOTEBOOK)
    assert set(update(bundle, homework, "en").changes[NOTEBOOK].copied) == {"run-1", "setup", "lesson-3"}
    found = load(homework / NOTEBOOK)
    for name, text in (("run-1", "%%experiment\nx = 99"), ("setup", "import mine"), ("lesson-3", "# mine")):
        place = ids(found).index(name)
        assert source_of(found["cells"][place]) == source_of(cell_of(released(COURSE, UNIT, "en"), name))
        assert source_of(found["cells"][place + 1]) == text
        assert found["cells"][place + 1]["metadata"] == {}


def test_copied_answer_cell_stays_where_it_is_as_the_students_own(bundle: Path, homework: Path) -> None:
    notebook = load(homework / NOTEBOOK)
    twin = {**copy.deepcopy(cell_of(notebook, "exercise-Affine")), "id": "77", "source": ANSWER}
    notebook["cells"].append(twin)
    (homework / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    update(bundle, homework, "en")
    last = load(homework / NOTEBOOK)["cells"][-1]  # whose grade_id was there twice
    assert (last["id"], source_of(last), last["metadata"]) == ("77", ANSWER, {})


@pytest.mark.parametrize("text", ["class Affine:\n    mine = True", "x = 1\nAffine = make()", "def Affine(): return 1"])
def test_answer_in_a_cell_of_the_students_own_is_not_hidden_by_a_stub(bundle: Path, homework: Path, text: str) -> None:
    notebook = load(homework / NOTEBOOK)
    notebook["cells"].remove(cell_of(notebook, "exercise-Affine"))
    notebook["cells"].insert(3, own("0a1b2c3d", text))
    write(notebook, homework / NOTEBOOK)
    write(next_release(released(COURSE, UNIT, "en")), bundle / NOTEBOOK)
    update(bundle, homework, "en")
    found = load(homework / NOTEBOOK)
    assert "exercise-Affine" not in ids(found)
    assert source_of(cell_of(found, "0a1b2c3d")) == text
    texts = [source_of(cell) for cell in found["cells"] if cell["cell_type"] == "code"]
    assert [one for one in texts if re.search(r"^(class|def) Affine\b|^Affine =", one, re.MULTILINE)] == [text]


@pytest.mark.parametrize("lost", ["id", "deepgrade", "nbgrader", "id and nbgrader", "released"])
def test_answers_are_found_by_what_an_editor_has_left(bundle: Path, homework: Path, lost: str) -> None:
    """Colab drops ids, nbgrader's tools drop our part; notebooks of older releases have no digest."""
    notebook = worked(load(homework / NOTEBOOK))
    for cell in notebook["cells"]:
        if "id" in lost:
            del cell["id"]
        for part in ("deepgrade", "nbgrader"):
            if part in lost:
                cell["metadata"].pop(part, None)
        cell["metadata"].get("deepgrade", {}).pop("released" if lost == "released" else "", None)
    (homework / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    fresh = next_release(released(COURSE, UNIT, "en"))
    write(fresh, bundle / NOTEBOOK)
    update(bundle, homework, "en")
    found = load(homework / NOTEBOOK)
    assert source_of(cell_of(found, "exercise-Affine")) == ANSWER
    texts = [source_of(cell) for cell in found["cells"]]
    assert [texts.count(one) for one in (ANSWER, "mine = Affine", "first = 1", "my notes")] == [1, 1, 1, 1]
    assert [one for one in ids(found) if one in ids(fresh)] == ids(fresh)


@pytest.mark.parametrize("unit", COURSE.units)
@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_a_student_wrote_is_lost(unit: str, seed: int) -> None:
    """Cells shuffled, deleted, doubled, added and written in, in every unit."""
    draw = random.Random(seed)
    fresh = released(COURSE, unit, "ko")
    old = copy.deepcopy(fresh)
    cells = old["cells"]
    wrote = set()
    for number, cell in enumerate(list(cells)):
        kind = draw.choice(["same", "gone", "twice", "written", "moved", "beside"])
        text = f"written_{number} = {number}  # 내가 쓴 것"
        if kind == "gone" or kind == "moved":
            cells.remove(cell)
        if kind == "moved":
            cells.insert(draw.randrange(len(cells) + 1), cell)
        if kind == "twice":
            cells.append({**copy.deepcopy(cell), "id": f"d{number}"})
        if kind == "written":
            cell["source"] = f"{source_of(cell)}\n{text}"
            wrote.add(text)
        if kind == "beside":
            cells.insert(draw.randrange(len(cells) + 1), own(f"b{number}", text))
            wrote.add(text)
    found, _ = renewed_notebook(old, fresh)
    nbformat.validate(found)
    MetadataValidator().validate_nb(nbformat.from_dict(found))
    texts = "\n".join(source_of(cell) for cell in found["cells"])
    assert {one for one in wrote if one not in texts} == set()
    assert [one for one in ids(found) if one in set(ids(fresh))] == ids(fresh)
    again, changes = renewed_notebook(found, fresh)
    assert (ids(again), changes.updated, changes.new, changes.copied) == (ids(found), [], [], [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"cells": 3}',
        b'{"cells": [{"cell_type": "code", "source": "x"}], "nbformat": 3}',
        b'{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4',
    ],
)
def test_damaged_notebook_is_told_and_left_alone(bundle: Path, homework: Path, content: bytes) -> None:
    (homework / NOTEBOOK).write_bytes(content)
    (homework / MODULE).write_text("def f(:\n", encoding="utf-8")
    done = update(bundle, homework, "en")
    assert (done.fates[NOTEBOOK], done.fates[MODULE]) == ("refused", "refused")
    assert (homework / NOTEBOOK).read_bytes() == content
    assert (homework / MODULE).read_text(encoding="utf-8") == "def f(:\n"
    assert all(done.changes[name].refused is not None for name in (NOTEBOOK, MODULE))


# --- files ---


def test_module_keeps_what_was_written_and_gets_what_is_new(bundle: Path, homework: Path) -> None:
    file = homework / MODULE
    mine = file.read_text(encoding="utf-8").replace("class Relu:", "mine = 3\n\n\nclass Relu:", 1).replace("\n", "\r\n")
    file.write_bytes(mine.encode())
    fresh = bundle / MODULE
    fresh.write_text(fresh.read_text(encoding="utf-8") + "\n\ndef swish(x):\n    raise NotImplementedError\n")
    done = update(bundle, homework, "en")
    assert done.changes[MODULE].new == ("swish",)
    found = file.read_bytes().decode()
    assert found.startswith(mine.rstrip())
    assert found.endswith("\r\n\r\n\r\ndef swish(x):\r\n    raise NotImplementedError\r\n")
    assert "\n" not in found.replace("\r\n", "")


def test_release_in_another_form_lies_beside_the_earlier_file(bundle: Path, homework: Path) -> None:
    (homework / MODULE).write_text("class Affine:\n    def forward(self, x, y):\n        return x\n", encoding="utf-8")
    done = update(bundle, homework, "en")
    assert "Affine.forward" in done.changes[MODULE].differ
    there = done.released(MODULE)
    assert there is not None
    assert there.read_bytes() == (bundle / MODULE).read_bytes()


def test_expected_values_are_never_the_students(bundle: Path, homework: Path) -> None:
    (homework / UNIT / "expected.json").write_text("{}", encoding="utf-8")
    assert update(bundle, homework, "en").fates[f"{UNIT}/expected.json"] == "updated"
    assert (homework / UNIT / "expected.json").read_bytes() == (bundle / UNIT / "expected.json").read_bytes()


def test_notebook_in_the_other_language_is_updated_where_it_is_there(bundle: Path, homework: Path) -> None:
    korean = f"{UNIT}/{UNIT}.ko.ipynb"
    assert korean not in update(bundle, homework, "en").fates
    write(worked(released(COURSE, UNIT, "ko")), homework / korean)
    write(next_release(released(COURSE, UNIT, "ko")), bundle / korean)
    assert update(bundle, homework, "en").fates[korean] == "merged"
    assert load(homework / korean)["metadata"]["deepgrade"]["language"] == "ko"


def test_write_that_fails_leaves_the_file_as_it_was(
    bundle: Path, homework: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(worked(load(homework / NOTEBOOK)), homework / NOTEBOOK)
    write(next_release(released(COURSE, UNIT, "en")), bundle / NOTEBOOK)
    before = (homework / NOTEBOOK).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("graders.host.disk.os.replace", full)
    with pytest.raises(DiskError):
        update(bundle, homework, "en")
    assert (homework / NOTEBOOK).read_bytes() == before


def test_two_updates_in_one_second_keep_both_earlier_files(bundle: Path, homework: Path) -> None:
    found: list[Updated] = []
    for number in (1, 2):
        (homework / UNIT / "expected.json").write_text(str(number), encoding="utf-8")
        found.append(update(bundle, homework, "en"))
    kept = [one.earlier / UNIT / "expected.json" for one in found if one.earlier is not None]
    assert [path.read_text(encoding="utf-8") for path in kept] == ["1", "2"]


def test_earlier_files_are_no_submissions(bundle: Path, homework: Path) -> None:
    write(worked(load(homework / NOTEBOOK)), homework / NOTEBOOK)
    write(next_release(released(COURSE, UNIT, "en")), bundle / NOTEBOOK)
    update(bundle, homework, "en")
    assert (homework / layout.EARLIER).is_dir()
    found = find_submissions(homework, units=COURSE.units)
    assert not any(".deepgrade" in str(one) for one in found)

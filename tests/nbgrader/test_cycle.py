"""A whole nbgrader course: made by us, handed out and collected by nbgrader, graded in the sandbox, shown by it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graders.authoring.release import release
from graders.courses.course import Course
from tests.nbgrader.classroom import (
    ABSENT,
    CLASS,
    DAMAGED,
    HOSTILE_STUDENT,
    LINKED,
    NUL,
    UNIT,
    answers,
    filled,
    hand_in,
    hand_in_all,
)

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ESSAY = "my-essay"
UNGRADED = (DAMAGED, LINKED, NUL)
SENTENCE = "**Gradients** tell how the loss changes."

COMMANDS = """
import os, shlex, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
for command in sys.argv[1:]:
    folder, _, words = command.rpartition(" $ ")
    child = os.fork()
    if child == 0:
        os.chdir(folder or ".")
        sys.exit(NbGraderApp.launch_instance(shlex.split(words)))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit(f"nbgrader {words} failed")
"""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nbgrader")]


@dataclass(frozen=True)
class Place:
    """An nbgrader course on disk, the deepgrade course behind it, and a home that is nobody's."""

    course: Path
    reference: Path
    home: Path

    def run(self, *words: str, cwd: Path | None = None, code: int | None = 0) -> str:
        """A command as its user types it; what it says on both streams."""
        env = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "LANG": "C.UTF-8",
        }
        done = subprocess.run(words, cwd=cwd or self.course, env=env, capture_output=True, text=True, timeout=300)
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, said[-3000:]
        assert "Traceback" not in said
        return said

    def deepgrade(self, *words: str, code: int = 0) -> str:
        return self.run(str(BIN / "deepgrade"), "nbgrader", *words, code=code)

    def nbgrader(self, *commands: str, cwd: Path | None = None) -> str:
        """nbgrader's commands one after the other in one process, for it takes seconds to import."""
        return self.run(sys.executable, "-c", COMMANDS, *commands, cwd=cwd)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.course / "gradebook.db") as database:
            return database.execute(query, values).fetchall()

    def grades(self) -> dict[str, dict[str, tuple[float | None, bool]]]:
        """Student → grade id → (score by the grader, whether a person must look)."""
        found: dict[str, dict[str, tuple[float | None, bool]]] = {}
        for student, name, score, look in self.rows(
            "select a.student_id, c.name, g.auto_score, g.needs_manual_grade from grade g "
            "join base_cell c on g.cell_id = c.id join submitted_notebook n on g.notebook_id = n.id "
            "join submitted_assignment a on n.assignment_id = a.id"
        ):
            found.setdefault(student, {})[name.removeprefix(f"{UNIT}-").removesuffix("-check")] = (score, bool(look))
        return found

    def comments(self, student: str) -> dict[str, str | None]:
        return dict(
            self.rows(
                "select c.name, m.auto_comment from comment m join base_cell c on m.cell_id = c.id "
                "join submitted_notebook n on m.notebook_id = n.id "
                "join submitted_assignment a on n.assignment_id = a.id where a.student_id = ?",
                student,
            )
        )

    @property
    def released(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.course / "release" / UNIT / f"{UNIT}.ipynb").read_text())
        return found


def add_essay(course: Path) -> None:
    """A question of the instructor's own, for a person to grade."""
    path = course / "source" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text())
    meta = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3, "points": 2}
    meta |= {"grade_id": ESSAY, "cell_type": "markdown"}
    text = "### BEGIN SOLUTION\nthe staff's own answer\n### END SOLUTION"
    notebook["cells"].append({"cell_type": "markdown", "id": "essay", "metadata": {"nbgrader": meta}, "source": text})
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The whole class, graded once by ``deepgrade nbgrader autograde``; two came through nbgrader's exchange."""
    top = tmp_path_factory.mktemp("nbgrader")
    reference = Path(shutil.copytree(ROOT / "benchmarks" / "layers_course", top / "layers"))
    release(Course(reference))
    place = Place(top / "course", reference, top / "home")
    place.home.mkdir()
    words = ["nbgrader", "init", str(place.course), "--course", str(reference), "--lang", "en", "--late-percent", "10"]
    place.run(str(BIN / "deepgrade"), *words, cwd=top)
    add_essay(place.course)
    exchange = top / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    with (place.course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    place.nbgrader(f"generate_assignment {UNIT} --force", f"release_assignment {UNIT}")
    with sqlite3.connect(place.course / "gradebook.db") as database:
        database.execute("update assignment set duedate = '2026-11-20 12:00:00.000000'")
    hand_in_all(place.course, place.released, reference)
    _through_the_exchange(place, top, ("r0-plain", "r1-plain"))
    place.deepgrade("autograde", UNIT)
    return place


def _through_the_exchange(place: Place, top: Path, students: tuple[str, ...]) -> None:
    """list, fetch, write the answers, submit; collect."""
    homes = [top / student for student in students]
    for home in homes:
        home.mkdir()
        (home / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.course_id = 'course'\nc.Exchange.root = {str(top / 'exchange')!r}\n"
        )
    commands = [f"{home} $ fetch_assignment {UNIT}" for home in homes]
    assert UNIT in place.nbgrader(f"{homes[0]} $ list", *commands)
    for home in homes:
        path = home / UNIT / f"{UNIT}.ipynb"
        notebook = filled(json.loads(path.read_text()), answers())
        if home == homes[0]:
            notebook["cells"][-1]["source"] = SENTENCE
        path.write_text(json.dumps(notebook))
        shutil.rmtree(place.course / "submitted" / home.name)
    commands = [f"{home} $ submit {UNIT} --student {home.name}" for home in homes]
    place.nbgrader(*commands, f"{place.course} $ collect {UNIT}")


def test_release_holds_the_stubs_and_no_answer(place: Place) -> None:
    text = json.dumps(place.released)
    assert "raise NotImplementedError" in text
    assert "BEGIN SOLUTION" not in text
    assert "the staff's own answer" not in text
    assert "self.x.T @ dout" not in text


@pytest.mark.parametrize("student", CLASS)
def test_each_student_has_the_points_of_their_code_whatever_became_of_the_cells(place: Place, student: str) -> None:
    found = place.grades()[student]
    assert (found["sigmoid"][0], found["Affine"][0]) == CLASS[student][2]


def test_what_cannot_be_graded_has_no_score_and_waits_for_a_person(place: Place) -> None:
    for student in UNGRADED:
        assert place.grades()[student]["sigmoid"] == place.grades()[student]["Affine"] == (None, True)
    assert "damaged notebook" in str(place.comments(DAMAGED)[f"{UNIT}-Affine"])
    assert place.grades()[DAMAGED][ESSAY] == (None, True)


def test_nothing_handed_in_is_worth_0(place: Place) -> None:
    assert place.grades()[ABSENT] == {"sigmoid": (0, False), "Affine": (0, False), ESSAY: (0, False)}


def test_who_loops_or_attacks_is_for_a_person_to_look_at_and_reads_nothing(place: Place) -> None:
    assert place.grades()["y0-loops"]["Affine"] == (0, True)
    assert place.grades()[HOSTILE_STUDENT] | {ESSAY: None} == {"sigmoid": (0, True), "Affine": (4, True), ESSAY: None}
    assert "found 0" in str(place.comments(HOSTILE_STUDENT)[f"{UNIT}-sigmoid"])
    assert place.rows("select count(*) from grade where manual_score is not null") == [(0,)]
    query = "select n.flagged from submitted_notebook n join submitted_assignment a on n.assignment_id = a.id "
    assert place.rows(query + "where a.student_id = ?", HOSTILE_STUDENT) == [(1,)]


def test_an_answer_for_a_person_waits_and_one_left_alone_is_0(place: Place) -> None:
    assert place.grades()["r0-plain"][ESSAY] == (None, True)
    assert place.grades()["r1-plain"][ESSAY] == (0, False)


def test_comments_say_what_is_wrong_with_a_hint_and_nothing_where_it_is_right(place: Place) -> None:
    said = place.comments("w1-mean")
    assert said[f"{UNIT}-sigmoid"] is None
    assert "Affine: 3/4" in str(said[f"{UNIT}-Affine"])
    assert "Look at db." in str(said[f"{UNIT}-Affine"])


def test_export_has_every_score_less_what_lateness_costs_and_no_0_for_what_is_open(place: Place) -> None:
    place.nbgrader("export --to out.csv")
    with (place.course / "out.csv").open() as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    assert {*lines} == {*CLASS, HOSTILE_STUDENT, DAMAGED, ABSENT, LINKED, NUL}
    assert lines["r8-late"]["late_submission_penalty"] == "2.1"
    assert lines["r8-late"]["score"] == "4.9"
    # The essays of the first two wait for a person, and those that nobody finds.
    open_ = {"r0-plain", "r6-forged", "r5-deleted", "r9-renamed", *UNGRADED}
    assert {student for student, line in lines.items() if line["score"] == ""} == open_
    for student in CLASS.keys() - open_:
        assert float(lines[student]["raw_score"]) == sum(CLASS[student][2])
    assert lines[DAMAGED]["needs_manual_grade"] == "yes"
    assert lines[ABSENT]["score"] == "0.0"


def test_pages_for_graders_are_valid_whatever_was_handed_in(place: Place) -> None:
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in place.released["cells"]]
    for student in (*CLASS, HOSTILE_STUDENT, DAMAGED, ABSENT, LINKED, NUL):
        path = place.course / "autograded" / student / UNIT / f"{UNIT}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        there = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        assert [one for one in there if one] == ids, student
        assert path.stat().st_size < 500_000


def test_feedback_has_our_page_and_nothing_hidden(place: Place) -> None:
    place.nbgrader(f"generate_feedback {UNIT} --student [rwy][127]-[mds]*")
    wrong, damaged, own = (
        (place.course / "feedback" / student / UNIT / f"{UNIT}.html").read_text()
        for student in ("w1-mean", DAMAGED, "r7-stable")
    )
    assert "db averaged instead of summed" in wrong or "db mean" in wrong
    assert "Look at db." in wrong
    assert "dg-finding" in wrong
    stub = (place.course / "autograded" / "x2-stub" / UNIT / f"{UNIT}.ipynb").read_text()
    assert "self.x.T @ dout" not in stub
    assert "Not final" in damaged
    assert "Not final" not in wrong
    assert "<script>document.title" not in own
    assert 'onerror="document' not in own.replace("&quot;", '"').replace('&lt;\u2060img src=x onerror="document', "")


def test_formgrader_shows_the_scores(place: Place) -> None:
    from playwright.sync_api import sync_playwright

    query = "select n.id from submitted_notebook n join submitted_assignment a on n.assignment_id = a.id "
    wrong, own = (place.rows(query + "where a.student_id = ?", one)[0][0] for one in ("w1-mean", "r7-stable"))
    with served(place) as base, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(extra_http_headers={"Authorization": "token mine"})
        page.goto(f"{base}/formgrader/gradebook/{UNIT}/{UNIT}")
        page.wait_for_selector("tbody tr td a")
        rows = page.locator("tbody tr").all_inner_texts()
        assert len(rows) == len(CLASS) + 5
        assert sum("7 / 9" in row for row in rows) == 10
        page.goto(f"{base}/formgrader/submissions/{wrong}/")
        page.wait_for_function("document.querySelectorAll('input.score[placeholder]').length == 3")
        shown = [one.get_attribute("placeholder") for one in page.locator("input.score").all()]
        assert shown[:2] == ["3", "3"]
        assert "Look at db." in str(page.locator("textarea.comment").nth(1).get_attribute("placeholder"))
        assert page.locator(".dg-finding").count() == 1
        page.goto(f"{base}/formgrader/submissions/{own}/")
        page.wait_for_selector("input.score")
        assert page.title() == UNIT
        browser.close()


@contextmanager
def served(place: Place) -> Iterator[str]:
    """A Jupyter server with formgrader, in the course's folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": place.course,
        "IdentityProvider.token": "mine",
        "ServerApp.jpserver_extensions": '{"nbgrader.server_extensions.formgrader": True}',
    }
    words = [sys.executable, "-m", "jupyter_server", *(f"--{name}={value}" for name, value in options.items())]
    env = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(place.home), "LANG": "C.UTF-8"}
    with (place.home / "server.log").open("wb") as log:
        server = subprocess.Popen(words, cwd=place.course, env=env, stdout=log, stderr=log)
        try:
            for _ in range(300):
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None, (place.home / "server.log").read_text()[-2000:]
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def test_nbgraders_own_autograde_gives_the_same_and_starts_no_kernel(place: Place) -> None:
    """In a copy: students with faults of every kind, one after the other by nbgrader's command."""
    other = Place(place.course.with_name("copy"), place.reference, place.home)
    shutil.copytree(place.course, other.course, symlinks=True)
    asked = ("w1-mean", "r6-forged", "r9-renamed", HOSTILE_STUDENT, DAMAGED, LINKED, NUL)
    for student in asked:
        shutil.rmtree(other.course / "autograded" / student)
    with sqlite3.connect(other.course / "gradebook.db") as database:
        database.execute("update grade set auto_score = null")
    pattern = "[wryz][1692]-[mfrhdl]*"
    said = other.run(str(BIN / "nbgrader"), "autograde", UNIT, "--student", pattern)
    assert f"{DAMAGED}: " in said
    assert "kernel" not in said.lower()
    for student in asked:
        if (other.course / "autograded" / student).is_dir():
            assert other.grades()[student] == place.grades()[student], student
            assert other.comments(student) == place.comments(student)
    assert {"w1-mean", DAMAGED} <= {path.name for path in (other.course / "autograded").iterdir()}


def test_a_newer_attempt_is_graded_again_and_what_staff_entered_stays(place: Place) -> None:
    other = Place(place.course.with_name("again"), place.reference, place.home)
    shutil.copytree(place.course, other.course, symlinks=True)
    hand_in(other.course, "w1-mean", json.dumps(filled(other.released, answers())).encode(), day=21)
    cell = "(select id from base_cell where name = ? and type = ?)"
    with sqlite3.connect(other.course / "gradebook.db") as database:
        database.execute(
            f"update grade set manual_score = 1.5, extra_credit = 0.5, needs_manual_grade = 0 where cell_id = {cell}",
            (f"{UNIT}-Affine-check", "GradeCell"),
        )
        database.execute(
            f"update comment set manual_comment = 'well done' where cell_id = {cell}",
            (f"{UNIT}-Affine", "SolutionCell"),
        )
    said = other.deepgrade("autograde", UNIT, "--lang", "en")
    assert "Graded before and unchanged: 20" in said
    assert other.grades()["w1-mean"]["Affine"] == (4, True)
    kept = other.rows("select distinct manual_score, extra_credit from grade where manual_score is not null")
    assert kept == [(1.5, 0.5)]
    assert other.rows("select distinct manual_comment from comment where manual_comment is not null") == [
        ("well done",)
    ]
    assert other.grades()["r8-late"]["Affine"] == (4, False)


def test_an_assignment_without_an_exercise_of_ours_is_graded_by_nbgrader_as_ever(place: Place) -> None:
    meta = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3, "cell_type": "code"}
    test = meta | {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": "test"}
    cells = [
        {
            "source": "### BEGIN SOLUTION\na = 1\n### END SOLUTION",
            "metadata": {"nbgrader": meta | {"grade_id": "answer"}},
        },
        {"source": "assert a == 1", "metadata": {"nbgrader": test}},
    ]
    for number, cell in enumerate(cells):
        cell.update(cell_type="code", id=f"c{number}", outputs=[], execution_count=None)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    source, handed = (place.course / one / "theirs" for one in ("source", "submitted/somebody"))
    for folder in (source, handed):
        folder.mkdir(parents=True)
        (folder / "theirs.ipynb").write_text(json.dumps(notebook))
    place.nbgrader("generate_assignment theirs", "autograde theirs")
    assert "YOUR CODE HERE" in (place.course / "release" / "theirs" / "theirs.ipynb").read_text()
    assert place.grades()["somebody"] == {"test": (2, False)}

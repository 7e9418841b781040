"""What the server's half answers: data, to who may read the server's files, of folders that it shows."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from graders.jupyterlab.place import Places
from graders.jupyterlab.submitting import submitting
from graders.messages.catalogue import MESSAGES
from graders.messages.errors import UsageError
from graders.practice.layout import lay_out
from graders.practice.logins import Login, save_login
from tests.jupyterlab.build import ROOT
from tests.jupyterlab.running import Lab

pytestmark = pytest.mark.xdist_group("jupyterlab")


def ask(lab: Lab, address: str, token: str | None) -> tuple[int, Any]:
    request = urllib.request.Request(f"{lab.url}/deepgrade/{address}")
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@pytest.mark.parametrize("address", ["course?path=homework", "words"])
def test_nobody_is_answered_without_a_token(lab: Lab, address: str) -> None:
    assert ask(lab, address, None)[0] == 403
    assert ask(lab, address, "0" * 32)[0] == 403


def test_course_when_asked_for_then_it_comes_with_paths_of_the_contents(lab: Lab) -> None:
    status, found = ask(lab, "course?path=homework%2Fu04_forward", lab.token)
    assert (status, found["schema"], found["folder"], found["submit"], found["fault"]) == (
        200,
        1,
        "homework",
        None,
        None,
    )
    units = {unit["unit"]: unit for unit in found["progress"]["units"]}
    assert set(units) == {"u01_perceptron", "u04_forward", "u06_backprop"}
    assert "homework/u04_forward/u04_forward.en.ipynb" in units["u04_forward"]["files"]
    assert str(lab.root) not in json.dumps(found)


def test_words_come_in_both_languages_with_their_places(lab: Lab) -> None:
    status, words = ask(lab, "words", lab.token)
    ids = {id.removeprefix("panel.") for id in MESSAGES if id.startswith("panel.")}
    assert status == 200
    assert set(words["en"]) == set(words["ko"]) == ids
    assert "{name}" in words["en"]["check_tip"]
    assert "{name}" in words["ko"]["check_tip"]


BAD = ["..", "../../etc", "homework/../..", "/etc", "homework/nothing", "homework/.deepgrade", "a\0b", "x" * 9000, "%s"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: repr(path[:20]))
def test_path_when_bad_then_404_in_json_without_a_traceback(lab: Lab, path: str) -> None:
    status, said = ask(lab, f"course?path={urllib.parse.quote(path)}", lab.token)
    assert status == 404
    assert list(said) == ["message"]
    assert "Traceback" not in said["message"]


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    lay_out(ROOT / "assignments", tmp_path / "a", "en")
    return tmp_path / "a"


def test_place_when_one_homework_lies_in_it_then_it_is_that_one(homework: Path) -> None:
    assert Places(homework.parent).at("")["folder"] == "a"
    lay_out(ROOT / "assignments", homework.parent / "b", "ko")
    found = Places(homework.parent).at("")
    assert (found["progress"], found["folders"]) == (None, ["a", "b"])


def test_place_when_the_homework_lies_above_the_root_then_no_file_is_named(homework: Path) -> None:
    found = Places(homework / "u04_forward").at("")
    assert found["folder"] == ""
    assert [unit["files"] for unit in found["progress"]["units"]] == [[]] * len(found["progress"]["units"])


def test_place_when_reached_by_a_link_then_files_are_named_as_the_server_shows_them(homework: Path) -> None:
    root = homework.parent / "root"
    root.mkdir()
    (root / "mine").symlink_to(homework)
    found = Places(root).at("mine/u04_forward")
    assert found["folder"] == "mine"
    assert "mine/u04_forward/u04_forward.py" in next(
        unit["files"] for unit in found["progress"]["units"] if unit["unit"] == "u04_forward"
    )


def test_place_when_a_course_was_not_started_here_then_it_is_said_and_nothing_is_run(homework: Path) -> None:
    laid = homework / ".deepgrade" / "course"
    laid.mkdir(parents=True)
    (laid / "course.toml").write_text("raise")
    found = Places(homework.parent).at("a")
    assert found["progress"] is None
    assert set(found["fault"]) == {"ko", "en"}
    assert "deepgrade start" in found["fault"]["en"]


def test_place_when_outside_the_root_then_it_is_refused(homework: Path) -> None:
    with pytest.raises(UsageError, match=r"The server has no folder \.\./a"):
        Places(homework.parent / "u").at("../a")


def test_service_when_logged_in_or_named_by_the_hub_then_the_panel_knows_it_and_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DEEPGRADE_TOKEN", raising=False)
    hub = "https://hub.example"
    assert submitting(None, tmp_path) is None
    assert submitting(hub, tmp_path) == {"url": hub, "logged_in": False}
    save_login(Login("https://dl.example", "dg_secret"))
    assert submitting(None, tmp_path) == {"url": "https://dl.example", "logged_in": True}
    assert submitting(hub, tmp_path) == {"url": hub, "logged_in": False}
    save_login(Login(hub, "dg_other"))
    assert submitting(hub, tmp_path) == {"url": hub, "logged_in": True}

"""What leaves the house: the wheel and the sdist hold the platform and not a line of a solution."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from graders.authoring.stubs import make_stub, public_lines, solution_lines
from graders.courses.course import Course

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """File name → content, of a freshly built wheel and sdist."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        wheel_files = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        sdist_files = {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]
    return {"wheel": wheel_files, "sdist": sdist_files}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_package_when_built_then_it_holds_no_line_of_a_solution(
    packages: dict[str, dict[str, bytes]], kind: str
) -> None:
    course = Course(ROOT)
    secret: set[str] = set()
    for unit in course.units:
        source, spec = course.solution(unit), course.spec(unit)
        shown = set(public_lines(make_stub(source, spec.exercises, unit) + "\n" + spec.source))
        secret |= solution_lines(source, spec.exercises) - shown
    assert len(secret) > 100
    for name, content in packages[kind].items():
        found = secret & set(public_lines(content.decode("utf-8", "replace")))
        assert not found, f"{name} holds {found}"


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_package_when_built_then_staff_folders_stay_at_home(packages: dict[str, dict[str, bytes]], kind: str) -> None:
    parts = {part for name in packages[kind] for part in Path(name).parts}
    assert not parts & {"reference", "tests", "misconceptions.toml", "variants.toml", "solution.py"}


def test_wheel_holds_catalogue_templates_and_exercises(
    packages: dict[str, dict[str, bytes]],
) -> None:
    names = set(packages["wheel"])
    wanted = {
        "graders/locale/ko/LC_MESSAGES/deepgrade.mo",
        "graders/bundle/course.toml",
        "graders/bundle/graders/exercises/u06_backprop.py",
        "graders/bundle/assignments/u06_backprop/expected.json",
        "graders/bundle/assignments/u06_backprop/expected.safetensors",
        "graders/bundle/assignments/u06_backprop/u06_backprop.py",
        "graders/bundle/assignments/u06_backprop/u06_backprop.en.ipynb",
        "graders/py.typed",
        "graders/report.schema.json",
        "graders/sandbox/guest/start.py",
        "graders/authoring/templates/unit/solution.py.txt",
    }
    assert wanted <= names
    assert any(name.startswith("graders/feedback/templates/") for name in names)
    (entries,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
    assert b"[pytest11]\ndeepgrade = graders.pytest_plugin\n" in packages["wheel"][entries]


def test_wheel_puts_the_panel_and_its_server_where_jupyter_looks(packages: dict[str, dict[str, bytes]]) -> None:
    data = {name.split(".data/data/")[1]: content for name, content in packages["wheel"].items() if ".data/" in name}
    panel = "share/jupyter/labextensions/deepgrade"
    entry = json.loads(data[f"{panel}/package.json"])["jupyterlab"]["_build"]["load"]
    assert f"{panel}/{entry}" in data
    enabled = json.loads(data["etc/jupyter/jupyter_server_config.d/deepgrade.json"])
    assert enabled == {"ServerApp": {"jpserver_extensions": {"graders.jupyterlab": True}}}
    assert sum(map(len, data.values())) < 100_000
    assert not any("node_modules" in name for kind in packages.values() for name in kind)


def test_wheel_holds_the_editor_of_the_pages_once_and_the_sdist_its_sources(
    packages: dict[str, dict[str, bytes]],
) -> None:
    bundle = "graders/server/web/static/bundle"
    style = packages["wheel"][f"{bundle}/math.css"].decode()
    fonts = set(re.findall(r"[\w.-]+\.woff2", style))
    assert len(fonts) > 10
    built = {name.removeprefix(f"{bundle}/") for name in packages["wheel"] if name.startswith(bundle)}
    assert built == {"editor.js", "math.js", "math.css", *fonts}
    (root,) = {name.split("/")[0] for name in packages["sdist"]}
    assert {f"{root}/webclient/src/editor.js", f"{root}/{bundle}/editor.js"} <= set(packages["sdist"])

"""The panel's sources: held to their rules, built once, refused in plain words where they cannot be."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import graders
from graders.messages.catalogue import MESSAGES
from tests.jupyterlab.build import ROOT, build_module

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("jupyterlab")]

SOURCES = ROOT / "labextension"
CODE = sorted((SOURCES / "src").glob("*.ts*"))


def test_typescript_is_strict_and_formatted() -> None:
    build_module().build(build_module().PANEL)
    lint = subprocess.run(["npm", "run", "--silent", "lint"], cwd=SOURCES, capture_output=True, text=True, timeout=300)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_panel_says_exactly_what_the_catalogue_has() -> None:
    declared = re.search(r"type Id =(.*?);", (SOURCES / "src" / "words.ts").read_text(encoding="utf-8"), re.DOTALL)
    assert declared is not None
    ids = set(re.findall(r"'(\w+)'", declared[1]))
    assert ids == {id.removeprefix("panel.") for id in MESSAGES if id.startswith("panel.")} - {"no_folder"}
    code = "".join(path.read_text(encoding="utf-8") for path in CODE if path.name != "words.ts")
    states = {"untouched", "work", "passed"}
    assert sorted(id for id in ids - states if f"'{id}'" not in code) == []


def test_panel_takes_its_colours_from_the_theme_alone() -> None:
    style = (SOURCES / "style" / "index.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|(?<![-\w])(?:white|black|red|green)(?![-\w])", style) == []
    assert "url(" not in style


def test_panel_neither_evaluates_nor_asks_another_host() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in CODE)
    assert (
        re.findall(r"dangerouslySetInnerHTML|innerHTML|\beval\(|new Function|https?://(?!www\.w3\.org/2000/svg)", code)
        == []
    )


def test_packages_are_locked_by_content_and_name_no_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert len(packages) > 300
    assert [name for name, one in packages.items() if "resolved" in one or "integrity" not in one] == []


def test_panel_has_the_version_of_the_package() -> None:
    assert json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["version"] == graders.__version__


@pytest.fixture
def without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_module(), "is_fresh", lambda package: False)
    monkeypatch.setattr(build_module().shutil, "which", lambda name: None)


@pytest.mark.usefixtures("without_node")
@pytest.mark.parametrize(("name", "target"), [("PANEL", "labextension"), ("PAGES", "webclient")])
def test_build_without_node_is_refused_with_the_next_step(name: str, target: str) -> None:
    wanted = rf"not built, and node is missing\. Install Node\.js .* make {target}"
    with pytest.raises(build_module().NotBuiltError, match=wanted):
        build_module().build(getattr(build_module(), name))


@pytest.mark.usefixtures("without_node")
def test_editable_installation_needs_no_node(tmp_path: Path) -> None:
    hook = build_module().NpmHook(str(ROOT), {}, None, None, str(tmp_path), "wheel")
    data: dict[str, dict[str, str]] = {"shared_data": {}}
    hook.initialize("editable", data)
    assert data == {"shared_data": {}}


@pytest.mark.parametrize("name", ["PANEL", "PAGES"])
def test_package_is_built_again_only_where_a_source_has_changed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, package = build_module(), getattr(build_module(), name)
    build.build(package)
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(build, "_run", lambda package, *command: ran.append(command))
    build.build(package)
    assert ran == []
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "is_installed", lambda package: True)
    build.build(package._replace(built=tmp_path / "built"))
    assert ran == [("npm", "run", "--silent", "build")]

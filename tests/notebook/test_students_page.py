"""docs/students.md names every magic and option there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from graders.commands.practice import start
from graders.notebook.magics import DeepgradeMagics
from graders.notebook.options import CHECK
from graders.practice.layout import EARLIER

PAGE = (Path(__file__).parents[2] / "docs" / "students.md").read_text(encoding="utf-8")


def test_every_magic_is_told() -> None:
    ours = DeepgradeMagics.magics
    told = re.findall(r"^\| `(%+\w+)", PAGE, re.MULTILINE)
    assert sorted(told) == sorted([*(f"%{one}" for one in ours["line"]), *(f"%%{one}" for one in ours["cell"])])


def test_options_and_folders_are_those_there_are() -> None:
    options = {option for parameter in start.params for option in parameter.opts} | {*CHECK}
    assert set(re.findall(r"--[a-z]+", PAGE)) <= options
    assert {"--update", "--hints", "--explain", "--lang"} <= set(re.findall(r"--[a-z]+", PAGE))
    assert f"homework/{EARLIER}/" in PAGE

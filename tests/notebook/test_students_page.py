"""docs/students.md names every magic and option there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from graders.commands.practice import start
from graders.commands.remote import login, logout, status, submit
from graders.notebook.magics import DeepgradeMagics
from graders.notebook.options import CHECK, SUBMIT
from graders.practice.layout import EARLIER

PAGE = (Path(__file__).parents[2] / "docs" / "students.md").read_text(encoding="utf-8")


def test_every_magic_is_told() -> None:
    ours = DeepgradeMagics.magics
    told = re.findall(r"^\| `(%+\w+)", PAGE, re.MULTILINE)
    assert sorted(told) == sorted([*(f"%{one}" for one in ours["line"]), *(f"%%{one}" for one in ours["cell"])])


def test_options_and_folders_are_those_there_are() -> None:
    commands = (start, login, logout, submit, status)
    options = {option for command in commands for parameter in command.params for option in parameter.opts}
    options |= {*CHECK, *SUBMIT}
    told = {option for option in options if option.startswith("--")} - {"--insecure", "--json", "--bundle"}
    assert set(re.findall(r"--[a-z]+", PAGE)) <= options
    assert told - set(re.findall(r"--[a-z]+", PAGE)) <= {option for p in start.params for option in p.opts}
    assert {"--update", "--hints", "--explain", "--lang"} <= set(re.findall(r"--[a-z]+", PAGE))
    assert f"homework/{EARLIER}/" in PAGE

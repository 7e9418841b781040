"""Differences between attempts, as the service answers them: read in a process that may be made to fail."""

from __future__ import annotations

import json
import re
import threading
import time
import zipfile

import httpx
import pytest

from graders.server.store.people import User
from graders.server.store.queue import Work, cancel, hand_in
from graders.server.store.work import Attempt, attempt_of, attempts
from graders.server.web import difference as module
from graders.server.web.difference import Difference, difference
from tests.server.web.conftest import UNIT, Site
from tests.submission.test_changes import archive, cell, notebook

Person = tuple[User, httpx.Client]


@pytest.fixture(scope="module")
def person(site: Site) -> Person:
    return site.person("Changed")


def handed_in(site: Site, user: User, name: str, content: bytes) -> str:
    receipt = hand_in(site.store, Work(site.course.id, user.id, UNIT, name, content))
    cancel(site.store, receipt.public_id)
    return receipt.public_id


def changed(site: Site, user: User, name: str, *contents: bytes) -> Difference:
    last = [handed_in(site, user, name, one) for one in contents][-1]
    attempt = attempt_of(site.store, last)
    assert attempt is not None
    return difference(site.services, attempt)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each process that is started."""
    made: list[object] = []
    real = module._said
    monkeypatch.setattr(module, "_said", lambda paths: (made.append(paths), real(paths))[1])
    return made


def test_notebooks_when_compared_then_once_and_by_exercise(site: Site, person: Person, looks: list[object]) -> None:
    user, browser = person
    hostile = "a = '<script>alert(1)</script>\u202e'"
    found = changed(site, user, "u.ipynb", notebook(cell("a = 1", "AND")), notebook(cell(hostile, "AND")))
    assert [part.exercise for one in found.changes.files for part in one.parts] == ["AND"]
    path = attempt_path(site, user)
    for headers in ({}, {"X-Deepgrade": "fragment"}):
        text = browser.get(path, headers=headers).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in text
        assert "<script>alert" not in text
        assert "\u202e" not in text
    assert len(looks) == 1


def attempt_now(site: Site, user: User) -> Attempt:
    return attempts(site.store, site.course.id, user_id=user.id)[0]


def attempt_path(site: Site, user: User) -> str:
    return f"/submissions/{attempt_now(site, user).public_id}/changes"


def test_zips_when_compared_then_file_by_file(site: Site, person: Person) -> None:
    user, browser = person
    changed(site, user, "u.zip", archive(**{"a.py": "a = 1\n"}), archive(**{"a.py": "a = 1\n", "<b>.py": "b = 1\n"}))
    text = browser.get(attempt_path(site, user)).text
    assert re.search(r"&lt;b&gt;\.py.*new file", text)
    assert "<b>.py" not in text


SLOW = (
    "".join(f"x{number * 7919 % 99}\n" for number in range(3000)),
    "".join(f"x{number * 104729 % 99}\n" for number in range(3000)),
)
HOSTILE = {
    "deep": b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "many": json.dumps({"cells": [0] * (1 << 20)}).encode(),
    "number": b'{"cells": ' + b"9" * 1_000_000 + b"}",
    "not text": notebook({"cell_type": "code", "source": {"a": 1}}),
    "bytes": b"\xff\xfe\x00",
    "blank": b"\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_notebook_when_hostile_then_it_is_said_and_the_page_stands(kind: str, site: Site, person: Person) -> None:
    user, browser = person
    found = changed(site, user, "u.ipynb", notebook(cell(f"a = '{kind}'")), HOSTILE[kind])
    assert found.problem is not None
    assert found.changes.files == ()
    answer = browser.get(attempt_path(site, user))
    assert answer.status_code == 200
    assert 'class="plus"' not in answer.text


def test_zip_when_a_bomb_then_it_is_said(site: Site, person: Person) -> None:
    bomb = archive(zipfile.ZIP_DEFLATED, **{"a.py": bytes(60 << 20)})
    found = changed(site, person[0], "u.zip", archive(**{"a.py": "a"}), bomb)
    assert found.problem is not None
    assert found.problem.id == "upload.too_big"


def test_texts_when_made_to_be_slow_then_the_process_ends_and_others_are_answered(site: Site, person: Person) -> None:
    user, _ = person
    begun = time.process_time()
    found = changed(site, user, "u.py", *(one.encode() for one in SLOW))
    assert time.process_time() - begun < 1.0  # whatever it takes, it is not the service's time
    assert found.problem is None or found.problem.id == "web.changes_too_much"


@pytest.mark.parametrize(
    "program", ["import time; time.sleep(60)", "print('[' * 100000)", "print('{}')", "raise SystemExit(3)"]
)
def test_process_when_it_does_not_answer_then_they_cannot_be_compared(
    program: str, site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMAND", (module.COMMAND[0], "-c", program))
    monkeypatch.setattr(module, "WALL_S", 1.0)
    found = changed(site, person[0], "u.py", f"# {program}".encode(), b"x = 1\n")
    assert found.problem is not None
    assert found.problem.id == "web.changes_too_much"
    if not program.startswith("print"):  # nothing was said: it may have been the machine
        monkeypatch.undo()
        assert difference(site.services, attempt_now(site, person[0])).changes.files


def test_comparing_when_all_turns_are_taken_then_the_page_says_so(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, browser = person
    handed_in(site, user, "u.py", b"y = 1\n")
    handed_in(site, user, "u.py", b"y = 2\n")
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    for _ in range(module.AT_ONCE):
        assert module._turns.acquire(timeout=5)
    try:
        assert browser.get(attempt_path(site, user)).status_code == 503
        assert browser.get(attempt_path(site, user).removesuffix("/changes")).status_code == 200
        monkeypatch.setattr(module, "PATIENCE_S", 60.0)  # who cannot even wait is told at once
        monkeypatch.setattr(module, "_places", threading.BoundedSemaphore(1))
        assert module._places.acquire(blocking=False)
        assert browser.get(attempt_path(site, user)).status_code == 503
        module._places.release()
    finally:
        for _ in range(module.AT_ONCE):
            module._turns.release()
    assert browser.get(attempt_path(site, user)).status_code == 200

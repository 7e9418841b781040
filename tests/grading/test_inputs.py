"""Inputs: the same seed gives the same numbers, any other gives others, and the secret stays one."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.grading.inputs import draw_inputs
from graders.grading.secret import Secret, fresh_nonce, hidden_key, load_secret, public_key
from graders.messages.errors import UsageError
from graders.spec import Case, drawn, fixed, literal, normal

CASE = drawn("random", {"x": normal("N"), "n": fixed("N"), "two": 2}, dims=({"N": 3}, {"N": 5}))
SECRET = Secret(b"sixteen bytes or more")
NAMES = {"course": "c", "student": "kim", "sha256": "ab", "unit": "u01_a", "exercise": "f", "nonce": "00ff"}


def sample(case: Case = CASE, draw: int = 0, key: bytes = b"key") -> dict[str, Any]:
    return draw_inputs(case, draw, key)


def test_same_key_draws_the_same_inputs() -> None:
    assert np.array_equal(sample()["x"], sample()["x"])


def test_inputs_when_drawn_then_literals_and_dims_are_as_written() -> None:
    assert (sample(draw=1)["n"], sample(draw=1)["two"], sample(draw=1)["x"].shape) == (5, 2, (5,))


@pytest.mark.parametrize("other", [{"key": b"other"}, {"case": drawn("again", CASE.inputs, CASE.dims)}])
def test_other_key_or_case_draws_other_inputs(other: dict[str, Any]) -> None:
    assert not np.array_equal(sample()["x"], sample(**other)["x"])


def test_inputs_when_the_draw_is_another_then_so_are_they() -> None:
    case = Case("random", {"x": normal("N")}, dims=({"N": 3}, {"N": 3}))
    assert not np.array_equal(sample(case)["x"], sample(case, draw=1)["x"])


def test_inputs_when_a_later_one_is_added_then_earlier_ones_stay() -> None:
    longer = drawn("random", {**CASE.inputs, "y": normal("N")}, CASE.dims)
    assert np.array_equal(sample()["x"], sample(longer)["x"])


def test_literal_when_drawn_then_the_numbers_are_those_written() -> None:
    assert draw_inputs(literal("one", {"x": [1.0, 2.0]}), 0, b"any") == {"x": [1.0, 2.0]}


@pytest.mark.parametrize("name", NAMES)
def test_hidden_key_when_one_part_differs_then_it_differs(name: str) -> None:
    assert hidden_key(SECRET, **NAMES) != hidden_key(SECRET, **{**NAMES, name: "other"})


def test_report_without_a_nonce_has_the_seed_of_its_time() -> None:
    older = {name: part for name, part in NAMES.items() if name != "nonce"}
    assert hidden_key(SECRET, **older) == SECRET.derive("c", "kim", "ab", "u01_a.f")


def test_nonce_when_made_twice_then_they_differ() -> None:
    assert len({fresh_nonce() for _ in range(100)}) == 100


def test_hidden_key_when_the_secret_differs_then_it_differs() -> None:
    assert hidden_key(SECRET, **NAMES) != hidden_key(Secret(b"sixteen other bytes"), **NAMES)


def test_name_with_the_separator_has_nobody_elses_key() -> None:
    forged = {**NAMES, "student": "kim\x1fab", "sha256": "u01_a"}
    assert hidden_key(SECRET, **forged) != hidden_key(SECRET, **NAMES)
    assert SECRET.derive("a\x1fb", "c") != SECRET.derive("a", "b\x1fc")


def test_name_that_is_no_unicode_has_a_seed() -> None:
    strange = os.fsdecode(b"kim\xff")
    assert hidden_key(SECRET, **{**NAMES, "student": strange}) != hidden_key(SECRET, **NAMES)


def test_public_key_when_the_attempt_is_another_then_it_is_fresh() -> None:
    assert public_key("u01_a", "f") == public_key("u01_a", "f", "")
    assert public_key("u01_a", "f", "1") != public_key("u01_a", "f", "2")


# --- the secret ---


def test_secret_when_made_then_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secret"
    load_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.read_bytes()) == 32


def test_secret_when_loaded_again_then_it_is_the_same_one(tmp_path: Path) -> None:
    first, before = load_secret(tmp_path / "secret"), (tmp_path / "secret").read_bytes()
    assert load_secret(tmp_path / "secret").key_id == first.key_id
    assert (tmp_path / "secret").read_bytes() == before


def test_secret_when_many_ask_for_it_first_then_all_get_one(tmp_path: Path) -> None:
    found: list[str] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.append(load_secret(tmp_path / "secret").key_id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert os.listdir(tmp_path) == ["secret"]


def test_short_secret_is_refused_and_not_printed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"hunter2")
    with pytest.raises(UsageError, match=r"has 7 bytes, expected at least 16\. Delete the file") as raised:
        load_secret(tmp_path / "secret")
    assert "hunter2" not in str(raised.value)


def test_folder_in_the_secrets_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read or created: .* DEEPGRADE_SECRET_FILE"):
        load_secret(tmp_path)


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda secret: f"{secret!r:>40}"])
def test_secret_when_printed_then_only_its_key_id_is_seen(show: Callable[[Secret], str]) -> None:
    shown = show(Secret(b"correct horse battery"))
    assert "horse" not in shown
    assert Secret(b"correct horse battery").key_id in shown


def test_environment_names_the_secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", str(tmp_path / "named"))
    load_secret()
    assert (tmp_path / "named").is_file()


def test_unnamed_secret_lies_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRADE_SECRET_FILE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    load_secret()
    assert (tmp_path / "deepgrade" / "secret").is_file()

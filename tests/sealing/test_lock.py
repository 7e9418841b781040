"""A lock as a file: it opens with its key, and a changed bit is seen."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.messages.errors import CourseError
from graders.probe import Trace
from graders.sealing.lock import Block, Lock, Seal, Way, lock_bytes, parsed_lock, read_lock
from graders.sealing.quantise import grid_of, material
from graders.sealing.vault import combined, key_from, locked, proof_of, unlocked

RIGHT = {"r": Trace({"y": np.random.default_rng(1).standard_normal(40)})}
WRONG = {"r": Trace({"y": 2 * RIGHT["r"].outputs["y"]})}
TEXT = "**Why it works.** Because.\n"


@pytest.fixture
def lock() -> Lock:
    grid = grid_of("r", "y", RIGHT["r"].outputs["y"], 5, 1e-5)
    assert grid is not None
    answers = material([grid], RIGHT)
    assert answers is not None
    key = key_from(answers, "u.f itself", False)
    way = Way((grid,), locked(key_from(answers, "u.f", True), key, "u.f"))
    text = locked(combined([key], "u"), TEXT.encode(), "u", "f", "en")
    return Lock("u", {"f": Seal((way,), proof_of(key), True, False)}, (Block(("f",), ("f",), {"en": text}),))


def test_right_answers_open_and_wrong_ones_do_not(lock: Lock) -> None:
    kept = parsed_lock(lock_bytes(lock))
    key = kept.key_of("f", RIGHT)
    assert key is not None
    assert kept.fits("f", key)
    assert kept.text(kept.blocks[0], {"f": key}, "ko") == TEXT  # a course in one language
    assert kept.key_of("f", WRONG) is None
    assert kept.text(kept.blocks[0], {}, "en") is None
    assert kept.text(kept.blocks[0], {"f": bytes(32)}, "en") is None


def test_bytes_are_the_same_every_time(lock: Lock) -> None:
    assert lock_bytes(parsed_lock(lock_bytes(lock))) == lock_bytes(lock)
    assert locked(bytes(32), b"x", "a") == locked(bytes(32), b"x", "a") != locked(bytes(32), b"x", "b")


def test_a_changed_bit_is_seen() -> None:
    sealed = locked(bytes(32), TEXT.encode(), "u", "f", "en")
    for place in range(len(sealed)):
        changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])
        assert unlocked(bytes(32), changed, "u", "f", "en") is None
    assert unlocked(bytes(32), sealed, "u", "g", "en") is None  # a text put in another's place
    assert unlocked(bytes(32), b"", "u", "f", "en") is None


def spoil(path: list[str | int], value: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


WAY: list[str | int] = ["seals", "f", "ways", 0]
SPOILED: dict[str, Callable[[Any], None]] = {
    "schema": spoil(["schema"], 99),
    "no unit": spoil(["unit"], None),
    "no ways": spoil(["seals", "f", "ways"], []),
    "no grids": spoil([*WAY, "grids"], []),
    "a grid of three": spoil([*WAY, "grids", 0], ["r", "y", 1]),
    "a huge step": spoil([*WAY, "grids", 0, 2], 10**9),
    "a step of floats": spoil([*WAY, "grids", 0, 2], 0.5),
    "no base64": spoil([*WAY, "key"], "€€€"),
    "many runs": spoil(["seals", "f", "repeats"], 10**9),
    "needs what is not sealed": spoil(["blocks", 0, "needs"], ["g"]),
    "no text": spoil(["blocks", 0, "texts"], {}),
    "texts are a list": spoil(["blocks", 0, "texts"], [1]),
    "blocks are a number": spoil(["blocks"], 3),
}


@pytest.mark.parametrize("what", SPOILED)
def test_malformed_file_is_refused_in_a_sentence(lock: Lock, tmp_path: Path, what: str) -> None:
    data = json.loads(lock_bytes(lock))
    SPOILED[what](data)
    (tmp_path / "after.json").write_text(json.dumps(data))
    with pytest.raises(CourseError, match=r"after\.json cannot be read"):
        read_lock(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"null", b"{}", b"[" * 100_000, b'{"schema": 1}'])
def test_file_of_anything_else_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "after.json").write_bytes(content)
    with pytest.raises(CourseError, match=r"after\.json cannot be read"):
        read_lock(tmp_path)


def test_no_file_is_no_lock(tmp_path: Path) -> None:
    assert read_lock(tmp_path) is None


def test_tampered_masks_and_keys_open_nothing(lock: Lock) -> None:
    data = json.loads(lock_bytes(lock))
    for key, value in (("key", base64.b64encode(bytes(48)).decode()), ("grids", [["r", "y", 3, "/////w=="]])):
        spoiled = json.loads(json.dumps(data))
        spoiled["seals"]["f"]["ways"][0][key] = value
        assert parsed_lock(json.dumps(spoiled).encode()).key_of("f", RIGHT) is None

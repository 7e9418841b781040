"""Keys: letters act, everything a terminal sends as a sequence is swallowed whole, in whatever pieces it comes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.practice.keyboard import Keys

SEQUENCES = [
    b"\x1b[A",  # arrows
    b"\x1b[D",
    b"\x1bOB",
    b"\x1b[1;5C",  # with Ctrl
    b"\x1bOP",  # F1
    b"\x1b[15~",  # F5
    b"\x1b[[A",  # F1 on the console of Linux
    b"\x1b[24;2~",
    b"\x1b[3~",  # Delete
    b"\x1b[H",
    b"\x1b\x1b[A",  # Alt and an arrow
    b"\x1bq",  # Alt and a letter
    b"\x1b[200~quit all\n\x1b[201~",  # pasted
    b"\x1b[<0;10;20M",  # a mouse
    b"\x1b]0;a title, hal\x07",
    b"\x1bP1$r q\x1b\\",
    "\x9bA".encode(),
]


def pressed(*pieces: bytes) -> str:
    """Every key of these pieces, as a watch asks for them."""
    keys = Keys()
    found = []
    for piece in pieces:
        keys.feed(piece)
        found += list(itertools.takewhile(bool, iter(keys.next, None)))
    return "".join(found)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_sequence_when_it_comes_then_no_letter_of_it_is_a_key(sequence: bytes) -> None:
    assert pressed(b"h" + sequence + b"n") == "hn"


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SEQUENCES, b"h", b"a", b"l"])), st.randoms(use_true_random=False))
def test_keys_are_read_between_sequences_that_come_in_pieces(parts: list[bytes], random: object) -> None:
    data = b"".join(parts)
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(4))  # type: ignore[attr-defined]
    pieces = [data[a:b] for a, b in itertools.pairwise([0, *cuts, len(data)]) if a < b]
    assert pressed(*pieces) == "".join(part.decode() for part in parts if len(part) == 1)


def test_escape_when_nothing_follows_then_the_next_key_counts() -> None:
    assert pressed(b"\x1b", b"", b"q") == "q"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=9)))
def test_any_bytes_give_keys_of_one_character(pieces: list[bytes]) -> None:
    assert all(key.isprintable() for key in pressed(*pieces))


def test_korean_keyboard_gives_the_letters_at_the_same_places() -> None:
    assert pressed("ㅁㅗㅜㅣㅂ".encode()) == "ahnlq"
    half = "ㅂ".encode()
    assert pressed(half[:1], half[1:]) == "q"


def test_letters_when_capital_then_small() -> None:
    assert pressed(b"HQ\n\t") == "hq"

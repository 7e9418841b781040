"""A terminal's keys, one at a time: letters as letters, escape sequences swallowed whole."""

from __future__ import annotations

import codecs
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Keys", "keyboard"]

# The letters of a Korean keyboard at the Latin ones' positions: nobody has to switch layouts to press q.
_KOREAN = dict(zip("ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ", "abcdefghijklmnopqrstuvwxyz", strict=True))
_ESCAPE = "\x1b"
_STRINGS = "]PX^_"  # after an escape, begins a string that ends with a bell, or an escape and a backslash
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"


class Keys:
    """Bytes in, keys out. A sequence may arrive in pieces; a lone escape is the key Escape."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text, self._keys = "", deque[str]()

    def feed(self, data: bytes) -> None:
        """Add what was read; an empty read ends a sequence that has begun."""
        self._text = self._text + self._decoder.decode(data) if data else ""
        while self._text:
            length = _length(self._text)
            if length is None:
                return
            if length == 1 and self._text[0].isprintable():
                key = self._text[0].lower()
                self._keys.append(_KOREAN.get(key, key))
            self._text = self._text[length:]

    def next(self) -> str:
        """The next key, or ""."""
        return self._keys.popleft() if self._keys else ""


def _length(text: str) -> int | None:
    """How many characters the first key takes; None while its sequence is incomplete."""
    if text.startswith(_PASTE):
        end = text.find(_PASTED)
        return None if end < 0 else end + len(_PASTED)
    if text[0] == "\x9b":
        return _sequence(text, 1)
    if text[0] != _ESCAPE:
        return 1
    if len(text) == 1:
        return None
    if text[1] == "[":
        return _sequence(text, 2)
    if text[1] in _STRINGS:
        ends = [place + len(end) for end in ("\x07", "\x1b\\") if (place := text.find(end, 2)) >= 0]
        return min(ends) if ends else None
    if text[1] == _ESCAPE:  # Alt and an arrow
        rest = _length(text[1:])
        return None if rest is None else 1 + rest
    size = 3 if text[1] == "O" else 2  # F1 to F4, or Alt and a letter
    return size if len(text) >= size else None


def _sequence(text: str, start: int) -> int | None:
    """A control sequence's length; Linux's console puts an extra bracket before the last character of F1 to F5."""
    if text[start : start + 1] == "[":
        return start + 2 if len(text) > start + 1 else None
    return next((place + 1 for place in range(start, len(text)) if "@" <= text[place] <= "~"), None)


@contextmanager
def keyboard() -> Iterator[Callable[[], str]]:
    """A function that returns the key pressed since the last call, or "" (also if there is no terminal)."""
    if not sys.stdin.isatty():
        yield lambda: ""
        return
    try:
        import termios
        import tty
    except ImportError:
        yield _windows
        return
    before, keys = termios.tcgetattr(sys.stdin), Keys()
    try:
        tty.setcbreak(sys.stdin)
        yield lambda: _pressed(sys.stdin.fileno(), keys)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _pressed(descriptor: int, keys: Keys) -> str:
    """Reads past Python's buffer, whose read-ahead ``select`` would not see. A terminal that is gone presses q."""
    import select

    ready = bool(select.select([descriptor], [], [], 0)[0])
    data = os.read(descriptor, 1024) if ready else b""
    if ready and not data:
        return "q"
    keys.feed(data)
    return keys.next()


def _windows() -> str:
    """On Windows, arrow and function keys arrive as two codes, the first of them 0 or 224."""
    import msvcrt

    if not msvcrt.kbhit():  # type: ignore[attr-defined]
        return ""
    key: str = msvcrt.getwch()  # type: ignore[attr-defined]
    if key in ("\x00", "\xe0") and msvcrt.kbhit():  # type: ignore[attr-defined]
        msvcrt.getwch()  # type: ignore[attr-defined]
        return ""
    return _KOREAN.get(key, key.lower())

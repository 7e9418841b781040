"""Bytes → Python text, strictly: what is checked is exactly what Python will run."""

from __future__ import annotations

import ast
import codecs
import os
import re
import threading
import warnings

from graders.messages.message import Message
from graders.submission.absurd import refuse_absurd_calls, refuse_absurd_names
from graders.submission.refusal import excerpt, refusal

__all__ = ["MAX_TEXT_KB", "decode", "parse", "parse_tree", "refuse_characters", "syntax_fault"]

# 1.8 MB of dense Python took 7 s and 1.9 GB to parse (CPython 3.11); 256 KB stay under 1 s and 300 MB. An honest unit
# has some 20 KB.
MAX_TEXT_KB = 256

# Compile time is quadratic in the number of functions that look alike: 26,000 of them took 45 s.
MAX_COMPILED = 2000
_OPENS_CODE = ("def", "lambda", "for", "class")

# The compiler copies a finally block once per way out: 34 KB with 14 of them nested took 13 s and 3 GB.
MAX_COPIED = 20_000_000  # characters
_LEAVES = ("return", "break", "continue")

_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_ODD = re.compile("[\0\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")
_QUIET = threading.Lock()  # catch_warnings changes the whole process, and a class is graded in threads
if hasattr(os, "register_at_fork"):  # a child must not wait for a thread that it does not have
    os.register_at_fork(before=_QUIET.acquire, after_in_parent=_QUIET.release, after_in_child=_QUIET.release)
_CALLED = {"\0": "NUL", "\r": "CR without LF"}


def decode(data: bytes, file: str) -> tuple[str, bool]:
    """The text with LF line ends, and whether a byte order mark was removed."""
    text, marked = _decoded(data, file)
    refuse_characters(text, file)
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise refusal("source.empty", file=file)
    for number, line in enumerate(text.split("\n", 2)[:2], 1):
        cookie = _COOKIE.match(line)
        if cookie and not _is_utf8(cookie[1]):
            raise refusal("source.cookie", file=file, line=number, encoding=cookie[1])
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return text, marked


def _decoded(data: bytes, file: str) -> tuple[str, bool]:
    for mark, name in ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16")):
        if data.startswith(mark):
            raise refusal("source.encoding", file=file, line=1, guess=name)
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        return data[3 * marked :].decode("utf-8"), marked
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start + 3 * marked) + 1
        raise refusal("source.encoding", file=file, line=line, guess=_guess(data)) from error


def _guess(data: bytes) -> str:
    try:
        data.decode("cp949")
        return "CP949"
    except UnicodeDecodeError:
        return "Latin-1"


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name in ("utf-8", "utf-8-sig")
    except LookupError:
        return False


def refuse_characters(text: str, file: str) -> None:
    """Refuse what makes a text read differently from how it runs, and more text than can be parsed cheaply."""
    odd = _ODD.search(text)
    if odd:
        character = _CALLED.get(odd[0], f"U+{ord(odd[0][0]):04X}")
        raise refusal("source.character", file=file, line=text.count("\n", 0, odd.start()) + 1, character=character)
    if len(text) > MAX_TEXT_KB << 10:
        raise refusal("source.long", file=file, size_kb=len(text) >> 10, limit_kb=MAX_TEXT_KB)


def parse(text: str, file: str) -> ast.Module:
    """The syntax tree; SyntaxError as Python raises it, including what only the compiler finds (``return`` outside)."""
    tree = parse_tree(text, file)
    refuse_absurd_calls(tree, text, file)
    if not _compiles_cheaply(text):
        return tree  # the sandbox will report it
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, file, "exec", dont_inherit=True)
    except RecursionError as error:
        raise refusal("source.nested", file=file) from error
    return tree


def _compiles_cheaply(text: str) -> bool:
    ways_out = 1 + sum(map(text.count, _LEAVES)) if "finally" in text else 1
    copied = len(text) * ways_out << min(text.count("finally"), 64)
    return copied <= MAX_COPIED and sum(map(text.count, _OPENS_CODE)) <= MAX_COMPILED


def parse_tree(text: str, file: str) -> ast.Module:
    """The syntax tree alone."""
    refuse_absurd_names(text, file)
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a string is not our concern
            return ast.parse(text, file)
    except (RecursionError, MemoryError) as error:  # the parser raises either for too deep nesting
        raise refusal("source.nested", file=file) from error


def syntax_fault(error: SyntaxError, file: str, text: str) -> Message:
    """The sentence for a text that is not Python: file, line, reason, and the line itself."""
    line = error.lineno or 1
    lines = text.split("\n")
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    return Message("source.syntax", {"file": excerpt(file), "line": line, "reason": error.msg, "text": excerpt(shown)})

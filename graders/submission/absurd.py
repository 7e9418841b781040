"""Refuses, with its line, what no homework contains and what costs Python quadratic time or memory."""

from __future__ import annotations

import ast
import re

from graders.submission.refusal import refusal

__all__ = ["refuse_absurd_calls", "refuse_absurd_names"]

# Unicode normalisation of a name: 64,000 combining marks took 8 s. Names of ASCII letters need none.
MAX_NAME = 200
_RUN = re.compile(rf"[0-9A-Za-z_\x80-\U0010ffff]{{{MAX_NAME + 1},}}")

# `import a.a.a…` keeps every prefix of the name: 60,000 parts took 1.9 GB.
MAX_DOTS = 1000
_DOTTED = re.compile(r"(?:\.[\s\\]*+[^\W\d]\w*+[\s\\]*+)++")

# Each is compared with every other: 40,000 keywords took 9 s, 5,000 captures 1.3 GB.
MAX_KEYWORDS = 1000  # of one call
MAX_CAPTURES = 200  # of one pattern
_CASE = re.compile(r"^[ \t]*case\b", re.MULTILINE)


def refuse_absurd_names(text: str, file: str) -> None:
    """Run before a text is parsed; linear in its length."""
    for run in _RUN.finditer(text) if not text.isascii() else ():
        strange = {char for char in set(run[0]) if not f"_{char}".isidentifier()}  # as in a Chinese sentence
        parts = re.finditer(f"[^{re.escape(''.join(strange))}]+", run[0]) if strange else (re.fullmatch(".+", run[0]),)
        for part in filter(None, parts):
            if len(part[0]) > MAX_NAME and not part[0].isascii():
                line = _line(text, run.start() + part.start())
                raise refusal("source.name", file=file, line=line, count=len(part[0]), limit=MAX_NAME)
    for dotted in _DOTTED.finditer(text) if text.count(".") > MAX_DOTS else ():
        if dotted[0].count(".") > MAX_DOTS:
            raise refusal("source.dots", file=file, line=_line(text, dotted.start()), limit=MAX_DOTS)


def refuse_absurd_calls(tree: ast.Module, text: str, file: str) -> None:
    """Run before a tree is compiled; the tree is searched only if the text has enough for it."""
    if text.count("=") > MAX_KEYWORDS:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call | ast.ClassDef) and len(node.keywords) > MAX_KEYWORDS:
                count = len(node.keywords)
                raise refusal("source.keywords", file=file, line=node.lineno, count=count, limit=MAX_KEYWORDS)
    if _CASE.search(text):
        for node in ast.walk(tree):
            if isinstance(node, ast.match_case) and (count := _captures(node.pattern)) > MAX_CAPTURES:
                line = node.pattern.lineno
                raise refusal("source.captures", file=file, line=line, count=count, limit=MAX_CAPTURES)


def _captures(pattern: ast.pattern) -> int:
    nodes = (one for one in ast.walk(pattern) if isinstance(one, ast.MatchAs | ast.MatchStar | ast.MatchMapping))
    return sum((one.rest if isinstance(one, ast.MatchMapping) else one.name) is not None for one in nodes)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1

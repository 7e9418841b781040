"""Compiles a text made from another one by small edits; only the edited statements cost time."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from types import CodeType

__all__ = ["compiled_beside"]


@dataclass(frozen=True)
class _Piece:
    """One top-level statement; ``start``: the number of lines before it."""

    start: int
    code: CodeType


def compiled_beside(text: str, filename: str, origin: str, origin_file: str) -> tuple[CodeType, ...]:
    """The code objects of ``text``, to execute in order; unchanged parts of ``origin`` were compiled with it.

    Unchanged parts keep their file name and line numbers. Raises SyntaxError as ``compile`` does.
    """
    pieces = _pieces(origin, origin_file)
    place = _changed(pieces, origin.split("\n"), text.split("\n")) if pieces else None
    if place is not None:
        first, last, region = place
        try:
            code = compile("\n" * pieces[first].start + region, filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            pass  # it may need what comes after, or be wrong: compiling the whole text decides
        else:
            return (*(one.code for one in pieces[:first]), code, *(one.code for one in pieces[last:]))
    return (compile(text, filename, "exec", dont_inherit=True),)


@functools.lru_cache(maxsize=16)
def _pieces(source: str, filename: str) -> tuple[_Piece, ...]:
    """The statements of a text; empty if they cannot be compiled one by one."""
    tree = ast.parse(source)
    whole = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    starts = [min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) for node in tree.body]
    if whole or "\r" in source or len({*starts}) < len(starts):
        return ()
    codes = (compile(ast.Module([node], []), filename, "exec", dont_inherit=True) for node in tree.body)
    return tuple(_Piece(start - 1, code) for start, code in zip(starts, codes, strict=True))


def _changed(pieces: tuple[_Piece, ...], old: list[str], new: list[str]) -> tuple[int, int, str] | None:
    """(first, last, text) of the pieces to compile again; None if none or too few would be left.

    Lines after the last piece before an edit may belong to it, so that piece is always included.
    """
    most = min(len(old), len(new))
    before = next((at for at in range(most) if old[at] != new[at]), most)
    after = next((at for at in range(most - before) if old[-1 - at] != new[-1 - at]), most - before)
    until = len(old) - after
    first = max((at for at, piece in enumerate(pieces) if piece.start <= before), default=None)
    last = next((at for at, piece in enumerate(pieces) if piece.start >= until and piece.start > before), len(pieces))
    if first is None or last <= first or 2 * (last - first) > len(pieces):
        return None
    end = pieces[last].start if last < len(pieces) else len(old)
    return first, last, "\n".join(new[pieces[first].start : end + len(new) - len(old)]) + "\n"

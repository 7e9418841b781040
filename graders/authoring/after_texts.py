"""``after.en.md`` and ``after.ko.md``: the text an exercise shows once it passes, and the code in it."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from graders.courses.course import Course
from graders.grading.counter_models import symbol_span
from graders.messages.errors import CourseError

__all__ = ["LABELS", "After", "grafted", "has_after", "load_after", "text_faults", "unpaired"]

MARKER = re.compile(r"<!-- after: (.*?) -->")
CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LABELS = {
    "en": ("**Why it works.**", "**Try.**", "**Next.**", "**Read.**"),
    "ko": ("**왜 맞을까요.**", "**더 해 보세요.**", "**다음에는.**", "**더 읽을거리.**"),
}


@dataclass(frozen=True)
class After:
    """One block: the exercises it belongs to, its Markdown, and its code."""

    exercises: tuple[str, ...]
    text: str
    codes: tuple[str, ...]


def has_after(course: Course, unit: str) -> bool:
    """Whether the unit has any such file."""
    return any((course.folder(unit) / f"after.{lang}.md").is_file() for lang in course.languages)


def load_after(course: Course, unit: str, lang: str) -> tuple[After, ...]:
    """The blocks in one language, in file order; empty if there is no file."""
    path = course.folder(unit) / f"after.{lang}.md"
    if not path.is_file():
        return ()
    try:
        head, *parts = MARKER.split(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise CourseError.in_english(f"{path} is not UTF-8: {error}.", "Save it as UTF-8.") from error
    if head.strip():
        raise CourseError.in_english(
            f"{path} begins with {head.strip()[:40]!r}.", "Begin it with <!-- after: Name -->, and put all text below."
        )
    blocks = zip(parts[::2], parts[1::2], strict=True)
    return tuple(
        After(tuple(re.split(r"\s*,\s*", names.strip())), text.strip() + "\n", _codes(text)) for names, text in blocks
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(match[1] for match in CODE.finditer(text))


def unpaired(course: Course, unit: str) -> Iterator[tuple[str, str]]:
    """(file, what is wrong there): what must hold before the texts can be sealed at all."""
    first, known = course.languages[0], course.spec(unit).exercises
    order = [block.exercises for block in load_after(course, unit, first)]
    for lang in course.languages:
        file, found = f"reference/{unit}/after.{lang}.md", [one.exercises for one in load_after(course, unit, lang)]
        named = [name for names in found for name in names]
        if not found:
            yield file, "is absent or empty; it says of every exercise why it works, with code, once it passes"
        elif found != order:
            yield file, f"has blocks for other exercises, or in another order, than after.{first}.md"
        for name in dict.fromkeys(named):
            if name not in known:
                yield file, f"names {name!r}, which is no exercise of this unit"
            elif named.count(name) > 1:
                yield file, f"has {named.count(name)} blocks for {name}"


def text_faults(course: Course, unit: str) -> Iterator[tuple[str, str]]:
    """(file, what is wrong there): every exercise once per language, in the same order, with all its parts."""
    yield from unpaired(course, unit)
    for lang in course.languages:
        file, blocks = f"reference/{unit}/after.{lang}.md", load_after(course, unit, lang)
        named = {name for block in blocks for name in block.exercises}
        for name in course.spec(unit).exercises:
            if blocks and name not in named:
                yield file, f"has no block for {name}: <!-- after: {name} -->"
        for block in blocks:
            yield from ((file, f"{', '.join(block.exercises)}: {said}") for said in _block_faults(block, lang))


def _block_faults(block: After, lang: str) -> Iterator[str]:
    places = [block.text.find(label) for label in LABELS[lang]]
    for label, place in zip(LABELS[lang], places, strict=True):
        if place < 0:
            yield f"it lacks {label}"
        elif block.text.count(label) > 1:
            yield f"it has {label} more than once"
    if -1 not in places and places != sorted(places):
        yield f"its parts are not in the order {' '.join(LABELS[lang])}"
    if len(block.codes) != 1:
        yield f"it has {len(block.codes)} blocks of python, expected 1"


# --- its code in place of the solution's ---


def grafted(source: str, block: After) -> str:
    """The solution with the block's definitions in place of its own; new definitions go at the end.

    A class in a block about methods replaces only its methods. Raises SyntaxError if the block is not Python.
    """
    whole = {name for name in block.exercises if "." not in name}
    (code,) = block.codes
    added = []
    for node in ast.parse(code).body:
        text = _text_of(code, node)
        if isinstance(node, ast.ClassDef) and node.name not in whole and _has(source, node.name):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    source = _with_method(source, node.name, method.name, _text_of(code, method))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and _has(source, node.name):
            source = _replaced(source, node.name, text)
        else:
            added.append(text)
    return source + "\n\n" + "\n".join(added)


def _text_of(code: str, node: ast.stmt) -> str:
    """The node's full lines, including decorators."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    return "".join(code.splitlines(keepends=True)[first - 1 : node.end_lineno])


def _has(source: str, symbol: str) -> bool:
    try:
        symbol_span(source, symbol)
    except CourseError:
        return False
    return True


def _replaced(source: str, symbol: str, text: str) -> str:
    start, end = symbol_span(source, symbol)
    return source[:start] + text.rstrip("\n") + "\n" + source[end:]


def _with_method(source: str, owner: str, name: str, text: str) -> str:
    text = textwrap.indent(textwrap.dedent(text), "    ")
    if _has(source, f"{owner}.{name}"):
        return _replaced(source, f"{owner}.{name}", text)
    _, end = symbol_span(source, owner)
    return source[:end].rstrip("\n") + "\n\n" + text.rstrip("\n") + "\n" + source[end:]

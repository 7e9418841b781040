"""Counter-models: the reference with one small edit, wrong (a misconception) or right in another way (a variant).

A variant may be a family (one entry, a list of values). A misconception may also be made in a variant (crossed).
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from graders.compare.context import CounterModel, Group
from graders.courses.course import Course
from graders.grading.entry_form import problems
from graders.grading.groups import group_of, load_groups, parsed, require_members
from graders.messages.errors import CourseError
from graders.messages.near import near

__all__ = [
    "Alteration",
    "Edit",
    "alter",
    "build_crossed",
    "build_model",
    "cross",
    "crossings",
    "load_alterations",
    "symbol_span",
]

WHOLE = "docs/authoring.md shows a whole entry."
VALUE = "{value}"  # placeholder for each value in the edits and notes of a family

_WORD = re.compile(r"\n[ ]*|[ ]+|\w+|\*\*|.", re.DOTALL)


class Edit(NamedTuple):
    """``old`` becomes ``new``: at its one place in a symbol, or everywhere in it."""

    old: str
    new: str
    every: bool = False


Edits = tuple[Edit, ...]


@dataclass(frozen=True)
class Alteration:
    """One entry of misconceptions.toml or variants.toml: edits of ``symbol`` that change ``exercise``."""

    unit: str
    exercise: str
    symbol: str
    edits: Edits
    model: CounterModel
    edits_on: Mapping[str, Edits] = field(default_factory=dict)  # by variant; empty: impossible there
    apart: bool = False  # the tested method is the reference's: only the probe runs into the edits

    @property
    def name(self) -> str:
        return f"{self.unit}.{self.exercise}.{self.model.id}"


def load_alterations(course: Course, unit: str) -> tuple[Alteration, ...]:
    """Every misconception and variant of a unit, in file order, checked for form."""
    found: list[Alteration] = []
    groups = load_groups(course, unit)
    for kind in ("misconception", "variant"):
        path = course.folder(unit) / f"{kind}s.toml"
        if path.is_file():
            for entry in _entries(path, kind):
                if "blocks" not in entry:  # otherwise a relabelling, which edits nothing
                    found += [_alteration(course, unit, path, kind, one, groups) for one in _family(entry)]
    names = [alteration.name for alteration in found]
    for name in names:
        if names.count(name) > 1:
            raise CourseError.in_english(f"{name} is defined {names.count(name)} times.", "Give each its own id.")
    for alteration in found:
        for twin in alteration.model.indistinguishable_from:
            if alteration.name.removesuffix(alteration.model.id) + twin not in names:
                raise CourseError.in_english(
                    f"{alteration.name}: indistinguishable_from names {twin!r}, which its exercise does not have.",
                    near(twin, [one.model.id for one in found]) or "Name ids of the same exercise.",
                )
        for variant in alteration.edits_on:
            if alteration.name.removesuffix(alteration.model.id) + variant not in names:
                raise CourseError.in_english(
                    f"{alteration.name}: edits_on names {variant!r}, which its exercise does not have.",
                    near(variant, [one.model.id for one in found]) or "Name a variant of the same exercise.",
                )
    require_members([(one.unit, one.exercise, one.model) for one in found], groups)
    return tuple(found)


def _entries(path: Path, kind: str) -> list[dict[str, Any]]:
    try:
        data = dict(parsed(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError.in_english(f"{path} is not TOML: {error}.", "Fix that line.") from error
    entries = data.pop(kind, [])
    data.pop("group" if kind == "misconception" else "", None)
    if data or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        held = sorted(data) or type(entries).__name__
        raise CourseError.in_english(
            f"{path} holds {held}, expected only [[{kind}]] entries.", "Rename or remove them."
        )
    return entries


def _family(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per value of a family, with ``{value}`` filled in everywhere; the entry itself if it is not one."""

    def filled(node: Any, value: str) -> Any:
        if isinstance(node, str):
            return node.replace(VALUE, value)
        if isinstance(node, list):
            return [filled(item, value) for item in node]
        return {key: filled(item, value) for key, item in node.items()} if isinstance(node, dict) else node

    if "values" not in entry or "id" not in entry:
        return [entry]
    values = entry["values"]
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise CourseError.in_english(f"{entry['id']}: values is {values!r}, expected a list of texts.", WHOLE)
    return [{**filled(entry, value), "id": f"{entry['id']}_{value}"} for value in values]


def _alteration(
    course: Course, unit: str, path: Path, kind: str, entry: Mapping[str, Any], known: Mapping[str, Group]
) -> Alteration:
    text_key = "hints" if kind == "misconception" else "note"
    where = f"{path}: {entry.get('id', '(no id)')}"
    absent = {"id", "symbol", "edits", text_key} - entry.keys()
    if absent:
        raise CourseError.in_english(f"{where} lacks {', '.join(sorted(absent))}.", WHOLE)
    for problem in problems(entry, text_key):
        raise CourseError.in_english(f"{where}: {problem}.", WHOLE)
    symbol, exercises = entry["symbol"], course.spec(unit).exercises
    owners = [name for name in exercises if name.split(".")[0] == symbol.split(".")[0]]
    exercise = str(entry.get("exercise", symbol if symbol in owners else next(iter(owners), "")))
    if exercise not in exercises:
        raise CourseError.in_english(
            f"{where}: symbol {symbol!r} belongs to no exercise of {unit}, which has {', '.join(exercises)}.",
            'Name one of these (or Class.method), or add exercise = "…" where the edits are in a function they call.',
        )
    texts = {lang: tuple([value] if isinstance(value, str) else value) for lang, value in entry[text_key].items()}
    rungs = course.manifest.profile.rungs if kind == "misconception" else 1
    for lang in course.languages:
        if len(texts.get(lang, ())) != rungs or not all(text.strip() for text in texts[lang]):
            raise CourseError.in_english(
                f"{where}: {text_key}.{lang} needs {rungs} sentence(s).", "Write them in each language of the course."
            )
    title = entry.get("title", {})
    twins, groups = tuple(entry.get("indistinguishable_from", ())), tuple(entry.get("groups", ()))
    unknown = [group for group in groups if group not in course.spec(unit).exercise(exercise).groups]
    if unknown:
        raise CourseError.in_english(
            f"{where}: groups names {', '.join(unknown)}, which {exercise} does not have.", WHOLE
        )
    shared = group_of(entry, known, where)
    model = CounterModel(entry["id"], kind, texts, twins, title, bool(entry.get("eps", False)), groups, shared)
    on = {variant: _edits(edits) for variant, edits in entry.get("edits_on", {}).items()}
    return Alteration(unit, exercise, symbol, _edits(entry["edits"]), model, on)


def _edits(entries: list[dict[str, Any]]) -> Edits:
    return tuple(Edit(edit["old"], edit["new"], edit.get("every", False)) for edit in entries)


def crossings(alterations: Sequence[Alteration]) -> Iterator[tuple[Alteration, Alteration]]:
    """(variant, misconception) of one exercise for which the combined numbers are known.

    A misconception is recognised beside another ε as it is, unless it declares how it looks there.
    """
    for variant in alterations:
        for mistake in alterations if variant.model.kind == "variant" else ():
            edits = mistake.edits_on.get(variant.model.id)
            if mistake.model.kind == "misconception" and (edits if variant.model.eps else edits != ()):
                yield variant, mistake


def cross(source: str, variant: Alteration, mistake: Alteration) -> str:
    """Both in one text: the misconception's own edits for this variant, else the words that either changes."""
    if variant.model.id in mistake.edits_on:
        return alter(alter(source, variant), replace(mistake, edits=mistake.edits_on[variant.model.id]))
    patches = sorted({*_patches(source, alter(source, variant)), *_patches(source, alter(source, mistake))})
    apart = all(end <= start for (_, end, _), (start, _, _) in itertools.pairwise(patches))
    for start, end, new in reversed(patches):
        source = source[:start] + new + source[end:]
    try:
        ast.parse(source)
    except SyntaxError:
        apart = False
    if not apart:
        raise CourseError.in_english(
            f"{mistake.name} and {variant.name} change the same words of the solution.",
            f"Give the misconception edits_on = {{ {variant.model.id} = [...] }}.",
        )
    return source


@functools.lru_cache(maxsize=1024)
def _patches(source: str, altered: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, new text) of the words that edits changed, so that two alterations may share a line."""
    before, after = _WORD.findall(source), _WORD.findall(altered)
    same = next((i for i, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), 0)
    longest = min(len(before), len(after)) - same
    tail = next((i for i in range(longest) if before[-1 - i] != after[-1 - i]), longest)
    left, right = before[same : len(before) - tail], after[same : len(after) - tail]
    places = list(itertools.accumulate(map(len, before[: len(before) - tail]), initial=0))[same:]
    found = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return tuple((places[i], places[j], "".join(right[k:m])) for kind, i, j, k, m in found if kind != "equal")


def build_crossed(course: Course, variant: Alteration, mistake: Alteration) -> ModuleType | None:
    """The solution with a misconception made in a variant; None if their edits conflict."""
    try:
        source = course.solution(variant.unit)
        return course.execute(variant.unit, cross(source, variant, mistake), source)
    except CourseError:
        return None
    except Exception as error:
        raise CourseError.in_english(
            f"{mistake.name} in {variant.model.id} does not run: {type(error).__name__}: {error}.",
            f"Give the misconception edits_on = {{ {variant.model.id} = [...] }}.",
        ) from error


def alter(source: str, alteration: Alteration, parsed: bool = True) -> str:
    """The solution's text with the edits made; ``old`` must occur once inside the symbol, or more often with ``every``.

    ``parsed``: require valid Python after each edit; not needed if the text is compiled anyway.
    """
    start, end = symbol_span(source, alteration.symbol)
    for old, new, every in alteration.edits:
        inside = source[start:end]
        count = inside.count(old)
        if count != 1 and not (every and count):
            raise CourseError.in_english(
                f"{alteration.name}: {old!r} stands {count} times in {alteration.symbol}, "
                f"expected {'at least once' if every else 'once'}.",
                "Quote a longer or the present text of the solution"
                + (", or add every = true." if count and not every else "."),
            )
        source, end = source[:start] + inside.replace(old, new) + source[end:], end + count * (len(new) - len(old))
        if parsed:
            _require_python(source, alteration, old, new)
    return source


def _require_python(source: str, alteration: Alteration, old: str, new: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise CourseError.in_english(
            f"{alteration.name}: with {new!r} for {old!r}, line {error.lineno} is no Python: {error.msg}.",
            "Fix its edits; each must leave whole lines of code.",
        ) from error


@functools.lru_cache(maxsize=64)
def symbol_span(source: str, symbol: str) -> tuple[int, int]:
    """Character offsets of a function, class or ``Class.method`` in a module's text."""
    lines = source.splitlines(keepends=True)
    body = _statements(source)
    for part in symbol.split("."):
        named = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part]
        if not named:
            raise CourseError.in_english(
                f"The solution has no {symbol}.", "Name a function, a class or Class.method of it."
            )
        node, body = named[-1], named[-1].body
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return sum(map(len, lines[: first - 1])), sum(map(len, lines[: node.end_lineno]))


@functools.lru_cache(maxsize=4)
def _statements(source: str) -> list[ast.stmt]:
    return ast.parse(source).body


def build_model(course: Course, alteration: Alteration) -> ModuleType:
    """The altered solution, executed."""
    source = course.solution(alteration.unit)
    text = alter(source, alteration, parsed=False)
    try:
        module = course.execute(alteration.unit, text, source)
    except Exception as error:
        alter(source, alteration)  # if an edit leaves invalid Python, this says which
        raise CourseError.in_english(
            f"{alteration.name} does not run: {type(error).__name__}: {error}.", "Fix its edits."
        ) from error
    if alteration.apart:
        _restore(module, course.reference(alteration.unit), *alteration.exercise.split("."))
    return module


def _restore(altered: ModuleType, reference: ModuleType, owner: str, method: str) -> None:
    """Puts the reference's method into an altered class; while it runs, its object has none of the edits."""
    theirs, ours = getattr(altered, owner), getattr(reference, owner)

    def restored(self: Any, *args: Any, **keywords: Any) -> Any:
        self.__class__ = ours
        try:
            return getattr(ours, method)(self, *args, **keywords)
        finally:
            self.__class__ = theirs

    setattr(theirs, method, restored)

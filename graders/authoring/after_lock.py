"""``after.json`` from ``after.*.md``: each text, locked with the keys of its exercises."""

from __future__ import annotations

from collections.abc import Mapping

from graders.authoring.after_texts import After, has_after, load_after, unpaired
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.probe import Trace
from graders.sealing.inputs import sealing_runs
from graders.sealing.lock import Block, Lock, lock_bytes, parsed_lock
from graders.sealing.make import Sealed, seal_of
from graders.sealing.vault import combined, locked

__all__ = ["build_lock", "build_lock_file", "is_explained", "needs_of", "same_lock", "seals_of"]


def seals_of(answers: Answers, unit: str) -> dict[str, Sealed]:
    """Every exercise's seal, including those whose answers hold too little for one."""
    return {name: seal_of(answers, unit, exercise) for name, exercise in answers.course.spec(unit).exercises.items()}


def needs_of(symbol: str, seals: Mapping[str, Sealed]) -> tuple[str, ...]:
    """The exercises whose keys open this one's text.

    Its own, if its answers hold anything. If they hold little, also the next exercise that holds enough, else the one
    before. Empty if no exercise of the unit does.
    """
    names = list(seals)
    place = names.index(symbol)
    near = (*names[place:], *reversed(names[:place]))
    strong = next((name for name in near if seals[name].strong), None)
    own = (symbol,) if seals[symbol].seal is not None else ()
    return tuple(dict.fromkeys((*own, strong))) if strong is not None else ()


def is_explained(course: Course, unit: str) -> bool:
    """Whether students get the texts that follow the unit's exercises."""
    return unit in course.units and course.manifest.after != "staff" and has_after(course, unit)


def build_lock_file(course: Course, unit: str, answers: Answers) -> bytes | None:
    """The content of ``after.json``; None if there are no texts or only the staff may read them."""
    if not is_explained(course, unit):
        return None
    for file, fault in unpaired(course, unit):
        raise CourseError.in_english(f"{file} {fault}.", "docs/authoring.md shows a whole block.")
    if course.manifest.after == "open":
        return lock_bytes(Lock(unit, {}, tuple(_blocks(course, unit, {}, None))))
    seals = seals_of(answers, unit)
    if not any(one.strong for one in seals.values()):
        return None  # it must not be readable before the exercise passes; verify reports this
    return lock_bytes(build_lock(course, unit, seals))


def build_lock(course: Course, unit: str, seals: Mapping[str, Sealed]) -> Lock:
    """The lock of a unit whose texts have no faults."""
    keys = {name: one.key for name, one in seals.items() if one.seal is not None}
    kept = {name: one.seal for name, one in seals.items() if one.seal is not None}
    return Lock(unit, kept, tuple(_blocks(course, unit, keys, seals)))


def _blocks(course: Course, unit: str, keys: Mapping[str, bytes], seals: Mapping[str, Sealed] | None) -> list[Block]:
    texts = {lang: load_after(course, unit, lang) for lang in course.languages}
    found = []
    for same in zip(*texts.values(), strict=True):
        names = same[0].exercises
        needed = [name for one in names for name in needs_of(one, seals)] if seals is not None else []
        needs = tuple(dict.fromkeys(needed))
        key = combined([keys[name] for name in needs], unit) if needs else b""
        said = {lang: _sealed(block, key, unit, lang) for lang, block in zip(texts, same, strict=True)}
        found.append(Block(names, needs, said))
    return found


def _sealed(block: After, key: bytes, unit: str, lang: str) -> bytes:
    text = block.text.encode()
    return locked(key, text, unit, *block.exercises, lang) if key else text


# --- freshness ---


def same_lock(answers: Answers, unit: str, made: bytes, kept: bytes) -> bool:
    """Whether the existing bytes say the same as the new ones.

    Another machine's last bits may drop other entries and so make other keys; what counts is that the course's
    answers open both and find the same text.
    """
    if made == kept:
        return True
    try:
        return _content(answers, unit, made) == _content(answers, unit, kept)
    except Exception:
        return False


def _content(answers: Answers, unit: str, file: bytes) -> list[object]:
    """What the course's own answers find in a lock, and in how many ways."""
    lock = parsed_lock(file)
    found = {symbol: lock.key_of(symbol, _right(answers, unit, lock, symbol)) for symbol in lock.seals}
    keys = {symbol: key for symbol, key in found.items() if key is not None}
    texts = [
        (block.exercises, block.needs, {lang: lock.text(block, keys, lang) for lang in block.texts})
        for block in lock.blocks
    ]
    ways = {name: (len(one.ways), one.repeats, one.relabelled, one.stretched) for name, one in lock.seals.items()}
    return [lock.unit, ways, sorted(keys), texts]


def _right(answers: Answers, unit: str, lock: Lock, symbol: str) -> dict[str, Trace]:
    exercise = answers.course.spec(unit).exercise(symbol)
    runs = sealing_runs(unit, exercise, lock.seals[symbol].repeats)
    return {run.key: answers.trace(unit, symbol, run.inputs) for run in runs}

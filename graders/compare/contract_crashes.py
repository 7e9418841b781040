"""Contract faults behind an exception: Python's own text, in the forms it is documented to have, and the outline.

The text comes from where the student's code ran. It decides no points, and at most one short name of it is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from graders.compare.contract_calls import call_fault, init_fault, unreturned
from graders.compare.contract_view import Fault, View, fault
from graders.messages.near import folded, meant
from graders.outline import Class, Function
from graders.probe import Crash, absent_gradient, unwritten_elsewhere

__all__ = ["crash_fault"]

NAME = r"[A-Za-z_]\w{0,59}"
_ATTRIBUTE = re.compile(rf"'(?P<kind>[\w.]{{1,60}})' object has no attribute '(?P<name>{NAME})'.*", re.DOTALL)
_OF_NUMPY = re.compile(rf"module 'numpy' has no attribute '(?P<name>{NAME})'.*", re.DOTALL)
_UNDEFINED = re.compile(rf"name '(?P<name>{NAME})' is not defined.*", re.DOTALL)
_KEYWORD = re.compile(rf".*got an unexpected keyword argument '(?P<name>{NAME})'.*", re.DOTALL)
_OF_LIST = re.compile(
    r"unsupported operand type\(s\) for .*'(?:list|tuple)'|can only concatenate (?:list|tuple)"
    r"|can't multiply sequence by non-int|(?:list|tuple) indices must be integers or slices, not tuple"
    r"|bad operand type for unary .*'(?:list|tuple)'"
)
_OF_FLOAT = re.compile(
    r"'(?:numpy\.)?float(?:64|32)?' object cannot be interpreted as an integer|slice indices must be integers"
    r"|only integers, slices \(|list indices must be integers or slices, not (?:numpy\.)?float"
)
_ARRAYS = (
    *("shape", "T", "ndim", "size", "dtype", "sum", "mean", "max", "min", "dot"),
    *("reshape", "transpose", "astype", "argmax", "flatten", "ravel"),
)
_SLOPES = "d|g|dl|dy|grad|grads|gradient|gradients|delta|der|derivative|diff|slope"
_OPTIONS = ("axis", "keepdims", "dtype", "out", "where", "initial", "size", "ddof")
_NUMPY = tuple(name for name in dir(np) if not name.startswith("_"))


def crash_fault(view: View, crash: Crash, output: str) -> Fault | None:
    """What an exception says about the use of the definitions; None if it is another mistake."""
    if crash.importing or crash.missing or unwritten_elsewhere(crash):
        return None
    return next((found for find in _FINDERS for found in [find(view, crash, output)] if found is not None), None)


# --- attributes ------------------------------------------------------------------------------------------------------


def _gradient(view: View, crash: Crash, output: str) -> Fault | None:
    """backward keeps its gradient under a name that the checks do not look for."""
    name, theirs = absent_gradient(crash), view.theirs
    if not name or theirs is None:
        return None
    kept = {attribute for method in theirs.methods.values() for attribute in method.sets}
    word = re.escape(name[1:].lower())
    like = re.compile(rf"(?:{_SLOPES})(?:of)?{word}|{word}(?:{_SLOPES})|d{word}s?|d{word}eights?|d{word}ias")
    found = next((one for one in sorted(kept) if one != name and like.fullmatch(folded(one))), "")
    method = theirs.methods.get("backward")
    if found and found not in (*view.asked(view.owner), "params", "grads"):
        line = next(one.sets[found] for one in theirs.setters(found))
        return fault("gradient_name", owner=view.owner, name=name, near=found, line=line)
    if method is not None and method.written:
        return fault("no_gradient", owner=view.owner, name=name, line=method.line)
    return None


def _attribute(view: View, crash: Crash, output: str) -> Fault | None:
    told = _ATTRIBUTE.match(crash.text) if crash.kind == "AttributeError" else None
    theirs = view.outline.classes.get(told["kind"]) if told else None
    if told is None or theirs is None or absent_gradient(crash):
        return None
    init = init_fault(theirs)
    if init is not None:
        return init
    name, method = told["name"], theirs.method_at(crash.line)
    if crash.line is None or method is None:
        return _asked_for(view, theirs, name)
    return _read(theirs, method, name, crash) if f".{name}" in crash.source else None


def _asked_for(view: View, theirs: Class, name: str) -> Fault | None:
    """A method, or an attribute that backward must set, that the checks use and the class lacks."""
    asked = view.asked(theirs.name)
    arguments = view.expected(theirs.name, name)
    kept = {attribute for method in theirs.methods.values() for attribute in method.sets}
    if arguments is None:
        found = meant(name, (one for one in (*kept, *theirs.methods) if one not in asked))
        if found:
            line = _line_of(theirs, found)
            return fault("misspelled_attribute", owner=theirs.name, name=name, near=found, line=line)
        return None if theirs.based else fault("missing_attribute", owner=theirs.name, name=name, line=theirs.line)
    found = meant(name, (one for one in theirs.methods if one not in asked))
    whole = f"{name}({', '.join(arguments)})"
    if found:
        line = theirs.methods[found].line
        return fault("misspelled_method", owner=theirs.name, name=name, near=found, line=line)
    return None if theirs.based else fault("missing_method", owner=theirs.name, name=name, call=whole, line=theirs.line)


def _line_of(theirs: Class, name: str) -> int:
    setters = theirs.setters(name)
    return setters[0].sets[name] if setters else theirs.methods[name].line


def _read(theirs: Class, method: Function, name: str, crash: Crash) -> Fault | None:
    """An attribute that one of the student's methods reads before it is set, or that is never set."""
    line, setters = crash.line, [one for one in theirs.setters(name) if one.name != method.name]
    if setters:
        setter = setters[0]
        return fault("unset_attribute", name=name, line=line, method=setter.name, also=setter.sets[name])
    kept = {attribute for one in theirs.methods.values() for attribute in one.sets}
    if found := meant(name, (*kept, *theirs.methods)):
        also = _line_of(theirs, found)
        return fault("misspelled_attribute", form="_read", name=name, near=found, line=line, also=also)
    forward = next((one for one in theirs.methods.values() if name in one.local and one.name != method.name), None)
    if forward is not None:
        return fault("not_remembered", name=name, line=line, method=forward.name, also=forward.local[name])
    return None if theirs.based else fault("missing_attribute", form="_read", name=name, line=line, owner=theirs.name)


def _numpy_name(view: View, crash: Crash, output: str) -> Fault | None:
    told = _OF_NUMPY.match(crash.text) if crash.kind == "AttributeError" else None
    if told is None or crash.line is None:
        return None
    found = meant(told["name"], _NUMPY, 0.7)
    return fault("misspelled_numpy", name=told["name"], near=found, line=crash.line) if found else None


# --- names -----------------------------------------------------------------------------------------------------------


def _name(view: View, crash: Crash, output: str) -> Fault | None:
    """A local name instead of ``self.name``, or a misspelled one."""
    told = _UNDEFINED.match(crash.text) if crash.kind == "NameError" else None
    theirs, method = view.outline.at(crash.line)
    if told is None or method is None:
        return None
    name, line = told["name"], crash.line
    if theirs is not None:
        own = method.names[0] if method.names else "self"
        if name == "self":
            return fault("self_missing", form="_used", name=method.name, line=line)
        if own == "self" and meant(name, [own], 0.7):
            return fault("self_misspelled", name=name, line=line, method=method.name)
        if name in theirs.methods:
            return fault("method_without_self", name=name, line=line)
        setters = theirs.setters(name)
        if setters:
            also = setters[0].sets[name]
            return fault("self_forgotten", name=name, line=line, method=setters[0].name, also=also)
        other = next((one for one in theirs.methods.values() if name in one.local), None)
        if other is not None:
            also = other.local[name]
            return fault("not_remembered", form="_local", name=name, line=line, method=other.name, also=also)
    found = meant(name, (*method.local, *view.outline.functions, *view.outline.classes), 0.7)
    return fault("misspelled_name", name=name, near=found, line=line) if found else None


# --- something else where a value belongs ----------------------------------------------------------------------------


def _nothing(view: View, crash: Crash, output: str) -> Fault | None:
    """None where a value belongs: nothing was returned, or nothing was remembered."""
    if crash.kind not in ("TypeError", "AttributeError") or "NoneType" not in crash.text:
        return None
    if crash.line is None:
        return unreturned(view, output)
    theirs, method = view.outline.at(crash.line)
    for called in re.findall(rf"({NAME})\(", crash.source[:400]):
        for one in _called(view, called):
            if not one.returns:
                return unreturned(view, output, one)
    if theirs is None or method is None:
        return None
    for name in re.findall(rf"\bself\.({NAME})", crash.source[:400]):
        setters = theirs.setters(name)
        if [one.name for one in setters] == ["__init__"] and name in setters[0].blank and name in method.reads:
            return fault("not_remembered", form="_none", name=name, line=crash.line, also=setters[0].blank[name])
    return None


def _called(view: View, name: str) -> Iterator[Function]:
    """Every definition of the student's that a call by this name may mean, if they all mean the same."""
    found = [one.methods[name] for one in view.outline.classes.values() if name in one.methods]
    found += [view.outline.functions[name]] if name in view.outline.functions else []
    yield from found if len({one.returns for one in found}) == 1 else ()


def _list(view: View, crash: Crash, output: str) -> Fault | None:
    """A list used in arithmetic as if it were an array."""
    if crash.line is None:
        return None
    told = _ATTRIBUTE.match(crash.text) if crash.kind == "AttributeError" else None
    if told and told["kind"] in ("list", "tuple") and told["name"] in _ARRAYS:
        return fault("list_used", line=crash.line)
    return fault("list_used", line=crash.line) if crash.kind == "TypeError" and _OF_LIST.match(crash.text) else None


def _float(view: View, crash: Crash, output: str) -> Fault | None:
    if crash.line is None or crash.kind not in ("TypeError", "IndexError") or not _OF_FLOAT.match(crash.text):
        return None
    divides = re.search(r"(?<!/)/(?!/)", crash.source) is not None or crash.kind == "TypeError"
    return fault("float_for_int", line=crash.line) if divides else None


def _option(view: View, crash: Crash, output: str) -> Fault | None:
    """``np.sum(x, axix=0)``."""
    told = _KEYWORD.match(crash.text) if crash.kind == "TypeError" and crash.line is not None else None
    if told is None or f"{told['name']}" not in crash.source:
        return None
    found = meant(told["name"], _OPTIONS, 0.6)
    return fault("misspelled_option", name=told["name"], near=found, line=crash.line) if found else None


def _endless(view: View, crash: Crash, output: str) -> Fault | None:
    """Something calls itself without end."""
    if crash.kind != "RecursionError":
        return None
    _, inside = view.outline.at(crash.line)
    one = inside or view.behind(output)
    return fault("calls_itself", name=one.name, line=one.itself) if one is not None and one.itself else None


_FINDERS: tuple[Callable[[View, Crash, str], Fault | None], ...] = (
    _gradient,
    _attribute,
    _numpy_name,
    call_fault,
    _name,
    _nothing,
    _list,
    _float,
    _option,
    _endless,
)

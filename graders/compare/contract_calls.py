"""Contract faults of calls: what the course passes and what the student's definitions take and return."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from graders.compare.contract_view import BACKWARD, Fault, View, fault
from graders.messages.near import folded
from graders.outline import Class, Function
from graders.probe import Crash

__all__ = ["call_fault", "init_fault", "signature_faults", "unreturned"]

_CALL = re.compile(
    r"(?P<what>[\w.]{1,130})\(\) (?:missing \d|takes |got an unexpected keyword|got multiple values|got some pos)"
)
_NO_ARGUMENTS = re.compile(r"(?P<what>\w{1,60})\(\) takes (?:no|exactly one) argument")
_COUNT = re.compile(
    r"(?:not enough|too many) values to unpack \(expected (?P<wanted>\d{1,3})(?:, got (?P<got>\d{1,3}))?\)"
)
_NOT_MANY = re.compile(r"cannot unpack non-iterable (?P<kind>[\w.]{1,40}) object")


def call_fault(view: View, crash: Crash, output: str) -> Fault | None:
    """A call that the student's definition does not accept, or that returns the wrong number of values."""
    if crash.kind in ("ValueError", "TypeError") and crash.line is None:
        found = _number_of_values(view, crash, output)
        if found is not None:
            return found
    if crash.kind != "TypeError":
        return None
    alone = _NO_ARGUMENTS.match(crash.text)
    if alone:
        theirs = view.outline.classes.get(alone["what"])
        init = init_fault(theirs) if theirs is not None else None
        if init is not None or theirs is None or "__init__" in theirs.methods or theirs.based:
            return init
        arguments = view.expected(theirs.name, "__init__")
        call = f"{theirs.name}({', '.join(arguments)})" if arguments else ""
        return fault("missing_init", owner=theirs.name, call=call, line=theirs.line) if call else None
    told = _CALL.match(crash.text)
    if told is None:
        return None
    parts = told["what"].split(".")
    theirs = view.outline.classes.get(parts[0]) if len(parts) == 2 else None
    method = theirs.methods.get(parts[1]) if theirs is not None else view.outline.functions.get(parts[0])
    if method is None:
        return None
    return _signature(view, theirs, method)


def signature_faults(view: View, output: str) -> Iterator[Fault]:
    """Each definition behind an output that takes the same arguments in another order, or extra ones."""
    theirs = view.theirs
    if theirs is None:
        function = view.outline.functions.get(view.owner)
        methods: Sequence[Function] = [function] if function is not None else []
    else:
        slope = view.is_slope(output)
        methods = [one for one in theirs.methods.values() if slope or one.name not in BACKWARD]
    for method in methods:
        found = _signature(view, theirs, method, exact=True)
        if found is not None:
            yield found


def init_fault(theirs: Class) -> Fault | None:
    """``_init_`` or ``__int__`` instead of ``__init__``: Python never calls it."""
    if "__init__" in theirs.methods:
        return None
    for method in theirs.methods.values():
        if method.name.startswith("_") and folded(method.name) in ("init", "int", "inti", "initi", "iniit"):
            return fault("misspelled_init", owner=theirs.name, name=method.name, line=method.line, firm=True)
    return None


def _signature(view: View, theirs: Class | None, method: Function, exact: bool = False) -> Fault | None:
    """How a definition's arguments differ from the course's; ``exact``: only faults that the names alone show."""
    name = theirs.name if theirs is not None else method.name
    wanted = view.expected(name, method.name) if theirs is not None else view.expected(name)
    if wanted is None or method.open:
        return None
    bare, taken = [one.partition("=")[0] for one in wanted], list(method.names)
    label = name if theirs is None or method.name == "__init__" else method.name
    said: dict[str, Any] = {"call": f"{label}({', '.join(wanted)})", "line": method.line}
    if theirs is not None:
        if not taken or (bare and _alike(taken, bare) and folded(taken[0]) != "self"):
            return fault("self_missing", name=method.name, **said)
        taken = taken[1:]
    if _alike(taken, bare):
        return None
    defaults = {one.removesuffix("=") for one in method.arguments if one.endswith("=")}
    said["taken"] = f"{label}({', '.join(f'{one}=…' if one in defaults else one for one in taken)})"
    first, known = taken[: len(bare)], {folded(one) for one in bare}
    if len(bare) > 1 and sorted(map(folded, first)) == sorted(known) and len(known) == len(bare):
        named = {folded(one): one for one in bare}
        order = tuple((one, named[folded(other)]) for one, other in zip(bare, first, strict=True))
        return replace(fault("argument_order", firm=True, **said), order=order)
    needed, given = [one for one in wanted if "=" not in one], [one for one in taken if one not in defaults]
    more = [one for one in given if folded(one) not in known]
    rest = [one for one in taken if one not in more][: len(bare)]
    if more and len(given) > len(needed) and _alike(rest, bare[: len(rest)]) and (rest or not bare):
        return fault("extra_argument", firm=True, extra=", ".join(more), **said)
    unlike = len(taken) < len(needed) or len(given) > len(bare)
    return fault("arguments", **said) if unlike and not exact else None


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return [*map(folded, one)] == [*map(folded, other)]


# --- what comes back -------------------------------------------------------------------------------------------------


def unreturned(view: View, output: str, method: Function | None = None) -> Fault | None:
    """Why a function returns None: it is not written, it prints, or no line returns."""
    method = method or view.behind(output)
    if method is None:
        return None
    if not method.written:
        return fault("unfinished", name=method.name, line=method.line)
    if method.returns:
        return fault("no_return", form="_path", name=method.name, line=method.line)
    if method.prints:
        return fault("print_for_return", name=method.name, line=method.prints)
    return fault("no_return", name=method.name, line=method.line)


def _number_of_values(view: View, crash: Crash, output: str) -> Fault | None:
    """The checks unpack what a method returns, but it returned another number of values."""
    counted, single = _COUNT.match(crash.text), _NOT_MANY.match(crash.text)
    method = view.behind(output)
    if method is None or not method.returns or not (counted or single):
        return None
    if single is not None:
        return None if single["kind"] == "NoneType" else fault("one_value", name=method.name, line=method.line)
    assert counted is not None
    form = "" if counted["got"] else "_many"
    return fault(
        "number_of_values",
        form=form,
        name=method.name,
        wanted=counted["wanted"],
        got=counted["got"] or "",
        line=method.line,
    )

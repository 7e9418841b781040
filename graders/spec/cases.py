"""Cases: the inputs on which a probe runs, who may see them, and what they count for.

NumPy and the standard library only; the guest reads this too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graders.spec.draws import Dims

__all__ = ["Case", "drawn", "literal", "side"]


@dataclass(frozen=True)
class Case:
    """Inputs for one run of a probe, drawn once per entry of ``dims``.

    A literal case is public. A drawn case is run publicly with a constant seed and, when graded, again with hidden
    inputs of the same shapes. ``group``: an output earns its points only if every case of its group passes.
    ``note``: a side case, worth no points; a difference becomes a note. ``expect``: numbers printed on a slide, which
    ``verify`` compares with the reference to ``digits`` decimals.
    """

    name: str
    inputs: Mapping[str, object]
    dims: tuple[Dims, ...] = ({},)
    hidden: bool = False
    group: str = "core"
    note: bool = False
    source: str = ""
    expect: Mapping[str, object] = field(default_factory=dict)
    digits: int = 4


def literal(
    name: str,
    inputs: Mapping[str, object],
    *,
    group: str = "core",
    source: str = "",
    expect: Mapping[str, object] | None = None,
    digits: int = 4,
    note: bool = False,
) -> Case:
    """A worked example with its numbers written out; always public."""
    return Case(name, inputs, group=group, source=source, expect=expect or {}, digits=digits, note=note)


def drawn(
    name: str, inputs: Mapping[str, object], dims: Sequence[Dims], *, group: str = "core", note: bool = False
) -> Case:
    """Random inputs; at least two entries in ``dims``, different primes, so that a wrong factor names its axis."""
    return Case(name, inputs, dims=tuple(dims), hidden=True, group=group, note=note)


def side(name: str, inputs: Mapping[str, object], dims: Sequence[Dims] = ({},)) -> Case:
    """A side case (ties, empty batch, integer input …): public, no points, a difference becomes a note."""
    return Case(name, inputs, dims=tuple(dims), note=True)

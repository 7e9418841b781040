"""The backends by name: what each is for, what it needs, and how to create it. A new one needs a line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from graders.messages.errors import UsageError

if TYPE_CHECKING:  # every command reads this table, and few open a sandbox
    from graders.sandbox.contract import Backend

__all__ = ["BACKENDS", "DEFAULT", "SANDBOXED", "BackendKind", "backend_by_name", "choices"]

AUTO = "auto"
DEFAULT = "bubblewrap"  # the choice of ``auto``


class BackendKind(NamedTuple):
    """A name that ``--sandbox`` accepts; ``make`` takes the course's folder, which may contain the guest's Python.

    ``purpose`` and ``needs`` appear in docs/security.md; ``tried``: ``deepgrade doctor`` tries it by default.
    """

    name: str
    purpose: str
    needs: str
    make: Callable[[Path | None], Backend]
    tried: bool = False


def _bubblewrap(course: Path | None) -> Backend:
    from graders.sandbox.bubblewrap import Bubblewrap

    return Bubblewrap(course)


def _engine(name: str) -> Callable[[Path | None], Backend]:
    def make(course: Path | None) -> Backend:
        from graders.sandbox.oci import Oci

        return Oci(name)

    return make


def _local(course: Path | None) -> Backend:
    from graders.sandbox.local import Local

    return Local()


ENGINE = "an engine and the image of [docker/](../docker/README.md)"

BACKENDS = (
    BackendKind("bubblewrap", "classes, the default", "root, or user namespaces", _bubblewrap, tried=True),
    BackendKind("docker", "classes; GPU (`--device cuda`)", ENGINE, _engine("docker"), tried=True),
    BackendKind("podman", "classes; GPU (`--device cuda`)", ENGINE, _engine("podman"), tried=True),
    BackendKind("oci", "`docker` or `podman`, whichever answers first", ENGINE, _engine("")),
    BackendKind("none", "your own code: `check`; `--sandbox none` warns", "nothing", _local),
)
SANDBOXED = tuple(kind.name for kind in BACKENDS if kind.tried)


def choices() -> tuple[str, ...]:
    """Every name that ``--sandbox`` accepts."""
    return (AUTO, *(kind.name for kind in BACKENDS))


def backend_by_name(name: str, course: Path | None = None) -> Backend:
    """The backend of that name; ``"auto"`` never means ``"none"``. The guest's Python may come from a ``course``."""
    wanted = DEFAULT if name == AUTO else name
    for kind in BACKENDS:
        if kind.name == wanted:
            return kind.make(course)
    known = ", ".join(choices())
    raise UsageError("usage.no_sandbox", name=name, known=known)

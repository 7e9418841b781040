"""Which limits a backend really keeps on this host, found by trying to break each of them inside a sandbox."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Backend, Batch, Job, Limits, Outcome
from graders.sandbox.interpreter import GuestPython, cache_folder
from graders.spec import Inputs

__all__ = ["LIMITS", "Trial", "require", "trials"]

UNIT = "u00_attempts"
MEMORY_MB = 192
PROCESSES = 16
ALLOWED_NAMES = ["HOME", "LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "PWD", *(f"{name}_NUM_THREADS" for name in (
    "OMP", "OPENBLAS", "MKL", "NUMEXPR")), "VECLIB_MAXIMUM_THREADS"]  # fmt: skip
SYSTEM_PATHS = ["/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/sys", "/run", "/dev/zero"]


@dataclass(frozen=True)
class Trial:
    """One promised limit: whether it held, and what got through if not; the catalogue says how it was tried."""

    name: str
    required: bool
    held: bool
    through: str


@dataclass(frozen=True)
class Attempt:
    """What is tried for one limit, with which limits, and which ending means that it held ("": the answer decides)."""

    inputs: Inputs
    limits: Limits
    ending: str


# All of one size: the bound of a whole sandbox depends on its hungriest exercise.
CALM = Limits(wall_s=5.0, memory_mb=MEMORY_MB, processes=PROCESSES)
SHORT = Limits(wall_s=0.3, memory_mb=MEMORY_MB, processes=PROCESSES)


def _attempts(shown: Sequence[str] = ()) -> dict[str, Attempt]:
    """``shown``: paths and environment variables that a backend exposes by nature and vouches for."""
    paths = [str(Path(__file__).resolve().parents[2]), str(Path.home()), *SYSTEM_PATHS]
    hidden = [path for path in paths if path not in shown]
    return {
        "network": Attempt({}, CALM, ""),
        "files": Attempt({"paths": hidden}, CALM, ""),
        "environment": Attempt({"allowed": [*ALLOWED_NAMES, *shown]}, CALM, ""),
        "privileges": Attempt({}, CALM, ""),
        "neighbours": Attempt({}, CALM, ""),
        "supervisor": Attempt({}, CALM, ""),
        "programs": Attempt({}, CALM, ""),
        "landlock": Attempt({}, CALM, ""),
        "pids": Attempt({"most": PROCESSES}, CALM, ""),
        "memory": Attempt({"megabytes": 512}, CALM, ""),
        "job_memory": Attempt({"megabytes": 112}, CALM, "memory"),
        "wall": Attempt({}, SHORT, "time"),
        "output": Attempt({}, CALM, "output"),
    }


LIMITS = tuple(_attempts())
WALLS = ("programs", "landlock")  # tried with all layers on; for the others, the outer sandbox must hold alone


def trials(backend: Backend) -> list[Trial]:
    """Try every limit that the backend names, in one sandbox. Raises ``SandboxError`` if none can be opened."""
    attempts = _attempts(getattr(backend, "shown", ()))
    names = [name for name in (*backend.required, *backend.best_effort) if name in attempts]
    jobs = tuple(
        Job(UNIT, name, (("trial", attempts[name].inputs),), limits=attempts[name].limits, walled=name in WALLS)
        for name in names
    )
    source = Path(__file__).with_name("trials.py").read_text(encoding="utf-8")
    with backend.open() as sandbox:
        result = sandbox.run(Batch({UNIT: source}, {UNIT: _spec(names)}, jobs))
    found = (_trial(name, attempts[name], backend, one) for name, one in zip(names, result.outcomes, strict=True))
    weaker = result.record.get("weaker", {})  # a limit that stopped this attempt, but not in the promised way
    return [
        replace(one, held=False, through="; ".join(filter(None, (one.through, weaker[one.name]))))
        if one.name in weaker
        else one
        for one in found
    ]


def _spec(names: list[str]) -> str:
    """The exercises whose probes make the attempts."""
    head = (
        "from graders.spec import Exercise, Unit, literal\n\nTITLE = {'ko': '', 'en': ''}\nUNIT = Unit(title=TITLE)\n"
    )
    probes = "".join(
        f"\ndef {name}(student, **given):\n    yield 'through', student.{name}(**given)\n" for name in names
    )
    case = "(literal('trial', {}),)"
    listed = "".join(f"    Exercise({name}, TITLE, ('through',), {case}),\n" for name in names)
    return f"{head}{probes}\nEXERCISES = (\n{listed})\n"


def _trial(name: str, attempt: Attempt, backend: Backend, outcome: Outcome) -> Trial:
    required = name in backend.required
    if attempt.ending:
        held = outcome.ending == attempt.ending
        return Trial(name, required, held, "" if held else f"it ended as {outcome.ending!r}")
    trace = outcome.traces.get("trial")
    if trace is None or trace.crash is not None or "through" not in trace.outputs:
        why = outcome.ending if trace is None or trace.crash is None else f"{trace.crash.kind}: {trace.crash.text}"
        return Trial(name, required, False, f"the trial itself failed ({why} {outcome.detail})".strip())
    through = str(trace.outputs["through"])
    return Trial(name, required, not through, through)


# --- once per boot ---------------------------------------------------------------------------------------------------


class Watched(Protocol):
    """A backend made of this host's own files."""

    name: str
    program: str

    @property
    def guest(self) -> GuestPython: ...

    def surroundings(self) -> tuple[str, ...]:
        """What its limits depend on in this session's host."""
        ...


@runtime_checkable
class Named(Protocol):
    """A backend with its own image."""

    name: str

    def identity(self) -> tuple[str, ...]:
        """What its limits depend on besides the host and our own code."""
        ...


def require(backend: Any, cache: Path | None = None, run: Callable[[Backend], list[Trial]] = trials) -> tuple[str, ...]:
    """Refuse, naming required limits that do not hold; return best-effort ones that do not.

    A success is remembered for this boot, program and guest.
    """
    mark = (cache or cache_folder()) / f"trials-{_key(backend)}.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        return _missing([Trial(**trial) for trial in json.loads(mark.read_text(encoding="utf-8"))])
    found = run(backend)
    broken = [trial for trial in found if trial.required and not trial.held]
    if broken:
        said = "; ".join(f"{trial.name} ({trial.through})" for trial in broken)
        raise SandboxError("sandbox.limits_broken", name=backend.name, limits=said)
    with contextlib.suppress(OSError):  # if it cannot be stored, the limits are tried again next time
        mark.parent.mkdir(parents=True, exist_ok=True)
        draft = mark.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps([asdict(trial) for trial in found]), encoding="utf-8")
        draft.replace(mark)
    return _missing(found)


def _missing(found: list[Trial]) -> tuple[str, ...]:
    return tuple(trial.name for trial in found if not trial.held)


def _key(backend: Watched | Named) -> str:
    """Changes with the boot, the user, the backend's program and guest, and our own sandbox code."""
    watched = sorted(Path(__file__).parent.rglob("*.py"))
    identity: tuple[str, ...] = ()
    if isinstance(backend, Named):
        identity = backend.identity()
    else:
        identity = backend.surroundings()
        watched += [Path(shutil.which(backend.program) or "/"), backend.guest.executable, backend.guest.site]
    stamps = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in watched]
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = ""
    return hashlib.sha256(repr((boot, os.getuid(), backend.name, identity, stamps)).encode()).hexdigest()[:20]

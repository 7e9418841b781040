"""The table of refused system calls as a container engine's profile (JSON)."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from graders.errors import SandboxError
from graders.sandbox.interpreter import cache_folder
from graders.sandbox.seccomp import GUEST, MACHINES, Rule, When

__all__ = ["build_profile", "write_profile"]

ARCHITECTURES = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}  # calls by another ABI kill
LOW = 0xFFFFFFFF  # the table judges the low 32 bits of an argument


def build_profile(rules: Sequence[Rule] = GUEST, machine: str = "") -> dict[str, Any]:
    """What is not named is allowed; calls newer than the table are left to the guest's own filter."""
    name = machine or platform.machine()
    if name not in ARCHITECTURES:
        raise SandboxError(
            f"There is no system call profile for {name!r}.", f"Grade on one of {', '.join(ARCHITECTURES)}."
        )
    column = MACHINES[name].column
    refused = []
    for rule in rules:
        names = [call for call, numbers in rule.calls.items() if numbers[column] is not None]
        action = {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": rule.error, "comment": rule.why}
        for arguments in [test for when in rule.when for test in _tests(when)] or [[]]:
            refused.append(action | {"args": arguments})
    return {"defaultAction": "SCMP_ACT_ALLOW", "architectures": [ARCHITECTURES[name]], "syscalls": refused}


def _tests(when: When) -> Iterator[list[dict[str, Any]]]:
    """Entries of which any one refuses: there is no "masked and different", so each bit that may differ has its own."""
    mask = when.mask & LOW
    if not when.other:
        yield [_masked(when.argument, mask, when.value)]
        return
    for bit in (1 << place for place in range(32) if mask >> place & 1):
        yield [_masked(when.argument, bit, ~when.value & bit)]


def _masked(argument: int, mask: int, value: int) -> dict[str, Any]:
    return {"index": argument, "value": mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}


def write_profile(cache: Path | None = None) -> Path:
    """The profile as a file, made once per content."""
    text = json.dumps(build_profile(), indent=1)
    folder = cache or cache_folder()
    path = folder / f"seccomp-{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            making = path.with_suffix(f".{os.getpid()}")
            making.write_text(text, encoding="utf-8")
            making.replace(path)
        except OSError as error:
            raise SandboxError(
                f"The system call profile cannot be written to {folder}: {error.strerror}.",
                "Set XDG_CACHE_HOME to a folder that can be written to.",
            ) from None
    return path

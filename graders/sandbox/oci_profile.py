"""The system call table as a container engine's profile (JSON)."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graders.messages.errors import SandboxError
from graders.sandbox.guest.calls import GUEST, Rule, When
from graders.sandbox.guest.seccomp import MACHINES
from graders.sandbox.interpreter import cache_folder

__all__ = ["build_profile", "write_profile"]

ARCHITECTURES = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}  # calls through another ABI kill


def build_profile(rules: Sequence[Rule] = GUEST, machine: str = "") -> dict[str, Any]:
    """Calls that are not named fail with EPERM; the guest's own filter answers those newer than the table."""
    name = machine or platform.machine()
    if name not in ARCHITECTURES:
        raise SandboxError("sandbox.architecture", machine=name, known=", ".join(ARCHITECTURES))
    column = MACHINES[name].column
    answered = []
    for rule in rules:
        names = [call for call, numbers in rule.calls.items() if numbers[column] is not None]
        answer = {"action": "SCMP_ACT_ALLOW"} if rule.error is None else _failing(rule.error)
        for arguments in [[_masked(when)] for when in rule.when] or [[]]:
            answered.append({"names": names, "comment": rule.why, "args": arguments, **answer})
    return {"defaultAction": "SCMP_ACT_ERRNO", "architectures": [ARCHITECTURES[name]], "syscalls": answered}


def _failing(error: int) -> dict[str, Any]:
    return {"action": "SCMP_ACT_ERRNO", "errnoRet": error}


def _masked(when: When) -> dict[str, Any]:
    return {"index": when.argument, "value": when.mask, "valueTwo": when.value, "op": "SCMP_CMP_MASKED_EQ"}


def write_profile(rules: Sequence[Rule] = GUEST, cache: Path | None = None) -> Path:
    """The profile as a file, written once per content."""
    text = json.dumps(build_profile(rules), indent=1)
    folder = cache or cache_folder()
    path = folder / f"seccomp-{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            making = path.with_suffix(f".{os.getpid()}")
            making.write_text(text, encoding="utf-8")
            making.replace(path)
        except OSError as error:
            raise SandboxError("sandbox.profile_unwritable", folder=str(folder), reason=error.strerror) from None
    return path

"""The options of an engine's ``create`` for a container, and the guest's command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.sandbox.contract import SHM_BYTES, TMP_BYTES
from graders.sandbox.devices import Device
from graders.sandbox.guest.calls import Rule
from graders.sandbox.guest.seccomp import build_filter
from graders.sandbox.interpreter import GuestPython, build_tree
from graders.sandbox.oci_leftovers import LABEL, owner_here
from graders.sandbox.oci_profile import write_profile

__all__ = ["container_options", "engine_options", "guest_command", "memory_options"]

PYTHON = "/guest/bin/python"  # in every image, as are the packages in /guest/site
PROCESSES = 256  # of the whole container; how many an exercise may start is bounded inside, per user


def container_options(name: str, uid: int, rules: Sequence[Rule], cpus: float) -> Iterator[str]:
    """The options that all engines share."""
    yield from ("--interactive", "--pull", "never", "--name", name, "--label", f"{LABEL}={owner_here()}")
    yield from ("--network", "none", "--hostname", "guest", "--log-driver", "none")
    yield from ("--ipc", "private", "--cgroupns", "private")
    yield from ("--user", f"{uid}:{uid}", "--cap-drop", "ALL")
    yield from ("--security-opt", "no-new-privileges", "--security-opt", f"seccomp={write_profile(rules)}")
    yield from ("--read-only", "--tmpfs", f"/tmp:rw,nosuid,nodev,noexec,size={TMP_BYTES},mode=1777")
    yield from ("--shm-size", str(SHM_BYTES), "--workdir", "/tmp")
    yield from ("--mount", f"type=bind,source={build_tree(_our_python())},target=/guest/deepgrade,readonly")
    yield from ("--pids-limit", str(PROCESSES), "--cpus", str(cpus), "--oom-score-adj", "500")
    yield from ("--ulimit=nofile=1024:1024", f"--ulimit=nproc={PROCESSES}:{PROCESSES}", "--ulimit=core=0:0")
    yield from ("--env", "HOME=/tmp", "--env", "LANG=C.UTF-8", "--entrypoint", PYTHON)


def memory_options(total_mb: int) -> Iterator[str]:
    yield from ("--memory", f"{total_mb}m", "--memory-swap", f"{total_mb}m")  # equal, so none of it is swap


def engine_options(kind: str, device: Device | None) -> Iterator[str]:
    """The options that differ: who writes name servers and host names, how a GPU is requested."""
    if kind == "docker":
        yield from ("--dns", "192.0.2.1", "--dns-search", ".")  # nobody's address (RFC 5737), not the host's
        # /sys describes the machine; a GPU's driver reads it
        yield from ("--gpus", f"device={device.uuid}") if device else ("--tmpfs", "/sys:ro,size=4k")
    else:
        yield from ("--http-proxy=false", "--no-hosts", "--read-only-tmpfs=false", "--systemd", "false")
        yield from ("--unsetenv", "TERM", "--security-opt", "mask=/run:/etc/passwd:/etc/group")
        yield from ("--device", f"nvidia.com/gpu={device.index}") if device else ("--security-opt", "mask=/sys")


def guest_command(needs: tuple[str, ...], rules: Sequence[Rule]) -> Iterator[str]:
    """The arguments of the image's Python."""
    orders = {"root": "/guest/deepgrade", "site": "/guest/site", "uid": 0, "needs": list(needs), "others": 0}
    orders |= {"fork": True, "alone": True, "filter": build_filter(rules).hex()}
    yield from ("-I", "-S", "/guest/deepgrade/graders/sandbox/guest/start.py", json.dumps(orders))


def _our_python() -> GuestPython:
    """Compiles the guest's files; of use to the image's Python only if both have the same version."""
    executable = Path(sys.executable).resolve()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return GuestPython(Path(sys.prefix), executable, executable.parents[1], version, Path("/guest/site"))

"""A container engine, Docker or Podman, through its command line: one call, one bounded answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.messages.errors import SandboxError
from graders.sandbox.interpreter import cache_folder

__all__ = ["ENGINES", "Engine", "Held", "State", "find_engine"]

ENGINES = ("docker", "podman")
CALL_S = 60.0  # for a loaded machine; the daemon itself answers in tens of milliseconds
REMEDIES = {  # fragments of an engine's messages → the message id of what helps
    "no such image": "step.build_image",
    "unable to find image": "step.build_image",
    "image not known": "step.build_image",
    "permission denied": "step.docker_group",
    "cannot connect": "step.start_docker",
    "device driver": "step.toolkit",
    "unresolvable cdi": "step.describe_devices",
}


@dataclass(frozen=True)
class State:
    """An engine's account of a container that was started."""

    running: bool
    out_of_memory: bool
    error: str = ""


@dataclass(frozen=True)
class Held:
    """An existing container in any state, with the label that names its owner."""

    name: str
    state: str
    owner: str


def _scratch() -> str:
    """Where an engine may leave files: Podman's monitor writes an empty ``oom`` into the folder it was started in."""
    folder = cache_folder() / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


@dataclass(frozen=True)
class Engine:
    """``command`` is the program with its own options; ``environment`` is all it sees of ours."""

    kind: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def call(self, *arguments: str) -> str:
        """Its output, stripped. Raises ``SandboxError`` with what it said and what helps."""
        try:
            done = subprocess.run(
                [*self.command, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=CALL_S,
                check=False,
                env=dict(self.environment),
                start_new_session=True,  # a keyboard interrupt is for us; we then remove the container
            )
        except subprocess.TimeoutExpired:
            raise SandboxError("sandbox.no_answer", engine=self.kind, command=arguments[0], seconds=CALL_S) from None
        if done.returncode:
            said = _reason(done.stderr) or f"status {done.returncode}"
            raise SandboxError(
                "sandbox.engine_failed",
                engine=self.kind,
                command=arguments[0],
                reason=said,
                step={"id": remedy(said), "params": {}},
            )
        return done.stdout.strip()

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start a created container with its input and outputs as pipes."""
        keys = ("--detach-keys", "") if self.kind == "podman" else ()  # podman looks for them in piped input too
        return subprocess.Popen(
            [*self.command, "start", "--attach", "--interactive", *keys, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=dict(self.environment),
            cwd=_scratch(),
            start_new_session=True,
        )

    def state(self, name: str) -> State:
        shape = "{{.State.Running}} {{.State.OOMKilled}} {{.State.Error}}"
        running, killed, *error = self.call("inspect", "--format", shape, name).split(" ", 2)
        return State(running == "true", killed == "true", "".join(error))

    def held(self, label: str) -> list[Held]:
        """Every container with this label."""
        value = f'{{{{.Label "{label}"}}}}'
        if self.kind == "podman":
            value = f'{{{{index .Labels "{label}"}}}}'
        said = self.call(
            "ps", "--all", "--filter", f"label={label}", "--format", f"{{{{.Names}}}} {{{{.State}}}} {value}"
        )
        rows = [line.split(" ", 2) for line in said.splitlines()]
        return [Held(row[0], row[1].lower(), row[2]) for row in rows if len(row) == 3]

    def remove(self, name: str) -> None:
        """Kill it if necessary; no error if it is already gone."""
        at_once = ("--time", "0") if self.kind == "podman" else ()  # it would ask politely and wait
        try:
            self.call("rm", "--force", "--volumes", *at_once, name)
        except SandboxError as error:
            said = str(error.params.get("reason", ""))  # the engine's own words
            if "no such container" not in said.lower() and "already in progress" not in said:
                raise

    def image(self, name: str) -> str:
        """The id of a local image; nothing is ever pulled."""
        return self.call("image", "inspect", "--format", "{{.Id}}", name)


def find_engine(name: str = "") -> Engine:
    """``docker`` or ``podman``; "" for the first that answers. Raises ``SandboxError`` with the reason."""
    if sys.platform != "linux":
        raise SandboxError("sandbox.linux_only")
    names = (name,) if name else ENGINES
    reasons = []
    for kind in names:
        program = shutil.which(kind)
        if program is None:
            absent = SandboxError("sandbox.not_installed", program=kind, command=INSTALL[kind])
            reasons.append(absent)
            continue
        engine = _docker(program) if kind == "docker" else _podman(program)
        try:
            engine.call("ps", "--quiet", "--last", "1")
        except SandboxError as error:
            reasons.append(error)
            continue
        return engine
    raise reasons[0]


INSTALL = {"docker": "apt-get install docker.io", "podman": "apt-get install podman"}


def _docker(program: str) -> Engine:
    """Ignores Docker's own settings, which may set the proxy's password in every container."""
    empty = str(cache_folder() / "no-docker-settings")
    endpoint = os.environ.get("DOCKER_HOST") or _endpoint(program)
    if not endpoint.startswith("unix://"):
        raise SandboxError("sandbox.docker_elsewhere", endpoint=endpoint)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return Engine("docker", (program, "--host", endpoint), environment | {"DOCKER_CONFIG": empty})


def _endpoint(program: str) -> str:
    """The endpoint of the user's chosen context (rootless Docker sets one)."""
    command = [program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=CALL_S)
    except subprocess.TimeoutExpired:
        return "unix:///var/run/docker.sock"
    return done.stdout.strip() or "unix:///var/run/docker.sock"


def _podman(program: str) -> Engine:
    """Avoids crun, its usual runtime, on hosts with control groups of version 1 or mixed, which crun refuses."""
    old = not Path("/sys/fs/cgroup/cgroup.controllers").exists()
    runtime: Sequence[str] = ("--runtime", "runc") if old and shutil.which("runc") else ()
    return Engine("podman", (program, *runtime), dict(os.environ))


def remedy(said: str) -> str:
    """What to do about an engine's complaint: a message id."""
    return next((step for words, step in REMEDIES.items() if words in said.lower()), "step.doctor_oci")


def _reason(stderr: str) -> str:
    """The line that says why, not the hints after it."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("time=")]
    telling = [line for line in lines if "rror" in line]
    return (telling or lines or [""])[0][:500].rstrip(".?")

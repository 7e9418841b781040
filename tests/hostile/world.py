"""What an attack looks for on the host, planted so that finding it can be seen: secrets, neighbours, listeners."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

__all__ = ["COURSE", "HONEST", "VARIABLE", "World"]

COURSE = Path(__file__).parent / "course"
VARIABLE = "DEEPGRADE_PLANTED"  # in the environment of the grader
HONEST = (COURSE / "reference" / "u06_bench" / "solution.py").read_text(encoding="utf-8").split("\n\n\n", 1)[1]


class World:
    """One set of planted things, below ``root``; ``token`` marks all that is ours."""

    def __init__(self, root: Path, secret: str) -> None:
        self.root, self.secret = root, secret
        self.token = f"hostile-{secrets.token_hex(6)}"
        self.marker = root / f"{self.token}.marker"
        self.heard: list[bytes] = []
        root.mkdir(parents=True, exist_ok=True)
        (root / "private").mkdir(mode=0o700)
        (root / "private" / "secret.txt").write_text(secret)
        (root / "private" / secret).touch()
        (root / "lee").mkdir()
        (root / "lee" / "u06_bench.py").write_text(f"import numpy as np\n\n\n{HONEST}\n# {secret}\n")
        self._closers = [self._listen(*address) for address in self._addresses()]

    def _addresses(self) -> list[tuple[socket.AddressFamily, socket.SocketKind, object]]:
        tcp, udp, unix = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_UNIX)
        return [
            (socket.AF_INET, tcp, ("127.0.0.1", 0)),
            (socket.AF_INET, udp, ("127.0.0.1", 0)),
            (unix, tcp, f"\0{self.token}"),
            (unix, tcp, str(self.root / "control.sock")),
        ]

    def _listen(self, family: socket.AddressFamily, kind: socket.SocketKind, address: object) -> socket.socket:
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._hear, args=(listener, kind), daemon=True).start()
        return listener

    def _hear(self, listener: socket.socket, kind: socket.SocketKind) -> None:
        while True:
            try:
                if kind == socket.SOCK_DGRAM:
                    self.heard.append(listener.recv(1000))
                    continue
                caller, _ = listener.accept()
                with caller:
                    caller.settimeout(2)
                    self.heard.append(caller.recv(1000))
            except OSError:
                return

    @property
    def words(self) -> Mapping[str, str]:
        """What stands for ``@@NAME@@`` in an attack: it knows where everything is."""
        ports = [listener.getsockname()[1] for listener in self._closers[:2]]
        return {
            "TOKEN": self.token,
            "MARKER": str(self.marker),
            "PRIVATE": str(self.root / "private"),
            "SECRET_FILE": str(self.root / "private" / "secret.txt"),
            "NEIGHBOUR": str(self.root / "lee" / "u06_bench.py"),
            "REFERENCE": str(COURSE / "reference" / "u06_bench" / "solution.py"),
            "PORT": str(ports[0]),
            "UDP": str(ports[1]),
            "SOCKET": str(self.root / "control.sock"),
            "VARIABLE": VARIABLE,
            "HONEST": HONEST,
            "PID": str(os.getpid()),
        }

    def forget(self) -> None:
        """Before the next attack: nothing heard, no marker."""
        self.heard.clear()
        self.marker.unlink(missing_ok=True)

    def take_back(self) -> int:
        """Remove what an attack has left for the next one; how many files that was."""
        left = [path for folder in ("/tmp", "/dev/shm") for path in Path(folder).glob(f"{self.token}*")]
        for path in left:
            path.unlink()
        return len(left)

    def close(self) -> None:
        self.take_back()
        for listener in self._closers:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()

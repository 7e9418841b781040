"""The browser that a load test needs: cookies, one kept connection, and server-sent events on another."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

__all__ = ["FRAGMENT", "Answer", "Browser"]

IDLE_S = 3.0  # the other side may be closing a connection that was silent for longer
FRAGMENT = {"X-Deepgrade": "fragment"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Browser:
    """One student's browser."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _used: float = 0.0

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask("POST", path, urlencode(form).encode(), {**kind, **headers})

    async def upload(self, path: str, name: str, content: bytes) -> Answer:
        edge = "deepgrade-load-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = (
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{edge}--\r\n".encode()
        )
        return await self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    async def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        if self._open is not None and time.monotonic() - self._used > IDLE_S:
            self.close()
        self._open = self._open or await asyncio.open_connection(self.host, self.port)
        reader, writer = self._open
        writer.write(self._head(method, path, body, headers or {}) + body)
        answer = await _answer(reader)
        self._used = time.monotonic()
        if answer.headers.get("connection") == "close":
            self.close()
        for one in answer.headers.get("set-cookie", "").split("\n"):
            name, _, value = one.partition(";")[0].partition("=")
            if name:
                self.cookies[name] = value
        return answer

    async def events(self, path: str) -> AsyncIterator[str]:
        """The id of each submission that changes, while the caller listens; "" once the stream is open."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(self._head("GET", path, b"", {"Accept": "text/event-stream"}))
            status, _ = await _started(reader)
            if status != 200:
                raise OSError(f"{path}: {status}")
            yield ""
            while (size := int(await reader.readline(), 16)) > 0:
                data = (await reader.readexactly(size + 2)).decode()
                for line in data.splitlines():
                    if line.startswith("data: "):
                        yield json.loads(line.removeprefix("data: "))["id"]
        finally:
            writer.close()

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _head(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        given = {"Host": f"{self.host}:{self.port}", "Accept-Language": "en", **headers}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            given |= {"Origin": f"http://{self.host}:{self.port}", "Content-Length": str(len(body))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
        return "\r\n".join(lines).encode()


async def _started(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first = await reader.readline()
    if not first:
        raise ConnectionResetError("the connection ended before an answer")
    found: dict[str, str] = {}
    while (line := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        name = name.lower()
        found[name] = f"{found[name]}\n{value.strip()}" if name in found else value.strip()
    return int(first.split()[1]), found


async def _answer(reader: asyncio.StreamReader) -> Answer:
    status, headers = await _started(reader)
    if headers.get("transfer-encoding") != "chunked":
        return Answer(status, headers, await reader.readexactly(int(headers.get("content-length", 0))))
    parts = []
    while (size := int(await reader.readline(), 16)) > 0:
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return Answer(status, headers, b"".join(parts))

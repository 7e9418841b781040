"""Closes idle connections, because each one takes a place."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEADER_S", "Patient"]

HEADER_S = 15.0  # for a request's header, counted from the connection or the previous response


class Patient(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which limits a header's size (to 16 KB), with a time limit as well."""

    waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waits is not None:
            self.waits.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self.waits is not None:
            self.waits.cancel()
        self.waits = self.loop.call_later(HEADER_S, self._enough)

    def _enough(self) -> None:
        asked = self.cycle is not None and not self.cycle.response_complete
        if not asked and not self.transport.is_closing():
            self.transport.close()

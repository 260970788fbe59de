"""How long a client may take to say what it wants: uvicorn's protocol over a connection in, the same with an end out.

uvicorn waits for ever for the end of headers, and for the rest of a body that nobody reads any more. While a request
is answered others watch: `Intake` the body, the kernel a client that takes nothing.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class Patience(H11Protocol):
    """Inherits, for uvicorn takes nothing else: before a request is whole no app sees it."""

    def __init__(self, *given: Any, seconds: float, **more: Any) -> None:
        super().__init__(*given, **more)
        self._seconds = seconds
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The time runs from when we began to wait, whatever drips in meanwhile."""
        if not self._waits():
            self._stop()
        elif self._end is None:
            self._end = self.loop.call_later(self._seconds, self.transport.abort)

    def _stop(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _waits(self) -> bool:
        """For headers, or for what is left of a body after the answer."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)


def patient(seconds: float) -> Callable[..., asyncio.Protocol]:
    """What makes a protocol for each connection; it closes it after waiting for so long."""
    return partial(Patience, seconds=seconds)

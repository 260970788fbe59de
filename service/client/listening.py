"""Listening to `/v1/stream`: filters in, what is told out, for ever and over every break.

Whoever is cut off comes again with the last `id` and so misses nothing; after the pause that the server asked for
(`retry`), and twice as long each time while it cannot be reached. Silence for longer than a few heartbeats is a break.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from service.client.answers import TRIES, accepted, for_now, pause
from service.client.shapes import Event
from service.errors import CourantError

PATH = "/v1/stream"


@dataclass(slots=True)
class Frames:
    """Lines in, messages out, as Server-Sent Events have them; only a whole message moves `last_id` on."""

    last_id: str = ""
    retry: float = 0.2
    """Seconds."""
    _fields: dict[bytes, bytes] = field(default_factory=dict)

    def take(self, line: bytes) -> bytes | None:
        """The data of the plain message that this line ends, if it ends one."""
        if line:
            name, _, value = line.partition(b":")
            self._fields[name] = value.removeprefix(b" ")
            return None
        ended, self._fields = self._fields, {}
        if (wait := ended.get(b"retry", b"")).isdigit():
            self.retry = int(wait) / 1000
        self.last_id = ended[b"id"].decode() if b"id" in ended else self.last_id
        return None if b"event" in ended else ended.get(b"data")

    def cut_off(self) -> None:
        """What was begun is told again."""
        self._fields = {}


async def listen(http: httpx.AsyncClient, given: Mapping[str, Any], silence: float) -> AsyncGenerator[Event, None]:
    """Raises `Refusal`, and `CourantError` if the server cannot be reached to begin with; later it is waited for."""
    frames, failed = Frames(), 0
    while True:
        answer, why = None, ""
        own = {"Accept": "text/event-stream"} | ({"Last-Event-ID": frames.last_id} if frames.last_id else {})
        timeout = httpx.Timeout(30, read=silence)
        try:
            async with http.stream("GET", PATH, params=dict(given), headers=own, timeout=timeout) as answer:
                if not answer.is_success:
                    await answer.aread()
                    why = f"it answered {answer.status_code}" if for_now(answer) else accepted(answer).text
                else:
                    failed = 0
                    async with aclosing(_told(answer, frames)) as told:
                        async for event in told:
                            yield event
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
        frames.cut_off()
        if failed + 1 >= TRIES and not frames.last_id:
            raise CourantError(f"{http.base_url} cannot be listened to: {why}")
        await asyncio.sleep(pause(answer, failed, frames.retry))
        failed += 1


async def _told(answer: httpx.Response, frames: Frames) -> AsyncGenerator[Event, None]:
    async for line in _lines(answer):
        if data := frames.take(line):
            yield msgspec.json.decode(data, type=Event)


async def _lines(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Only a newline ends a line: `aiter_lines` would break a headline that has one of Unicode's other ends of line."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")

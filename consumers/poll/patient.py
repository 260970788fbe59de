"""Reads documents: the fast way, and where that leaves a doubt, with patience in a process to be killed.

In: body, Content-Type, address; out: a `Document`, or `Unreadable`. Large documents are read in a process, too,
because what takes long here keeps everybody else waiting.
"""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import structlog

from consumers.poll.apart import Apart, confined
from consumers.poll.confined import Confined
from consumers.poll.document import Document
from consumers.poll.large_process import Answer, Question
from consumers.poll.parse import better, from_patient, parse, text_of
from consumers.poll.survey import Unreadable

PATIENT = Path(__file__).with_name("patient_process.py")
LARGE = Path(__file__).with_name("large_process.py")
WALL_SECONDS = 10.0
SMALL_BYTES, LARGE_BYTES = 2**15, 2**19
"""A small document is read in a millisecond, less than it takes to hand it to a thread; a large one may take
seconds. Most are in between."""
AT_ONCE = 2
"""Documents read in threads at once: more would only keep the event loop from its turn."""

log = structlog.get_logger(__name__)


class Reader:
    """Use as an async context manager, or `close` it: it may own processes."""

    def __init__(self, wall_seconds: float = WALL_SECONDS) -> None:
        self.patient = Confined(PATIENT, wall_seconds)
        self.large = Apart(confined(LARGE, "-P"), wall_seconds)
        self._at_once, self._large_turn = asyncio.Semaphore(AT_ONCE), asyncio.Lock()

    async def __aenter__(self) -> "Reader":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(self, body: bytes, content_type: str, url: str) -> Document:
        """Raises `Unreadable` with the reason."""
        fast = await self._fast(body, content_type, url)
        if not fast.doubt:
            return fast
        found = await self._patiently(body, content_type, url)
        patient = await asyncio.to_thread(from_patient, found, url) if found else None
        return better(fast, patient)

    async def close(self) -> None:
        """End the processes, if there are any."""
        await self.patient.close()
        await self.large.close()

    async def _fast(self, body: bytes, content_type: str, url: str) -> Document:
        if len(body) > LARGE_BYTES:
            return await self._apart(Question(body, content_type, url))
        if len(body) <= SMALL_BYTES:
            return parse(body, content_type, url)
        async with self._at_once:
            return await asyncio.to_thread(parse, body, content_type, url)

    async def _apart(self, asked: Question) -> Document:
        async with self._large_turn:  # who waits has no copy of it
            octets = await self.large.ask(msgspec.msgpack.encode(asked))
        if octets is None:
            raise Unreadable("the document takes too much time or memory to be read")
        answer = await asyncio.to_thread(msgspec.msgpack.decode, octets, type=Answer)
        if answer.document is None:
            raise Unreadable(answer.unreadable)
        return answer.document

    async def _patiently(self, body: bytes, content_type: str, url: str) -> dict[str, Any] | None:
        """What the process finds; None if it had to be killed, or found a fault."""
        text = await asyncio.to_thread(text_of, body, content_type)
        found = await self.patient.ask({"text": text})
        if found is None:
            log.warning("no patient reading", feed=url)
        return None if found is None or "fault" in found else found

"""Reads documents: the fast way, and where that leaves a doubt, with patience in a process to be killed.

In: body, Content-Type, address; out: a `Document`, or `Unreadable`. One patient reading at a time.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import msgspec
import structlog

from consumers.poll.document import Document
from consumers.poll.parse import better, from_patient, parse, text_of

PROGRAM = Path(__file__).with_name("patient_process.py")
WALL_SECONDS = 10.0
AT_ONCE = 2
"""Documents read in threads at once: more would only keep the event loop from its turn."""

log = structlog.get_logger(__name__)


class Reader:
    """Use as an async context manager, or `close` it: it may own a process."""

    def __init__(self, wall_seconds: float = WALL_SECONDS) -> None:
        self.wall_seconds = wall_seconds
        self._turn = asyncio.Lock()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._process: Process | None = None

    async def __aenter__(self) -> "Reader":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(self, body: bytes, content_type: str, url: str) -> Document:
        """Raises `Unreadable` with the reason."""
        async with self._at_once:
            fast = await asyncio.to_thread(parse, body, content_type, url)
        if not fast.doubt:
            return fast
        found = await self._patiently(body, content_type, url)
        patient = await asyncio.to_thread(from_patient, found, url) if found else None
        return better(fast, patient)

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()

    async def _patiently(self, body: bytes, content_type: str, url: str) -> dict[str, Any] | None:
        """What the process finds; None if it had to be killed, or found a fault."""
        text = await asyncio.to_thread(text_of, body, content_type)
        frame = msgspec.json.encode({"text": text})
        async with self._turn:
            try:
                async with asyncio.timeout(self.wall_seconds):
                    found = msgspec.json.decode(await self._ask(frame), type=dict[str, Any])
            except (TimeoutError, OSError, asyncio.IncompleteReadError, msgspec.DecodeError) as error:
                log.warning("patient parser killed", feed=url, why=type(error).__name__)
                await self.close()
                return None
            except BaseException:
                await self.close()  # an answer nobody reads would be taken for the next one's
                raise
        return None if "fault" in found else found

    async def _ask(self, frame: bytes) -> bytes:
        process = await self._running()
        assert process.stdin
        assert process.stdout
        process.stdin.write(len(frame).to_bytes(4, "big") + frame)
        await process.stdin.drain()
        head = await process.stdout.readexactly(4)
        return await process.stdout.readexactly(int.from_bytes(head, "big"))

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(PROGRAM), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
            )
        return self._process

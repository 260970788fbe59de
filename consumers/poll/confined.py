"""A program of ours in a process of its own, which is killed when it takes too long, swells or crashes.

In: a value fit for JSON; out: the program's answer, or None. One question at a time. Both sides write frames:
four bytes (length, big endian) and JSON.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import msgspec
import structlog

log = structlog.get_logger(__name__)

MOST_ANSWER = 64 * 2**20


class Confined:
    """The process starts with the first question. Use as an async context manager, or `close` it."""

    def __init__(self, program: Path, wall_seconds: float) -> None:
        self.program, self.wall_seconds = program, wall_seconds
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def __aenter__(self) -> "Confined":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ask(self, question: Any) -> dict[str, Any] | None:
        """None if the process had to be killed, or died."""
        frame = msgspec.json.encode(question)
        async with self._turn:
            try:
                async with asyncio.timeout(self.wall_seconds):
                    return msgspec.json.decode(await self._exchange(frame), type=dict[str, Any])
            except (TimeoutError, OSError, asyncio.IncompleteReadError, msgspec.DecodeError) as error:
                log.warning("process killed", program=self.program.stem, why=type(error).__name__)
                await self.close()
                return None
            except BaseException:
                await self.close()  # an answer nobody reads would be taken for the next one's
                raise

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()

    async def _exchange(self, frame: bytes) -> bytes:
        process = await self._running()
        assert process.stdin
        assert process.stdout
        process.stdin.write(len(frame).to_bytes(4, "big") + frame)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(4), "big")
        if length > MOST_ANSWER:
            raise OSError("the answer is too long")
        return await process.stdout.readexactly(length)

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(self.program), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
            )
        return self._process

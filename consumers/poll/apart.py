"""Programs beside this process that may be slow, swell or crash: in goes a frame, out comes its answer, or None.

A program reads frames of four bytes (length, big endian) and so many more on standard input, and writes one for
each on standard output; its first frame says that it has started. One that does not answer in time, or ends, is
killed and replaced when next needed. One frame at a time.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import structlog

START_SECONDS = 30.0
MOST_ANSWER = 2**27
ROOT = Path(__file__).parents[2]
CONFINED = Path(__file__).with_name("confined_process.py")

log = structlog.get_logger(__name__)


def confined(program: Path, manner: str) -> tuple[str, ...]:
    """The command that runs a program of ours within limits. `manner` is Python's: "-I" for a program that imports
    nothing of Courant, "-P" for one that does."""
    return sys.executable, manner, str(CONFINED), str(program)


class Apart:
    """Owns a process once it has been asked something; `close` it."""

    def __init__(self, command: Sequence[str], wall_seconds: float) -> None:
        self._command, self.wall_seconds = command, wall_seconds
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that is running."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, frame: bytes) -> bytes | None:
        """The answer, or None if the process had to be killed for it, or died of it."""
        async with self._turn:
            try:
                process = await self._running()
                async with asyncio.timeout(self.wall_seconds):
                    return await _answer(process, frame)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                log.warning("process killed", program=self._command[-1], why=type(error).__name__)
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

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            environment = {"PYTHONPATH": str(ROOT)}  # and nothing of ours, where secrets are
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
            )
            async with asyncio.timeout(START_SECONDS):
                await _frame(self._process)
        return self._process


async def _answer(process: Process, frame: bytes) -> bytes:
    assert process.stdin
    process.stdin.write(len(frame).to_bytes(4, "big") + frame)
    await process.stdin.drain()
    return await _frame(process)


async def _frame(process: Process) -> bytes:
    assert process.stdout
    length = int.from_bytes(await process.stdout.readexactly(4), "big")
    if length > MOST_ANSWER:
        raise OSError("the answer is too long")
    return await process.stdout.readexactly(length)

"""Extractors: pages in, what they give out, from processes that may hang or die.

Each process works alone: one that takes too long is ended by an alarm it set itself, which nothing in it can
stop, and only the page it was at is lost.
"""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, suppress

from consumers.pages.extract import Extracted, extract
from consumers.pages.rules import NO_RULE, Rule

MOST_BYTES = 4 * 2**20
"""A larger page is not an article's."""
SECONDS = 10
"""A page that takes longer is an attack."""
MEMORY = 2 * 2**30
"""Bytes of address space: a page that swells to more is one as well."""


class Unextractable(Exception):
    """There is nothing to be had from this page; says why, fit for strangers."""


class Extractors:
    """A fixed number of processes that extract; with none, a thread of this one does it."""

    def __init__(self, processes: int) -> None:
        self._threaded = processes == 0
        self._free: asyncio.Queue[ProcessPoolExecutor] = asyncio.Queue()
        for _ in range(processes):
            self._free.put_nowait(_process())

    @classmethod
    @asynccontextmanager
    async def open(cls, processes: int) -> AsyncIterator["Extractors"]:
        extractors = cls(processes)
        try:
            yield extractors
        finally:
            while not extractors._free.empty():
                extractors._free.get_nowait().shutdown(wait=False, cancel_futures=True)

    async def extract(self, body: bytes, url: str, rule: Rule = NO_RULE, content_type: str = "") -> Extracted:
        """Raises `Unextractable` if the page is too large, or its process died of it."""
        if len(body) > MOST_BYTES:
            raise Unextractable(f"page of {len(body)} bytes")
        if self._threaded:
            return await asyncio.to_thread(extract, body, url, rule, content_type)
        process = await self._free.get()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(process, _extract_or_die, body, url, rule, content_type)
        except BrokenProcessPool:
            process.shutdown(wait=False)
            process = _process()
            raise Unextractable("extraction died") from None
        finally:
            self._free.put_nowait(process)


def _extract_or_die(body: bytes, url: str, rule: Rule, content_type: str) -> Extracted:
    signal.alarm(SECONDS)  # nobody handles it: it ends this process
    try:
        return extract(body, url, rule, content_type)
    finally:
        signal.alarm(0)


def _process() -> ProcessPoolExecutor:
    """One process, started afresh: what a fork would bring along (locks, threads) could hang it."""
    process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_bounded)
    process.submit(extract, b"<p>Ready.</p>", "https://ready.test/")  # imports what the first page would wait for
    return process


def _bounded() -> None:
    """Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError, OSError):  # not every system can
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

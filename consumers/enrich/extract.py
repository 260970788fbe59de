"""Extraction: the bytes of a page in, the text of its article out, in processes that may hang or die.

Each process works alone: one that takes too long is ended by an alarm it set itself, which nothing in it can
stop, and only the page it was at is lost.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager

MOST_BYTES = 4 * 2**20
"""A larger page is not an article's."""
SECONDS = 10
"""A page that takes longer is an attack."""


class Unextractable(Exception):
    """There is no text to be had from this page; says why."""


def extract(page: bytes, url: str) -> str:
    """The article's text, paragraph by paragraph; "" if there is none. Slow: some 20 ms a page."""
    import trafilatura  # slow to import, and needed only where pages are read

    text = trafilatura.extract(page, url=url, fast=True, include_comments=False, include_tables=False)
    return str(text or "")


def _extract_or_die(page: bytes, url: str) -> str:
    signal.alarm(SECONDS)  # nobody handles it: it ends this process
    try:
        return extract(page, url)
    finally:
        signal.alarm(0)


def _warm() -> None:
    """Import what `extract` needs before the first page comes."""
    extract(b"<p>Ready.</p>", "")


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

    async def extract(self, page: bytes, url: str) -> str:
        """Raises `Unextractable` if the page is too large, holds no text, or its process died of it."""
        if len(page) > MOST_BYTES:
            raise Unextractable(f"page of {len(page)} bytes")
        text = await (asyncio.to_thread(extract, page, url) if self._threaded else self._apart(page, url))
        if not text:
            raise Unextractable("no text in the page")
        return text

    async def _apart(self, page: bytes, url: str) -> str:
        process = await self._free.get()
        try:
            return await asyncio.get_running_loop().run_in_executor(process, _extract_or_die, page, url)
        except BrokenProcessPool:
            process.shutdown(wait=False)
            process = _process()
            raise Unextractable("extraction died") from None
        finally:
            self._free.put_nowait(process)


def _process() -> ProcessPoolExecutor:
    """One process, started afresh: what a fork would bring along (locks, threads) could hang it."""
    process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    process.submit(_warm)
    return process

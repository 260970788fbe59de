"""The enrichers at work on a batch, beside this process: articles and their texts go in, what was found comes out.

Finding places and names is plain computing, and one Python process computes on one core; so a process of its
own does it. With no process it is done here, in a thread. One that dies is replaced, and its part done here.
"""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from multiprocessing import get_context, parent_process

import msgspec
import structlog

from consumers.enrich import fulltext
from consumers.enrich.enrichers import ENRICHERS, Enricher, enriched
from consumers.enrich.fulltext import Text
from service.messages import Article, EnrichedArticle

logger = structlog.get_logger(__name__)

AT_A_TIME = 50
"""Articles handed over together: enough that the handing over costs nothing, few enough to share out."""

Task = tuple[Article, Text]


class Describers:
    """Use `open`."""

    def __init__(self, processes: int, enrichers: tuple[Enricher, ...] = ENRICHERS) -> None:
        self._processes, self._enrichers = processes, enrichers
        self._pool: ProcessPoolExecutor | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, processes: int) -> AsyncIterator["Describers"]:
        describers = cls(processes)
        try:
            yield describers
        finally:
            describers._close()

    async def describe(self, articles: Sequence[Article], texts: Sequence[Text]) -> list[EnrichedArticle]:
        """One for each article, in the same order."""
        tasks = list(zip(articles, texts, strict=True))
        parts = [tasks[start : start + AT_A_TIME] for start in range(0, len(tasks), AT_A_TIME)]
        return [each for part in await asyncio.gather(*map(self._part, parts)) for each in part]

    async def _part(self, tasks: list[Task]) -> list[EnrichedArticle]:
        if not self._processes:
            return await asyncio.to_thread(self._here, tasks)
        pool = self._running()
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(pool, _there, msgspec.json.encode(tasks))
        except BrokenProcessPool:
            logger.warning("a process that describes articles died; doing its part here", articles=len(tasks))
            if pool is self._pool:
                self._close()
            return await asyncio.to_thread(self._here, tasks)
        return msgspec.json.decode(found, type=list[EnrichedArticle])

    def _here(self, tasks: list[Task]) -> list[EnrichedArticle]:
        return [
            msgspec.structs.replace(
                enriched(article, each.text, {fulltext.NAME: each.note}, self._enrichers), page=each.page
            )
            for article, each in tasks
        ]

    def _running(self) -> ProcessPoolExecutor:
        """Spawned, not forked: this process has threads."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), initializer=_alone)
        return self._pool

    def _close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _alone() -> None:
    """Ctrl-C is for the process that started this one; when that one ends, however it ends, so does this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _there(encoded: bytes) -> bytes:
    tasks = msgspec.json.decode(encoded, type=list[Task])
    return msgspec.json.encode(Describers(0)._here(tasks))

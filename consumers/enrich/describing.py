"""The enrichers at work on a batch, beside this process: articles and their texts go in, what was found comes out.

Finding places and names is plain computing, and one Python process computes on one core; so a process of its
own does it. With no process it is done here, in a thread. One that dies is replaced, and its part done here.
"""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from functools import cache, lru_cache
from multiprocessing import get_context, parent_process

import msgspec
import structlog

from consumers.enrich import fulltext
from consumers.enrich.enrichers import ENRICHERS, Enricher, enriched
from consumers.enrich.fulltext import Text
from service.messages import Article, EnrichedArticle
from service.text.commonness import Commonness

logger = structlog.get_logger(__name__)

AT_A_TIME = 50
"""Articles handed over together: enough that the handing over costs nothing, few enough to share out."""

YOUNG = 20_000
"""Objects made until garbage is looked for."""

Task = tuple[Article, Text]
Days = dict[str, dict[str, Commonness]]
"""How common words are, by the day (ISO 8601, UTC) on which articles were seen, and by language."""


NOTHING: Days = {}


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

    async def describe(
        self, articles: Sequence[Article], texts: Sequence[Text], common: Days = NOTHING
    ) -> list[EnrichedArticle]:
        """One for each article, in the same order; `common`: how common words are, by day and language."""
        tasks = list(zip(articles, texts, strict=True))
        parts = [tasks[start : start + AT_A_TIME] for start in range(0, len(tasks), AT_A_TIME)]
        encoded = msgspec.json.encode(common) if self._processes else b""
        found = await asyncio.gather(*(self._part(part, common, encoded) for part in parts))
        return [each for part in found for each in part]

    async def _part(self, tasks: list[Task], common: Days, encoded: bytes) -> list[EnrichedArticle]:
        if not self._processes:
            return await asyncio.to_thread(self._here, tasks, common)
        pool = self._running()
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(pool, _there, msgspec.json.encode(tasks), encoded)
        except BrokenProcessPool:
            logger.warning("a process that describes articles died; doing its part here", articles=len(tasks))
            if pool is self._pool:
                self._close()
            return await asyncio.to_thread(self._here, tasks, common)
        return msgspec.json.decode(found, type=list[EnrichedArticle])

    def _here(self, tasks: list[Task], common: Days) -> list[EnrichedArticle]:
        return [self._described(*task, common.get(_day(task[0]), {})) for task in tasks]

    def _described(self, article: Article, text: Text, common: Mapping[str, Commonness]) -> EnrichedArticle:
        found = enriched(article, text.text, {fulltext.NAME: text.note}, self._enrichers, common)
        return msgspec.structs.replace(found, page=text.page)

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


def _there(tasks: bytes, common: bytes) -> bytes:
    found = Describers(0)._here(msgspec.json.decode(tasks, type=list[Task]), _common(common))
    _settle()
    return msgspec.json.encode(found)


@lru_cache(2)
def _common(encoded: bytes) -> Days:
    return msgspec.json.decode(encoded, type=Days)


@cache
def _settle() -> None:
    """Tables are loaded and stay: whatever collects garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)


def _day(article: Article) -> str:
    return article.raw.seen_at.date().isoformat()

"""Cluster: file each article in the strand that reports the same happening in its language, or open one.

articles.enriched -> strands.changed
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from consumers.cluster.filing import Filed, Filing, Incoming
from consumers.cluster.memories import Known, Memories, catch_up
from consumers.cluster.settler import Settler
from consumers.cluster.vectors import draft
from consumers.cluster.weighing import revised, weighed
from consumers.runner import Outcome, Received
from service import telemetry
from service.clock import Clock, now
from service.messages import EnrichedArticle, StrandChanged
from service.model import Move
from service.model.revisions import Weighed
from service.settings import ClusterSettings
from service.store import Store, Transaction
from service.store.articles import Revision


@dataclass
class Cluster:
    """The stage. It remembers the window's articles; the store knows them too, and is asked what is new."""

    store: Store
    settings: ClusterSettings
    clock: Clock = now
    look_after: Sequence[float] = ()
    """Hours until the pages of new articles are looked at again."""
    paused: Callable[[float], None] = telemetry.SETTLING.observe
    """Told how many seconds no article was assigned, because a language was settled."""
    memories: Memories = field(init=False)

    def __post_init__(self) -> None:
        self.memories = Memories(timedelta(days=self.settings.window_days))

    async def __call__(self, batch: Sequence[Received[EnrichedArticle]]) -> list[Outcome[StrandChanged]]:
        languages = {each.message.language for each in batch}
        incoming = await asyncio.to_thread(
            lambda: [Incoming(each.message, draft(each.message), each.position) for each in batch]
        )
        try:
            for language in sorted(languages):
                await self._wake(language)
            weighed = await self._weighed([each.message for each in batch])
            filed = await self.store.write(self._file, incoming, weighed)
        except BaseException:
            self.memories.forget(languages)
            raise
        self._measure(filed)
        return [_outcome(each) for each in filed]

    def _measure(self, filed: Sequence[Filed]) -> None:
        for each in filed:
            for move in each.moves:
                telemetry.MOVES.labels(move.language).inc()
        for language, memory in self.memories.present().items():
            for what, number in memory.sizes().items():
                telemetry.HELD.labels(language, what).set(number)

    async def _weighed(self, batch: Sequence[EnrichedArticle]) -> dict[Revision, Weighed]:
        if not (ids := revised(batch)):
            return {}
        stored = await self.store.read(lambda tx: tx.articles.earlier(ids))
        return await asyncio.to_thread(weighed, batch, stored)

    async def _wake(self, language: str) -> None:
        """Remember a language before the transaction that writes, which should not take as long."""
        if not self.memories.knows(language):
            await self.store.read(self._remember, language)

    def _remember(self, tx: Transaction, language: str) -> None:
        seq, newest = tx.articles.frontier(language)
        if newest:
            known = Known(seq, tx.moves.last(language))
            catch_up(self.memories.of(language, newest, newest), tx, language, known)

    def _file(self, tx: Transaction, batch: Sequence[Incoming], weighed: dict[Revision, Weighed]) -> list[Filed]:
        return self._filing(tx, weighed).file(batch)

    def _filing(self, tx: Transaction, weighed: dict[Revision, Weighed] | None = None) -> Filing:
        settler = Settler(tx, self.settings.settled_threshold, timedelta(minutes=self.settings.settle_minutes))
        return Filing(
            tx,
            self.memories,
            _bars(self.settings),
            self.clock(),
            settler,
            weighed=weighed or {},
            look_after=self.look_after,
            paused=self.paused,
        )

    async def settle(self) -> list[StrandChanged]:
        """Settle at once what was filed so far in the languages that it remembers, however long it takes.

        The service does not: there the times of records say when. What moved is told with the next article.
        """
        moves = await self.store.write(lambda tx: self._filing(tx).settle(sorted(self.memories.present())))
        return [_moved(each) for each in moves]


def _outcome(filed: Filed) -> Outcome[StrandChanged]:
    """Moves come first: they were made before it was filed."""
    article = filed.article
    changed = StrandChanged(
        strand_id=article.strand_id,
        change=article.change,
        article_id=article.article_id,
        revision=article.revision,
        language=article.enriched.language,
    )
    return Outcome(article.change, (*map(_moved, filed.moves), changed))


def _moved(move: Move) -> StrandChanged:
    return StrandChanged(
        strand_id=move.strand_id,
        change="settled",
        article_id=move.article_id,
        revision=move.revision,
        language=move.language,
        before=move.before,
        move=move.seq,
    )


def _bars(settings: ClusterSettings) -> tuple[float, float, float]:
    """What is asked of a headline, a lead and a full text, to join at once."""
    least = settings.threshold
    return max(least, settings.headline_threshold), least, least

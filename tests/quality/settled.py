"""Settling during a replay: the stage's memories are settled whenever so much of the documents' own time is over.

Moves are kept here and in the stage's memories, so that what comes later joins the strands as they were settled.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from consumers.cluster import Cluster
from consumers.cluster.settling import YOUNG, moves
from tests.quality.labelled import Labelled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVERY = timedelta(hours=6)


@dataclass
class Settled:
    """What settling moved so far; `every` is None for no settling."""

    every: timedelta | None = EVERY
    strands: dict[str, str] = field(default_factory=dict)
    """Of each article that was moved, where it is now."""

    def batches(self, documents: Sequence[Labelled], most: int) -> Iterator[Sequence[Labelled]]:
        """Documents in their order, such that no batch goes on beyond a time to settle."""
        for _, group in groupby(documents, self._tick):
            some = list(group)
            for first in range(0, len(some), most):
                yield some[first : first + most]

    def _tick(self, document: Labelled) -> int:
        return (document.raw.seen_at - EPOCH) // self.every if self.every else 0

    def ends(self, batch: Sequence[Labelled], following: Sequence[Labelled] | None) -> bool:
        """Whether it is time to settle between these two, the second of which may be nothing."""
        return self.every is not None and (following is None or self._tick(batch[-1]) != self._tick(following[0]))

    def settle(self, cluster: Cluster) -> None:
        for memory in cluster.memories.present():
            newest = max((held.at for held in memory.articles()), default=EPOCH)
            for move in moves(memory, newest - YOUNG, cluster.settings.threshold):
                memory.move(move.article_id, move.strand_id)
                self.strands[move.article_id] = move.strand_id

    def now(self, article_id: str, strand_id: str, original_id: str = "") -> str:
        """The strand where an article is now that was put in this one; a copy is where its original is."""
        return self.strands.get(original_id) or self.strands.get(article_id, strand_id)


def with_following(
    batches: Iterable[Sequence[Labelled]],
) -> Iterator[tuple[Sequence[Labelled], Sequence[Labelled] | None]]:
    """Each batch with the one after it; None after the last."""
    before: Sequence[Labelled] | None = None
    for batch in batches:
        if before is not None:
            yield before, batch
        before = batch
    if before is not None:
        yield before, None

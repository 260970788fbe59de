"""Settling a memory, a portion at a time: articles that are due come in, moves go out.

What it finds depends on the memory alone, and the memory on what was filed and moved before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.cluster.choose import DECIMALS, score_pairs
from consumers.cluster.memory import Memory
from consumers.cluster.nearby import Near
from consumers.cluster.region import Region, Surroundings, region
from consumers.cluster.settle import Standing, settle
from consumers.cluster.weights import SETTLED

YOUNG = timedelta(days=2)
"""An article is decided again until it is so old."""
MOST_PAIRS = 20_000
"""Of a portion, which takes a fifth of a second or so. Its last region may go beyond."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An article belongs in another strand than it was in."""

    article_id: str
    before: str
    strand_id: str


@dataclass(frozen=True, slots=True)
class Portion:
    """Regions to be decided, and of how many of the articles that are due they take care."""

    regions: Sequence[Region]
    settled: int

    def articles(self) -> set[str]:
        return {each for found in self.regions for each in found.inner}


def portion(memory: Memory, due: Sequence[str], since: datetime) -> Portion:
    """As many of these articles as are settled in one go: at least one, if there is any. Young since then."""
    around = Surroundings(memory.nearby.of, memory.strand_of, memory.members, lambda each: memory.is_after(each, since))
    decided, regions, pairs = set[str](), list[Region](), 0
    for place, seed in enumerate(due):
        if pairs >= MOST_PAIRS:
            return Portion(regions, place)
        if seed not in decided and memory.is_after(seed, since):
            regions.append(region(seed, around, decided))
            decided |= regions[-1].inner
            pairs += len(regions[-1].pairs)
    return Portion(regions, len(due))


def moves(memory: Memory, found: Region, pinned: Collection[str], threshold: float) -> list[Moved]:
    """Where the articles of a region belong. Changes nothing."""
    inner = found.inner - set(pinned)
    standing = [Standing(each, memory.strand_of(each), each not in inner) for each in found.articles()]
    place = {each.article_id: number for number, each in enumerate(standing)}
    pairs = {(place[one], place[other]): score for (one, other), score in found.pairs.items()}
    belongs = settle(standing, pairs, threshold, memory.seq)
    return [
        Moved(each.article_id, each.strand_id, strand_id)
        for each, strand_id in zip(standing, belongs, strict=True)
        if strand_id != each.strand_id
    ]


def scored(memory: Memory, article_id: str) -> Near:
    """How an article that is held compares with those near it by now."""
    near, like = memory.around(article_id)
    return [] if like is None else told(near, score_pairs(like, SETTLED).tolist())


def told(near: Sequence[str], scores: Sequence[float]) -> Near:
    """Rounded, so that the store gives back what memory held."""
    return [(other, round(score, DECIMALS)) for other, score in zip(near, scores, strict=True)]

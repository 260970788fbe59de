"""Settling a memory, a portion at a time: articles that are due come in, moves go out.

What it finds depends on the memory alone, and the memory on what was filed and moved before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from consumers.cluster.choose import DECIMALS, score_pairs
from consumers.cluster.memory import Memory
from consumers.cluster.nearby import Near
from consumers.cluster.region import Region, Surroundings, chain, region, with_pairs
from consumers.cluster.settle import THRESHOLD, Standing, settle
from consumers.cluster.weights import SETTLED

YOUNG = timedelta(days=2)
"""An article is decided again until it is so old."""
MOST_PAIRS = 20_000
"""Of a portion, which takes a fifth of a second or so. Its last region may go beyond."""
MOST_CHAINED = 75
"""Articles of a portion that are due and in longer chains than can be decided together."""


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
    near = cache(memory.nearby.of)
    chosen = _Chosen(Surroundings(near, memory.strand_of, memory.members, lambda each: memory.is_after(each, since)))
    for place, seed in enumerate(due):
        if chosen.is_full():
            return Portion(chosen.all(), place)
        if memory.is_after(seed, since):
            chosen.take(seed)
    return Portion(chosen.all(), len(due))


@dataclass
class _Chosen:
    """What a portion consists of so far.

    Articles of chains that are too long come into one region, for as many articles again would be decided with each
    of them, and mostly the same ones.
    """

    around: Surroundings
    regions: list[Region] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    pairs: int = 0
    chained: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    """Of long chains, as far as they were followed."""

    def is_full(self) -> bool:
        return self.pairs >= MOST_PAIRS or len(self.chained) >= MOST_CHAINED

    def take(self, seed: str) -> None:
        if seed in self.decided:
            return
        found = None if seed in self.met else chain([seed], self.around, self.decided, THRESHOLD, self.met)
        if found is None or found.is_cut:
            self.chained.append(seed)
            self.met.update(found.articles if found else ())
            return
        self.regions.append(with_pairs(found.articles, self.around))
        self.decided |= self.regions[-1].inner
        self.pairs += len(self.regions[-1].pairs)

    def all(self) -> list[Region]:
        return self.regions + ([region(self.chained, self.around, self.decided)] if self.chained else [])


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

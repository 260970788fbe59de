"""What settling would move: a memory comes in, moves go out. The scores are asked for article by article, so that
whoever shares the memory can be let in between.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.cluster.average import Pairs
from consumers.cluster.choose import score_pairs
from consumers.cluster.compare import Held
from consumers.cluster.memory import Memory
from consumers.cluster.settle import Standing, settle
from consumers.cluster.weights import SETTLED

YOUNG = timedelta(days=2)
"""An article is decided again until it is so old."""


@dataclass(frozen=True, slots=True)
class Move:
    """An article belongs in another strand than it was put in."""

    article_id: str
    before: str
    strand_id: str


def moves(memory: Memory, since: datetime, threshold: float) -> list[Move]:
    """Where the articles published since then belong, all seen at once. Changes nothing."""
    young = [held for held in memory.articles() if held.at >= since]
    pairs = pair_scores(memory, [held.article_id for held in young])
    by_id = {held.article_id: held for held in memory.articles()}
    found: list[Move] = []
    for component in components(pairs):
        found += _moves([by_id[article_id] for article_id in component], since, pairs, threshold)
    return found


def _moves(
    articles: Sequence[Held], since: datetime, pairs: dict[tuple[str, str], float], threshold: float
) -> list[Move]:
    place = {held.article_id: number for number, held in enumerate(articles)}
    standing = [Standing(held.article_id, held.strand_id, held.at < since) for held in articles]
    scores: Pairs = {
        (min(place[one], place[other]), max(place[one], place[other])): score
        for (one, other), score in pairs.items()
        if one in place
    }
    return [
        Move(each.article_id, each.strand_id, strand_id)
        for each, strand_id in zip(standing, settle(standing, scores, threshold), strict=True)
        if strand_id != each.strand_id
    ]


def pair_scores(memory: Memory, article_ids: Iterable[str]) -> dict[tuple[str, str], float]:
    """The mean of what the two of each pair say of each other; the smaller id stands first."""
    seen: dict[tuple[str, str], list[float]] = {}
    for article_id in article_ids:
        near, like = memory.around(article_id)
        if like is not None:
            for other, score in zip(near, score_pairs(like, SETTLED).tolist(), strict=True):
                seen.setdefault((min(article_id, other), max(article_id, other)), []).append(score)
    return {pair: sum(scores) / len(scores) for pair, scores in seen.items()}


def components(pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Articles that hang together by pairs, each lot in order."""
    near: dict[str, list[str]] = {}
    for one, other in pairs:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    seen: set[str] = set()
    for start in sorted(near):
        if start not in seen:
            seen.add(start)
            found = [start]
            for each in found:
                new = [other for other in near[each] if other not in seen]
                seen.update(new)
                found += dict.fromkeys(new)
            yield sorted(found)

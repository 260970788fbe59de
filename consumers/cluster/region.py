"""Which articles must be decided together with one that is due? Pair scores and strands come in, a region goes out.

Pure. Groups are only joined if some pair between them scores above the threshold of settling, and a strand's name
goes to one group: so what is decided together hangs together by such pairs and by strands. Where chance likenesses
chain too much together, only what hangs together more tightly is decided; what lies beyond stays where it is.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from consumers.cluster.settle import THRESHOLD

MOST = 300
"""Articles decided together."""
MOST_HEARD = 50_000
"""Pairs that articles decided together are asked about, each from both sides."""
TIGHTNESS = (THRESHOLD, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Scores above which a pair holds a region together: the first by which it need not be cut."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is asked about an article."""

    near: Callable[[str], Sequence[tuple[str, float]]]
    """Pairs with it, and their scores, the highest first. It is asked again and again."""
    strand: Callable[[str], str]
    """Where it is; "" if it is not held (any more)."""
    members: Callable[[str], Collection[str]]
    """Articles held of a strand."""
    is_young: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Chain:
    """Articles that hang together, no more than `MOST`."""

    articles: Sequence[str]
    is_cut: bool
    """Whether there are others, which are left out."""


@dataclass(frozen=True, slots=True)
class Region:
    """Articles that are decided, and their pairs: among each other, and with those beside them that stay."""

    inner: frozenset[str]
    pairs: dict[tuple[str, str], float]
    """By ids, the smaller one first."""

    def articles(self) -> list[str]:
        """All that take part, in order."""
        return sorted({*self.inner, *(each for pair in self.pairs for each in pair)})


def region(seeds: Sequence[str], around: Surroundings, decided: Collection[str]) -> Region:
    """What is decided together with these articles; `decided` are not decided again."""
    found = Chain([], True)
    for above in TIGHTNESS:
        found = chain(seeds, around, decided, above)
        if not found.is_cut:
            break
    return with_pairs(found.articles, around)


def with_pairs(articles: Iterable[str], around: Surroundings) -> Region:
    """The region in which these articles are decided."""
    inner = frozenset(articles)
    strands = {around.strand(each) for each in inner}
    seen: dict[tuple[str, str], list[float]] = {}
    for one in inner:
        for other, score in around.near(one):
            its = around.strand(other)
            if other in inner or (its and (score > THRESHOLD or its in strands)):
                seen.setdefault((min(one, other), max(one, other)), []).append(score)
    return Region(inner, {pair: sum(scores) / len(scores) for pair, scores in seen.items()})


def chain(
    seeds: Sequence[str], around: Surroundings, decided: Collection[str], above: float, met: Collection[str] = ()
) -> Chain:
    """The young articles that hang together with these, the nearest first; cut where they are too many, or where
    one of those is `met` that are known to be part of such a chain."""
    order, found, asked, heard = list(seeds), set(seeds), set[str](), 0
    for place, one in enumerate(order):  # grows while it is gone through
        for other in _beside(one, around, asked, above):
            if other not in found and other not in decided and around.is_young(other):
                if other in met or len(order) >= MOST:
                    return Chain(order, True)
                found.add(other)
                order.append(other)
        heard += len(around.near(one))
        if heard > MOST_HEARD and place + 1 < len(order):
            return Chain(order[: max(place + 1, len(seeds))], True)
    return Chain(order, False)


def _beside(one: str, around: Surroundings, asked: set[str], above: float) -> list[str]:
    """By pairs, and those of its strand the first time that somebody of it is `asked` about."""
    beside = [other for other, score in around.near(one) if score > above]
    strand = around.strand(one)
    if strand in asked:
        return beside
    asked.add(strand)
    return beside + sorted(around.members(strand))

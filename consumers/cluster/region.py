"""Which articles must be decided together with one that is due? Pair scores and strands come in, a region goes out.

Pure. Groups are only joined if some pair between them scores above the threshold of settling, and a strand's name
goes to one group: so what is decided together hangs together by such pairs and by strands. Where chance likenesses
chain too much together, only what hangs together more tightly is decided; what lies beyond stays where it is.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from consumers.cluster.settle import THRESHOLD

MOST = 300
"""Articles decided together."""
TIGHTNESS = (THRESHOLD, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Scores above which a pair holds a region together: the first by which it is no larger than `MOST`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is asked about an article."""

    near: Callable[[str], Iterable[tuple[str, float]]]
    """Pairs with it, and their scores."""
    strand: Callable[[str], str]
    """Where it is; "" if it is not held (any more)."""
    members: Callable[[str], Collection[str]]
    """Articles held of a strand."""
    is_young: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Region:
    """Articles that are decided, and their pairs: among each other, and with those beside them that stay."""

    inner: frozenset[str]
    pairs: dict[tuple[str, str], float]
    """By ids, the smaller one first."""

    def articles(self) -> list[str]:
        """All that take part, in order."""
        return sorted({*self.inner, *(each for pair in self.pairs for each in pair)})


def region(seed: str, around: Surroundings, decided: Collection[str]) -> Region:
    """What is decided together with this article; `decided` are not decided again."""
    inner = _inner(seed, around, decided)
    strands = {around.strand(each) for each in inner}
    seen: dict[tuple[str, str], list[float]] = {}
    for one in inner:
        for other, score in around.near(one):
            its = around.strand(other)
            if other in inner or (its and (score > THRESHOLD or its in strands)):
                seen.setdefault((min(one, other), max(one, other)), []).append(score)
    return Region(inner, {pair: sum(scores) / len(scores) for pair, scores in seen.items()})


def _inner(seed: str, around: Surroundings, decided: Collection[str]) -> frozenset[str]:
    found: list[str] = []
    for above in TIGHTNESS:
        found = _hanging_together(seed, around, decided, above)
        if len(found) <= MOST:
            break
    return frozenset(found[:MOST])


def _hanging_together(seed: str, around: Surroundings, decided: Collection[str], above: float) -> list[str]:
    """No more than one too many, the nearest first."""
    order, found, asked = [seed], {seed}, set[str]()
    for one in order:  # grows while it is gone through
        for other in _beside(one, around, asked, above):
            if other not in found and other not in decided and around.is_young(other):
                found.add(other)
                order.append(other)
                if len(order) > MOST:
                    return order
    return order


def _beside(one: str, around: Surroundings, asked: set[str], above: float) -> list[str]:
    """By pairs, and those of its strand the first time that somebody of it is `asked` about."""
    beside = [other for other, score in sorted(around.near(one), key=_nearest) if score > above]
    strand = around.strand(one)
    if strand in asked:
        return beside
    asked.add(strand)
    return beside + sorted(around.members(strand))


def _nearest(pair: tuple[str, float]) -> tuple[float, str]:
    return -pair[1], pair[0]

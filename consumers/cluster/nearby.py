"""How like the articles of the last days are: scores come in as articles are filed, pairs go out when they are settled.

Kept small: what is near to an article lies in a tuple and an array. A pair of which both articles speak scores the
mean of what they say.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

Near = Sequence[tuple[str, float]]
"""Articles by id, each with its score."""
MOST_LATER = 300
"""Of those that speak of one article, so many are heard: thousands may, where all are much alike."""
ARTICLE_BYTES, PAIR_BYTES = 700, 24
"""Roughly what an article takes, and each pair."""


@dataclass
class Nearby:
    """The scores of one language. `Near` of an article is given once, or given anew."""

    _own: dict[str, tuple[tuple[str, ...], "array[float]"]] = field(default_factory=dict)
    _later: dict[str, list[str]] = field(default_factory=dict)
    """Of each article, those that speak of it, by id: which of them are heard must not hang on the order of filing."""
    _by_time: list[tuple[datetime, str]] = field(default_factory=list)

    pairs: int = 0

    def __len__(self) -> int:
        return len(self._own)

    def bytes(self) -> int:
        """An estimate."""
        return len(self) * ARTICLE_BYTES + self.pairs * PAIR_BYTES

    def note(self, article_id: str, at: datetime, near: Near) -> None:
        self._drop(article_id)
        ids = tuple(other for other, _ in near)
        self._own[article_id] = ids, array("d", [score for _, score in near])
        self.pairs += len(ids)
        heappush(self._by_time, (at, article_id))
        for other in ids:
            insort(self._later.setdefault(other, []), article_id)

    def clear(self) -> None:
        self._own.clear()
        self._later.clear()
        self._by_time.clear()
        self.pairs = 0

    def forget(self, before: datetime) -> None:
        """What articles that old said is not asked for any more."""
        while self._by_time and self._by_time[0][0] < before:
            self._drop(heappop(self._by_time)[1])

    def of(self, article_id: str) -> Near:
        """What it says of others, and others of it, the nearest first; one may stand there twice."""
        ids, scores = self._own.get(article_id, ((), array("d")))
        near = list(zip(ids, scores, strict=True))
        for other in self._later.get(article_id, ())[:MOST_LATER]:
            ids, scores = self._own[other]
            near.append((other, scores[ids.index(article_id)]))
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))

    def _drop(self, article_id: str) -> None:
        others = self._own.pop(article_id, ((), None))[0]
        self.pairs -= len(others)
        for other in others:
            later = self._later[other]
            del later[bisect_left(later, article_id)]
            if not later:
                del self._later[other]

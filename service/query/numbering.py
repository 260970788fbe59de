"""The different leaves of all topics, numbered; which of them an article meets, and how many articles do.

Leaves that topics share are looked at once for an article, however many topics ask for them. A leaf's truth stands at
twice its number, that of its negation after it (`programs.coded`).
"""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from service.query.demands import told_by_words
from service.query.document import Document
from service.query.match import holds
from service.query.needs import Simple, is_telling, rarity
from service.query.tree import Leaf
from service.query.watch import Watch, helpers_of

ALWAYS = 0
"""The number of a leaf that every article meets."""
BELIEVED = 20
"""A guess at how common a leaf is weighs as much as so many articles."""
USES = 1_000
"""Of all leaves, from where on it is the share of the uses that counts."""


class Numbering:
    """Numbers are given again when nobody uses them any more."""

    def __init__(self) -> None:
        self.truths: NDArray[np.uint8] = np.array([1, 0], np.uint8)
        """For each code 1, if it is so of the article in hand, or may be."""
        self._numbers: dict[Leaf, int] = {}
        self._leaves: list[Leaf | None] = [None]
        self._uses = array("I", [1])
        self._used = 0
        self._rarity = array("f", [1])
        self._placed = bytearray([0])
        self._telling = bytearray([0])
        self._free: list[int] = []
        self._watch = Watch()
        self._seen: NDArray[np.uint32] = np.zeros(1, np.uint32)
        self.articles = 0
        """How many were looked at."""

    def __len__(self) -> int:
        return len(self._numbers)

    def leaf(self, number: int) -> Leaf:
        found = self._leaves[number]
        assert found is not None
        return found

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf; it stays as long as somebody uses it."""
        number = self._numbers.get(leaf)
        return self._new(leaf) if number is None else number

    def use(self, number: int) -> None:
        """One more uses it."""
        self._uses[number] += 1
        self._used += 1

    def release(self, number: int) -> None:
        """One less uses it."""
        self._uses[number] -= 1
        self._used -= 1
        if not self._uses[number]:
            leaf = self.leaf(number)
            del self._numbers[leaf]
            self._leaves[number] = None
            self._free.append(number)
            for helper in self._watch.remove(leaf, number):
                self.release(helper)

    def is_placed(self, number: int) -> bool:
        """Whether it has to be looked for in the text itself."""
        return bool(self._placed[number])

    def is_telling(self, number: int) -> bool:
        """Whether it may be rare."""
        return bool(self._telling[number])

    def share(self, number: int) -> float:
        """The share of articles that meet it: first by guess, then as seen. What many topics ask for is common."""
        guess = min(1.0, self._rarity[number] * (1 + self._uses[number]) / (1 + self._used / USES))
        return (int(self._seen[number]) + BELIEVED * guess) / (self.articles + BELIEVED)

    def shares(self) -> NDArray[np.float64]:
        """The shares of all leaves."""
        rarity, uses = np.frombuffer(self._rarity, np.float32), np.frombuffer(self._uses, np.uint32)
        guess = np.minimum(1.0, rarity.astype(np.float64) * (1.0 + uses) / (1 + self._used / USES))
        found: NDArray[np.float64] = (self._seen[: len(guess)] + BELIEVED * guess) / (self.articles + BELIEVED)
        return found

    def meet(self, document: Document) -> NDArray[np.int64]:
        """The numbers of all leaves told by words that an article meets; `truths` are now of this article."""
        found = np.array(self._watch.met(document), np.int64)
        self._seen[found] += 1
        self.articles += 1
        self.truths[2 * found], self.truths[2 * found + 1] = 1, 0
        return found

    def holds(self, number: int, document: Document) -> bool:
        """Whether the article in hand meets a leaf that has to be looked for."""
        near = self._watch.stand_near(number)
        return holds(self.leaf(number), document) if near is None else near

    def settle(self, number: int, holds: bool | None) -> None:
        """Say whether the article meets a leaf that has to be looked for; None if nobody can tell."""
        self.truths[2 * number], self.truths[2 * number + 1] = holds is True, holds is False

    def forget(self, met: NDArray[np.int64], settled: Iterable[int]) -> None:
        """Put `truths` back as they were before `meet`."""
        self.truths[2 * met], self.truths[2 * met + 1] = 0, 1
        for number in settled:
            self.truths[2 * number] = self.truths[2 * number + 1] = 1

    def _new(self, leaf: Leaf) -> int:
        number = self._free.pop() if self._free else self._room()
        self._numbers[leaf] = number
        self._leaves[number] = leaf
        self._rarity[number] = rarity(leaf) if isinstance(leaf, Simple) else 1.0
        self._seen[number] = 0
        told = told_by_words(leaf)
        self._placed[number] = not told
        self._telling[number] = is_telling(leaf)
        self.truths[2 * number], self.truths[2 * number + 1] = not told, 1
        helpers = list(map(self.number, helpers_of(leaf)))
        for helper in helpers:
            self.use(helper)
        self._watch.add(leaf, number, helpers)
        return number

    def _room(self) -> int:
        number = len(self._leaves)
        self._leaves.append(None)
        self._uses.append(0)
        self._rarity.append(1.0)
        self._placed.append(0)
        self._telling.append(0)
        if number == len(self._seen):
            self._seen = np.concatenate((self._seen, np.zeros_like(self._seen)))
            self.truths = np.concatenate((self.truths, np.zeros_like(self.truths)))
        return number

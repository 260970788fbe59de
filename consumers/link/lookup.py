"""Finding strands that share keys or meaning with one. Strands' traits come in; ids with a score come out.

The scores only pick whom to compare. They depend on what is held, not on the order in which it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.link.traits import KEYS, Bag, Traits

KINDS = ("places", "names", "numbers", "letters", "heads")
LOOKED_UP = ("places", "names", "numbers", "heads")
COMMON = 400
"""Keys that more strands have are not looked up: they find everything."""
GUESS = 20
"""While few strands are held, a key counts as if so many more did not have it."""


def _counts() -> dict[str, NDArray[np.int32]]:
    return {kind: np.zeros(KEYS, np.int32) for kind in KINDS}


@dataclass
class Lookup:
    """Which strands have a key, and how many do."""

    strands: int = 0
    _having: dict[tuple[str, int], set[int]] = field(default_factory=dict)
    """Rows of the strands that have a key."""
    _row_of: dict[str, int] = field(default_factory=dict)
    _ids: list[str] = field(default_factory=list)
    """Of each row, the strand; "" for a free one."""
    _free: list[int] = field(default_factory=list)
    _counts: dict[str, NDArray[np.int32]] = field(default_factory=_counts)
    scratch: NDArray[np.float32] = field(default_factory=lambda: np.zeros(KEYS, np.float32))
    """Room for whoever compares; nothing but 0 between two calls."""
    _worth: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """What a key is worth that so many strands have."""
    _meanings: "Meanings" = field(default_factory=lambda: Meanings())

    def add(self, strand_id: str, traits: Traits) -> None:
        self._count(traits, 1)
        row = self._new_row(strand_id)
        for place in _places(traits):
            self._having.setdefault(place, set()).add(row)
        if traits.embedding is not None:
            self._meanings.add(strand_id, traits.embedding)

    def remove(self, strand_id: str, traits: Traits) -> None:
        self._count(traits, -1)
        row = self._row_of.pop(strand_id)
        self._ids[row] = ""
        self._free.append(row)
        for place in _places(traits):
            self._having[place].discard(row)
            if not self._having[place]:
                del self._having[place]
        self._meanings.remove(strand_id)

    def _new_row(self, strand_id: str) -> int:
        row = self._free.pop() if self._free else len(self._ids)
        self._ids[row : row + 1] = [strand_id]
        self._row_of[strand_id] = row
        return row

    def _count(self, traits: Traits, change: int) -> None:
        self.strands += change
        for kind in KINDS:
            self._counts[kind][getattr(traits, kind).keys] += change

    def rarity(self, kind: str, keys: NDArray[np.int32]) -> NDArray[np.float32]:
        """The weight of each key: the fewer strands have it, the more it says."""
        if len(self._worth) != self.strands + 1:
            self._worth = np.log1p((self.strands + GUESS) / (np.arange(self.strands + 1) + 0.5)).astype(np.float32)
        return self._worth.take(self._counts[kind].take(keys))

    def sharing(self, traits: Traits) -> dict[str, float]:
        """Strands that share rare keys with these traits, with the worth of what they share."""
        rows: list[int] = []
        worths: list[float] = []
        for kind in LOOKED_UP:
            bag: Bag = getattr(traits, kind)
            for key, worth in zip(bag.keys.tolist(), self.rarity(kind, bag.keys).tolist(), strict=True):
                having = self._having.get((kind, key), ())
                if len(having) <= COMMON:
                    rows.extend(having)
                    worths.extend([worth * worth] * len(having))
        if not rows:
            return {}
        sums = np.bincount(rows, worths)
        found = np.flatnonzero(sums)
        return {self._ids[row]: worth for row, worth in zip(found.tolist(), sums[found].tolist(), strict=True)}

    def alike(self, traits: Traits) -> dict[str, float]:
        """Strands with an embedding, and its cosine with this one."""
        return {} if traits.embedding is None else self._meanings.cosines(traits.embedding)


def _places(traits: Traits) -> Iterator[tuple[str, int]]:
    for kind in LOOKED_UP:
        for key in getattr(traits, kind).keys.tolist():
            yield kind, key


@dataclass
class Meanings:
    """Embeddings, row by row. Whole numbers: their products are exact, however they are summed."""

    _rows: NDArray[np.float32] = field(default_factory=lambda: np.zeros((64, 512), np.float32))
    _lengths: NDArray[np.float32] = field(default_factory=lambda: np.ones(64, np.float32))
    _row_of: dict[str, int] = field(default_factory=dict)
    _free: list[int] = field(default_factory=list)

    def add(self, strand_id: str, embedding: NDArray[np.float32]) -> None:
        row = self._free.pop() if self._free else len(self._row_of)
        if row == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._lengths = np.concatenate([self._lengths, np.ones_like(self._lengths)])
        self._rows[row] = embedding
        self._lengths[row] = max(float(np.linalg.norm(embedding)), 1.0)
        self._row_of[strand_id] = row

    def remove(self, strand_id: str) -> None:
        if strand_id in self._row_of:
            self._free.append(self._row_of.pop(strand_id))

    def cosines(self, embedding: NDArray[np.float32]) -> dict[str, float]:
        used = len(self._row_of) + len(self._free)
        length = max(float(np.linalg.norm(embedding)), 1.0)
        cosines = np.einsum("ij,j->i", self._rows[:used], embedding) / (self._lengths[:used] * length)
        values = np.round(cosines, 4).tolist()
        return {strand_id: values[row] for strand_id, row in self._row_of.items()}

"""A strand as memory holds it, and the table of all of them: traits come in, rows of numbers go out.

A row has a few thousand columns; each key of a strand falls into one of them, with a sign, so that what falls
together by chance cancels out on average. What is computed from rows depends on which strands are held and on the
order in which they are asked for, not on where they stand.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.link.beginnings import Beginnings
from consumers.link.traits import Times, Traits

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

WIDTHS = {"places": 512, "names": 512, "numbers": 256, "figures": 256, "entities": 256, "letters": 2048}
COLUMNS = sum(WIDTHS.values())
EMBEDDED = 512
GUESS = 20
"""While few strands are held, a key counts as if so many more did not have it."""
TINY = 1e-6


def _slices() -> dict[str, slice]:
    ends = np.cumsum(list(WIDTHS.values())).tolist()
    return {kind: slice(end - width, end) for (kind, width), end in zip(WIDTHS.items(), ends, strict=True)}


SLICES = _slices()


@dataclass(frozen=True, slots=True)
class HeldStrand:
    """A strand as memory holds it."""

    id: str
    language: str
    story_id: str
    born: int
    """Place of its first article in the order of linking."""
    times: Times
    spoken: int
    """How many of its articles are in the traits: the first ones that are nobody's copy."""
    traits: Traits
    """Those as one."""


def row_of(traits: Traits) -> Floats:
    """1 + log of how often each key was found, in its column."""
    columns, values = [], []
    for kind, width in WIDTHS.items():
        bag = getattr(traits, kind)
        columns.append(SLICES[kind].start + bag.keys % width)
        values.append((1 + np.log(bag.counts)) * np.where(bag.keys // width % 2, 1, -1))
    return np.bincount(np.concatenate(columns), np.concatenate(values), COLUMNS).astype(np.float32)


def _room(columns: int) -> Floats:
    return np.zeros((64, columns), np.float32)


@dataclass
class Table:
    """The held strands, a row each; rows of forgotten ones are used again."""

    of: dict[str, int] = field(default_factory=dict)
    """The row of each strand."""
    strands: list[HeldStrand | None] = field(default_factory=list)
    """The strand of each row."""
    _values: Floats = field(default_factory=lambda: _room(COLUMNS))
    _embeddings: Floats = field(default_factory=lambda: _room(EMBEDDED))
    _lengths: Floats = field(default_factory=lambda: np.zeros(64, np.float32))
    """Of the embeddings; 0 where there is none."""
    _having: NDArray[np.int64] = field(default_factory=lambda: np.zeros(COLUMNS, np.int64))
    """Strands that have something in a column."""
    _free: list[int] = field(default_factory=list)
    _in_language: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Strands of each language with their place in the order of linking, sorted."""
    _beginnings: Beginnings = field(default_factory=Beginnings)

    def add(self, strand: HeldStrand) -> int:
        """Take in a strand that is not held, at the row that is given back."""
        row = self._free.pop() if self._free else len(self.strands)
        self._make_room(row)
        self.strands[row : row + 1] = [strand]
        self.of[strand.id] = row
        insort(self._in_language.setdefault(strand.language, []), (strand.born, strand.id))
        self._beginnings.add(strand.language, strand.times.first)
        self._values[row] = row_of(strand.traits)
        self._having += self._values[row] != 0
        if strand.traits.embedding is not None:
            self._embeddings[row] = strand.traits.embedding
            self._lengths[row] = max(float(np.linalg.norm(strand.traits.embedding)), 1.0)
        return row

    def remove(self, strand: HeldStrand) -> int:
        row = self.of.pop(strand.id)
        self.strands[row] = None
        self._free.append(row)
        of_language = self._in_language[strand.language]
        del of_language[bisect_left(of_language, (strand.born, strand.id))]
        self._beginnings.remove(strand.language, strand.times.first)
        self._having -= self._values[row] != 0
        self._values[row] = 0
        self._embeddings[row] = 0
        self._lengths[row] = 0
        return row

    def replace(self, strand: HeldStrand) -> None:
        """A held strand changed, though not in its traits."""
        row = self.of[strand.id]
        if before := self.strands[row]:
            self._beginnings.remove(before.language, before.times.first)
        self._beginnings.add(strand.language, strand.times.first)
        self.strands[row] = strand

    def _make_room(self, row: int) -> None:
        if row == len(self._values):
            self._values = np.concatenate([self._values, np.zeros_like(self._values)])
            self._embeddings = np.concatenate([self._embeddings, np.zeros_like(self._embeddings)])
            self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])

    def latest(self, language: str, most: int, but: str) -> list[HeldStrand]:
        """The strands of a language linked last, without that one; the earlier ones first."""
        chosen = [strand_id for _, strand_id in self._in_language.get(language, ())[-most - 1 :] if strand_id != but]
        found = (self.strands[self.of[strand_id]] for strand_id in chosen[-most:])
        return [each for each in found if each]

    def crowd(self, strand: HeldStrand) -> int:
        """How many strands of other languages began about when this one did."""
        return self._beginnings.elsewhere(strand.language, strand.times.first)

    def weighed(self, strands: Sequence[HeldStrand]) -> "Weighed":
        """Rows of these strands, rare keys weighing more."""
        rows = np.array([self.of[each.id] for each in strands], np.int64)
        values = self._values[rows]
        values *= np.log1p((len(self.of) + GUESS) / (self._having + 0.5)).astype(np.float32)
        return Weighed(values, _lengths(values), self._embeddings[rows], self._lengths[rows])

    def meanings(self, row: int) -> Floats:
        """Of each row, how near its embedding is to this one's; whole numbers, so the sums are exact."""
        used = len(self.strands)
        lengths = np.maximum(self._lengths[:used] * max(float(self._lengths[row]), 1.0), 1)
        return np.asarray(np.round(self._embeddings[:used] @ self._embeddings[row] / lengths, 4), np.float32)

    def embedded(self, row: int) -> bool:
        return bool(self._lengths[row])


@dataclass(frozen=True, slots=True)
class Weighed:
    """Some strands, ready for comparing: a row for each."""

    values: Floats
    lengths: Floats
    """By kind, of each row."""
    embeddings: Floats
    embedded: Floats
    """Lengths of the embeddings."""

    def part(self, start: int, end: int) -> "Weighed":
        some = slice(start, end)
        return Weighed(self.values[some], self.lengths[:, some], self.embeddings[some], self.embedded[some])

    def similarities(self, others: "Weighed") -> Floats:
        """Cosines by kind, of each with each of the others; embeddings last, nan where either has none."""
        dots = [self.values[:, part] @ others.values[:, part].T for part in SLICES.values()]
        cosines = np.stack(dots) / np.maximum(self.lengths[:, :, None] * others.lengths[:, None, :], TINY)
        lengths = np.outer(self.embedded, others.embedded)
        meanings = self.embeddings @ others.embeddings.T / np.maximum(lengths, 1)
        return np.concatenate([cosines, np.where(lengths > 0, meanings, np.nan)[None]]).astype(np.float32)


def _lengths(values: Floats) -> Floats:
    squares = [np.einsum("ij,ij->i", values[:, part], values[:, part]) for part in SLICES.values()]
    return np.asarray(np.sqrt(np.stack(squares)), np.float32)

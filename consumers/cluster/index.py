"""Words by number: which of the articles held in memory have a word, and how many do.

In go an article's place in memory and its words; out come counts and places. Everything is a whole number,
so that the same articles always give the same counts, in whatever order they came and went.
"""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.vectors import Floats, guesses

Numbers = NDArray[np.int32]
Slots = NDArray[np.int64]

ROOM = 1024


class Index:
    """The vocabulary of one memory, with counts and places of each word."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._number: dict[str, int] = {}
        self._places: list[array[int]] = []
        self.guessed: Floats = np.zeros(ROOM, np.float32)
        self.held = np.zeros(ROOM, np.int32)
        """Articles in memory that have the word."""
        self.recent = np.zeros(ROOM, np.int32)
        """Of the articles filed last, those that have it."""
        self.scratch = np.zeros(ROOM, np.int64)
        """Room for whoever compares; holds nothing between two calls."""

    def numbers(self, words: Iterable[str]) -> Numbers:
        """The words' numbers, new ones for those never seen."""
        wanted, known = list(words), self._number
        if new := [word for word in dict.fromkeys(wanted) if word not in known]:
            self._learn(new)
        return np.fromiter(map(known.__getitem__, wanted), np.int32, len(wanted))

    def _learn(self, new: list[str]) -> None:
        first, after = len(self.words), len(self.words) + len(new)
        self.words += new
        self._number.update(zip(new, range(first, after), strict=True))
        self._places += [array("q") for _ in new]
        while after > len(self.held):
            self._grow()
        self.guessed[first:after] = guesses(new)

    def _grow(self) -> None:
        for name in ("guessed", "held", "recent", "scratch"):
            before = getattr(self, name)
            setattr(self, name, np.concatenate([before, np.zeros_like(before)]))

    def count(self, numbers: Numbers, change: int) -> None:
        """One article more or less that has these words, though it has no place (yet)."""
        self.held[numbers] += change
        self.recent[numbers] += change

    def add(self, slot: int, numbers: Numbers) -> None:
        self.held[numbers] += 1
        for number in numbers.tolist():
            self._places[number].append(slot)

    def remove(self, numbers: Numbers) -> None:
        """The places stay listed: whoever looks them up knows who is gone."""
        self.held[numbers] -= 1

    def latest(self, number: int, alive: NDArray[np.bool_], most: int) -> Slots:
        """Places of the last `most` articles alive that have the word, in filing order."""
        places = self._places[number]
        tail = np.array(places[-most:], np.int64)
        if alive[tail].all():
            return tail
        all_places = np.array(places, np.int64)
        return all_places[alive[all_places]][-most:]

"""Finding strands that share keys with one. Strands' traits come in with their rows; rows with a score come out.

The scores only pick whom to compare. They depend on what is held, not on the order in which it came.
"""

from dataclasses import dataclass, field
from math import log1p

import numpy as np

from consumers.link.held import GUESS, Floats
from consumers.link.traits import KEYS, Traits

LOOKED_UP = ("places", "names", "numbers", "heads")
COMMON = 150
"""Keys that more strands have are not looked up: they find everything."""
RAREST = 60
"""So many keys are looked up, those that the fewest strands have."""


@dataclass
class Lookup:
    """Which rows have a key."""

    _having: dict[int, set[int]] = field(default_factory=dict)
    _keys: dict[int, list[int]] = field(default_factory=dict)
    """By row."""

    def add(self, row: int, traits: Traits) -> None:
        self._keys[row] = keys = _keys_of(traits)
        for key in keys:
            self._having.setdefault(key, set()).add(row)

    def remove(self, row: int) -> None:
        for key in self._keys.pop(row):
            self._having[key].discard(row)
            if not self._having[key]:
                del self._having[key]

    def sharing(self, row: int, strands: int) -> Floats:
        """Of each row, the worth of what it shares with this one, while so many strands are held."""
        having = ((len(self._having[key]), key) for key in self._keys[row])
        known = sorted(each for each in having if each[0] <= COMMON)
        rows: list[int] = []
        worths: list[float] = []
        for count, key in known[:RAREST]:
            rows.extend(self._having[key])
            worths.extend([log1p((strands + GUESS) / (count + 0.5)) ** 2] * count)
        return np.bincount(rows, worths).astype(np.float32) if rows else np.zeros(0, np.float32)


def _keys_of(traits: Traits) -> list[int]:
    """One number for each kind and key."""
    parts = [getattr(traits, kind).keys + place * KEYS for place, kind in enumerate(LOOKED_UP)]
    found: list[int] = np.concatenate(parts).tolist()
    return found

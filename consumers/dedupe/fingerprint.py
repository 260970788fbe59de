"""What is compared to find copies: a text's word triples, and the bands under which likely mates meet.

Two texts with a share s of triples in common meet in at least one of 16 bands of 3 rows with probability
1 - (1 - s^3)^16: 98 % at s = .6, 1.6 % at s = .1. Whoever meets is then compared on the triples themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

BANDS, ROWS, SEED = 16, 3, 42
VERSION = f"{RMinHash.ALGORITHM_VERSION}-{BANDS}x{ROWS}"
"""Fingerprints of different versions cannot be compared; it is part of every band."""
MOST_SHINGLES = 2000


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Sorted hashes of a text's word triples, and its bands (signed 63-bit numbers)."""

    shingles: NDArray[np.uint32]
    bands: tuple[int, ...]


def fingerprint(words: Sequence[str]) -> Fingerprint:
    """Of folded words in their order; of the first 2,000 triples."""
    triples = {" ".join(three) for three in zip(words, words[1:], words[2:], strict=False)}
    triples = set(sorted(triples)[:MOST_SHINGLES]) if len(triples) > MOST_SHINGLES else triples
    hashes = np.unique(np.fromiter((crc32(each.encode()) for each in triples), np.uint32, len(triples)))
    return Fingerprint(hashes, _bands(triples))


def _bands(triples: set[str]) -> tuple[int, ...]:
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update(list(triples))
    digest = sketch.digest()
    return tuple(_band(n, digest[n * ROWS : (n + 1) * ROWS]) for n in range(BANDS))


def _band(number: int, rows: Sequence[int]) -> int:
    text = f"{VERSION} {number} {rows}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


def similarity(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Share of triples in common (Jaccard), 0 to 1."""
    both = np.intersect1d(one, other, assume_unique=True).size
    return both / (one.size + other.size - both) if both else 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier article that a new one may be a copy of."""

    article_id: str
    original_id: str
    """The article it is itself a copy of; "" if nobody's."""
    source: str
    shingles: NDArray[np.uint32]
    seen_at: datetime

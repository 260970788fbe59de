"""What is compared to find copies: a text's word triples, and the bands under which likely mates meet.

Two texts with a share s of triples in common meet in at least one of 11 bands of 3 rows with probability
1 - (1 - s^3)^11: 93 % at s = .6, 1.1 % at s = .1. Outlets shorten from the end: so that a shortened copy meets the
full text, which it shares little with, the beginnings have 5 bands of their own. Whoever meets is then compared on
the triples themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from service.text import shingles

BANDS, LEAD_BANDS, ROWS, SEED = 11, 5, 3, 42
LEAD_WORDS = 50
VERSION = f"{RMinHash.ALGORITHM_VERSION}-{BANDS}+{LEAD_BANDS}x{ROWS}"
"""Fingerprints of different versions cannot be compared; it is part of every band."""
MOST_SHINGLES = 2000


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Sorted hashes of a text's word triples, and its bands (signed 63-bit numbers)."""

    shingles: NDArray[np.uint32]
    bands: tuple[int, ...]


def fingerprint(words: Sequence[str]) -> Fingerprint:
    """Of folded words in their order. A text of more than 2,000 triples is known by the smallest hashes, which
    are as good a sample of another text like it."""
    run = np.array(shingles(words), np.uint32)
    hashes = np.unique(run)[:MOST_SHINGLES]
    lead = run[:LEAD_WORDS]
    return Fingerprint(hashes, _bands(hashes, range(BANDS)) + _bands(lead, range(BANDS, BANDS + LEAD_BANDS)))


def _bands(hashes: NDArray[np.uint32], numbers: range) -> tuple[int, ...]:
    spans = [0, hashes.size]
    tokens = hashes.astype(np.uint64)
    (digest,) = RMinHash.digest_matrix_from_flat_token_hashes(tokens, spans, len(numbers) * ROWS, SEED).to_rows()
    return tuple(_band(number, digest[n * ROWS : (n + 1) * ROWS]) for n, number in enumerate(numbers))


def _band(number: int, rows: Sequence[int]) -> int:
    text = f"{VERSION} {number} {rows}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


def similarity(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Share of triples in common (Jaccard), 0 to 1."""
    both = np.intersect1d(one, other, assume_unique=True).size
    return both / (one.size + other.size - both) if both else 0.0


def containment(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Share of the shorter text's triples that are in the longer one, 0 to 1."""
    both = np.intersect1d(one, other, assume_unique=True).size
    return both / min(one.size, other.size) if both else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What makes one text a copy of another."""

    similarity: float
    """The least share of triples in common."""
    containment: float
    """The least share of the shorter text's triples that the longer one has, too."""
    least_shingles: int
    """A text of fewer triples is no shortened copy, but a quotation."""
    within_source: bool = False
    """Whether a source may copy itself."""

    def of(self, one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
        """How much one is a copy of the other: from 1 on it is."""
        both = np.intersect1d(one, other, assume_unique=True).size
        if not both:
            return 0.0
        shorter, longer = sorted((one.size, other.size))
        alike = both / (shorter + longer - both) / self.similarity
        if shorter < self.least_shingles:
            return float(alike)
        return float(max(alike, both / shorter / self.containment))


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier article that a new one may be a copy of."""

    article_id: str
    original_id: str
    """The article it is itself a copy of; "" if nobody's."""
    source: str
    shingles: NDArray[np.uint32]
    seen_at: datetime

"""How like are they? The newcomer and the articles near it come in, their `Likeness` goes out.

Pure but for the index's scratch room. Sums run in the order of the articles and of their words, never in that
of word numbers: memories that number words differently must not round differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.choose import Likeness
from consumers.cluster.index import Index, Numbers
from consumers.cluster.vectors import Floats, plain_weights, rates, window_weights

DAY = 86400.0
TINY = 1e-6
LEAST_BEST = 0.12
"""Where nothing near is any more like than this, the best of it is no yardstick."""
ONE_THREAD = 200_000
"""Products of matrices up to this size are not spread over threads, which would get in other stages' way."""

Weighted = tuple[Numbers, Floats]
"""Words by number, and for each 1 + log of how often it stands there."""


@dataclass(frozen=True, slots=True)
class Held:
    """An article as memory holds it."""

    strand_id: str
    at: datetime
    title: Weighted
    body: Weighted
    names: Weighted
    has_body: bool
    embedding: Floats | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many articles the counts of the index are over."""

    held: int
    recent: int


@dataclass(frozen=True, slots=True)
class _Flat:
    """The bags of some articles end to end: whose each word is, which it is, how often it stands there."""

    owner: NDArray[np.int64]
    word: NDArray[np.int64]
    count: Floats
    articles: int


def compare(newcomer: Held, near: Sequence[Held], index: Index, counted: Counted) -> Likeness:
    """The counts of the index include the newcomer."""
    everyone = [*near, newcomer]
    different = _renumber(np.concatenate([each.body[0] for each in everyone]), index.scratch)
    plain, window = word_weights(different, index, counted)
    bodies = _flat([each.body for each in everyone], index.scratch)
    alike = _matrix(bodies, window)
    in_window = alike[-1, :-1]
    of_newcomer = in_window / max(float(in_window.max(initial=0)), LEAST_BEST)
    of_other = in_window / np.maximum(alike[:-1].max(axis=1, initial=0), LEAST_BEST)
    return Likeness(
        title=_cosines(_flat([each.title for each in everyone], index.scratch), plain),
        body=_cosines(bodies, plain),
        window=in_window,
        names=_cosines(_flat([each.names for each in everyone], index.scratch), window),
        embedding=_meanings(newcomer, near),
        days=np.array([abs((newcomer.at - each.at).total_seconds()) / DAY for each in near], np.float32),
        least_gap=np.minimum(of_newcomer, of_other),
        most_gap=np.maximum(of_newcomer, of_other),
        no_body=np.array([not (newcomer.has_body and each.has_body) for each in near], np.bool_),
    )


def word_weights(numbers: Numbers, index: Index, counted: Counted) -> tuple[Floats, Floats]:
    """The weight of each word by all articles held, and by how much it is in the news just now."""
    guessed = index.guessed[numbers]
    rate = rates(index.held[numbers], guessed, counted.held)
    others = np.maximum(index.recent[numbers] - 1, 0)  # the newcomer itself is no sign of a running story
    return plain_weights(rate), window_weights(rate, rates(others, guessed, counted.recent))


def _renumber(numbers: Numbers, scratch: NDArray[np.int64]) -> Numbers:
    """The different words in order of appearance; `scratch` then gives each one's place among them."""
    places = np.arange(len(numbers))
    scratch[numbers[::-1]] = places[::-1]
    different: Numbers = numbers[scratch[numbers] == places]
    scratch[different] = np.arange(len(different))
    return different


def _flat(bags: Sequence[Weighted], scratch: NDArray[np.int64]) -> _Flat:
    owner = np.repeat(np.arange(len(bags)), [len(numbers) for numbers, _ in bags])
    word = scratch[np.concatenate([numbers for numbers, _ in bags])]
    return _Flat(owner, word, np.concatenate([counts for _, counts in bags]), len(bags))


def _cosines(flat: _Flat, weights: Floats) -> Floats:
    """Of the last article with each of the others."""
    value = weights[flat.word] * flat.count
    length = np.sqrt(np.bincount(flat.owner, value * value, flat.articles))
    last = np.zeros(len(weights))
    of_last = flat.owner == flat.articles - 1
    last[flat.word[of_last]] = value[of_last]
    dots = np.bincount(flat.owner, last[flat.word] * value, flat.articles)
    return np.asarray(dots[:-1] / np.maximum(length[:-1] * length[-1], TINY), np.float32)


def _matrix(flat: _Flat, weights: Floats) -> Floats:
    """Cosines of all with all, 0 with themselves. Words that only one of them has need no column."""
    value = weights[flat.word] * flat.count
    length = np.sqrt(np.bincount(flat.owner, value * value, flat.articles))
    shared = np.bincount(flat.word, minlength=len(weights)) > 1
    column = np.cumsum(shared) - 1
    kept = shared[flat.word]
    width = max(1, ONE_THREAD // flat.articles**2)
    portions = -(-int(shared.sum()) // width)
    rows = np.zeros((flat.articles, portions * width), np.float32)
    rows[flat.owner[kept], column[flat.word[kept]]] = (value / np.maximum(length, TINY)[flat.owner])[kept]
    parts = rows.reshape(flat.articles, portions, width).transpose(1, 0, 2)
    alike = np.asarray((parts @ parts.transpose(0, 2, 1)).sum(axis=0), np.float32)
    np.fill_diagonal(alike, 0)
    return alike


def _meanings(newcomer: Held, near: Sequence[Held]) -> Floats:
    found = np.full(len(near), np.nan, np.float32)
    if newcomer.embedding is None:
        return found
    for place, each in enumerate(near):
        if each.embedding is not None and len(each.embedding) == len(newcomer.embedding):
            lengths = np.linalg.norm(each.embedding) * np.linalg.norm(newcomer.embedding)
            found[place] = each.embedding @ newcomer.embedding / max(float(lengths), 1.0)
    return found

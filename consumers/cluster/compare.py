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
from consumers.cluster.vectors import UNDATED, Floats, plain_weights, rates, window_weights

DAY = 86400.0
TINY = 1e-6
LEAST_BEST = 0.12
"""Where nothing near is any more like than this, the best of it is no yardstick."""
ONE_THREAD = 200_000
"""Products of matrices up to this size are not spread over threads, which would get in other stages' way."""

FIELDS = 3
BODY, TITLE, NAMES = range(FIELDS)


@dataclass(frozen=True, slots=True)
class Held:
    """An article as memory holds it. Its words, by number, lie end to end: body, title, names."""

    article_id: str
    strand_id: str
    at: datetime
    words: Numbers
    counts: Floats
    """1 + log of how often each stands there."""
    sizes: tuple[int, int, int]
    """Different words in body, title and names."""
    has_body: bool
    length: int
    written: datetime | None
    """When, if publisher or text say so."""
    dated: int
    """Who says so: `UNDATED`, `DATED` or `SAID`."""
    embedding: Floats | None

    @property
    def body(self) -> Numbers:
        return self.words[: self.sizes[BODY]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many articles the counts of the index are over."""

    held: int
    recent: int


@dataclass(frozen=True, slots=True)
class _Flat:
    """The words of some articles end to end, and for each: whose it is, where it stands, how often."""

    owner: NDArray[np.int64]
    field: NDArray[np.int64]
    word: NDArray[np.int64]
    count: Floats
    articles: int


def compare(newcomer: Held, near: Sequence[Held], index: Index, counted: Counted) -> Likeness:
    """The counts of the index include the newcomer."""
    everyone = [*near, newcomer]
    different, flat = _flat(everyone, index.scratch)
    plain, window = word_weights(different, index, counted)
    cosines = _cosines(flat, plain, window)
    alike = _matrix(flat, window)
    in_window = alike[-1, :-1]
    of_newcomer = in_window / max(float(in_window.max(initial=0)), LEAST_BEST)
    of_other = in_window / np.maximum(alike[:-1].max(axis=1, initial=0), LEAST_BEST)
    return Likeness(
        title=cosines[:, TITLE],
        body=cosines[:, BODY],
        window=in_window,
        names=cosines[:, NAMES],
        embedding=_meanings(newcomer, near),
        days=np.array([_days(newcomer.written, each.written) for each in near], np.float32),
        least_gap=np.minimum(of_newcomer, of_other),
        most_gap=np.maximum(of_newcomer, of_other),
        length=np.array([min(newcomer.length, each.length) for each in near], np.int64),
        dated=np.array([_dated(newcomer.dated, each.dated) for each in near], np.int64),
    )


def _days(one: datetime | None, other: datetime | None) -> float:
    return abs((one - other).total_seconds()) / DAY if one and other else 0.0


def _dated(one: int, other: int) -> int:
    """Who says when both were written: the text, if it is alone with either."""
    return max(one, other) if one and other else UNDATED


def word_weights(numbers: Numbers, index: Index, counted: Counted) -> tuple[Floats, Floats]:
    """The weight of each word by all articles held, and by how much it is in the news just now."""
    guessed = index.guessed[numbers]
    rate = rates(index.held[numbers], guessed, counted.held)
    others = np.maximum(index.recent[numbers] - 1, 0)  # the newcomer itself is no sign of a running story
    return plain_weights(rate), window_weights(rate, rates(others, guessed, counted.recent))


def _flat(articles: Sequence[Held], scratch: NDArray[np.int64]) -> tuple[Numbers, _Flat]:
    """The different words in order of appearance, and all words by their place among those."""
    numbers = np.concatenate([each.words for each in articles])
    places = np.arange(len(numbers))
    scratch[numbers[::-1]] = places[::-1]
    different = numbers[scratch[numbers] == places]
    scratch[different] = np.arange(len(different))
    owner, where = np.divmod(np.arange(FIELDS * len(articles)), FIELDS)
    sizes = [size for each in articles for size in each.sizes]
    counts = np.concatenate([each.counts for each in articles])
    return different, _Flat(
        owner=np.repeat(owner, sizes),
        field=np.repeat(where, sizes),
        word=scratch[numbers],
        count=counts,
        articles=len(articles),
    )


def _cosines(flat: _Flat, plain: Floats, window: Floats) -> Floats:
    """Of the last article with each of the others: a row for each other, a column for each field."""
    value = np.where(flat.field == NAMES, window[flat.word], plain[flat.word]) * flat.count
    segment, segments = flat.owner * FIELDS + flat.field, flat.articles * FIELDS
    length = np.sqrt(np.bincount(segment, value * value, segments)).reshape(-1, FIELDS)
    place = flat.field * len(plain) + flat.word
    last = np.zeros(FIELDS * len(plain), np.float32)
    of_last = np.searchsorted(flat.owner, flat.articles - 1)
    last[place[of_last:]] = value[of_last:]
    dots = np.bincount(segment, last[place] * value, segments).reshape(-1, FIELDS)
    return np.asarray(dots[:-1] / np.maximum(length[:-1] * length[-1], TINY), np.float32)


def _matrix(flat: _Flat, weights: Floats) -> Floats:
    """Cosines of all bodies with all, 0 with themselves. Words that only one of them has need no column."""
    body = flat.field == BODY
    owner, word = flat.owner[body], flat.word[body]
    value = weights[word] * flat.count[body]
    length = np.sqrt(np.bincount(owner, value * value, flat.articles))
    value /= np.maximum(length, TINY)[owner]
    shared = np.bincount(word, minlength=len(weights)) > 1
    column = np.cumsum(shared) - 1
    kept = shared[word]
    width = max(1, ONE_THREAD // flat.articles**2)
    portions = -(-int(shared.sum()) // width)
    rows = np.zeros((flat.articles, portions * width), np.float32)
    rows[owner[kept], column[word[kept]]] = value[kept]
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

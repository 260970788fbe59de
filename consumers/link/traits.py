"""What of a strand is compared across languages: enriched articles come in, counted keys go out.

Pure. A key is a number made from what it stands for (a country, a sound of a name, a written number, a few
letters of the transliteration), so that every process makes the same ones and none has to remember them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from service.messages import EnrichedArticle
from service.text import fold, written

KEYS = 2**18
"""Different keys of one kind; two things that share a number are rare enough."""
LEAD = 500
"""Characters of title and text whose letters are compared."""
MOST_NAMES = 60
MOST_NUMBERS = 30
GRAMS = (3, 4, 5)
HEAD = 5
"""Letters of a word's beginning by which strands are looked up."""
WORDS_KEPT = 20_000
"""Words whose transliteration and runs of letters are kept."""


_BEGINNING = np.zeros(1, np.intp)


@dataclass(frozen=True, slots=True)
class Bag:
    """Different keys, sorted, and how often each was found."""

    keys: NDArray[np.int32]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Traits:
    """One article, or several as one."""

    places: Bag
    names: Bag
    numbers: Bag
    figures: Bag
    """Of the numbers, those that count or measure: what is left without dates."""
    entities: Bag
    """People and organisations by the id that they have in every script."""
    letters: Bag
    heads: Bag
    embedding: NDArray[np.float32] | None
    dated: bool
    """The publisher says when."""


def traits(enriched: EnrichedArticle) -> Traits:
    lead = f"{enriched.article.raw.title}\n{enriched.text}"[:LEAD]
    words = latin_words(lead)
    return Traits(
        places=bag(_places(enriched)),
        names=bag(_names(enriched)),
        numbers=bag(Counter(enriched.numbers[:MOST_NUMBERS])),
        figures=bag(Counter(figure.value for figure in enriched.figures[:MOST_NUMBERS])),
        entities=bag(Counter({entity.id: entity.count for entity in enriched.entities if entity.kind != "place"})),
        letters=letters(words),
        heads=bag(Counter(word[:HEAD] for word in words if len(word) >= HEAD)),
        embedding=np.frombuffer(enriched.embedding, np.int8).astype(np.float32) if enriched.embedding else None,
        dated=enriched.article.raw.published_at is not None,
    )


def _places(enriched: EnrichedArticle) -> Counter[str]:
    found: Counter[str] = Counter()
    for place in enriched.places:
        found[f"place {place.geoname_id}" if place.geoname_id else place.country] += place.count
        if place.geoname_id:
            found[place.country] += 1
    return found


def _names(enriched: EnrichedArticle) -> Counter[str]:
    """Every word's keys by themselves: one language writes the full name, another the surname."""
    found: Counter[str] = Counter()
    for name in enriched.names[:MOST_NAMES]:
        for key in {part for whole in name.keys for part in whole.split()}:
            found[key] += name.count
    return found


def latin_words(text: str) -> list[str]:
    """The words of a text in Latin letters, whatever its script."""
    return [word for token in written(text) if (word := _latin(token))]


@lru_cache(WORDS_KEPT)
def _latin(token: str) -> str:
    return "".join(filter(str.isalpha, fold(anyascii(token))))


def letters(words: Iterable[str]) -> Bag:
    """Runs of three to five letters, word by word, beginnings and ends marked."""
    runs = np.array(list(chain.from_iterable(map(_runs, words))), np.int32)
    return _bag(runs, np.ones(len(runs), np.float32))


@lru_cache(WORDS_KEPT)
def _runs(word: str) -> tuple[int, ...]:
    """The keys of a word's runs."""
    marked = f"^{word}$".encode()  # letters are ASCII by now
    every = (marked[at : at + size] for size in GRAMS for at in range(len(marked) - size + 1))
    return tuple(crc32(run) % KEYS for run in every)


def bag(counted: Counter[str]) -> Bag:
    keys = np.array([crc32(text.encode()) % KEYS for text in counted], np.int32)
    return _bag(keys, np.array(list(counted.values()), np.float32))


def _bag(keys: NDArray[np.int32], counts: NDArray[np.float32]) -> Bag:
    """Each key once, with the sum of its counts, which are whole numbers: the order of summing says nothing."""
    if not len(keys):
        return Bag(keys, counts)
    order = keys.argsort(kind="stable")
    keys = keys[order]
    first = np.concatenate((_BEGINNING, np.flatnonzero(keys[1:] != keys[:-1]) + 1))
    return Bag(keys[first], np.add.reduceat(counts[order], first))


def together(one: Traits, other: Traits) -> Traits:
    """Two articles as one: counts add up; embedding and date are the earlier one's."""
    return Traits(
        places=_sum(one.places, other.places),
        names=_sum(one.names, other.names),
        numbers=_sum(one.numbers, other.numbers),
        figures=_sum(one.figures, other.figures),
        entities=_sum(one.entities, other.entities),
        letters=_sum(one.letters, other.letters),
        heads=_sum(one.heads, other.heads),
        embedding=other.embedding if one.embedding is None else one.embedding,
        dated=one.dated,
    )


def _sum(one: Bag, other: Bag) -> Bag:
    return _bag(np.concatenate([one.keys, other.keys]), np.concatenate([one.counts, other.counts]))


@dataclass(frozen=True, slots=True)
class Times:
    """When a strand's articles were published."""

    first: datetime
    last: datetime

    def widened(self, at: datetime) -> "Times":
        return Times(min(self.first, at), max(self.last, at))

    def days_from(self, other: "Times") -> float:
        """Between the beginnings of the two, in days."""
        return abs((self.first - other.first).total_seconds()) / 86400

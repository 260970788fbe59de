"""What of a strand is compared across languages: enriched articles come in, counted keys go out.

Pure. A key is a number made from what it stands for (a country, a sound of a name, a written number, a few
letters of the transliteration), so that every process makes the same ones and none has to remember them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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
    return [word for token in written(text) if (word := "".join(filter(str.isalpha, fold(anyascii(token)))))]


def letters(words: Iterable[str]) -> Bag:
    """Runs of three to five letters, word by word, beginnings and ends marked."""
    marked = [f"^{word}$".encode() for word in words]  # letters are ASCII by now
    runs = [crc32(word[at : at + size]) for word in marked for size in GRAMS for at in range(len(word) - size + 1)]
    return _bag(np.array(runs, np.int64), np.ones(len(runs), np.float32))


def bag(counted: Counter[str]) -> Bag:
    keys = np.array([crc32(text.encode()) for text in counted], np.int64)
    return _bag(keys, np.array(list(counted.values()), np.float32))


def _bag(keys: NDArray[np.int64], counts: NDArray[np.float32]) -> Bag:
    """Each key once, with the sum of its counts."""
    different, place = np.unique(keys % KEYS, return_inverse=True)
    sums = np.bincount(place, counts, len(different)).astype(np.float32)
    return Bag(different.astype(np.int32), sums)


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
    keys = np.concatenate([one.keys, other.keys])
    return _bag(keys.astype(np.int64), np.concatenate([one.counts, other.counts]))


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

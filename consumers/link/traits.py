"""What of a strand is compared across languages: enriched articles come in, counted keys go out.

Pure. A key is a number made from what it stands for (a country, a sound of a name, a written number, a few
letters of the transliteration), so that every process makes the same ones and none has to remember them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from service.messages import EnrichedArticle
from service.text import fold, tokens

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
    weights: NDArray[np.float32]
    """1 + log of the counts."""


@dataclass(frozen=True, slots=True)
class Traits:
    """One article, or several as one."""

    places: Bag
    names: Bag
    numbers: Bag
    letters: Bag
    heads: Bag
    embedding: NDArray[np.float32] | None


def traits(enriched: EnrichedArticle) -> Traits:
    lead = f"{enriched.article.raw.title}\n{enriched.text}"[:LEAD]
    words = latin_words(lead)
    return Traits(
        places=bag(_places(enriched)),
        names=bag(_names(enriched)),
        numbers=bag(Counter(enriched.numbers[:MOST_NUMBERS])),
        letters=bag(letters(words)),
        heads=bag(Counter(word[:HEAD] for word in words if len(word) >= HEAD)),
        embedding=np.frombuffer(enriched.embedding, np.int8).astype(np.float32) if enriched.embedding else None,
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
    return [
        word
        for token in tokens(text)
        if (word := "".join(filter(str.isalpha, fold(anyascii(text[token.start : token.end])))))
    ]


def letters(words: Iterable[str]) -> Counter[str]:
    """Runs of three to five letters, word by word, beginnings and ends marked."""
    marked = [f"^{word}$" for word in words]
    return Counter(word[at : at + size] for word in marked for size in GRAMS for at in range(len(word) - size + 1))


def bag(counted: Counter[str]) -> Bag:
    by_key: Counter[int] = Counter()
    for text, count in counted.items():
        by_key[crc32(text.encode()) % KEYS] += count
    return _sorted_bag(by_key)


def _sorted_bag(by_key: Counter[int]) -> Bag:
    keys = sorted(by_key)
    counts = np.array([by_key[key] for key in keys], np.float32)
    return Bag(np.array(keys, np.int32), counts, 1 + np.log(counts))


def together(voices: Sequence[Traits]) -> Traits:
    """Several articles as one: counts add up; the earliest embedding stands for all."""
    if len(voices) == 1:
        return voices[0]
    return Traits(
        places=_sum([each.places for each in voices]),
        names=_sum([each.names for each in voices]),
        numbers=_sum([each.numbers for each in voices]),
        letters=_sum([each.letters for each in voices]),
        heads=_sum([each.heads for each in voices]),
        embedding=next((each.embedding for each in voices if each.embedding is not None), None),
    )


def _sum(bags: Sequence[Bag]) -> Bag:
    by_key: Counter[int] = Counter()
    for each in bags:
        by_key.update(dict(zip(each.keys.tolist(), each.counts.tolist(), strict=True)))
    return _sorted_bag(by_key)


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

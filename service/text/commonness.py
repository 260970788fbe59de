"""How common words are in a language's stream: texts in, counts that fade with time out. Pure.

Many articles have "minister", few "icebreaker": what few have tells more about those that have it.
"""

from collections import Counter
from collections.abc import Iterable
from math import log

from msgspec import Struct

from service.text.stems import stems
from service.text.words import words

LEAD = 3000
"""Characters of a text that are counted."""
MOST = 4000
"""Stems kept of a language, those that most articles have; what is not among them is rare."""
FADE = 0.8
"""What a count is worth a day later."""
ENOUGH = 200
"""Articles from which on the counts are believed."""


class Commonness(Struct, frozen=True):
    """Of so many articles of a language, how many have a stem; older ones count for less than one."""

    articles: float = 0.0
    stems: dict[str, float] = {}

    def believed(self) -> bool:
        return self.articles >= ENOUGH

    def rarity(self, stem: str) -> float:
        """The inverse document frequency: 0 where every article has the stem."""
        return log((1 + self.articles) / (1 + self.stems.get(stem, 0.0)))


def grown(before: Commonness, texts: Iterable[str], language: str) -> Commonness:
    """What was counted the day before, faded, and these texts."""
    counts = Counter({stem: count * FADE for stem, count in before.stems.items()})
    articles = before.articles * FADE
    for text in texts:
        counts.update(set(stems(set(words(text[:LEAD])), language)))
        articles += 1
    kept = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    return Commonness(round(articles, 3), {stem: round(count, 3) for stem, count in kept})

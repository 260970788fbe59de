"""Keywords: a title, a text and their language in; the words that tell most about this text out.

Words count by how often they stand here, thrice if in the title, and the more the fewer articles of their
language have them (TF-IDF; `service.text.commonness`). Until enough articles are counted they count more if
they are long, since the small words of a language are short. Forms of one word count as one.
"""

from collections import Counter
from pathlib import Path

from service.text import fold, stems, words
from service.text.commonness import Commonness

VERSION = "2"
MOST = 12
LEAST_LETTERS = 4
LEAST_UNSPACED = 2
TITLE_WEIGHT = 3
LONG = 10
"""Letters beyond which length tells no more."""
LEAD = 3000
"""Characters looked at: what a text is about is said at its beginning."""

NOTHING = Commonness()
"""Known of a language of which no articles were counted."""

SMALL = frozenset(map(fold, (Path(__file__).parent / "data" / "small_words.txt").read_text("utf-8").split()))
"""Folded words that tell nothing, of the languages with most news."""


def keywords(title: str, text: str, language: str, common: Commonness = NOTHING) -> tuple[str, ...]:
    """Folded words, the most telling first; each stands for its other forms in the text."""
    counts = Counter(words(text[:LEAD]))
    for word in words(title):
        counts[word] += TITLE_WEIGHT
    telling = [word for word in counts if _tells(word)]
    weights: Counter[str] = Counter()
    shortest: dict[str, str] = {}
    for word, stem in zip(telling, stems(telling, language), strict=True):
        weights[stem] += counts[word]
        if stem not in shortest or (len(word), word) < (len(shortest[stem]), shortest[stem]):
            shortest[stem] = word
    rarity = common.rarity if common.believed() else _length
    scores = {stem: weight * rarity(stem) for stem, weight in weights.items()}
    ranked = sorted(weights, key=lambda stem: (-scores[stem], stem))
    return tuple(shortest[stem] for stem in ranked[:MOST])


def _length(stem: str) -> float:
    return min(len(stem), LONG)


def _tells(word: str) -> bool:
    if word in SMALL or not word.isalpha():
        return False
    return len(word) >= LEAST_LETTERS or (len(word) >= LEAST_UNSPACED and word >= "\u0e00")

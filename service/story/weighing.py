"""Which words a story turns on: texts in stems in, weights and how central a text is out.

A word weighs more the more of the texts have it, and less the more of all sentences do, so that "the" weighs
nothing however often it stands. No model, and nothing from outside the story.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log, sqrt

from service.text import stems, written

SHORTEST = 2
"""Characters of a stem that says something."""
ASIDE = 0.6


def stems_of(text: str, language: str) -> list[str]:
    """Its words in the form in which they are compared, without single letters."""
    return [stem for stem in stems(written(text), language) if len(stem) >= SHORTEST]


def weights(texts: Sequence[Sequence[Collection[str]]]) -> dict[str, float]:
    """Of the words of these texts; a text is the words of its sentences. A word that stands in one sentence alone
    weighs little: it is an aside."""
    in_texts, in_sentences = Counter[str](), Counter[str]()
    for sentences in texts:
        in_texts.update(set[str]().union(*sentences))
        for sentence in sentences:
            in_sentences.update(set(sentence))
    of_texts, of_sentences = len(texts), sum(map(len, texts))
    return {
        stem: having / of_texts * sqrt(in_sentences[stem] - ASIDE) * log((of_sentences + 1) / in_sentences[stem])
        for stem, having in in_texts.items()
    }


def centrality(stems: Iterable[str], weights: Mapping[str, float]) -> float:
    """How much a sentence says of the story: the weights of its words, each once, for its length."""
    different = set(stems)
    return sum(weights.get(stem, 0.0) for stem in different) / sqrt(len(different) + 4)


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """The share of their words that both have, from 0 to 1."""
    ours, theirs = set(one), set(other)
    return len(ours & theirs) / max(len(ours | theirs), 1)

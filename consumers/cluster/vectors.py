"""What of an article is compared: its text comes in, counted words come out; counted words, weights.

Pure. Weights are made at the moment of comparing, from how many articles of the window hold a word, so that
they depend on nothing but what is stored.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.dateline import dateline
from service.messages import EnrichedArticle
from service.text import Token, stems, tokens

Floats = NDArray[np.float32]
Integers = NDArray[np.integer[Any]]

MOST_WORDS = 400
MOST_CHARACTERS = 4000
LEAST_BODY = 20
"""Words; a shorter text is taken for a headline's appendix."""
LEAST_LEAD, LEAST_FULL = 8, 60
"""Words; a shorter text than the one is no more than a headline, a longer one than the other is a full text."""
HEADLINE, LEAD, FULL = range(3)
"""How much of a text there is: texts of different lengths are weighed differently."""
UNDATED, DATED, SAID = range(3)
"""Who says when an article was written: nobody, its publisher, its text alone."""
VAGUE = ("month", "year")
"""A date that is said no more exactly than this is none."""
TITLE_COUNTS = 2
"""A word of the title counts as so many of the text."""

UNSEEN = 40.0
"""The guess of how common a word is weighs as much as so many articles."""
COMMON = np.array([0.3, 0.3, 0.28, 0.17, 0.1, 0.06, 0.035, 0.03, 0.02, 0.015, 0.012], np.float32)
"""That guess, by the word's letters: the share of articles that hold a word of 0, 1, 2, ... letters."""
DENSE = 7
"""In scripts from Thai on (by code point) two signs say as much as so many letters."""
DENSE_FROM = "\u0e00"


@dataclass(frozen=True, slots=True)
class Bag:
    """Different words, and for each 1 + log of how often it stands there."""

    words: tuple[str, ...]
    counts: Floats


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it is compared. The words of title and names are among those of the body."""

    title: Bag
    body: Bag
    names: Bag
    has_body: bool
    length: int
    """`HEADLINE`, `LEAD` or `FULL`."""
    written: datetime | None
    """When, if publisher or text say so."""
    dated: int
    """Who says so: `UNDATED`, `DATED` or `SAID`."""
    embedding: Floats | None


def draft(enriched: EnrichedArticle) -> Draft:
    title_text = enriched.article.raw.title
    language = enriched.language
    title_tokens = tokens(title_text[:MOST_CHARACTERS])[:MOST_WORDS]
    body_text = enriched.text[:MOST_CHARACTERS]
    body_tokens = tokens(body_text)[:MOST_WORDS]
    title = stems([token.word for token in title_tokens], language)
    body = stems([token.word for token in body_tokens], language)
    named = Counter(name for name, is_one in zip(body, are_names(body_text, body_tokens), strict=True) if is_one)
    for word in named.keys() & set(title):
        named[word] += 2
    if len(body) < LEAST_BODY and not is_headline_case(title_text, title_tokens):
        named.update(word for word, one in zip(title, are_names(title_text, title_tokens), strict=True) if one)
    counted = Counter(body)
    for word in title:
        counted[word] += TITLE_COUNTS
    when, who = written(enriched)
    return Draft(
        title=bag(Counter(title)),
        body=bag(counted),
        names=bag(named),
        has_body=len(body) >= LEAST_BODY,
        length=(len(body) >= LEAST_LEAD) + (len(body) >= LEAST_FULL),
        written=when,
        dated=who,
        embedding=meaning(enriched.embedding),
    )


def written(enriched: EnrichedArticle) -> tuple[datetime | None, int]:
    """When an article was written, and who says so."""
    raw = enriched.article.raw
    if raw.published_at is not None and raw.published_precision not in VAGUE:
        return min(raw.published_at, raw.seen_at), DATED
    said = dateline(enriched)
    return said, SAID if said else UNDATED


def bag(counted: Counter[str]) -> Bag:
    counts = np.fromiter(counted.values(), np.float32, len(counted))
    return Bag(tuple(counted), (1 + np.log(counts)).astype(np.float32))


def are_names(text: str, found: list[Token]) -> list[bool]:
    """Of each word, whether it is written like a name: a capital that no sentence's beginning explains."""
    return [text[start].isupper() and end - start > 1 and not _begins_sentence(text, start) for _, start, end in found]


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"'«»“”„(")
    return not before or before[-1] in ".!?…:\n"


def is_headline_case(title: str, found: list[Token]) -> bool:
    """Whether Most Words of a Title Have Capitals, so that they say nothing about names."""
    long = [token for token in found if token.end - token.start > 3]
    return sum(title[token.start].isupper() for token in long) > 0.6 * len(long)


def meaning(embedding: bytes) -> Floats | None:
    """Not of unit length: products of small whole numbers are exact in any order of summing."""
    return np.frombuffer(embedding, np.int8).astype(np.float32) if embedding else None


def guesses(words: Iterable[str]) -> Floats:
    """How common words are thought to be before any article was seen: short ones are mostly grammar."""
    most = len(COMMON) - 1
    return COMMON[[DENSE if word[0] >= DENSE_FROM else len(word) if len(word) < most else most for word in words]]


def rates(counts: Integers, guessed: Floats, articles: int) -> Floats:
    """The share of articles that hold each word, leaning on the guess while articles are few."""
    return ((counts + UNSEEN * guessed) / (articles + UNSEEN)).astype(np.float32)


def plain_weights(rate: Floats) -> Floats:
    return -np.log(np.minimum(rate, 1.0))


def window_weights(rate: Floats, recent_rate: Floats) -> Floats:
    """Lower for words that are in the news just now: a running story's own words tell its parts not apart."""
    return np.maximum(-np.log(0.5 * rate + 0.5 * recent_rate + 1e-4), 0)

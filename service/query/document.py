"""An article as matching sees it: what it says, and what is known about it.

Prepared once, however many queries look at it; what no query asks for is never worked out.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from msgspec import structs

from service.messages import EnrichedArticle
from service.query.known import Knowledge, StoryFacts
from service.query.tree import BOUND_FIELDS, TEXT_FIELDS
from service.sources import Source
from service.text import STEMMED, Token, fold, stem, tokens, written

STEM = "·"
"""Marks a key that is a stem; no word holds this sign."""


NOBODY: Mapping[str, str] = MappingProxyType({})
_MOST_KEPT = 200_000
_known: dict[str, dict[str, tuple[str, ...]]] = {}


def keys(word: str, language: str) -> tuple[str, ...]:
    """What a word of a query and a word of a text must share to meet: the folded word, or the stem.

    The folded word comes first; there is no stem where the language has no stemmer.
    """
    return _known_keys(language).get(word) or _remember(word, language)


def _known_keys(language: str) -> dict[str, tuple[str, ...]]:
    known = _known.setdefault(language if language in STEMMED else "", {})
    if len(known) >= _MOST_KEPT:
        known.clear()
    return known


def _remember(word: str, language: str) -> tuple[str, ...]:
    found = (fold(word), STEM + stem(word, language)) if language in STEMMED else (fold(word),)
    _known_keys(language)[word] = found
    return found


@dataclass(frozen=True)
class Part:
    """The title or the body."""

    text: str
    language: str

    @cached_property
    def written(self) -> list[str]:
        """The words as they stand, in order; a word's place in this list is its position."""
        return written(self.text)

    @cached_property
    def different(self) -> frozenset[str]:
        """The words as they stand, each once."""
        return frozenset(self.written)

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """Each different word as written, with its keys."""
        known = _known_keys(self.language).get
        return {word: known(word) or _remember(word, self.language) for word in self.different}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Everything by which a term can meet this text."""
        return frozenset().union(*self.forms.values())

    @cached_property
    def folded(self) -> list[str]:
        """The different folded words, sorted."""
        return sorted({forms[0] for forms in self.forms.values()})

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each key stands, ascending."""
        standing: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.written):
            standing[word].append(position)
        found: dict[str, list[list[int]]] = {}
        for word, forms in self.forms.items():
            for key in forms:
                found.setdefault(key, []).append(standing[word])
        return {key: places[0] if len(places) == 1 else sorted(chain(*places)) for key, places in found.items()}

    @cached_property
    def tokens(self) -> list[Token]:
        """The words with their places in the text, by position."""
        return tokens(self.text)

    def beginning(self, start: str) -> list[str]:
        """The folded words that begin so."""
        at = bisect_left(self.folded, start)
        found = []
        while at < len(self.folded) and self.folded[at].startswith(start):
            found.append(self.folded[at])
            at += 1
        return found


@dataclass(frozen=True)
class Document:
    """One article. `language` is a two-letter code or "und", `countries` are ISO 3166 alpha-2 codes."""

    title: str = ""
    body: str = ""
    language: str = "und"
    source: str = ""
    countries: frozenset[str] = frozenset()
    author: str = ""
    vector: bytes = b""
    """What it says, as signed bytes; empty if that is not known."""
    more: Knowledge = field(default=Knowledge(), compare=False)
    """What else is known of it. Language, source and countries count as given here."""

    @cached_property
    def parts(self) -> dict[str, Part]:
        return {name: Part(getattr(self, name), self.language) for name in BOUND_FIELDS}

    def within(self, field: str) -> Iterable[tuple[str, Part]]:
        """The parts a clause bound to `field` looks at, with their names; title and body if to none."""
        return [(name, self.parts[name]) for name in ((field,) if field else TEXT_FIELDS)]

    @cached_property
    def known(self) -> Knowledge:
        """What is known of it beside its text."""
        return replace(self.more, language=self.language, source=self.source, countries=self.countries)

    @classmethod
    def of(
        cls,
        enriched: EnrichedArticle,
        own: Mapping[str, str] = NOBODY,
        source: Source | None = None,
        story: StoryFacts | None = None,
    ) -> "Document":
        """An article as it was enriched, with what is known of its source and of its story. `own` is the id of the
        entity to which an id belongs, where that is another."""
        raw = enriched.article.raw
        more = Knowledge(
            entities=tuple(structs.replace(each, id=own.get(each.id, each.id)) for each in enriched.entities),
            places=enriched.places,
            citations=enriched.citations,
            subjects=enriched.topics,
            categories=raw.keywords,
            control=source.control if source else "",
            owner=source.owner if source else "",
            story=story,
        )
        return cls(
            title=raw.title,
            body=enriched.text,
            language=enriched.language,
            source=raw.source,
            countries=frozenset(enriched.countries),
            author=raw.author,
            vector=enriched.embedding,
            more=more,
        )

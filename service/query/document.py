"""An article as matching sees it: what it says, and what is known about it.

Prepared once, however many queries look at it; what no query asks for is never worked out.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from service.query.tree import TEXT_FIELDS
from service.text import Token, fold, stems, tokens, written


def keys(word: str, language: str) -> tuple[str, ...]:
    """The forms by which a word of the query meets a word of the text: folded, and stemmed."""
    folded, stem = fold(word), stems((word,), language)[0]
    return (folded,) if folded == stem else (folded, stem)


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
    def forms(self) -> dict[str, tuple[str, str]]:
        """Each different word as written, with its folded form and its stem."""
        different = list(dict.fromkeys(self.written))
        stemmed = stems(different, self.language)
        return {word: (fold(word), stem) for word, stem in zip(different, stemmed, strict=True)}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Everything by which a term can meet this text."""
        return frozenset(form for forms in self.forms.values() for form in forms)

    @cached_property
    def folded(self) -> list[str]:
        """The different folded words, sorted."""
        return sorted({folded for folded, _ in self.forms.values()})

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each key stands, ascending."""
        found: dict[str, list[int]] = {}
        forms = self.forms
        for position, word in enumerate(self.written):
            folded, stem = forms[word]
            found.setdefault(folded, []).append(position)
            if stem != folded:
                found.setdefault(stem, []).append(position)
        return found

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

    @cached_property
    def parts(self) -> dict[str, Part]:
        return {name: Part(getattr(self, name), self.language) for name in TEXT_FIELDS}

    def within(self, field: str) -> Iterator[tuple[str, Part]]:
        """The parts a leaf bound to `field` looks at, with their names."""
        yield from ((field, self.parts[field]),) if field else self.parts.items()

    def holds(self, field: str, value: str) -> bool:
        """Whether `lang:`, `source:` or `country:` is true of it."""
        match field:
            case "lang":
                return self.language == value
            case "country":
                return value in self.countries
            case _:
                return value in self.tails

    @cached_property
    def tails(self) -> frozenset[str]:
        """The source's domain and those above it: news.example.org, example.org, org."""
        labels = self.source.lower().split(".")
        return frozenset(".".join(labels[at:]) for at in range(len(labels)))

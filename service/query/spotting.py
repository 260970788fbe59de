"""Which leaves the single words of an article meet: a written word in, numbers of leaves out.

Leaves are those that look at one word: `minsk`, `minsk*`, `=Minsk`. Words are kept with what they meet, by language
and part of the article, since the same ones come again and again.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from service.query.document import Part, keys
from service.query.spotted import Numbers
from service.query.tree import TEXT_FIELDS, Exact, Prefix, Term
from service.query.words import LEAST_PREFIX, as_written
from service.text import STEMMED, fold

OneWord = Term | Prefix | Exact
_MOST_KEPT = 50_000
"""Words of one language in one part."""


class Spotting:
    def __init__(self) -> None:
        self._terms: dict[int, Term] = {}
        self._by_key: dict[str, Numbers] = {}
        self._prefixes: dict[int, Prefix] = {}
        self._starts: Numbers = {}
        self._exact: dict[int, Exact] = {}
        self._folded: Numbers = {}
        self._met: dict[tuple[str, str], Numbers] = {}

    def add(self, leaf: OneWord, number: int) -> None:
        self._forget_words()
        match leaf:
            case Term():
                self._terms[number] = leaf
                for language, by_key in self._by_key.items():
                    _add(by_key, keys(leaf.word, language), number)
            case Prefix():
                self._prefixes[number] = leaf
                _add(self._starts, (leaf.start[:LEAST_PREFIX],), number)
            case Exact():
                self._exact[number] = leaf
                _add(self._folded, (fold(leaf.words[0]),), number)

    def remove(self, leaf: OneWord, number: int) -> None:
        self._forget_words()
        match leaf:
            case Term():
                del self._terms[number]
                for language, by_key in self._by_key.items():
                    _discard(by_key, keys(leaf.word, language), number)
            case Prefix():
                del self._prefixes[number]
                _discard(self._starts, (leaf.start[:LEAST_PREFIX],), number)
            case Exact():
                del self._exact[number]
                _discard(self._folded, (fold(leaf.words[0]),), number)

    def met(self, name: str, part: Part, found: list[int]) -> Numbers:
        """Add to `found` what the words of a part of an article meet there. Gives these words, and others, with the
        leaves that they meet."""
        language = part.language if part.language in STEMMED else ""
        known = self._met.setdefault((language, name), {})
        if len(known) > _MOST_KEPT:
            known.clear()
        left = iter(part.different)
        while True:
            try:
                found.extend(chain.from_iterable(map(known.__getitem__, left)))
                return known
            except KeyError as missing:  # nearly all are known: looking first would be half of the work
                word = missing.args[0]
                known[word] = tuple(self._meeting(word, language, name))
                found.extend(known[word])

    def _meeting(self, word: str, language: str, name: str) -> Iterator[int]:
        fields = ("", name) if name in TEXT_FIELDS else (name,)
        by_key = self._of(language)
        for number in {number for key in keys(word, language) for number in by_key.get(key, ())}:
            if self._terms[number].field in fields:
                yield number
        if self._starts or self._folded:
            yield from self._otherwise(word, fields)

    def _otherwise(self, word: str, fields: Collection[str]) -> Iterator[int]:
        """By how it begins, and by how it is written."""
        folded = fold(word)
        for number in {number for end in range(1, LEAST_PREFIX + 1) for number in self._starts.get(folded[:end], ())}:
            prefix = self._prefixes[number]
            if prefix.field in fields and folded.startswith(prefix.start):
                yield number
        for number in self._folded.get(folded, ()):
            exact = self._exact[number]
            if exact.field in fields and exact.words[0] == as_written(word):
                yield number

    def _of(self, language: str) -> Numbers:
        """The terms by the keys that they have in a language; made when its first article comes."""
        if language not in self._by_key:
            by_key: Numbers = {}
            for number, term in self._terms.items():
                _add(by_key, keys(term.word, language), number)
            self._by_key[language] = by_key
        return self._by_key[language]

    def _forget_words(self) -> None:
        for known in self._met.values():
            known.clear()


def _add(kept: Numbers, keys: Iterable[str], number: int) -> None:
    for key in keys:
        kept[key] = (*kept.get(key, ()), number)


def _discard(kept: Numbers, keys: Iterable[str], number: int) -> None:
    for key in keys:
        left = tuple(each for each in kept.pop(key, ()) if each != number)
        if left:
            kept[key] = left

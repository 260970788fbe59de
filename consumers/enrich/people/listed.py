"""Known organisations: a language in; how texts in it may write them, and which words of a text may begin them, out."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.people import Known, organisations
from service.text import fold
from service.text.reading import Rule

FOLLOWING = 8
"""Words that a name may have."""
_INFLECTED = frozenset(("be", "bg", "bs", "cs", "de", "hr", "lt", "lv", "mk", "pl", "ru", "sk", "sl", "sr", "uk"))
BEGINNING = re.compile(r"(?<![\w'’-])[^\W\d_a-zа-яіўїєґёà-öø-ÿąćęłńóśźżčďěňřšťůž]\w*(?:['’-]\w+)*")
"""A word with a capital."""
SMALL = re.compile(r"[\W\d_a-zа-яіўїєґёà-öø-ÿąćęłńóśźżčďěňřšťůž]*")
"""What begins no such word."""
_NEXT = re.compile(r"[ \u00a0]([\w'’ʼ-]+)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a form in which texts in one language may have it."""

    known: Known
    words: tuple[str, ...]
    """Folded; in languages with cases, stems."""
    tail: int
    """Letters that may follow each stem."""
    acronym: str
    """As it must be written; "" for what is no acronym."""

    def begins(self, first: str) -> bool:
        """Whether this may be its first word."""
        return first.startswith(self.acronym) if self.acronym else self._fits(first, self.words[0])

    def end(self, text: str, start: int, first: str) -> int:
        """Where the name ends that begins here; 0 if it does not."""
        if self.acronym:
            rest = first.removeprefix(self.acronym)
            return start + len(self.acronym) if len(rest) < len(first) and rest[:1] in ("", "-", "'", "’") else 0
        if not self._fits(first, self.words[0]):
            return 0
        at = start + len(first)
        for word in self.words[1:]:
            following = _NEXT.match(text, at)
            if following is None or not self._fits(following[1], word):
                return 0
            at = following.end()
        return at

    def _fits(self, written: str, word: str) -> bool:
        folded = fold(written).removesuffix("'s")
        return folded == word or (self.tail > 0 and folded.startswith(word) and len(folded) <= len(word) + self.tail)


@functools.cache
def beginnings(language: str) -> Rule[tuple[tuple[int, str, tuple[Name, ...]], ...]]:
    """The words of a chunk that known names begin with: where each stands, and the names."""
    by_beginning = _names(language)

    def find(chunk: str) -> Iterator[tuple[int, str, tuple[Name, ...]]]:
        for match in BEGINNING.finditer(chunk):
            names = by_beginning.get(fold(match[0])[:3], ())
            if begun := tuple(name for name in names if name.begins(match[0])):
                yield match.start(), match[0], begun

    return Rule(lambda chunk: () if SMALL.fullmatch(chunk) else tuple(find(chunk)))


@functools.cache
def _names(language: str) -> Mapping[str, tuple[Name, ...]]:
    """By the first three letters; the longest first."""
    found = defaultdict[str, dict[Name, None]](dict)
    for known in organisations():
        for code, written in known.names:
            if code in (language, "en"):
                name = _name(known, written, language if code == language else "en")
                found[fold(written)[:3]][name] = None
    return {key: tuple(sorted(names, key=lambda name: -len(name.words))) for key, names in found.items()}


def _name(known: Known, written: str, language: str) -> Name:
    if " " not in written and sum(letter.isupper() for letter in written) > 1:
        return Name(known, (fold(written),), 0, written)
    words = tuple(map(fold, written.split()[:FOLLOWING]))
    if language not in _INFLECTED:
        return Name(known, words, 0, "")
    if len(words) == 1:
        return Name(known, (words[0].rstrip("aeoуюаяьйеоі"),), 3, "")
    return Name(known, tuple(word if len(word) < 4 else word[: max(3, len(word) - 2)] for word in words), 5, "")

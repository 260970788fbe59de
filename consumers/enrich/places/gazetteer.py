"""The gazetteer of a language: a word as it is written in, what it may begin out.

Made when a language is first seen. Looking a word up is one look into a dictionary; the answer is kept, so
the rules for case endings, prefixes and homoglyphs are only worked through for words not seen before.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from consumers.enrich.places import cities, forms
from consumers.enrich.places.listing import Entry, listed, stem_key
from service.text import fold, tokens
from service.text.reading import LONGEST, Rule

MOST_KEPT = 50_000
"""Words whose answer is kept; then all are forgotten, which costs a little time and no more."""

SHARED = 3
"""First letters that all forms of a word share."""

_ELISION = re.compile(r"\w{1,5}['’](?=\w{2})")
_ELIDING = frozenset(("fr", "it", "ca", "oc"))
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN_TWINS = str.maketrans("ABCEHKMOPTXaceopxyi", "АВСЕНКМОРТХасеорхуі")
_ATTACHED = {
    "ar": ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ك", "ف"),
    "he": ("וה", "וב", "ול", "מה", "שה", "ב", "ל", "מ", "ה", "ו", "כ", "ש"),
}
"""Small words that are written together with the next one."""
_CITY_TAIL = 3


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a word may begin: by itself, or with the word after it, by the first letters of that."""

    alone: tuple[Entry, ...]
    longer: Mapping[str, tuple[Entry, ...]]

    def before(self, word: str) -> tuple[Entry, ...]:
        """The longest first, countries before cities; what follows in full is for the caller to compare."""
        return (*self.longer.get(word[:SHARED], ()), *self.alone) if self.longer else self.alone


@dataclass
class Gazetteer:
    """The names of one language."""

    language: str
    _first: Mapping[str, tuple[Entry, ...]]
    _kept: dict[str, Beginning | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begins = Rule(self._begins)
        """Whether a word of a chunk may begin an entry; of one too long to be kept it is not asked."""

    def _begins(self, chunk: str) -> bool:
        if chunk.isalpha() and chunk.isascii():
            return self.beginning(chunk) is not None
        return len(chunk) > LONGEST or any(self.beginning(chunk[word.start : word.end]) for word in tokens(chunk))

    def beginning(self, word: str) -> Beginning | None:
        """What this word, as written, may begin; None for nearly all words."""
        try:
            return self._kept[word]
        except KeyError:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[word] = _beginning(self._found(word))
            return found

    def _found(self, word: str) -> tuple[Entry, ...]:
        if self.language in forms.INFLECTED and _CYRILLIC.search(word):
            word = word.translate(_LATIN_TWINS)
        small, upper = word[:1].islower(), word.isupper()
        entries = dict.fromkeys(entry for key in self._keys(fold(word)) for entry in self._first.get(key, ()))
        fitting = [e for e in entries if not (e.capital and small) and (upper or not e.acronym)]
        if not small:
            fitting += dict.fromkeys(self._cities(word))
        if not fitting and self.language in _ELIDING and (elided := _ELISION.match(word)):
            return self._found(word[elided.end() :])
        return tuple(sorted(fitting, key=_precedence))

    def _keys(self, folded: str) -> Iterator[str]:
        """The forms under which a word may be listed: itself, without what is attached, without a tail."""
        yield folded
        if forms.possessive(self.language):
            yield folded.removesuffix("'s").removesuffix("'")
            if self.language != "en" and len(folded) > 4:
                yield folded.removesuffix("s")
        for rest in self._detached(folded, 3):
            yield rest
            yield "ال" + rest
        bare = folded.partition("'")[0]  # Türkiye'nin
        for cut in range(forms.tails(self.language) + 1 if forms.tails(self.language) else 0):
            if len(bare) - cut >= (2 if self.language == "ko" else 3):
                yield stem_key(bare[: len(bare) - cut])

    def _cities(self, word: str) -> Iterator[Entry]:
        script = cities.script(word)
        index = cities.cities(script) if script else {}
        for key, tail in self._city_keys(fold(word)):
            for name in index.get(key, ()):
                rest = tuple(frozenset((part,)) for part in name.rest)
                yield Entry("city", name.city.country, rest, name.literal, tail, city=name.city, fame=name.fame)

    def _city_keys(self, folded: str) -> Iterator[tuple[str, int]]:
        """Nominatives a city may be listed under, and the tail its further words may have then."""
        yield folded, 0
        if forms.possessive(self.language):
            yield folded.removesuffix("'s"), 0
        for rest in self._detached(folded, 4):
            yield rest, 0
        for nominative in forms.nominatives(folded, self.language):
            yield nominative, _CITY_TAIL

    def _detached(self, folded: str, least: int) -> Iterator[str]:
        for attached in _ATTACHED.get(self.language, ()):
            if folded.startswith(attached) and len(folded) - len(attached) >= least:
                yield folded.removeprefix(attached)


def _beginning(entries: tuple[Entry, ...]) -> Beginning | None:
    if not entries:
        return None
    longer: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in {form[:SHARED] for form in entry.rest[0]} if entry.rest else ():
            longer[key].append(entry)
    alone = tuple(entry for entry in entries if not entry.rest)
    return Beginning(alone, {key: tuple(found) for key, found in longer.items()})


_RANK = {"blocker": 0, "name": 0, "metonym": 0, "people": 0, "adjective": 1, "city": 2, "region": 3}


def _precedence(entry: Entry) -> tuple[int, int]:
    """Of one length, a city goes before the region named after it."""
    return -entry.length, _RANK[entry.kind]


@functools.lru_cache(64)
def gazetteer(language: str) -> Gazetteer:
    """The names of a language; made once, which takes a tenth of a second or so."""
    first: dict[str, dict[Entry, None]] = defaultdict(dict)
    for key, entry in listed(language):
        first[key][entry] = None
    return Gazetteer(language, {key: tuple(entries) for key, entries in first.items()})

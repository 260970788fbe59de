"""Outlets by how they are written: words in, the outlet named among them and its domain out.

Names come from the table of sources and from `data/outlets.tsv`, where others' ways to write them stand; Cyrillic
ones are known in all cases.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from service.sources import load

FILE = Path(__file__).parents[1] / "data" / "outlets.tsv"
_WORD = re.compile(r"[^\W_]+(?:[-'’ʼ.][^\W_]+)*")
_CYRILLIC = re.compile("[А-Яа-яЁёІіЇїЄєЎў]+")
_LONGEST = 6
_POSSESSIVES = frozenset(("'s", "’s"))
_NOBODY = "-"
"""Instead of a domain: names that are common words, or too short to stand for an outlet."""
_CASES = {
    "ая": ("ой", "ую", "ою", "ай", "ае", "ая"),
    "а": ("ы", "и", "е", "у", "ой", "ою", "і", "ай", "зе"),
    "о": ("а", "у", "ом", "е"),
    "я": ("и", "е", "ю", "ей", "і", "ями", "ях"),
    "ское": ("ского", "скому", "ском"),
    "": ("а", "у", "ом", "е", "ам", "і", "ы"),
}
_SMALL = frozenset(("dpa", "taz", "ntv", "n-tv", "tagesschau", "franceinfo", "la", "the", "el", "le", "der", "die"))
"""First words that outlets write small."""


@functools.cache
def _table() -> tuple[dict[tuple[str, ...], str], dict[str, tuple[int, ...]]]:
    """Domains by the words of a name, in small letters; and by first word, how many words its names have, the most
    first."""
    forms: dict[tuple[str, ...], str] = {}
    sources = load()
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            domain, _, written = line.partition("\t")
            for form in written.split(";"):
                for words in _inflected(_words(form)):
                    forms.setdefault(words, sources.known_as(domain))
    for source in sources:
        words = _words(source.name)
        if words:
            forms.setdefault(words, source.domain)
        for domain in source.domains:
            forms.setdefault((domain,), source.domain)
    forms = {words: domain for words, domain in forms.items() if domain != _NOBODY}
    lengths: dict[str, set[int]] = {}
    for words in forms:
        lengths.setdefault(words[0], set()).add(len(words))
    return forms, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}


def _words(written: str) -> tuple[str, ...]:
    return tuple(match.lower() for match in _WORD.findall(written))[:_LONGEST]


def _inflected(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words in all cases, if they are Cyrillic; of names of many words, only the cases of the last two."""
    ways = [_cases(word) if at >= len(words) - 2 else (word,) for at, word in enumerate(words)]
    return product(*ways)


def _cases(word: str) -> tuple[str, ...]:
    if not _CYRILLIC.fullmatch(word) or len(word) < 4 or word in ("новости", "тасс", "белта"):
        return (word,)
    for ending in ("ское", "ая", "а", "о", "я"):
        if word.endswith(ending):
            return (word, *(word[: -len(ending)] + case for case in _CASES[ending]))
    return (word, *(word + case for case in _CASES[""])) if word[-1] not in "еиіыью" else (word,)


def outlet_in(words: Sequence[str], capitals: Sequence[bool]) -> tuple[int, int, str] | None:
    """The first outlet that these words (in small letters) name: from word to before word, and its domain."""
    forms, lengths = _table()
    for at, word in enumerate(words):
        sizes = lengths.get(word) or (lengths.get(_base(word)) if word[-2:] in _POSSESSIVES else None)
        if not sizes or not (capitals[at] or word in _SMALL or "." in word or word[0].isdigit()):
            continue
        for size in sizes:
            name = tuple(map(_base, words[at : at + size]))
            if len(name) == size and (domain := forms.get(name)):
                return at, at + size, domain
    return None


def _base(word: str) -> str:
    """Without the possessive."""
    return word[:-2] if word[-2:] in _POSSESSIVES else word


def domain_of(written: str) -> str:
    """The domain of a name that stands alone; "" if it is none that is known."""
    words = _words(written)
    found = outlet_in(words, [True] * len(words))
    return found[2] if found and found[:2] == (0, len(words)) else ""

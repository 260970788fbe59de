"""First names that many languages have: a word and its stems in, the names it may be out.

Микола is Mikalai, Nikolai and Nicolas. From `data/first_names.txt`, a name a line, as languages write it.
"""

import functools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "first_names.txt"
_ENDINGS = ("as", "us", "is", "a", "e", "i", "o", "y", "а", "я", "о", "е", "й", "ь", "ы", "і", "и")
_SHORTEST = 3


def first_names(word: str, stems: Iterable[str]) -> tuple[str, ...]:
    """The names, each by its first spelling in the table; `stems` are the word without case endings."""
    exact, inflected = _listed()
    names = dict.fromkeys(exact.get(_plain(word), ()))
    for stem in stems:
        names |= dict.fromkeys(inflected.get(_plain(stem), ()))
    return tuple(names)


def is_first_name(word: str) -> bool:
    """Whether the word as it stands is a first name of the table."""
    return _plain(word) in _listed()[0]


@functools.cache
def _listed() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """By spelling, and by spelling without its ending."""
    exact, inflected = defaultdict[str, tuple[str, ...]](tuple), defaultdict[str, tuple[str, ...]](tuple)
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, *_ = spellings = line.split()
        for spelling in dict.fromkeys(map(_plain, spellings)):
            exact[spelling] += (name,)
        for stem in dict.fromkeys(map(_stem, map(_plain, spellings))):
            inflected[stem] += (name,)
    return dict(exact), dict(inflected)


def _stem(spelling: str) -> str:
    stem = next((spelling.removesuffix(end) for end in _ENDINGS if spelling.endswith(end)), spelling)
    return stem if len(stem) >= _SHORTEST else spelling


@functools.lru_cache(65_536)
def _plain(word: str) -> str:
    """Without case; in the Latin alphabet, without accents."""
    word = unicodedata.normalize("NFC", word).casefold().replace("ё", "е").replace("’", "'")
    if word.isascii() or "\u0400" <= word[0] <= "\u04ff":
        return word
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))

"""What attributes in a language: a two-letter code in, its cue words by kind and its small words out.

The words stand in `data/cues/<code>.txt`. `stem:group` in a section takes each ending of the group; `_` is a blank.
Languages without a file attribute nothing but in bylines.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = ("say", "tell", "act", "think", "noun", "according", "citing", "after", "this")
"""say: speech, may stand behind what is said. tell: the same with somebody told. think: needs "that" or its like.
act: what follows is no clause ("denied", "accused"). noun: "the claim that". according: prepositions.
citing: such as need a name behind them. after: the
same behind the source ("zufolge"). this: takes up what was said before ("об этом")."""
FOLDER = Path(__file__).parents[1] / "data" / "cues"
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of one language, in small letters."""

    language: str
    cues: Mapping[str, tuple[tuple[Phrase, str], ...]]
    """By first word: phrases and their kind, the longest first."""
    small: Mapping[str, frozenset[str]]
    """Words that are no cues, by section: stops, between, pronouns, ..."""

    def __getitem__(self, section: str) -> frozenset[str]:
        return self.small[section]


@functools.cache
def grammar(language: str) -> Grammar | None:
    """None if the language has no file."""
    file = FOLDER / f"{language}.txt"
    if len(language) != 2 or not language.isalpha() or not file.exists():
        return None
    sections = _sections(file.read_text("utf-8"))
    groups = _groups(sections.pop("endings", ""))
    words = {name: _words(written, groups) for name, written in sections.items()}
    small = {name: frozenset(map(" ".join, found)) for name, found in words.items() if name not in KINDS}
    return Grammar(language, _cues(words), small)


def languages() -> tuple[str, ...]:
    """Those that have a file."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.txt")))


def _sections(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in written.splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = ""
        elif name and not line.startswith("#"):
            found[name] += line + "\n"
    return found


def _groups(written: str) -> dict[str, tuple[str, ...]]:
    """`n = - s ed`: a group and its endings, of which `-` is none."""
    lines = (line.split(" = ") for line in written.splitlines() if line)
    return {name: tuple("" if ending == "-" else ending for ending in endings.split()) for name, endings in lines}


def _words(written: str, groups: Mapping[str, tuple[str, ...]]) -> set[Phrase]:
    found: set[Phrase] = set()
    for word in written.split():
        stem, _, group = word.partition(":")
        first, *rest = group.split("_")
        endings = groups.get(first, (first,)) if group else ("",)
        found.update(tuple(" ".join((stem + ending, *rest)).replace("_", " ").split()) for ending in endings)
    return found


def _cues(words: Mapping[str, set[Phrase]]) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    """A phrase that stands in several sections is of the first kind of them."""
    kinds: dict[Phrase, str] = {}
    for kind in KINDS:
        for phrase in sorted(words.get(kind, ())):
            kinds.setdefault(phrase, kind)
    by_first: dict[str, list[tuple[Phrase, str]]] = {}
    for phrase, kind in sorted(kinds.items(), key=lambda pair: (-len(pair[0]), pair)):
        by_first.setdefault(phrase[0], []).append((phrase, kind))
    return {first: tuple(found) for first, found in by_first.items()}

"""Names: a title, a text and their language in; the people and organisations named there out.

A name is a run of words with capitals. A capital at the beginning of a sentence proves nothing, a headline
in which every word has one proves nothing either, and titles ("President", "Herr") are split off. A surname
alone counts for the full name it belongs to, if the text has just one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

from consumers.enrich.keys import name_keys, word_keys
from consumers.enrich.keywords import SMALL
from service.messages import Name
from service.text import fold, sentences

VERSION = "1"
MOST = 40
LONGEST = 5
"""Words; longer runs are headings and lists."""


def _calendar(part: str) -> Iterator[str]:
    """English days or months, which have capitals and name nobody."""
    return iter(getattr(Locale("en"), part)["format"]["wide"].values())


_CAPITAL = "A-Z\u00c0-\u00d6\u00d8-\u00deĀ-Žƀ-ɏΑ-ΩА-ЯЀ-ЏҐ\u0530-\u0556"
_LETTERS = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTERS}+(?:['’ʼ-]{_LETTERS}+)*\.?")
_CASED = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0530-\u058f]")
_JOINED = re.compile(r"[ \u00a0]\Z")
_INITIAL = re.compile(rf"[{_CAPITAL}]\.\Z")
_SMALL_PARTS = "al bin da de del della den der di dos du el ibn la le ten ter van von y zu"
_PARTICLES = frozenset(_SMALL_PARTS.split())
_TITLES = frozenset(map(fold, (Path(__file__).parent / "data" / "titles.txt").read_text("utf-8").split()))
_NO_NAME = _TITLES | {fold(word) for part in ("days", "months") for word in _calendar(part)}
_NOUNS_IN_CAPITALS = frozenset(("de", "lb"))
"""Languages in which every noun has a capital: there a single word is no name."""
_TITLE_CASE = 0.6


@dataclass(frozen=True, slots=True)
class Run:
    """Words with capitals in a row, and whether the first opens a sentence."""

    words: tuple[str, ...]
    opens: bool


def names(title: str, text: str, language: str) -> tuple[Name, ...]:
    """The most often named first, as written most often, with keys that meet across scripts."""
    if not _CASED.search(title or text):
        return ()
    parts = [*([title] if _sentence_case(title) else []), *sentences(text)]
    runs = [run for part in parts for run in _runs(part)]
    inside = {word.rstrip(".") for run in runs for word in run.words[run.opens :]}
    small = {word.rstrip(".") for part in parts for word in _WORD.findall(part) if word[0].islower()}
    kept = Counter(
        words for run in runs if (words := _kept(run, inside, small)) and _is_name(words, language)
    )
    merged = _merged(kept, language)
    return tuple(
        Name(" ".join(words), name_keys(" ".join(words), language), count)
        for words, count in merged.most_common(MOST)
    )


def _sentence_case(title: str) -> bool:
    """Whether capitals in this title mean anything."""
    words = _WORD.findall(title)
    return len(words) < 4 or sum(word[0].isupper() for word in words) < _TITLE_CASE * len(words)


def _runs(sentence: str) -> Iterator[Run]:
    current: list[str] = []
    pending: list[str] = []  # particles, which belong to a name only if it goes on behind them
    opens, first, end = False, True, -1
    for match in _WORD.finditer(sentence):
        word = match[0]
        adjacent = match.start() == end + 1 and _JOINED.match(sentence, end, match.start()) is not None
        capital = word[0].isupper()
        if current and not (adjacent and (capital or word in _PARTICLES)):
            yield Run(tuple(current), opens)
            current, pending = [], []
        if capital:
            opens = first if not current else opens
            current += [*pending, word]
            pending = []
        elif current:
            pending.append(word)
        end, first = match.end(), False
        if word.endswith(".") and not _INITIAL.match(word) and fold(word[:-1]) not in _TITLES:
            end = -1
    if current:
        yield Run(tuple(current), opens)


def _kept(run: Run, inside: set[str], small: set[str]) -> tuple[str, ...]:
    """The run without titles, and without a first word that only a sentence's beginning gave its capital."""
    words = [word if _INITIAL.match(word) else word.rstrip(".") for word in run.words]
    if run.opens and words:
        first = words[0]
        common = len(first) < 3 or first.casefold() in small or fold(first) in SMALL
        if common or (len(words) == 1 and first not in inside):
            words = words[1:]
    while words and (words[0] in _PARTICLES or fold(words[0]) in _NO_NAME):
        words = words[1:]
    return tuple(words)


def _is_name(words: Sequence[str], language: str) -> bool:
    if len(words) == 1:
        word = words[0]
        return len(word) > 2 and language not in _NOUNS_IN_CAPITALS and not (word.isupper() and len(word) > 6)
    return len(words) <= LONGEST


def _merged(counts: Counter[tuple[str, ...]], language: str) -> Counter[tuple[str, ...]]:
    """Forms of one name counted together, and surnames with their full name, under the form written most."""
    groups: dict[tuple[str, ...], Counter[tuple[str, ...]]] = {}
    by_key: dict[str, tuple[str, ...]] = {}
    by_surname: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for words in sorted(counts, key=lambda words: (len(words) == 1, -counts[words], words)):
        head = _head(words, by_key, by_surname, language)
        groups.setdefault(head, Counter())[words] += counts[words]
        _remember(words, head, by_key, by_surname, language)
    return Counter({_form(group, head): group.total() for head, group in groups.items()})


def _head(
    words: tuple[str, ...],
    by_key: Mapping[str, tuple[str, ...]],
    by_surname: Mapping[str, set[tuple[str, ...]]],
    language: str,
) -> tuple[str, ...]:
    """The name that this one is another form of; itself if it is none."""
    keys = name_keys(" ".join(words), language)
    if len(words) == 1:
        full = {head for key in keys for head in by_surname.get(key, ())}
        if len(full) == 1:
            return full.pop()
    return next((by_key[key] for key in keys if key in by_key), words)


def _remember(
    words: tuple[str, ...],
    head: tuple[str, ...],
    by_key: dict[str, tuple[str, ...]],
    by_surname: dict[str, set[tuple[str, ...]]],
    language: str,
) -> None:
    for key in name_keys(" ".join(words), language):
        by_key.setdefault(key, head)
    if len(words) > 1:
        for key in word_keys(words[-1].rstrip("."), language):
            by_surname[key].add(head)


def _form(group: Mapping[tuple[str, ...], int], head: tuple[str, ...]) -> tuple[str, ...]:
    """The form written most of those with as many words as the head."""
    full: Iterable[tuple[str, ...]] = [words for words in group if (len(words) > 1) == (len(head) > 1)]
    return min(full, key=lambda words: (-group[words], len(" ".join(words)), words))

"""Names: a title, a text and their language in; the people and organisations named there out.

A name is a run of words with capitals. A capital at the beginning of a sentence proves nothing, a headline
in which every word has one proves nothing either, and titles ("President", "Herr") are split off. A surname
alone counts for the full name it belongs to, if the text has just one.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from babel import Locale

from consumers.enrich.keywords import SMALL
from service.messages import Name
from service.people.sounds import name_keys, word_keys
from service.query.stop_words import STOP_WORDS
from service.text import fold
from service.text.capitals import CAPITALS
from service.text.reading import Rule, read

VERSION = "2"
MOST = 40
LONGEST = 5
"""Words; longer runs are headings and lists."""


def _calendar(part: str) -> Iterator[str]:
    """English days or months, which have capitals and name nobody."""
    return iter(getattr(Locale("en"), part)["format"]["wide"].values())


_HAS_CAPITAL = re.compile(f"[{CAPITALS}]")
_SMALL_PARTS = "al bin da de del della den der di dos du el ibn la le ten ter van von y zu"
PARTICLES = frozenset(_SMALL_PARTS.split())
_SHORTENED = "Mr Mrs Ms Dr Prof Sen Gen Gov Rep Col Lt Sgt Capt St Hr Fr Sr Sra"
_LETTERS = r"[^\W\d_]"
_INITIAL = re.compile(rf"[{CAPITALS}]\.")
_WORD = (
    rf"(?:[{CAPITALS}]\.[ \u00a0]?|(?:{_SHORTENED.replace(' ', '|')})\. )*[{CAPITALS}]{_LETTERS}*(?:['’ʼ-]{_LETTERS}+)*"
)
WORD = re.compile(_WORD)
_RUN = re.compile(rf"(?<![\w'’ʼ-]){_WORD}(?:[ \u00a0](?:(?:{_SMALL_PARTS.replace(' ', '|')}) ){{0,2}}{_WORD})*")
_SENTENCE_END = frozenset(".!?…:;")
_OPENING = " \"'«»„“”‘’([—–-•*\t"
_TITLES = frozenset(map(fold, (Path(__file__).parents[1] / "data" / "titles.txt").read_text("utf-8").split()))
_FUNCTION_WORDS = SMALL | STOP_WORDS
_NO_NAME = _TITLES | {fold(word) for part in ("days", "months") for word in _calendar(part)}
_OFTEN_PART = "general prime chief director king queen prince princess pope papa papież papež lady dame don san"
_PART_OF_NAMES = frozenset(map(fold, _OFTEN_PART.split()))
"""Titles that are split off only from two words or more."""
_NOUNS_IN_CAPITALS = frozenset(("de", "lb"))
"""Languages in which every noun has a capital: there a single word is no name."""
_TITLE_CASE = 0.6


class Run(msgspec.Struct, frozen=True):
    """Words with capitals in a row, and whether the first opens a sentence."""

    words: tuple[str, ...]
    opens: bool
    start: int
    end: int


def names(title: str, text: str, language: str) -> tuple[Name, ...]:
    """The most often named first, as written most often, with keys that meet across scripts."""
    telling = f"{title}\n{text}" if sentence_case(title) else text
    if not _HAS_CAPITAL.search(telling):
        return ()
    found = runs(telling)
    inside = {word for run in found for word in run.words[run.opens :]}
    small = read(telling).blanked
    kept = [(run.opens, words) for run in found if _is_name(words := _kept(run, inside, small), language)]
    sure = {key for opens, words in kept if not opens and len(words) > 1 for key in _keys(words, language)}
    counts = Counter(_shorter(words, sure, language) if opens else words for opens, words in kept)
    return tuple(
        Name(" ".join(words), _keys(words, language), count)
        for words, count in _merged(counts, language).most_common(MOST)
    )


def is_function_word(word: str) -> bool:
    """Whether it is a word such as "the" or "yesterday", which only a sentence's beginning gives a capital."""
    return fold(word) in _FUNCTION_WORDS


def sentence_case(title: str) -> bool:
    """Whether capitals in this title mean anything."""
    words = title.split()
    return len(words) < 4 or sum(word[0].isupper() for word in words) < _TITLE_CASE * len(words)


@functools.lru_cache(8)
def runs(text: str) -> tuple[Run, ...]:
    """Words with capitals in a row, in the order of the text."""
    found = []
    for first, after in _stretches(text):
        for match in _RUN.finditer(text, first, after):
            start = match.start()
            before = text[max(0, start - 4) : start]
            last = before.rstrip(_OPENING)[-1:]
            opens = not last or last in _SENTENCE_END or "\n" in before
            found.append(Run(_words(match[0]), opens, start, match.end()))
    return tuple(found)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where chunks with capitals stand side by side, particles between them: no run goes beyond."""
    reading = read(text)
    ranks = _RANKS.over(reading.chunks)
    return reading.stretches([n for n, rank in enumerate(ranks) if rank == 2 or (rank and _joins(ranks, n))])


def _joins(ranks: Sequence[int], at: int) -> bool:
    """Whether a particle stands between words with capitals, another one perhaps beside it."""
    return any(rank == 2 for rank in ranks[max(0, at - 2) : at]) and any(rank == 2 for rank in ranks[at + 1 : at + 3])


def _rank(chunk: str) -> int:
    """2 where there is a capital, 1 for a particle."""
    return 2 if _HAS_CAPITAL.search(chunk) else int(chunk in PARTICLES)


_RANKS = Rule(_rank)


def _words(written: str) -> tuple[str, ...]:
    if "." not in written:
        return tuple(written.split())
    apart = _INITIAL.sub(lambda initial: initial[0] + " ", written).split()  # А.Лукашенко
    return tuple(word if _INITIAL.fullmatch(word) else word.rstrip(".") for word in apart)


def _kept(run: Run, inside: set[str], small: frozenset[str]) -> tuple[str, ...]:
    """The run without titles, and without a first word that only a sentence's beginning gave its capital."""
    words, first = run.words, run.words[0]
    if run.opens:
        common = len(first) < 2 or first.casefold() in small or fold(first) in _FUNCTION_WORDS
        if common or (len(words) == 1 and first not in inside):
            words = words[1:]
    while words and words[0] in PARTICLES:
        words = words[1:]
    return _without_titles(words)


def _without_titles(words: tuple[str, ...]) -> tuple[str, ...]:
    """What follows the last title; "King Charles" and "General Motors" stay whole."""
    for at in range(len(words) - 1, -1, -1):
        title = fold(words[at])
        if title in _NO_NAME and (title not in _PART_OF_NAMES or at + 2 < len(words)):
            return words[at + 1 :]
    return words


def _shorter(words: tuple[str, ...], sure: set[str], language: str) -> tuple[str, ...]:
    """Without the word that opens the sentence, if the rest is a name elsewhere: "Later Marta Velin"."""
    return words[1:] if len(words) > 2 and not sure.isdisjoint(_keys(words[1:], language)) else words


@functools.lru_cache(65_536)
def _keys(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    return name_keys(" ".join(words), language)


def _is_name(words: Sequence[str], language: str) -> bool:
    if len(words) == 1:
        word = words[0]
        return len(word) > 2 and language not in _NOUNS_IN_CAPITALS and not (word.isupper() and len(word) > 6)
    return 0 < len(words) <= LONGEST


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
    keys = _keys(words, language)
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
    for key in _keys(words, language):
        by_key.setdefault(key, head)
    if len(words) > 1:
        for key in word_keys(words[-1].rstrip("."), language):
            by_surname[key].add(head)


def _form(group: Mapping[tuple[str, ...], int], head: tuple[str, ...]) -> tuple[str, ...]:
    """The form written most of those with as many words as the head."""
    full: Iterable[tuple[str, ...]] = [words for words in group if (len(words) > 1) == (len(head) > 1)]
    return min(full, key=lambda words: (-group[words], len(" ".join(words)), words))

"""What a number counts: the words behind it in, those that name it out, told by their form alone.

English: up to the first plural; German: up to the first noun; Slavic: adjectives and the word they belong to;
Romance: a noun and the adjective that agrees with it; elsewhere: one word.
"""

from collections.abc import Sequence
from pathlib import Path

from consumers.enrich.keywords import SMALL
from service.text import fold
from service.text.pieces import Piece

_TABLE = Path(__file__).parents[1] / "data" / "counted.txt"
_WORDS = {
    kind: frozenset(fold(word) for word in words.split())
    for kind, words in (
        line.split(": ")
        for line in (Path(__file__).parents[1] / "data" / "counted.txt").read_text("utf-8").splitlines()
    )
}
_SMALL = SMALL | _WORDS["ends"]
"""Folded words that end what is counted."""
_OF, _ARTICLES, _PLURALS, _PEOPLE = (_WORDS[kind] for kind in ("of", "articles", "plurals", "people"))
_LIKE_ADJECTIVES = tuple(_WORDS["like-adjectives"])
"""Nouns that have the endings of adjectives."""
ONES = _WORDS["ones"]
"""Say "one", but hardly ever count."""
_NO_PLURALS = ("ss", "us", "is")
_ADJECTIVES = {
    "ru": ("ых", "их", "ым", "им", "ыми", "ими", "ые", "ие", "ый", "ий", "ой", "ую", "ая"),
    "be": ("ых", "іх", "ым", "ыя", "ія", "ы", "ая", "ую"),
    "uk": ("их", "іх", "им", "і", "ий", "а"),
    "pl": ("ych", "ich", "ymi", "imi", "ym", "ie", "ne", "we", "ki", "ny", "owy", "na", "wa"),
}


def counts(window: str, words: Sequence[Piece], used: int, language: str) -> str:
    """What is counted, as written; "" if nothing is."""
    first = used
    while first < len(words) and first < used + 2 and words[first].key in (_OF if first == used else _ARTICLES):
        first += 1
    if used < len(words) and not _follows(window, words[used - 1], words[used]):
        return ""
    run = _run(window, words[first : first + 3])
    length = _length(window, run, language)
    return window[run[0].at : run[length - 1].end] if length else ""


def people(counted: str) -> bool:
    """Whether what is counted are people, so that the number before them is no year."""
    return fold(counted.rsplit(" ", 1)[-1]) in _PEOPLE


def _run(window: str, words: Sequence[Piece]) -> list[Piece]:
    """As many as follow each other with nothing but a blank between, and say something."""
    run: list[Piece] = []
    for word in words:
        if run and not _follows(window, run[-1], word):
            break
        if word.key in _SMALL or len(word.key) < 3 or not window[word.at].isalpha():
            break
        run.append(word)
    return run


def _follows(window: str, first: Piece, second: Piece) -> bool:
    between = window[first.end : second.at]
    return between != "" and not between.strip(" \u00a0\u202f")


def _length(window: str, run: Sequence[Piece], language: str) -> int:
    """How many words of the run are what is counted."""
    if not run:
        return 0
    if language == "en":
        return next((n for n, word in enumerate(run, 1) if _is_plural(word.key)), 1)
    if language == "de":
        return next((n for n, word in enumerate(run, 1) if window[word.at].isupper()), 1)
    if language in _ADJECTIVES:
        belongs = run[0].key.endswith(_ADJECTIVES[language]) and not run[0].key.endswith(_LIKE_ADJECTIVES)
        return min(len(run), 2) if belongs else 1
    if language in ("fr", "es", "it", "pt") and len(run) > 1:
        return 2 if run[0].key[-1] == run[1].key[-1] == "s" else 1
    return 1


def _is_plural(word: str) -> bool:
    return word in _PLURALS or (word.endswith("s") and not word.endswith(_NO_PLURALS))

"""Subjects: a title, a text and their language in; the IPTC Media Topics that it is about out, the surest first.

Words tell subjects, those of `data/mediatopic_words.txt`: in the title they say most, in the lead more than
further down. Whoever is about a subject is about what it is part of, too: parents come along. How sure each
is was told from texts labelled by hand (`SURE`); what would be wrong too often is not said.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from service.messages import MediaTopic
from service.text import fold, words

NAME = "subjects"
VERSION = "1"
LEAD = 400
MOST_CHARACTERS = 2000
"""Of the text that are looked at: what it is about is said at its beginning."""
MOST = 8
"""Subjects said, parents aside."""
SURE = ((6.0, 0.95), (4.0, 0.9), (2.5, 0.8))
"""From which score on a subject is right how often; below the last it is not said."""
_IN_TITLE, _IN_LEAD, _BELOW = 2.5, 1.0, 0.5
_PHRASE = 1.5
_AGAIN = 0.5
_MOST_AGAIN = 3

_HERE = Path(__file__).parent
LANGUAGES = ("en", "ru", "be", "uk", "pl", "de", "fr", "es")


class Concept(NamedTuple):
    name: str
    parent: str
    """Id; "" for one of the seventeen at the top."""


class _Words(NamedTuple):
    """The words of one language. `telling[n]` is (id, what must follow) for pattern `n`."""

    finder: ahocorasick_rs.AhoCorasick
    telling: list[list[tuple[str, tuple[str, ...]]]]


@cache
def concepts() -> dict[str, Concept]:
    """By id ("20000065")."""
    lines = (_HERE / "mediatopics.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: Concept(name, parent) for code, name, parent in rows}


def subjects(title: str, text: str, language: str) -> tuple[MediaTopic, ...]:
    """None in a language without words."""
    sure = {code: said for code, score in _scores(title, text, language) if (said := confidence(score))}
    chosen = sorted(sure, key=lambda code: (-sure[code], code))[:MOST]
    all_sure: dict[str, float] = {}
    for code in chosen:
        for each in lineage(code):
            all_sure[each] = max(all_sure.get(each, 0.0), sure[code])
    ranked = sorted(all_sure, key=lambda code: (-all_sure[code], -len(lineage(code)), code))
    named = concepts()
    return tuple(MediaTopic(id=f"medtop:{code}", confidence=all_sure[code], name=named[code].name) for code in ranked)


def confidence(score: float) -> float:
    """0 where nothing is said."""
    return next((sure for least, sure in SURE if score >= least), 0.0)


def lineage(code: str) -> list[str]:
    """The concept, its parent, and so on to the top."""
    found = [code]
    while parent := concepts()[found[-1]].parent:
        found.append(parent)
    return found


def _scores(title: str, text: str, language: str) -> list[tuple[str, float]]:
    if language not in LANGUAGES:
        return []
    lead, rest = text[:LEAD], text[LEAD:MOST_CHARACTERS]
    told: dict[str, dict[tuple[int, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    for weight, part in ((_IN_TITLE, title[:LEAD]), (_IN_LEAD, lead), (_BELOW, rest)):
        for code, which, length in _told(part, language):
            told[code][which, length].append(weight * (_PHRASE if length > 1 else 1.0))
    return [(code, sum(map(_weight, patterns.values()))) for code, patterns in sorted(told.items())]


def _weight(weights: list[float]) -> float:
    """A word counts where it says most, and a little for each time that it is said again."""
    return max(weights) + _AGAIN * min(len(weights) - 1, _MOST_AGAIN)


def _told(part: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Ids, with the number of the pattern and of how many words it is."""
    text = f" {' '.join(words(part))} "
    known = _words(language)
    for pattern, _, end in known.finder.find_matches_as_indexes(text, overlapping=True):
        for code, following in known.telling[pattern]:
            if _goes_on(text, end, following):
                yield code, pattern, 1 + len(following)


def _goes_on(text: str, at: int, following: tuple[str, ...]) -> bool:
    for stem in following:
        at = text.find(" ", at)
        if at < 0 or not text.startswith(stem, at + 1):
            return False
        at += 1
    return True


@cache
def _words(language: str) -> _Words:
    telling: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for code, phrases in _listed(language):
        for phrase in phrases.split(","):
            first, *following = map(_stem, phrase.split())
            telling[f" {first}"].append((code, tuple(following)))
    patterns = sorted(telling)
    return _Words(ahocorasick_rs.AhoCorasick(patterns), [telling[pattern] for pattern in patterns])


def _stem(written: str) -> str:
    """Folded; with a blank behind if no more letters may follow."""
    return fold(written.removesuffix("_")) + (" " if written.endswith("_") else "")


def _listed(language: str) -> Iterator[tuple[str, str]]:
    at = LANGUAGES.index(language) + 1
    for line in (_HERE / "data" / "mediatopic_words.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            fields = line.split("|")
            yield fields[0], fields[at]

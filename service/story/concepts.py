"""What a number of a text counts, across languages: the words behind it and around it in, a subject out.

`concepts.tsv` has the things that news counts most, in the words of eight languages. A number of people is about
what became of them ("12 people were killed" counts the dead). Other things are compared within a language only.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from service.text import stems, tokens, written

Sort = Literal["state", "growing", "any", "some", "part", "time"]
NEAR = 70
"""Characters between a number and the word that tells what became of those it counts."""
_BREAK = re.compile(r"[;:()]|,\s|\s(?:and|und|et|y|oraz|i|и|а|і|ды|та)\s")


@dataclass(frozen=True, slots=True)
class Concept:
    name: str
    sort: Sort


PEOPLE = Concept("people", "any")
"""Says nothing by itself: there are people of all sorts in a story."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number is of. Numbers of the same subject can be held against each other."""

    name: str
    """A concept ("dead", "soldiers dead"), or a stem with its language in front ("en:bridg")."""
    growing: bool = False
    """It rises as more is known: a later, greater number contradicts nothing."""
    vague: bool = False
    """Nothing tells what became of them, so two numbers may be of different ones that are only called the same."""


def subject(counts: str, language: str, sentence: str, at: int) -> Subject | None:
    """What a number counts, by the words behind it and by its sentence, in which it stands at `at`.

    None if they do not say: of people of whom nothing is told, of a part of them ("among those freed are four people
    over seventy"), and of hours and years.
    """
    known = vocabulary().get(language, {})
    words = stems(written(counts), language)
    named = [known[word] for word in words if word in known]
    if any(each.sort == "time" for each in named):
        return None
    state = next((each for each in named if each.sort in ("state", "growing")), None)
    noun = next((each for each in named if each.sort in ("any", "some")), None)
    if state is None and noun is not None:
        state = _nearest(sentence, language, at)
    if noun is None and state is None:
        return Subject(f"{language}:{words[-1]}", vague=True) if words else None
    if (noun is None or noun.sort == "any") and ((state or noun) == PEOPLE or _is_part(sentence[:at], language)):
        return None
    name = " ".join(each.name for each in (noun, state) if each and (each is state or _counts_apart(each, state)))
    return Subject(name, growing=bool(state and state.sort == "growing"), vague=state is None)


def _is_part(before: str, language: str) -> bool:
    known = vocabulary().get(language, {})
    return any(word in known and known[word].sort == "part" for word in stems(written(before), language))


def _counts_apart(noun: Concept, state: Concept | None) -> bool:
    return state is None or noun.sort == "some"


def _nearest(sentence: str, language: str, at: int) -> Concept | None:
    """The state told nearest to the number, with no comma, "and" or bracket between them."""
    known = vocabulary().get(language, {})
    best: tuple[int, Concept] | None = None
    found = tokens(sentence)
    for token, stem in zip(found, stems([sentence[each.start : each.end] for each in found], language), strict=True):
        concept = known.get(stem)
        if concept is None or concept.sort not in ("state", "growing"):
            continue
        start, end = sorted((at, token.start))
        far = end - start
        if far <= NEAR and (best is None or far < best[0]) and not _BREAK.search(sentence, start, end):
            best = far, concept
    return best[1] if best else None


@cache
def vocabulary() -> dict[str, dict[str, Concept]]:
    """By language and stem."""
    found: dict[str, dict[str, Concept]] = {}
    for line in Path(__file__).with_name("concepts.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, sort, *by_language = line.split("\t")
        concept = Concept(name, _SORTS[sort])
        for language, _, words in (each.partition(":") for each in by_language):
            for stem in stems(words.split(","), language):
                found.setdefault(language, {}).setdefault(stem, concept)
    return found


_SORTS: dict[str, Sort] = {sort: sort for sort in get_args(Sort)}

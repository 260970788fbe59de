"""A story in two or three sentences of its own articles, by language: texts in, sentences with their places out.

Nothing is written anew: each sentence stands so in an article, and says in which and where.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.story.reports import Told
from service.story.sentences import sentences
from service.story.weighing import centrality, overlap, stems_of, weights

MOST = 3
READ = 1500
"""Characters of each text that are looked at: what matters stands at the beginning."""
SHORTEST, LONGEST = 4, 45
"""Words of a sentence that is shown."""
ALIKE = 0.4
"""Share of common words from which on a sentence says nothing new."""
FIRST = (1.6, 1.2)
"""What the first sentences of a text count more: news begins with what happened."""
COVERED = 0.3
"""What a word still weighs once a chosen sentence has it."""
ENOUGH = 0.2
"""A sentence that is so much weaker than the first is left out."""


@dataclass(frozen=True, slots=True)
class Sentence:
    article_id: str
    text: str
    start: int
    """Where it stands in the article's latest text, in characters; `end` is behind the last."""
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: Sentence
    stems: tuple[str, ...]
    lead: float
    order: tuple[int, int]


def summary(told: Sequence[Told]) -> dict[str, tuple[Sentence, ...]]:
    """Of the texts of each language, in which they come; without those languages that have no sentence to show."""
    by_language: dict[str, list[Told]] = {}
    for each in told:
        by_language.setdefault(each.language, []).append(each)
    found = {language: _chosen(some) for language, some in by_language.items()}
    return {language: chosen for language, chosen in found.items() if chosen}


def _chosen(told: Sequence[Told]) -> tuple[Sentence, ...]:
    read = [_candidates(each, number) for number, each in enumerate(told)]
    left = dict(weights([[each.stems for each in some] for some in read if some]))
    candidates = [each for some in read for each in some if _may_be_shown(each)]
    chosen: list[_Candidate] = []
    best = 0.0
    while candidates and len(chosen) < MOST:
        top = max(candidates, key=lambda each: each.lead * centrality(each.stems, left))
        score = top.lead * centrality(top.stems, left)
        best = best or score
        if score <= best * ENOUGH and chosen:
            break
        chosen.append(top)
        _cover(top, left)
        candidates = [each for each in candidates if overlap(each.stems, top.stems) < ALIKE]
    return tuple(each.sentence for each in sorted(chosen, key=lambda each: each.order))


def _candidates(told: Told, number: int) -> list[_Candidate]:
    text = told.text[:READ]
    found = []
    for place, (start, end) in enumerate(sentences(text, told.language)):
        if end == len(text) < len(told.text):  # cut off
            continue
        sentence = Sentence(told.article_id, text[start:end], start, end)
        lead = FIRST[place] if place < len(FIRST) else 1.0
        found.append(_Candidate(sentence, tuple(stems_of(sentence.text, told.language)), lead, (number, start)))
    return found


def _may_be_shown(candidate: _Candidate) -> bool:
    """Whole sentences that say something by themselves."""
    text = candidate.sentence.text
    whole = text[-1] in '.!…。！।"»”’)」' and not text[0].islower()
    return whole and "?" not in text and SHORTEST <= len(candidate.stems) <= LONGEST


def _cover(chosen: _Candidate, left: dict[str, float]) -> None:
    for stem in set(chosen.stems):
        left[stem] *= COVERED

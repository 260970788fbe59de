"""What is attributed to whom: words of a text and its language in, attributions out: source, cue and content.

The rules know no grammar but the order of words and commas. Content stands behind the cue ("X said that ..."), before
it ("...", X said), around it, or in the sentence before ("Об этом сообщил
X"). Where nothing is clear, nothing is found.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from consumers.enrich.said.contents import (
    Attribution,
    Cue,
    made,
    pieces,
)
from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.nominal import according, behind_source, is_noun, noun
from consumers.enrich.said.phrases import QUOTE, Words
from consumers.enrich.said.speakers import Place, before_cue, leftward, rightward
from consumers.enrich.said.verbs import of_verb

MOST = 300
"""Attributions of one text."""
_NEAR = 8
"""Verbs of one sentence that are looked at."""


def attributed(words: Words, grammar: Grammar) -> list[Attribution]:
    """In the order of their cues."""
    found: list[Attribution] = []
    beginnings = [at for at, word in enumerate(words.low) if word in grammar.cues]
    for number, (first, last) in enumerate(words.sentences):
        some = bisect_left(beginnings, first) < bisect_left(beginnings, last)
        if cues := _cues(words, grammar, first, last) if some else []:
            before = words.sentences[number - 1] if number else None
            here = _in_sentence(words, grammar, cues, before, MOST - len(found))
            found += map(_leaning(here), here) if len(here) > 1 else here
        elif words.low[first] == QUOTE:
            _go_on(words, grammar, found, number)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _in_sentence(
    words: Words, grammar: Grammar, cues: Sequence[Cue], before: Place | None, most: int
) -> list[Attribution]:
    found: list[Attribution] = []
    known: Place | None = None
    for place in range(len(cues)):
        bounded = _bounded(words, grammar, cues, place)
        one, known = _attribution(words, grammar, bounded, known, before)
        if len(found) >= most:
            break
        if one:
            found.append(replace(one, start=words.start[cues[0].first]))
    return found


def _leaning(here: Sequence[Attribution]) -> Callable[[Attribution], Attribution]:
    """ "X said in an interview with Y that": what is taken from Y is what X said."""
    verbs = [one for one in here if one.kind in ("say", "tell", "think") and one.cue]

    def settle(one: Attribution) -> Attribution:
        if one.kind not in ("according", "citing"):
            return one
        for verb in verbs[:_NEAR]:
            if any(span.start <= verb.cue.start < span.end for span in one.contents if verb.cue):
                return replace(one, contents=verb.contents)
        return one

    return settle


def _go_on(words: Words, grammar: Grammar, found: list[Attribution], number: int) -> None:
    """A quotation that stands alone: of who spoke in the sentence before, or is announced there."""
    first, last = words.sentences[number]
    quote = words.span(first, first + 1)
    if not number:
        return
    begins, ends = words.sentences[number - 1]
    if words.low[ends - 1] == ":":
        cue = next(iter(_cues(words, grammar, begins, ends)), None)
        source = leftward(words, grammar, cue.at if cue else ends - 1, begins)
        if source:
            span = words.span(cue.at, cue.after) if cue else None
            found.append(Attribution(span, "say", words.span(*source), (quote,), start=words.start[begins]))
    elif found and words.start[begins] <= found[-1].contents[-1].end and last - first <= 2:
        one = found[-1]
        if any(words.text[span.start] in '«„“"”»—' or words.text[span.end - 1] in '»”“"' for span in one.contents):
            found[-1] = replace(one, contents=(*one.contents, quote))


def _cues(words: Words, grammar: Grammar, first: int, last: int) -> list[Cue]:
    found = []
    at = first
    while at < last:
        for phrase, kind in grammar.cues.get(words.low[at], ()):
            if len(phrase) == 1 or tuple(words.low[at : at + len(phrase)]) == phrase:
                found.append(Cue(at, at + len(phrase), kind, first, last))
                at += len(phrase) - 1
                break
        at += 1
    return found


def _bounded(words: Words, grammar: Grammar, cues: Sequence[Cue], place: int) -> Cue:
    """A content ends where a second cue of the same subject begins: "said ..., and added that"."""
    cue = cues[place]
    for other in cues[place + 1 : place + 4]:
        if other.kind in ("say", "think", "tell") and other.at > cue.after + 2:
            start = before_cue(words, grammar, other.at, cue.after)
            if words.low[start - 1] in ("and", "but", "и", "і", "und", "et", "y", "oraz", "а", "але", "i"):
                end = start - 1 - (words.low[start - 2] == ",")
                return replace(cue, last=end)
    return cue


def _attribution(
    words: Words, grammar: Grammar, cue: Cue, known: Place | None, before: Place | None
) -> tuple[Attribution | None, Place | None]:
    """What the cue attributes, and the subject that a later cue of the sentence may share."""
    if cue.kind in ("according", "citing"):
        return according(words, grammar, cue), known
    if cue.kind == "after":
        return behind_source(words, grammar, cue), known
    if cue.kind == "this":
        return _this(words, grammar, cue, before), known
    if cue.kind == "noun" or is_noun(words, grammar, cue):
        return noun(words, grammar, cue), known
    return of_verb(words, grammar, cue, known)


def _this(words: Words, grammar: Grammar, cue: Cue, before: Place | None) -> Attribution | None:
    """What stands in the sentence before; the verb that follows is the cue."""
    verbs = [
        each for each in _cues(words, grammar, cue.after, min(cue.last, cue.after + 8)) if each.kind in ("say", "think")
    ]
    near = [each for each in _cues(words, grammar, max(cue.first, cue.at - 3), cue.at) if each.kind == "say"]
    if not (verbs or near) or before is None:
        return None
    verb = replace((verbs or near)[0], first=cue.first, last=cue.last)
    source = rightward(words, grammar, max(verb.after, cue.after), cue.last) or leftward(
        words, grammar, verb.at, cue.after
    )
    return made(words, verb, source, pieces(words, *before))

"""A text as words and sentences: text in, `Words` out, in which each quotation of some length is one word.

So no rule on sentences looks into what is quoted, and a sentence never ends in a quotation.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.quotation import Span, dialogue, quotations
from service.text.reading import Rule, read

QUOTE = "«»"
"""Stands for a quotation."""
_ELIDING = frozenset(("fr", "it"))
_WORD = re.compile(r"(?<=\s)['’](?:s|re|ve|ll|d|m)\b|[^\W_]+(?:[-'’ʼ.][^\W_]+)*|[^\w\s]|_|\n")
_ELIDED = re.compile(r"[^\W\d_]{1,5}['’](?=[^\W\d_])|[^\W_]+(?:[-.][^\W_]+)*|[^\w\s]|_|\n")
_CLOSING = frozenset(".!?…,")
_BEHIND = re.compile(r",?[^\S\n]{0,2}[—–-]{0,2}[^\S\n]{0,2}(?:[^\W\d_]{1,30}[^\S\n]){0,2}[^\W\d_]{1,30}")
_NARRATED = re.compile(r"([,.!?…])\s[—–-]\s([^\W\d_][^«»„“”\n—–]{2,100})[.,]\s[—–-]\s")
_DATELINE = re.compile(r"\s*[^\W\d_a-zа-яёіїєў]{3,}[^\n—–]{0,80}?(?<=[ .])[—–-]{1,2}\s(?=\S)")
_ENDS = frozenset(".!?…")
_PARTING = frozenset((*_ENDS, QUOTE, "\n"))
Cut = tuple[list[str], list[int], list[int]]
"""Words in small letters, where each begins, and where it ends."""
_SHORTEST = 3
"""Words of a quotation that is taken for speech; shorter ones are names and single words."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: in small letters, and where they stand."""

    text: str
    low: Sequence[str]
    start: Sequence[int]
    end: Sequence[int]
    sentences: Sequence[tuple[int, int]]
    """From word to before word."""
    outlets: dict[Span, tuple[Span | None, str]] = field(default_factory=dict)
    """Outlets already looked for, by the words that were looked at."""

    def capital(self, at: int) -> bool:
        return self.text[self.start[at]].isupper()

    def span(self, first: int, after: int) -> Span:
        """The characters of some words; `first` is before `after`."""
        return Span(self.start[first], self.end[after - 1])

    def written(self, span: Span) -> str:
        return self.text[span.start : span.end]


def words_of(text: str, grammar: Grammar) -> Words:
    """Its words and sentences."""
    pattern, rule = (_ELIDED, _ELIDED_CUT) if grammar.language in _ELIDING else (_WORD, _WORD_CUT)
    reading = read(text)
    cuts = rule.over(reading.chunks)
    low: list[str] = []
    start: list[int] = []
    end: list[int] = []
    at = 0
    for quote in [*_quotes(text, grammar), Span(len(text), len(text))]:
        for first, after, found in _apart(reading.starts, at, quote.start):
            some = cuts[first:after] if found else [_cut(text, pattern, first, after)]
            begin = reading.starts[first:after] if found else [0]
            low += [word for cut in some for word in cut[0]]
            start += [chunk + each for chunk, cut in zip(begin, some, strict=True) for each in cut[1]]
            end += [chunk + each for chunk, cut in zip(begin, some, strict=True) for each in cut[2]]
        if quote.end > quote.start:
            low.append(QUOTE)
            start.append(quote.start)
            end.append(quote.end)
        at = quote.end
    return Words(text, low, start, end, _sentences(text, low, start, end, grammar))


def _apart(starts: Sequence[int], at: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Characters before the first whole chunk between two places, whole chunks (by number: True), characters behind."""
    first, after = bisect_left(starts, max(at, 1)), bisect_left(starts, end) - 1
    if first <= after:
        yield at, starts[first], False
        yield first, after, True
        at = starts[after]
    yield at, end, False


def _cut(text: str, pattern: re.Pattern[str], first: int, after: int) -> Cut:
    found = list(pattern.finditer(text, first, after))
    return [each[0].lower() for each in found], [each.start() for each in found], [each.end() for each in found]


def _rule(pattern: re.Pattern[str]) -> Rule[Cut]:
    """On chunks, each looked at with the blank before it."""

    def find(chunk: str) -> Cut:
        if chunk.isalpha():
            return [chunk.lower()], [0], [len(chunk)]
        low, start, end = _cut(f" {chunk}", pattern, 1, len(chunk) + 1)
        return low, [at - 1 for at in start], [at - 1 for at in end]

    return Rule(find)


_WORD_CUT, _ELIDED_CUT = _rule(_WORD), _rule(_ELIDED)


def _quotes(text: str, grammar: Grammar) -> list[Span]:
    """Quotations that may be speech, in order; those of dialogue where no marks are inside."""
    whole = [span for span in quotations(text) if _speaks(text, span, grammar)]
    marked = [part for span in whole for part in _interrupted(text, span, grammar)]
    found = list(marked)
    starts = [span.start for span in marked]
    for span in dialogue(text):
        near = bisect_left(starts, span.start)
        if (near == len(marked) or marked[near].start >= span.end) and (not near or marked[near - 1].end <= span.start):
            found.append(span)
    return sorted(found)


def _speaks(text: str, span: Span, grammar: Grammar) -> bool:
    inside = text[span.start + 1 : span.end - 1].strip()
    if inside.count(" ") + 1 >= _SHORTEST or inside[-1:] in _CLOSING:
        return True
    behind = _BEHIND.match(text, span.end)
    near = behind[0].lower().split()[-3:] if behind else []
    return any(kind == "say" for word in near for _, kind in grammar.cues.get(word, ()))


def _interrupted(text: str, span: Span, grammar: Grammar) -> list[Span]:
    """«A, — she said. — B»: the quotation without the narrator's words, if that is what they are."""
    parts = []
    at = span.start
    for match in _NARRATED.finditer(text, span.start, span.end):
        first = match[2].split(None, 1)[0].lower()
        if any(kind == "say" for _, kind in grammar.cues.get(first, ())):
            parts.append(Span(at, match.end(1)))
            at = match.end()
    return [*parts, Span(at, span.end)]


def _sentences(
    text: str, low: Sequence[str], start: Sequence[int], end: Sequence[int], grammar: Grammar
) -> list[tuple[int, int]]:
    found = []
    led = _DATELINE.match(text)
    first = bisect_left(start, led.end()) if led else 0
    for at in [at for at, word in enumerate(low) if word in _PARTING]:
        if at < first:
            continue
        if low[at][0] == "\n":
            if at > first:
                found.append((first, at))
            first = at + 1
        elif _ends(text, low, end, at, grammar) and _begins(text, low, start, at + 1):
            found.append((first, at + 1))
            first = at + 1
    if first < len(low):
        found.append((first, len(low)))
    return found


def _ends(text: str, low: Sequence[str], end: Sequence[int], at: int, grammar: Grammar) -> bool:
    word = low[at]
    if word == QUOTE:
        return text[end[at] - 2] in _ENDS or text[end[at] - 1] in _ENDS
    if word not in _ENDS:
        return False
    before = low[at - 1] if at else ""
    return word != "." or not (before in grammar["gaps"] or (len(before) == 1 and before.isalpha()))


def _begins(text: str, low: Sequence[str], start: Sequence[int], at: int) -> bool:
    """Whether the word could be the first of a sentence."""
    if at >= len(low):
        return False
    first = text[start[at]]
    return low[at] == QUOTE or first.isupper() or first.isdigit() or first in '«„“"‘'

"""The passages of a text that changed, each with some words around it: two versions and their difference in, what stood
there before and what stands there now out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.text.difference import Difference, Fact, Version
from service.text.segments import Segment

AROUND = 60
"""Characters that are shown on either side."""
BETWEEN = 80
"""Changes no farther apart than this are one passage."""
_UNSAID = ("headline", "retraction")
"""What these facts quote is no passage of the text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What stood in a place, and what stands there now; whole words, with `…` where more of the text comes."""

    field: Literal["title", "body"]
    before: str
    after: str


def passages(before: Version, after: Version, found: Difference) -> list[Passage]:
    """All of them, those with the gravest facts first, else in their order. Where signs and case alone changed there is
    none."""
    every = [
        *_of("title", before.title, after.title, found.title),
        *_of("body", before.text, after.text, found.text),
    ]
    facts = [fact for fact in found.facts if fact.kind not in _UNSAID]
    return sorted(every, key=lambda each: next((n for n, fact in enumerate(facts) if _holds(each, fact)), len(facts)))


def _holds(passage: Passage, fact: Fact) -> bool:
    return fact.before in passage.before and fact.after in passage.after


def _of(field: Literal["title", "body"], before: str, after: str, found: Sequence[Segment]) -> Iterator[Passage]:
    for first, last in _stretches(found):
        gone, come = (first.start, last.end), (first.other, last.other_end)
        if _plain(before[gone[0] : gone[1]]) != _plain(after[come[0] : come[1]]):
            yield Passage(field, _shown(before, *gone), _shown(after, *come))


def _stretches(found: Sequence[Segment]) -> Iterator[tuple[Segment, Segment]]:
    """The first and the last change of each passage."""
    changed = [each for each in found if each.kind != "equal"]
    start = 0
    for at, each in enumerate(changed):
        if at + 1 == len(changed) or changed[at + 1].start - each.end > BETWEEN:
            yield changed[start], each
            start = at + 1


def _shown(text: str, start: int, end: int) -> str:
    left, right = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        left = "…" + (left.partition(" ")[2] or left)
    if end + AROUND < len(text):
        right = (right.rpartition(" ")[0] or right) + "…"
    return " ".join(f"{left}{text[start:end]}{right}".split())


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))

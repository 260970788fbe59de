"""Two texts in, the segments out that lead from the one to the other: word by word, or character by character in
scripts written without blanks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from service.text.align import Run, runs
from service.text.pieces import Piece, pieces

MOST_CHARACTERS = 100_000
"""Of both texts together, that are compared word by word."""
BETWEEN = "\n 。，、！？"
"""Where a text may be cut, and no word with it."""

SegmentKind = Literal["equal", "insert", "delete"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of both texts, as offsets in characters: `before[start:end]` and `after[other:other_end]`.

    The first is empty for an insertion, the second for a deletion; of an equal one both are the same text.
    """

    kind: SegmentKind
    start: int
    end: int
    other: int
    other_end: int


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """All of both texts, in order: the equal and the deleted ones make up `before`, the equal and the inserted
    ones `after`. Where something is replaced, the deletion comes first."""
    whole = Segment("equal", 0, len(before), 0, len(after))
    return tuple(_with_changes(_same(before, after, whole), len(before), len(after)))


def apply(found: Iterable[Segment], before: str, after: str) -> str:
    """`after`, put together from what stays of `before` and what was inserted."""
    kept = (each for each in found if each.kind != "delete")
    return "".join(
        before[each.start : each.end] if each.kind == "equal" else after[each.other : each.other_end] for each in kept
    )


def _same(before: str, after: str, part: Segment, by_lines: bool = True) -> Iterator[Segment]:
    """The equal segments of a part of both texts. What is too long for its words to be compared is compared by its
    lines, and then line by line where they differ; what is still too long counts as changed."""
    ours, theirs = before[part.start : part.end], after[part.other : part.other_end]
    head = _beginning(ours, theirs, 0)
    tail = _beginning(ours[::-1], theirs[::-1], head)
    end, other_end = part.end - tail, part.other_end - tail
    inner = Segment("equal", part.start + head, end, part.other + head, other_end)
    yield Segment("equal", part.start, inner.start, part.other, inner.other)
    if end - inner.start + other_end - inner.other <= MOST_CHARACTERS:
        yield from _by_words(before, after, inner)
    elif by_lines:
        yield from _by_lines(before, after, inner)
    yield Segment("equal", end, part.end, other_end, part.other_end)


def _beginning(ours: str, theirs: str, without: int) -> int:
    """Characters at the beginning that are the same, of all but `without` of the shorter; no word is cut in two."""
    low, high = 0, min(len(ours), len(theirs)) - without
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if ours[low:middle] == theirs[low:middle] else (low, middle - 1)
    return low if low == len(ours) == len(theirs) else max(ours.rfind(sign, 0, low) + 1 for sign in BETWEEN)


def _by_lines(before: str, after: str, part: Segment) -> Iterator[Segment]:
    ours = before[part.start : part.end].splitlines(keepends=True)
    theirs = after[part.other : part.other_end].splitlines(keepends=True)
    places, others = _places(ours, part.start), _places(theirs, part.other)
    start, other = part.start, part.other
    for run in [*runs(ours, theirs), Run(len(ours), len(ours), len(theirs), len(theirs))]:
        gap = Segment("equal", start, places[run.start], other, others[run.other])
        yield from _same(before, after, gap, by_lines=False)
        start, other = places[run.end], others[run.other_end]
        yield Segment("equal", gap.end, start, gap.other_end, other)


def _places(lines: Sequence[str], start: int) -> list[int]:
    """Where each of the lines begins, and where the last one ends."""
    return list(accumulate(map(len, lines), initial=start))


def _by_words(before: str, after: str, part: Segment) -> Iterator[Segment]:
    ours = pieces(before[part.start : part.end])
    theirs = pieces(after[part.other : part.other_end])
    for run in runs([piece.key for piece in ours], [piece.key for piece in theirs]):
        some, others = ours[run.start : run.end], theirs[run.other : run.other_end]
        found = _placed(part, some[0].start, some[-1].end, others[0].start, others[-1].end)
        if before[found.start : found.end] == after[found.other : found.other_end]:
            yield found
            continue
        for one, another in zip(some, others, strict=True):
            yield from _equal(before, after, one, another, part)


def _equal(before: str, after: str, one: Piece, another: Piece, part: Segment) -> Iterator[Segment]:
    """What is the same in two pieces with one key: the blanks before them, how they are written, or both."""
    blanks = _placed(part, one.start, one.at, another.start, another.at)
    written = _placed(part, one.at, one.end, another.at, another.end)
    for found in (blanks, written):
        if before[found.start : found.end] == after[found.other : found.other_end]:
            yield found


def _placed(part: Segment, start: int, end: int, other: int, other_end: int) -> Segment:
    return Segment("equal", part.start + start, part.start + end, part.other + other, part.other + other_end)


def _with_changes(same: Iterable[Segment], end: int, other_end: int) -> Iterator[Segment]:
    """The equal segments, in one where they touch, and what changed between them."""
    at = other = 0
    held: Segment | None = None
    for each in same:
        if each.start == each.end:
            continue
        if held and (held.end, held.other_end) == (each.start, each.other):
            held = Segment("equal", held.start, each.end, held.other, each.other_end)
            continue
        if held:
            yield held
            at, other = held.end, held.other_end
        yield from _change(at, each.start, other, each.other)
        held = each
    if held:
        yield held
        at, other = held.end, held.other_end
    yield from _change(at, end, other, other_end)


def _change(start: int, end: int, other: int, other_end: int) -> Iterator[Segment]:
    if end > start:
        yield Segment("delete", start, end, other, other)
    if other_end > other:
        yield Segment("insert", end, end, other, other_end)

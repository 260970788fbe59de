"""Two texts in, the segments out that lead from the one to the other: word by word, or character by character in
scripts written without blanks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from service.text.align import runs
from service.text.pieces import Piece, pieces

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
    head = _whole_lines(before, after, _common(before, after, 0))
    tail = _whole_lines_at_end(before, after, _common(before[::-1], after[::-1], head))
    end, other_end = len(before) - tail, len(after) - tail
    middle = _middle(before[head:end], after[head:other_end], head)
    same = [Segment("equal", 0, head, 0, head), *middle, Segment("equal", end, len(before), other_end, len(after))]
    return tuple(_with_changes(same, len(before), len(after)))


def apply(found: Iterable[Segment], before: str, after: str) -> str:
    """`after`, put together from what stays of `before` and what was inserted."""
    kept = (each for each in found if each.kind != "delete")
    return "".join(
        before[each.start : each.end] if each.kind == "equal" else after[each.other : each.other_end] for each in kept
    )


def _common(before: str, after: str, without: int) -> int:
    """Characters at the beginning that are the same; at most all but `without` of the shorter."""
    low, high = 0, min(len(before), len(after)) - without
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[low:middle] == after[low:middle] else (low, middle - 1)
    return low


def _whole_lines(before: str, after: str, same: int) -> int:
    """So many that a line ends there: what follows keeps its context."""
    return same if same == len(before) == len(after) else before.rfind("\n", 0, same) + 1


def _whole_lines_at_end(before: str, after: str, same: int) -> int:
    line = before.find("\n", len(before) - same) if same else -1
    return len(before) - line if line >= 0 else 0


def _middle(before: str, after: str, offset: int) -> Iterator[Segment]:
    """The equal segments of what is between the lines that are the same."""
    ours, theirs = pieces(before), pieces(after)
    for run in runs([piece.key for piece in ours], [piece.key for piece in theirs]):
        some, others = ours[run.start : run.end], theirs[run.other : run.other_end]
        start, end, other, other_end = some[0].start, some[-1].end, others[0].start, others[-1].end
        if before[start:end] == after[other:other_end]:
            yield Segment("equal", offset + start, offset + end, offset + other, offset + other_end)
            continue
        for one, another in zip(some, others, strict=True):
            yield from _equal(before, after, one, another, offset)


def _equal(before: str, after: str, one: Piece, another: Piece, offset: int) -> Iterator[Segment]:
    """What is the same in two pieces with one key: the blanks before them, how they are written, or both."""
    stretches = ((one.start, one.at, another.start, another.at), (one.at, one.end, another.at, another.end))
    for start, end, other, other_end in stretches:
        if before[start:end] == after[other:other_end]:
            yield Segment("equal", offset + start, offset + end, offset + other, offset + other_end)


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

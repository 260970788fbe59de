"""Two lists of keys in, the runs out that both have in one order: as much as possible, and readable.

The longest common subsequence is found bit by bit in parallel (rapidfuzz), which is quadratic all the same; so
lists too long for it are first cut at the keys that both have exactly once.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

MOST_CELLS = 50_000_000
"""Length of the one times length of the other that are compared at once: some 15 ms, and 6 MB."""
MOST_DEPTH = 4
"""How often a part that is too long is cut again; what is still too long then counts as changed."""
TORN = 3
"""A run is kept if it has at least a third of the length of the shorter change beside it."""


class Run(NamedTuple):
    """`a[start:end]` of the one list is the same as `b[other:other_end]` of the other."""

    start: int
    end: int
    other: int
    other_end: int


def runs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Run]:
    """The runs that both have, in order, without those so short that they only tear a change apart."""
    numbers: dict[Hashable, int] = {}
    ours = [numbers.setdefault(key, len(numbers)) for key in a]
    theirs = [numbers.setdefault(key, len(numbers)) for key in b]
    head = _same(ours, theirs)
    tail = _same(reversed(ours[head:]), reversed(theirs[head:]))
    end, other_end = len(a) - tail, len(b) - tail
    middle = _common(ours[head:end], theirs[head:other_end], head, head, 0)
    found = [Run(0, head, 0, head), *middle, Run(end, len(a), other_end, len(b))]
    return _settled(_whole(found), len(a), len(b))


def _same(a: Iterable[int], b: Iterable[int]) -> int:
    """How many at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _common(a: list[int], b: list[int], at: int, other: int, depth: int) -> Iterator[Run]:
    """Of a part; `at` and `other` are where it stands in the whole."""
    if len(a) * len(b) <= MOST_CELLS:
        for op in LCSseq.opcodes(a, b):
            if op.tag == "equal":
                yield Run(at + op.src_start, at + op.src_end, other + op.dest_start, other + op.dest_end)
    elif depth < MOST_DEPTH and (anchors := _anchors(a, b)):
        done, other_done = 0, 0
        for n, m in [*anchors, (len(a), len(b))]:
            yield from _common(a[done:n], b[other_done:m], at + done, other + other_done, depth + 1)
            if n < len(a):
                yield Run(at + n, at + n + 1, other + m, other + m + 1)
            done, other_done = n + 1, m + 1


def _anchors(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    """Where the keys stand that both have exactly once: as many as are in the same order."""
    places = {key: place for place, key in enumerate(b)}
    once = _once(a) & _once(b)
    pairs = [(place, places[key]) for place, key in enumerate(a) if key in once]
    least, rows, before = list[int](), list[int](), list[int]()  # of the rows of each length: their last place; pair
    for n, (_, place) in enumerate(pairs):
        length = bisect_left(least, place)
        before.append(rows[length - 1] if length else -1)
        if length == len(least):
            least.append(place)
            rows.append(n)
        else:
            least[length], rows[length] = place, n
    row, n = list[tuple[int, int]](), rows[-1] if rows else -1
    while n >= 0:
        row.append(pairs[n])
        n = before[n]
    return row[::-1]


def _once(keys: Sequence[int]) -> set[int]:
    return {key for key, times in Counter(keys).items() if times == 1}


def _whole(found: Iterable[Run]) -> list[Run]:
    """Without empty runs; those that follow each other without a gap, as one."""
    joined: list[Run] = []
    for run in found:
        if run.start == run.end:
            continue
        if joined and (joined[-1].end, joined[-1].other_end) == (run.start, run.other):
            last = joined.pop()
            run = Run(last.start, run.end, last.other, run.other_end)
        joined.append(run)
    return joined


def _settled(found: Sequence[Run], end: int, other_end: int) -> list[Run]:
    kept: list[Run] = []
    for run, following in zip(found, [*found, Run(end, end, other_end, other_end)][1:], strict=True):
        last = kept[-1] if kept else Run(0, 0, 0, 0)
        left = max(run.start - last.end, run.other - last.other_end)
        right = max(following.start - run.end, following.other - run.other_end)
        if (run.end - run.start) * TORN >= min(left, right):
            kept.append(run)
    return kept

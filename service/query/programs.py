"""The demands of a query as bytes, and many of them tried at once.

A program is a run of 32-bit numbers, one for each leaf of each demand: the leaf's number, whether it is unwanted, and
whether a demand begins with it. The first demand is the one that the query waits under.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Coded = tuple[int, ...]
"""A demand: of each leaf its number, twice, and one more if it is unwanted. This is its place among the truths."""

FIRST = 1
ITEM = 4
"""Bytes."""


def coded(number: int, wanted: bool) -> int:
    return number << 1 | (not wanted)


def program(demands: Iterable[Coded]) -> bytes:
    codes = array("I")
    for demand in demands:
        first = FIRST
        for code in demand:
            codes.append(code << 1 | first)
            first = 0
    return codes.tobytes()


def demands_of(program: bytes) -> list[Coded]:
    found: list[list[int]] = []
    for code in array("I", program):
        if code & FIRST:
            found.append([])
        found[-1].append(code >> 1)
    return list(map(tuple, found))


def leaves_of(program: bytes) -> set[int]:
    """The numbers of the leaves that it looks at."""
    return {code >> 2 for code in array("I", program)}


def met(programs: Sequence[bytes], truths: NDArray[np.uint8]) -> NDArray[Any]:
    """Of each program whether all its demands are met, where `truths` has a 1 for each code that is so."""
    codes = np.frombuffer(b"".join(programs), np.uint32)
    lengths = np.fromiter(map(len, programs), np.int64, len(programs)) // ITEM
    starts = np.cumsum(lengths) - lengths
    firsts = np.flatnonzero(codes & FIRST)
    demands = np.bitwise_or.reduceat(truths[codes >> 1], firsts)
    return np.bitwise_and.reduceat(demands, np.searchsorted(firsts, starts)).view(np.bool_)

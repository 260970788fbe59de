"""Topics by the leaves that they wait under: the first demand of their programs."""

from array import array
from collections.abc import Callable
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from service.query.numbering import ALWAYS
from service.query.programs import demands_of
from service.query.shelf import Places


class Waiting:
    def __init__(self) -> None:
        self._under: dict[int, array[int]] = {}

    def put(self, place: int, program: bytes) -> None:
        for number in _anchor(program):
            self._under.setdefault(number, array("I")).append(place)

    def remove(self, place: int, program: bytes) -> None:
        for number in _anchor(program):
            waiting = self._under[number]
            waiting.remove(place)
            if not waiting:
                del self._under[number]

    def coming_out(self, met: NDArray[np.int64]) -> Places:
        """All that wait under any of these leaves; one that waits under several may come out several times."""
        return np.frombuffer(b"".join(filter(None, map(self._under.get, (ALWAYS, *met.tolist())))), np.uint32)

    def heaviest(self, share: Callable[[int], float], most: int) -> list[int]:
        """The leaves under which most come out for nothing: of each the topics, times its share of articles."""
        return nlargest(most, self._under, key=lambda number: len(self._under[number]) * share(number))

    def under(self, number: int) -> list[int]:
        return self._under[number].tolist()


def _anchor(program: bytes) -> set[int]:
    return {code >> 1 for code in demands_of(program)[0]}

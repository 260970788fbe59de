"""Topics by the leaves that they wait under: the first demand of their programs."""

from array import array

import numpy as np
from numpy.typing import NDArray

from service.query.numbering import ALWAYS
from service.query.programs import demands_of
from service.query.shelf import Places


class Waiting:
    def __init__(self) -> None:
        self._under: dict[int, array[int]] = {}
        self._crowds = array("q", [0])
        """How many wait, by the leaf's number."""

    def put(self, place: int, program: bytes) -> None:
        for number in _anchor(program):
            self._under.setdefault(number, array("I")).append(place)
            if number >= len(self._crowds):
                self._crowds.extend(bytes(number + 1))
            self._crowds[number] += 1

    def remove(self, place: int, program: bytes) -> None:
        for number in _anchor(program):
            waiting = self._under[number]
            waiting.remove(place)
            self._crowds[number] -= 1
            if not waiting:
                del self._under[number]

    def coming_out(self, met: NDArray[np.int64]) -> Places:
        """All that wait under any of these leaves; one that waits under several may come out several times."""
        crowds = np.frombuffer(self._crowds, np.int64)
        possible = met[met < len(crowds)]
        waited_for = possible[crowds[possible] > 0].tolist()
        return np.frombuffer(b"".join(filter(None, map(self._under.get, (ALWAYS, *waited_for)))), np.uint32)

    def heaviest(self, shares: NDArray[np.float64], most: int) -> list[int]:
        """The leaves under which most come out for nothing: of each the topics, times its share of articles."""
        waited_for = np.array(list(self._under), np.int64)
        weights = np.frombuffer(self._crowds, np.int64)[waited_for] * shares[waited_for]
        found: list[int] = waited_for[np.argsort(-weights, kind="stable")[:most]].tolist()
        return found

    def under(self, number: int) -> list[int]:
        return self._under[number].tolist()


def _anchor(program: bytes) -> set[int]:
    return {code >> 1 for code in demands_of(program)[0]}

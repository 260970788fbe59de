"""Topics by the places where they are kept, with what is needed to try many at once.

A place is a number, given again when its topic is gone.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.query.tree import Query

Places = NDArray[np.uint32]


class Tried(NamedTuple):
    """How a topic is tried."""

    program: bytes
    second: int
    """The code of a leaf that it cannot do without, beside those that it waits under."""
    left: int
    """What is left to do when its demands are met (see compiling.py)."""


class Shelf:
    def __init__(self) -> None:
        self.ids: list[str] = []
        self.queries: list[Query | None] = []
        self.programs: list[bytes] = []
        self.second: NDArray[np.uint32] = np.zeros(1, np.uint32)
        self.left: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self._places: dict[str, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._places)

    def place_of(self, topic_id: str) -> int | None:
        return self._places.get(topic_id)

    def put(self, topic_id: str, query: Query, tried: Tried) -> int:
        """The place of a topic that is not there yet."""
        place = self._places[topic_id] = self._free.pop() if self._free else self._room()
        self.ids[place], self.queries[place] = topic_id, query
        self.retry(place, tried)
        return place

    def retry(self, place: int, tried: Tried) -> None:
        """Try a topic otherwise."""
        self.programs[place], self.second[place], self.left[place] = tried

    def remove(self, place: int) -> None:
        del self._places[self.ids[place]]
        self.ids[place], self.queries[place], self.programs[place] = "", None, b""
        self._free.append(place)

    def _room(self) -> int:
        place = len(self.ids)
        self.ids.append("")
        self.queries.append(None)
        self.programs.append(b"")
        if place == len(self.left):
            self.second = np.concatenate((self.second, np.zeros_like(self.second)))
            self.left = np.concatenate((self.left, np.zeros_like(self.left)))
        return place

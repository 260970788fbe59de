"""Looking in one article for what words alone do not tell, with an eye on the clock.

Leaves and trees in, truths out; and of each topic that asked for what failed or took too long, why.
"""

from collections.abc import Mapping

from service.query.document import Document
from service.query.match import find
from service.query.numbering import Numbering
from service.query.quarantine import MOST_SECONDS, Timer
from service.query.tree import Query


class Looking:
    def __init__(self, document: Document, numbering: Numbering, timer: Timer) -> None:
        self._document, self._numbering, self._timer = document, numbering, timer
        self.taken: dict[int, float] = {}
        """Seconds by the number of each leaf that was looked for."""
        self.faults: dict[int, str] = {}
        """Why, by the place of the topic."""

    def look(self, topics: Mapping[int, set[int]]) -> None:
        """Find out about the leaves of topics (numbers by place) that words do not tell."""
        failed: dict[int, str] = {}
        for number in sorted(set[int]().union(*topics.values())):
            if self._numbering.is_placed(number):
                failed |= self._look(number)
        if failed or sum(self.taken.values()) > MOST_SECONDS:
            for place, numbers in topics.items():
                self._judge(place, numbers, failed)

    def holds(self, place: int, query: Query) -> bool:
        """Whether the query of a topic holds."""
        started, found = self._timer(), False
        try:
            found = find(query, self._document) is not None
        except Exception as error:  # noqa: BLE001  (a fault of ours must not silence the other topics)
            self.faults[place] = _fault(error)
        self._watch(place, self._timer() - started)
        return found

    def _look(self, number: int) -> dict[int, str]:
        started, failed = self._timer(), dict[int, str]()
        try:
            self._numbering.settle(number, self._numbering.holds(number, self._document))
        except Exception as error:  # noqa: BLE001  (a fault of ours must not silence the other topics)
            self._numbering.settle(number, None)
            failed[number] = _fault(error)
        self.taken[number] = self._timer() - started
        return failed

    def _judge(self, place: int, numbers: set[int], failed: Mapping[int, str]) -> None:
        for number in numbers & failed.keys():
            self.faults[place] = failed[number]
        self._watch(place, sum(self.taken.get(number, 0) for number in numbers))

    def _watch(self, place: int, seconds: float) -> None:
        if seconds > MOST_SECONDS:
            self.faults[place] = f"it took {seconds:.2f} seconds for one article"


def _fault(error: Exception) -> str:
    return f"it failed by a fault of Courant's own ({type(error).__name__})"

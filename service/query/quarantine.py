"""Queries that misbehave: each strike in, out comes whether a topic is to be left alone from now on.

A query that raises, or takes too long, must not keep the others from being looked at.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from time import thread_time
from types import MappingProxyType

MOST_SECONDS = 0.05
"""Of processor time, for one topic and one article."""
STRIKES = 3

Timer = Callable[[], float]


class Quarantine:
    """Counts strikes by topic. `timer` gives seconds of processor time."""

    def __init__(self, timer: Timer = thread_time) -> None:
        self.timer = timer
        self._strikes: Counter[str] = Counter()
        self._why: dict[str, str] = {}

    @property
    def why(self) -> Mapping[str, str]:
        """The topics that are left alone, each with the reason of the last strike."""
        return MappingProxyType(self._why)

    def strike(self, topic_id: str, why: str) -> bool:
        """Whether that was one too many."""
        self._strikes[topic_id] += 1
        if self._strikes[topic_id] < STRIKES:
            return False
        self._why[topic_id] = why
        return True

    def forget(self, topic_id: str) -> None:
        """The topic has another query, or is gone."""
        self._strikes.pop(topic_id, None)
        self._why.pop(topic_id, None)

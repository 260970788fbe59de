"""When did strands begin? Strands come in and leave; out comes how many of other languages began about when one did."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ABOUT = timedelta(days=2)


@dataclass
class Beginnings:
    """Sorted, all together and by language."""

    _all: list[datetime] = field(default_factory=list)
    _of: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def add(self, language: str, began: datetime) -> None:
        insort(self._all, began)
        insort(self._of[language], began)

    def remove(self, language: str, began: datetime) -> None:
        for some in (self._all, self._of[language]):
            del some[bisect_left(some, began)]

    def elsewhere(self, language: str, began: datetime) -> int:
        """In other languages, no more than `ABOUT` before or after."""
        return _about(self._all, began) - _about(self._of.get(language, ()), began)


def _about(times: list[datetime] | tuple[()], began: datetime) -> int:
    return bisect_right(times, began + ABOUT) - bisect_left(times, began - ABOUT)

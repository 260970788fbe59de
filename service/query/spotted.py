"""The words of one part of an article, each with the leaves that it meets: where those stand, out.

Places count words, from 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

Numbers = dict[str, tuple[int, ...]]
"""Of leaves, by what they share."""


@dataclass(frozen=True)
class Spotted:
    written: Sequence[str]
    met: Numbers
    """The numbers of leaves, by word; of other words, too."""

    @cached_property
    def places(self) -> dict[int, list[int]]:
        """Where each leaf is met, ascending."""
        found: dict[int, list[int]] = {}
        for place, numbers in enumerate(map(self.met.__getitem__, self.written)):
            for number in numbers:
                found.setdefault(number, []).append(place)
        return found

    def in_a_row(self, followed: Mapping[int, Mapping[int, int]]) -> Iterator[int]:
        """The phrases whose two words stand one after the other; `followed` has them by both words' leaves."""
        for one, other in pairwise(map(self.met.__getitem__, self.written)):
            for first in one:
                if seconds := followed.get(first):
                    for second in other:
                        if second in seconds:
                            yield seconds[second]

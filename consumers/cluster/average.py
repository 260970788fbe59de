"""Average link: which of many articles belong together, seen all at once? Pairs come in, groups go out.

Pure. The two groups that are most alike are joined, again and again, while their likeness (the mean score of their
pairs) is above the threshold. Only near pairs are known; a pair that is not says little against, for nobody is near
to more than a few dozen others: it counts as the worst score, but weighs little.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from consumers.cluster.choose import CLIP, DECIMALS

UNKNOWN_WEIGHT = 0.05
"""Of a pair that is not near, against one of a pair that is."""

Pairs = Mapping[tuple[int, int], float]
"""Scores by the places of two articles, the smaller place first."""


@dataclass(slots=True)
class Groups:
    """What was joined so far. A group goes by the place of the article it began with."""

    members: list[list[int]]
    fixed: list[bool]
    """Groups that are settled for good; two of them are never joined."""
    links: list[dict[int, tuple[float, int]]]
    """Of each group, by other group: sum and number of the scores between them."""
    versions: list[int] = field(default_factory=list)

    def likeness(self, one: int, other: int) -> float:
        """Rounded, so that the order of summing never decides."""
        total, known = self.links[one][other]
        unknown = UNKNOWN_WEIGHT * (len(self.members[one]) * len(self.members[other]) - known)
        return round((total - CLIP * unknown) / (known + unknown), DECIMALS)

    def join(self, one: int, other: int) -> None:
        """`other` becomes part of `one`."""
        self.members[one] += self.members[other]
        self.members[other] = []
        self.fixed[one] = self.fixed[one] or self.fixed[other]
        self.versions[one] += 1
        self.versions[other] += 1
        del self.links[one][other], self.links[other][one]
        for third, (total, known) in self.links[other].items():
            del self.links[third][other]
            before, number = self.links[one].get(third, (0.0, 0))
            self.links[one][third] = self.links[third][one] = before + total, number + known
        self.links[other] = {}

    def candidates(self, one: int, threshold: float) -> Iterator[tuple[float, int, int, int, int]]:
        """Groups that it might be joined with, for the queue: the most alike first, then by place."""
        for other in self.links[one]:
            if not (self.fixed[one] and self.fixed[other]):
                likeness = self.likeness(one, other)
                if likeness > threshold:
                    first, second = min(one, other), max(one, other)
                    yield -likeness, first, second, self.versions[first], self.versions[second]


def average_link(bound: Sequence[Sequence[int]], fixed: Sequence[bool], pairs: Pairs, threshold: float) -> list[int]:
    """Of each article, its group. `bound` are the groups to begin with; every article is in one of them."""
    groups = _begin(bound, fixed, pairs)
    queue = [each for one in range(len(bound)) for each in groups.candidates(one, threshold) if each[1] == one]
    heapify(queue)
    while queue:
        _, one, other, *versions = heappop(queue)
        if versions == [groups.versions[one], groups.versions[other]]:
            if len(groups.links[one]) < len(groups.links[other]):
                one, other = other, one
            groups.join(one, other)
            for each in groups.candidates(one, threshold):
                heappush(queue, each)
    return _group_of(groups.members)


def _begin(bound: Sequence[Sequence[int]], fixed: Sequence[bool], pairs: Pairs) -> Groups:
    at = _group_of(bound)
    groups = Groups([list(each) for each in bound], list(fixed), [{} for _ in bound], [0] * len(bound))
    for (one, other), score in sorted(pairs.items()):
        first, second = at[one], at[other]
        if first != second:
            total, known = groups.links[first].get(second, (0.0, 0))
            groups.links[first][second] = groups.links[second][first] = total + score, known + 1
    return groups


def _group_of(members: Iterable[Sequence[int]]) -> list[int]:
    group = {place: number for number, places in enumerate(members) for place in places}
    return [group[place] for place in range(len(group))]

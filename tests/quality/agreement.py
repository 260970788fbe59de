"""How well do found groups agree with given ones? Two labels for each document come in, P, R and F1 go out.

BCubed after Bagga and Baldwin (1998), pairwise as in Miranda et al. (2018).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True, slots=True)
class Agreement:
    """Each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def bcubed(given: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Of each document's group, the share that belongs with it; the mean over documents."""
    if not given:
        return Agreement(1.0, 1.0)
    given_sizes, found_sizes = Counter(given), Counter(found)
    shared = Counter(zip(given, found, strict=True))
    precision = sum(count * count / found_sizes[group] for (_, group), count in shared.items())
    recall = sum(count * count / given_sizes[group] for (group, _), count in shared.items())
    return Agreement(precision / len(given), recall / len(given))


def pairwise(given: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Of all pairs of documents put together, the share that belongs together, and the other way round."""
    right = _pairs(zip(given, found, strict=True))
    found_pairs, given_pairs = _pairs(found), _pairs(given)
    return Agreement(right / found_pairs if found_pairs else 1.0, right / given_pairs if given_pairs else 1.0)


def _pairs(labels: Iterable[Hashable]) -> int:
    return sum(comb(count, 2) for count in Counter(labels).values())

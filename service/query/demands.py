"""A query as a list of demands, all of which a matching article meets, and no other article does.

A demand is a group of leaves, each wanted or unwanted, of which at least one must be so: conjunctive normal form.
`minsk (a1 OR b1) NOT sport` makes three: `minsk`; `a1` or `b1`; not `sport`.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product
from math import comb, prod

from service.query.needs import Simple, needs, rarity
from service.query.tree import (
    About,
    And,
    Exact,
    Fact,
    Field,
    Leaf,
    Min,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    enough,
)

Demand = tuple[tuple[Leaf, bool], ...]
"""Leaves, each with whether it must hold or must not."""

MOST = 64
"""Demands that one clause may grow into."""
MOST_LEAVES = 1_000
"""In the demands that one clause grows into, for more than one."""


class _TooManyError(Exception):
    pass


def demands(query: Query) -> list[Demand] | None:
    """None where the list would be too long: as of `(a1 a2 a3) OR (b1 b2 b3) OR (c1 c2 c3) OR (d1 d2 d3)`."""
    try:
        return _demands(query, True)
    except _TooManyError:
        return None


def told_by_words(leaf: Leaf) -> bool:
    """Whether it holds can be told without looking for places of more than two words."""
    match leaf:
        case Field() | Fact() | About():
            return True
        case Term() | Prefix():
            return not leaf.first
        case Exact():
            return not leaf.first and len(leaf.words) == 1
        case Phrase():
            return not (leaf.first or leaf.slop) and len(leaf.words) == 2
        case _:
            return False


def implied(leaf: Leaf) -> Iterator[tuple[Leaf, ...]]:
    """Groups of leaves told by words, of each of which one holds wherever this leaf does."""
    for need in [(leaf,)] if isinstance(leaf, Simple) else needs(leaf):
        if len(need) == 1:
            yield from ((stand_in,) for stand_in in _stand_ins(need[0]))
        else:
            yield tuple(min(_stand_ins(one), key=rarity) for one in need)


def _stand_ins(leaf: Simple) -> Sequence[Simple]:
    """Leaves told by words, all of which hold where a simple one does."""
    match leaf:
        case Term() if leaf.first:
            return (Term(leaf.word, leaf.field),)
        case Prefix() if leaf.first:
            return (Prefix(leaf.start, leaf.field),)
        case Phrase(slop=0) | Exact() if len(leaf.words) > 1:
            return [Phrase(pair, leaf.field) for pair in pairwise(leaf.words)]
        case Phrase():
            return [Term(word, leaf.field) for word in leaf.words]
        case Exact():
            return (Exact(leaf.words, leaf.field),)
        case _:
            return (leaf,)


def _demands(query: Query, wanted: bool) -> list[Demand]:
    """`wanted` is False below an odd number of NOTs."""
    kind = type(query)
    if kind is Term:
        return [((query, wanted),)]  # type: ignore[list-item]  # a Term is a leaf
    if isinstance(query, Not):
        return _demands(query.clause, not wanted)
    if isinstance(query, And | Or | Min):
        return _of_several([_demands(clause, wanted) for clause in query.clauses], enough(query, wanted))
    return [((query, wanted),)]


def _of_several(each: list[list[Demand]], least: int) -> list[Demand]:
    """Where only so many clauses must be met, of any group that is larger than the rest one is."""
    group = len(each) - least + 1
    if group == 1:
        return [demand for found in each for demand in found]
    if comb(len(each), group) > MOST:
        raise _TooManyError
    return [_one_of(chosen) for some in combinations(each, group) for chosen in _choices(some)]


def _choices(some: Sequence[list[Demand]]) -> Iterator[tuple[Demand, ...]]:
    many = prod(map(len, some))
    if many > 1 and many * max(len(demand) for found in some for demand in found) * len(some) > MOST_LEAVES:
        raise _TooManyError
    return product(*some)


def _one_of(chosen: Sequence[Demand]) -> Demand:
    return tuple(dict.fromkeys(part for demand in chosen for part in demand))

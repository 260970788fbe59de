"""What a topic is tried by: a query in, its program out, and what is left to do after it.

The first demand of a program is the one that the topic waits under.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from service.query.demands import Demand, demands, implied, told_by_words
from service.query.needs import needs
from service.query.numbering import ALWAYS, Numbering
from service.query.programs import Coded, coded, program
from service.query.tree import Leaf, Query

Share = Callable[[int], float]
"""Of articles, by a leaf's number."""

NOTHING, PLACES, TREE = range(3)
"""What is left to do for a topic whose demands are met as far as words tell: nothing; to look for some of its leaves in
the text; then to try the tree itself, since its demands do not say all."""


EVERY: Coded = (coded(ALWAYS, True),)
"""The demand that every article meets."""


def compiled(query: Query, numbering: Numbering) -> tuple[list[Coded], int]:
    """Its demands, and what is left to do. All their leaves are used once more."""
    said, used = demands(query), set[int]()
    every = said if said is not None else [_wanted(need) for need in needs(query)]
    found = [_coded(demand, used, numbering) for demand in every]
    placed = any(map(numbering.is_placed, used))
    if placed:
        found += [_coded(demand, used, numbering) for demand in _helping(every)]
    return list(dict.fromkeys(found)), TREE if said is None else PLACES if placed else NOTHING


def _coded(demand: Demand, used: set[int], numbering: Numbering) -> Coded:
    codes = []
    for leaf, wanted in demand:
        number = numbering.number(leaf)
        if number not in used:
            used.add(number)
            numbering.use(number)
        codes.append(coded(number, wanted))
    return tuple(codes)


def ordered(every: Sequence[Coded], numbering: Numbering, share: Share) -> tuple[bytes, int]:
    """The program with its rarest demand first, and the code of another leaf that it cannot do without. Where there is
    none that it could wait under, as in `NOT minsk`, the first is what every article meets. `share` tells how common
    a leaf is, by its number."""
    first = _rarest(every, numbering, share)
    second, least = coded(ALWAYS, True), 2.0
    for demand in every:
        code = demand[0]
        if len(demand) == 1 and demand != first and not numbering.is_placed(code >> 1):
            common = 1 - share(code >> 1) if code & 1 else share(code >> 1)
            if common < least:
                second, least = code, common
    return program([first, *(demand for demand in every if demand not in (first, EVERY))]), second


def _rarest(every: Sequence[Coded], numbering: Numbering, share: Share) -> Coded:
    """Of the demands that an index can keep it under; one with a very common word only where there is no other."""
    rarest, least = EVERY, (True, float("inf"))
    for demand in every:
        if any(code & 1 or numbering.is_placed(code >> 1) for code in demand):
            continue
        common = not all(numbering.is_telling(code >> 1) for code in demand), sum(share(code >> 1) for code in demand)
        if common < least:
            rarest, least = demand, common
    return rarest


def _helping(every: Sequence[Demand]) -> Iterator[Demand]:
    """Demands told by words that follow from others."""
    for demand in every:
        if all(wanted for _, wanted in demand) and not all(told_by_words(leaf) for leaf, _ in demand):
            groups = [list(implied(leaf)) for leaf, _ in demand]
            if len(groups) == 1:
                yield from map(_wanted, groups[0])
            elif all(groups):
                yield _wanted(dict.fromkeys(leaf for group in groups for leaf in group[0]))


def _wanted(leaves: Iterable[Leaf]) -> Demand:
    return tuple((leaf, True) for leaf in leaves)

"""What a topic is tried by: a query in, its program out, and what is left to do after it.

The first demand of a program is the one that the topic waits under.
"""

from collections.abc import Iterable, Iterator, Sequence

from service.query.demands import Demand, demands, implied
from service.query.needs import needs
from service.query.numbering import ALWAYS, Numbering
from service.query.programs import Coded, coded, demands_of, program
from service.query.tree import Leaf, Query

NOTHING, PLACES, TREE = range(3)
"""What is left to do for a topic whose demands are met as far as words tell: nothing; to look for some of its leaves in
the text; then to try the tree itself, since its demands do not say all."""


def compiled(query: Query, numbering: Numbering) -> tuple[bytes, int]:
    """The program, in any order; all of its leaves are used once more. The leaves of a query without demands that an
    index could keep it under are used as well: `ordered` refuses it."""
    said = demands(query)
    every = [*(said or ()), *_helping(said if said is not None else _of_needs(query))]
    numbers = {leaf: numbering.use(leaf) for leaf in dict.fromkeys(leaf for demand in every for leaf, _ in demand)}
    found = dict.fromkeys(tuple(coded(numbers[leaf], wanted) for leaf, wanted in demand) for demand in every)
    return program(found), _left(said is not None, list(found), numbering)


def _left(whole: bool, found: Sequence[Coded], numbering: Numbering) -> int:
    if not whole:
        return TREE
    if any(numbering.is_placed(code >> 1) for demand in found for code in demand):
        return PLACES
    return NOTHING


def ordered(unordered: bytes, numbering: Numbering) -> tuple[bytes, int]:
    """The program with its rarest demand first, and the code of another leaf that it cannot do without.

    Raises `ValueError` if there is no demand that an index could keep it under."""
    every = demands_of(unordered)
    possible = [demand for demand in every if not any(code & 1 or numbering.is_placed(code >> 1) for code in demand)]
    leading = [demand for demand in possible if all(numbering.is_telling(code >> 1) for code in demand)] or possible
    if not leading:
        raise ValueError("a query without needs")
    first = min(leading, key=lambda demand: sum(numbering.share(code >> 1) for code in demand))
    alone = [demand[0] for demand in every
             if len(demand) == 1 and demand != first and not numbering.is_placed(demand[0] >> 1)]  # fmt: skip
    second = min(alone, key=lambda code: _share(code, numbering), default=coded(ALWAYS, True))
    return program([first, *(demand for demand in every if demand != first)]), second


def _share(code: int, numbering: Numbering) -> float:
    share = numbering.share(code >> 1)
    return 1 - share if code & 1 else share


def _of_needs(query: Query) -> list[Demand]:
    return [_wanted(need) for need in needs(query)]


def _helping(every: Sequence[Demand]) -> Iterator[Demand]:
    """Demands told by words that follow from others."""
    for demand in every:
        if all(wanted for _, wanted in demand):
            groups = [list(implied(leaf)) for leaf, _ in demand]
            if len(groups) == 1:
                yield from map(_wanted, groups[0])
            elif all(groups):
                yield _wanted(dict.fromkeys(leaf for group in groups for leaf in group[0]))


def _wanted(leaves: Iterable[Leaf]) -> Demand:
    return tuple((leaf, True) for leaf in leaves)

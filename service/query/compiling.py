"""What a topic is tried by: a query in, its program out, and what is left to do after it.

The first demand of a program is the one that the topic waits under.
"""

from collections.abc import Iterable, Iterator, Sequence

from service.query.demands import Demand, demands, implied, told_by_words
from service.query.needs import needs
from service.query.numbering import ALWAYS, Numbering
from service.query.programs import Coded, coded, program
from service.query.tree import Leaf, Query

NOTHING, PLACES, TREE = range(3)
"""What is left to do for a topic whose demands are met as far as words tell: nothing; to look for some of its leaves in
the text; then to try the tree itself, since its demands do not say all."""


EVERY: Coded = (coded(ALWAYS, True),)
"""The demand that every article meets."""


def compiled(query: Query, numbering: Numbering) -> tuple[list[Coded], int]:
    """Its demands, and what is left to do. All their leaves are used once more."""
    said, numbers = demands(query), dict[Leaf, int]()
    every = said if said is not None else [_wanted(need) for need in needs(query)]
    found = [_coded(demand, numbers, numbering) for demand in every]
    placed = any(map(numbering.is_placed, numbers.values()))
    if placed:
        found += [_coded(demand, numbers, numbering) for demand in _helping(every)]
    return list(dict.fromkeys(found)), TREE if said is None else PLACES if placed else NOTHING


def _coded(demand: Demand, numbers: dict[Leaf, int], numbering: Numbering) -> Coded:
    codes = []
    for leaf, wanted in demand:
        number = numbers.get(leaf)
        if number is None:
            number = numbers[leaf] = numbering.use(leaf)
        codes.append(coded(number, wanted))
    return tuple(codes)


def ordered(every: Sequence[Coded], numbering: Numbering) -> tuple[bytes, int]:
    """The program with its rarest demand first, and the code of another leaf that it cannot do without. Where there is
    none that it could wait under, as in `NOT minsk`, the first is what every article meets."""
    first = _rarest(every, numbering)
    alone = [demand[0] for demand in every
             if len(demand) == 1 and demand != first and not numbering.is_placed(demand[0] >> 1)]  # fmt: skip
    second = min(alone, key=lambda code: _share(code, numbering), default=coded(ALWAYS, True))
    return program([first, *(demand for demand in every if demand not in (first, EVERY))]), second


def _rarest(every: Sequence[Coded], numbering: Numbering) -> Coded:
    """Of the demands that an index can keep it under."""
    possible = [demand for demand in every if not any(code & 1 or numbering.is_placed(code >> 1) for code in demand)]
    telling = [demand for demand in possible if all(numbering.is_telling(code >> 1) for code in demand)]
    shares = {demand: sum(_share(code, numbering) for code in demand) for demand in telling or possible}
    return min(shares, key=shares.__getitem__, default=EVERY)


def _share(code: int, numbering: Numbering) -> float:
    share = numbering.share(code >> 1)
    return 1 - share if code & 1 else share


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

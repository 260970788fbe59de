"""Which leaves decide whether a query can match at all.

`anchors` gives leaves of which any matching article must satisfy at least one: where none of them is found,
nothing else need be looked at. A query without them (only NOTs, only very common words) would have to be
tried on every article; such a query is refused.
"""

from collections.abc import Callable

from service.query.stop_words import STOP_WORDS
from service.query.tree import And, Exact, Field, Leaf, Not, Or, Phrase, Prefix, Query, Term
from service.text import fold

Cost = Callable[[Leaf], float]
_FIELD_COST = {"lang": 0.3, "country": 0.1, "source": 0.01}


def rarity(leaf: Leaf) -> float:
    """A guess at the share of articles with this leaf: long words are rare, fields are not."""
    match leaf:
        case Field():
            return _FIELD_COST[leaf.name]
        case Prefix():
            return 1 / max(len(leaf.start), 1) ** 2
        case Term():
            return 0.3 / len(leaf.word) ** 2
        case Phrase() | Exact():
            return 0.1 / max(map(len, leaf.words)) ** 2


def anchors(query: Query, cost: Cost = rarity) -> tuple[Leaf, ...] | None:
    """The cheapest set of leaves that a match needs one of; None if there is no such set."""
    found = _cheapest(query, cost, True)
    return found and found[1]


def no_anchor(query: Query) -> str:
    """Why a query has no anchors, as a sentence."""
    if _cheapest(query, rarity, True, stop=frozenset()):
        return "the query could match by very common words alone; add a rarer word, or =WHO for an exact one"
    return "the query could match by what it excludes alone; say also what must be there"


_Choice = tuple[float, tuple[Leaf, ...]]


def _cheapest(query: Query, cost: Cost, wanted: bool, stop: frozenset[str] = STOP_WORDS) -> _Choice | None:
    """`wanted` is False below an odd number of NOTs, where And and Or change places."""
    match query:
        case Not():
            return _cheapest(query.clause, cost, not wanted, stop)
        case And() | Or():
            choices = [_cheapest(clause, cost, wanted, stop) for clause in query.clauses]
            return _any_of(choices) if isinstance(query, And) == wanted else _all_of(choices)
        case Term() if fold(query.word) in stop:
            return None
        case _:
            return (cost(query), (query,)) if wanted else None


def _any_of(choices: list[_Choice | None]) -> _Choice | None:
    """Each of these must hold: the cheapest will do."""
    return min((choice for choice in choices if choice), key=lambda choice: choice[0], default=None)


def _all_of(choices: list[_Choice | None]) -> _Choice | None:
    """One of these must hold: all are needed."""
    total = 0.0
    leaves: list[Leaf] = []
    for choice in choices:
        if choice is None:
            return None
        total += choice[0]
        leaves.extend(choice[1])
    return total, tuple(dict.fromkeys(leaves))

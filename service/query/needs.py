"""Which leaves a query cannot do without.

A need is a group of leaves of which any matching article must satisfy at least one. `minsk (a1 OR b1)` has
two needs: `minsk`, and `a1` or `b1`. Where one need is not met, nothing else has to be looked at. A query with
no need at all (only NOTs, only very common words) would have to be tried on every article; it is refused.
"""

from service.query.stop_words import STOP_WORDS
from service.query.tree import And, Exact, Field, Leaf, Not, Or, Phrase, Prefix, Query, Term
from service.text import fold

Need = tuple[Leaf, ...]

_FIELD_SHARE = {"lang": 0.3, "country": 0.1, "source": 0.01}


def rarity(leaf: Leaf) -> float:
    """A guess at the share of articles with this leaf: long words are rare, fields are not."""
    match leaf:
        case Field():
            return _FIELD_SHARE[leaf.name]
        case Prefix():
            return 1 / len(leaf.start) ** 2
        case Term():
            return 0.3 / len(leaf.word) ** 2
        case Phrase() | Exact():
            return 0.1 / sum(map(len, leaf.words)) ** 2


def needs(query: Query, ignored: frozenset[str] = STOP_WORDS) -> list[Need]:
    """All needs that can be told; terms that are among the `ignored` words do not count."""
    return _needs(query, True, ignored)


def why_none(query: Query) -> str:
    """Why a query has no needs, as a sentence."""
    if needs(query, frozenset()):
        return "the query could match by very common words alone; add a rarer word, or =WHO for an exact one"
    return "the query could match by what it excludes alone; say also what must be there"


def _needs(query: Query, wanted: bool, ignored: frozenset[str]) -> list[Need]:
    """`wanted` is False below an odd number of NOTs, where And and Or change places."""
    match query:
        case Not():
            return _needs(query.clause, not wanted, ignored)
        case And() | Or():
            each = [_needs(clause, wanted, ignored) for clause in query.clauses]
            return [need for found in each for need in found] if isinstance(query, And) == wanted else _either(each)
        case Term() if fold(query.word) in ignored:
            return []
        case _:
            return [(query,)] if wanted else []


def _either(each: list[list[Need]]) -> list[Need]:
    """The rarest need of every branch, as one; none if a branch has none."""
    if not all(each):
        return []
    rarest = (min(found, key=lambda need: sum(map(rarity, need))) for found in each)
    return [tuple(dict.fromkeys(leaf for need in rarest for leaf in need))]

"""Which leaves a query cannot do without.

A need is a group of leaves of which any matching article must satisfy at least one. `minsk (a1 OR b1)` has
two needs: `minsk`, and `a1` or `b1`. Where one need is not met, nothing else has to be looked at. A query with
no need at all (only NOTs, only very common words) would have to be tried on every article; it is refused.
"""

from service.query.stop_words import STOP_WORDS
from service.query.tree import (
    About,
    And,
    AtLeast,
    Exact,
    Fact,
    Field,
    Leaf,
    Min,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    enough,
)
from service.text import fold

Simple = Term | Phrase | Prefix | Exact | Field | About | Fact
"""Leaves that an index can keep topics under."""
Need = tuple[Simple, ...]

_FIELD_SHARE = {
    "lang": 0.3,
    "country": 0.05,
    "owner": 0.1,
    "iptc": 0.03,
    "category": 0.03,
    "source": 0.01,
    "place": 0.01,
    "cites": 0.01,
}
_NAMED_SHARE = 0.001
_ABOUT_SHARE = 0.5
"""Not that so many articles are about it: so many have to be looked at."""
_FACT_SHARE = 0.6


def rarity(leaf: Simple) -> float:
    """A guess at the share of articles with this leaf: long words are rare, fields are not."""
    match leaf:
        case Field():
            return _FIELD_SHARE.get(leaf.name, _NAMED_SHARE)
        case Prefix():
            return 1 / len(leaf.start) ** 2
        case Term():
            return 0.3 / len(leaf.word) ** 2
        case Phrase() | Exact():
            return 0.1 / sum(map(len, leaf.words)) ** 2
        case About():
            return _ABOUT_SHARE
        case Fact():
            return _FACT_SHARE


def needs(query: Query, ignored: frozenset[str] = STOP_WORDS) -> list[Need]:
    """All needs that can be told; terms that are among the `ignored` words do not count, nor does a condition on
    the story that small ones meet."""
    return _needs(query, True, ignored)


def has_need(query: Query) -> bool:
    """Whether there is any: `bool(needs(query))`, mostly faster."""
    match query:
        case Term():
            return is_telling(query)
        case And():
            return any(not isinstance(clause, Not) and has_need(clause) for clause in query.clauses) or bool(
                needs(query)
            )
        case Or():
            return all(map(has_need, query.clauses))
        case _:
            return bool(needs(query))


def why_none(query: Query) -> str:
    """Why a query has no needs, as a sentence."""
    if needs(query, frozenset()):
        return "the query could match by very common words alone; add a rarer word, or =WHO for an exact one"
    return "the query could match by what it excludes alone; say also what must be there"


def is_telling(leaf: Leaf, ignored: frozenset[str] = STOP_WORDS) -> bool:
    """Whether it is neither a very common word nor a condition that small stories meet."""
    if isinstance(leaf, Term):
        return fold(leaf.word) not in ignored
    return not isinstance(leaf, Fact) or leaf.sign not in ("<", "<=")


def _needs(query: Query, wanted: bool, ignored: frozenset[str]) -> list[Need]:
    """`wanted` is False below an odd number of NOTs, where And and Or change places."""
    match query:
        case Not():
            return _needs(query.clause, not wanted, ignored)
        case And() | Or() | Min():
            each = [_needs(clause, wanted, ignored) for clause in query.clauses]
            return _of_several(each, enough(query, wanted))
        case _ if not wanted:
            return []
        case Near():
            right = [] if query.absent else _needs(query.right, True, ignored)
            return _needs(query.left, True, ignored) + right
        case AtLeast():
            return _needs(query.clause, True, ignored)
        case _:
            return [(query,)] if is_telling(query, ignored) else []


def _of_several(each: list[list[Need]], least: int) -> list[Need]:
    """Where all must hold, the needs of all. Where only so many must, of any group of clauses that is larger than
    the rest one holds: the group with the rarest needs, as one need."""
    if least == len(each):
        return [need for found in each for need in found]
    rarest = sorted((min(found, key=_share) for found in each if found), key=_share)
    group = len(each) - least + 1
    if len(rarest) < group:
        return []
    return [tuple(dict.fromkeys(leaf for need in rarest[:group] for leaf in need))]


def _share(need: Need) -> float:
    return sum(map(rarity, need))

"""Does a query hold of an article, and which words did it?

A query and a `Document` in, a `Match` with its reasons out, or None. This is the meaning of the language:
the index and the search only find faster what this finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from service.query.document import Document, keys
from service.query.likeness import LEAST_LIKENESS, likeness
from service.query.reasons import MOST_PLACES, Found, reasons, starts
from service.query.standing import stand_near
from service.query.tree import About, And, AtLeast, Fact, Field, Leaf, Min, Near, Not, Or, Query, Term, enough, scope

__all__ = ["MOST_PLACES", "Found", "Match", "find"]


@dataclass(frozen=True)
class Match:
    """That a query holds of an article."""

    query: Query
    document: Document

    @cached_property
    def reasons(self) -> tuple[Found, ...]:
        """Why: at most `MOST_PLACES` places for each clause and field. Looked for when they are asked for.

        Clauses under NOT give none: there is no place to show.
        """
        leaves = _responsible(self.query, self.document, True) or ()
        return tuple(found for leaf in dict.fromkeys(leaves) for found in reasons(leaf, self.document))


def find(query: Query, document: Document) -> Match | None:
    """The match, or None."""
    return None if _responsible(query, document, True) is None else Match(query, document)


def _responsible(query: Query, document: Document, wanted: bool) -> list[Leaf] | None:
    """The leaves that make the query `wanted` (true or false); None if it is the other."""
    match query:
        case And() | Or() | Min():
            return _together(query.clauses, document, wanted, enough(query, wanted))
        case Not():
            return _responsible(query.clause, document, not wanted)
        case _ if holds(query, document) != wanted:
            return None
        case _:
            return [query] if wanted else []


def _together(clauses: Sequence[Query], document: Document, wanted: bool, least: int) -> list[Leaf] | None:
    """The leaves of all that are so, if at least so many are."""
    leaves, spare = list[Leaf](), len(clauses) - least
    for clause in clauses:
        found = _responsible(clause, document, wanted)
        if found is not None:
            leaves += found
        elif spare:
            spare -= 1
        else:
            return None
    return leaves


def holds(leaf: Leaf, document: Document) -> bool:
    """Whether one leaf does."""
    match leaf:
        case Field():
            return document.known.holds(leaf)
        case Fact():
            return document.known.tells(leaf)
        case About():
            return likeness(leaf.vector, document.vector) >= LEAST_LIKENESS
        case Term() if not leaf.first:
            forms = keys(leaf.word, document.language)
            return any(not part.keys.isdisjoint(forms) for _, part in document.within(leaf.field))
        case Near():
            return _stand_near(leaf, document)
        case AtLeast():
            return _times(leaf.clause, document, leaf.times)
        case _:
            return _times(leaf, document, 1)


def _stand_near(near: Near, document: Document) -> bool:
    for _, part in document.within(scope(near).field):
        told = stand_near(near, part)
        if told is None:
            return _times(near, document, 1)
        if told:
            return True
    return False


def _times(clause: Query, document: Document, least: int) -> bool:
    """Whether it stands at so many places."""
    places = (place for _, part in document.within(scope(clause).field) for place in starts(clause, part))
    return next(islice(places, least - 1, None), None) is not None

"""Why a query holds of an article, or why it does not: each clause by itself, with its places.

In go a query and an article; out comes the query as a tree of clauses that hold or do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from service.query.document import Document
from service.query.likeness import LEAST_LIKENESS, likeness
from service.query.match import find
from service.query.reasons import Found
from service.query.tree import About, And, Fact, Min, Not, Or, Query, parts_of

MOST_CLAUSES = 200
"""Clauses told of one query; the rest only counts."""
MOST_TEXT = 300
Joint = Literal["all", "any", "some", "not", "clause"]


@dataclass(frozen=True, slots=True)
class Traced:
    """One clause."""

    clause: str
    """In canonical form, cut if long."""
    joint: Joint
    """Whether all of its parts must hold, any of them, so many of them, or not the one; "clause" has no parts."""
    holds: bool
    places: tuple[Found, ...] = ()
    note: str = ""
    """What was found instead, where a number says more than a place."""
    fact: bool = False
    """Whether it is a condition on the story."""
    parts: tuple["Traced", ...] = ()
    left_out: int = 0
    """Parts that are not told, for there are too many."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """One clause, whatever it is asked of."""

    clause: str
    joint: Joint
    parts: tuple["Outlined", ...] = ()
    left_out: int = 0


def outline(query: Query) -> Outlined:
    """The query as a tree of clauses, to be shown."""
    return _outlined(query, iter(range(MOST_CLAUSES)))


def _outlined(query: Query, left: Iterator[int]) -> Outlined:
    inside = () if _joint(query) == "clause" else parts_of(query)
    parts = tuple(_outlined(part, left) for part, _ in zip(inside, left, strict=False))
    return Outlined(_cut(query), _joint(query), parts, len(inside) - len(parts))


def trace(query: Query, document: Document) -> Traced:
    """The whole query; it holds exactly if `find` finds a match."""
    return _Tracer(document).trace(query)


class _Tracer:
    """Counts what was told."""

    def __init__(self, document: Document) -> None:
        self._document, self._left = document, MOST_CLAUSES

    def trace(self, query: Query) -> Traced:
        self._left -= 1
        match = find(query, self._document)
        joint = _joint(query)
        if joint == "clause":
            places, note = match.reasons if match else (), self._note(query)
            return Traced(_cut(query), joint, match is not None, places, note, isinstance(query, Fact))
        parts = []
        for part in parts_of(query):
            if self._left <= 0:
                break
            parts.append(self.trace(part))
        left_out = len(parts_of(query)) - len(parts)
        return Traced(_cut(query), joint, match is not None, parts=tuple(parts), left_out=left_out)

    def _note(self, leaf: Query) -> str:
        match leaf:
            case Fact():
                return self._fact(leaf)
            case About() if not self._document.vector:
                return "nothing is known of the article's meaning"
            case About():
                return f"likeness {likeness(leaf.vector, self._document.vector):.2f}; {LEAST_LIKENESS} is needed"
            case _:
                return ""

    def _fact(self, fact: Fact) -> str:
        story = self._document.known.story
        if story is None:
            return "the article is looked at without its story"
        if fact.name == "state_only":
            return f"{story.controlled} of {story.independent} independent voices are steered by a government"
        return f"{fact.name} is {getattr(story, fact.name):g}"


def _joint(query: Query) -> Joint:
    match query:
        case And():
            return "all"
        case Or():
            return "any"
        case Min():
            return "some"
        case Not():
            return "not"
        case _:
            return "clause"


def _cut(query: Query) -> str:
    text = str(query)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"

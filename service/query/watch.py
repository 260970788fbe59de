"""Which leaves an article meets, of those that can be told by its words and by what is known of it.

Phrases of two words wait under the numbers of both, which are leaves themselves; fields under their keys. Where the
two words of a NEAR stand is known, too, once the single words were spotted.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.query.demands import told_by_words
from service.query.document import Document
from service.query.known import keys_of
from service.query.likeness import LEAST_LIKENESS, likeness
from service.query.spotted import Spotted
from service.query.spotting import Spotting
from service.query.standing import are_near, is_of_two_words
from service.query.tree import BOUND_FIELDS, About, Exact, Fact, Field, Leaf, Near, Phrase, Prefix, Term


def helpers_of(leaf: Leaf) -> Sequence[Leaf]:
    """The leaves by which one is found."""
    match leaf:
        case Phrase() if told_by_words(leaf):
            return [Term(word, leaf.field) for word in leaf.words]
        case Near() if is_of_two_words(leaf):
            return [leaf.left, leaf.right]  # type: ignore[list-item]  # two terms
        case _:
            return []


class Watch:
    """Leaves by number."""

    def __init__(self) -> None:
        self._spotting = Spotting()
        self._followed: dict[int, dict[int, int]] = {}
        self._pairs: dict[int, Sequence[int]] = {}
        self._nears: dict[int, tuple[Near, Sequence[int]]] = {}
        self._fields: dict[str, dict[int, Field]] = {}
        self._facts: dict[int, Fact] = {}
        self._abouts: dict[int, About] = {}
        self._spotted: list[Spotted] = []
        """In the article in hand."""

    def add(self, leaf: Leaf, number: int, helpers: Sequence[int]) -> None:
        """`helpers` are the numbers of its helpers."""
        match leaf:
            case Near() if helpers:
                self._nears[number] = leaf, helpers
            case _ if not told_by_words(leaf):
                return
            case Term() | Prefix() | Exact():
                self._spotting.add(leaf, number)
            case Phrase():
                self._pairs[number] = helpers
                self._followed.setdefault(helpers[0], {})[helpers[1]] = number
            case Field():
                for key in keys_of(leaf):
                    self._fields.setdefault(key, {})[number] = leaf
            case Fact():
                self._facts[number] = leaf
            case About():
                self._abouts[number] = leaf

    def remove(self, leaf: Leaf, number: int) -> Sequence[int]:
        """The numbers of its helpers."""
        match leaf:
            case Near() if number in self._nears:
                return self._nears.pop(number)[1]
            case _ if not told_by_words(leaf):
                return ()
            case Term() | Prefix() | Exact():
                self._spotting.remove(leaf, number)
            case Phrase():
                first, second = self._pairs.pop(number)
                _discard(self._followed, first, second)
                return first, second
            case Field():
                for key in keys_of(leaf):
                    _discard(self._fields, key, number)
            case Fact():
                del self._facts[number]
            case About():
                del self._abouts[number]
        return ()

    def met(self, document: Document) -> list[int]:
        """Of the leaves that are told by words; some maybe twice."""
        found: list[int] = []
        self._spotted = []
        for name in BOUND_FIELDS:
            part = document.parts[name]
            if part.text:
                spotted = Spotted(part.written, self._spotting.met(name, part, found))
                self._spotted.append(spotted)
                if self._followed:
                    found += spotted.in_a_row(self._followed)
        if self._fields or self._facts or self._abouts:
            found += self._known(document)
        return found

    def stand_near(self, number: int) -> bool | None:
        """Whether the article that was last looked at meets a NEAR of two words; None if it is no such leaf."""
        if number not in self._nears:
            return None
        near, (left, right) = self._nears[number]
        return any(are_near(near, each.places.get(left, ()), each.places.get(right, ())) for each in self._spotted)

    def _known(self, document: Document) -> Iterator[int]:
        known = document.known
        if self._fields:
            for key in known.keys & self._fields.keys():
                yield from (number for number, field in self._fields[key].items() if known.holds(field))
        if known.story:
            yield from (number for number, fact in self._facts.items() if known.tells(fact))
        if document.vector:
            yield from _alike(document.vector, self._abouts)


def _alike(vector: bytes, abouts: dict[int, About]) -> Iterable[int]:
    return (number for number, about in abouts.items() if likeness(about.vector, vector) >= LEAST_LIKENESS)


def _discard(kept: dict[Any, dict[int, Any]], key: str | int, number: int) -> None:
    waiting = kept.get(key, {})
    waiting.pop(number, None)
    if not waiting:
        kept.pop(key, None)

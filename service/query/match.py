"""Does a query hold of an article, and which words did it?

A query and a `Document` in, a `Match` with its reasons out, or None. This is the meaning of the language:
the index and the search only find faster what this finds.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from service.query.document import Document, Part, keys
from service.query.tree import And, Exact, Field, Leaf, Not, Or, Phrase, Prefix, Query, Term, TextLeaf

MOST_PLACES = 5
"""Places told for one clause in one field."""

_FIELD_NAMES = {"lang": "language", "source": "source", "country": "country"}


@dataclass(frozen=True, slots=True)
class Found:
    """One place that answers a clause: `text` is `[start:end]` of the title, the body or the value."""

    clause: str
    field: str
    """title, body, language, source or country."""
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """That a query holds, and why: at most `MOST_PLACES` places for each clause and field."""

    reasons: tuple[Found, ...]


def find(query: Query, document: Document) -> Match | None:
    """The match, or None. Clauses under NOT give no reasons: there is no place to show."""
    leaves = _responsible(query, document, True)
    if leaves is None:
        return None
    return Match(tuple(found for leaf in dict.fromkeys(leaves) for found in _places(leaf, document)))


def _responsible(query: Query, document: Document, wanted: bool) -> list[Leaf] | None:
    """The leaves that make the query `wanted` (true or false); None if it is the other."""
    if isinstance(query, And | Or):
        combine = _each if isinstance(query, And) == wanted else _some
        return combine(query.clauses, document, wanted)
    if isinstance(query, Not):
        return _responsible(query.clause, document, not wanted)
    if _present(query, document) != wanted:
        return None
    return [query] if wanted else []


def _each(clauses: tuple[Query, ...], document: Document, wanted: bool) -> list[Leaf] | None:
    leaves: list[Leaf] = []
    for clause in clauses:
        found = _responsible(clause, document, wanted)
        if found is None:
            return None
        leaves += found
    return leaves


def _some(clauses: tuple[Query, ...], document: Document, wanted: bool) -> list[Leaf] | None:
    answers = [found for clause in clauses if (found := _responsible(clause, document, wanted)) is not None]
    return [leaf for found in answers for leaf in found] if answers else None


def _present(leaf: Leaf, document: Document) -> bool:
    match leaf:
        case Field():
            return document.holds(leaf.name, leaf.value)
        case Term():
            forms = keys(leaf.word, document.language)
            return any(not part.keys.isdisjoint(forms) for _, part in document.within(leaf.field))
        case _:
            return any(next(_spans(leaf, part), None) for _, part in document.within(leaf.field))


def _spans(leaf: TextLeaf, part: Part) -> Iterator[tuple[int, int]]:
    """First and last position of each place where the leaf stands, in order."""
    match leaf:
        case Term():
            standing = _standing(keys(leaf.word, part.language), part)
        case Prefix():
            standing = _standing(part.beginning(leaf.start), part)
        case Phrase():
            yield from _runs([keys(word, part.language) for word in leaf.words], part)
            return
        case Exact():
            yield from _exact_runs(leaf.words, part)
            return
    yield from ((position, position) for position in standing)


def _standing(forms: Iterable[str], part: Part) -> list[int]:
    """Positions of any of these keys, ascending."""
    places = [part.positions[form] for form in forms if form in part.keys]
    if len(places) < 2 or all(place == places[0] for place in places):
        return places[0] if places else []
    return sorted(set().union(*places))


def _runs(words: list[tuple[str, ...]], part: Part) -> Iterator[tuple[int, int]]:
    """Where the words stand one after the other; starts from the rarest."""
    if any(part.keys.isdisjoint(forms) for forms in words):
        return
    places = [_standing(forms, part) for forms in words]
    rarest = min(range(len(words)), key=lambda at: len(places[at]))
    others = [(at - rarest, frozenset(place)) for at, place in enumerate(places) if at != rarest]
    for position in places[rarest]:
        if all(position + offset in place for offset, place in others):
            yield position - rarest, position - rarest + len(words) - 1


def _exact_runs(words: tuple[str, ...], part: Part) -> Iterator[tuple[int, int]]:
    """Runs of the folded words whose written form is the one asked for."""
    for first, last in _runs([keys(word, "") for word in words], part):
        as_written = part.written[first : last + 1]
        if tuple(map(_settled, as_written)) == words:
            yield first, last


_ONE_APOSTROPHE = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "ʹ": "'", "＇": "'"})


def _settled(word: str) -> str:
    return unicodedata.normalize("NFC", word).translate(_ONE_APOSTROPHE)


def _places(leaf: Leaf, document: Document) -> Iterator[Found]:
    if isinstance(leaf, Field):
        yield _value_place(leaf, document)
        return
    for name, part in document.within(leaf.field):
        for first, last in islice(_spans(leaf, part), MOST_PLACES):
            start, end = part.tokens[first].start, part.tokens[last].end
            yield Found(str(leaf), name, start, end, part.text[start:end])


def _value_place(leaf: Field, document: Document) -> Found:
    """The whole code, or the tail of the source's domain."""
    value = document.source if leaf.name == "source" else leaf.value
    start = len(value) - len(leaf.value)
    return Found(str(leaf), _FIELD_NAMES[leaf.name], start, len(value), value[start:])

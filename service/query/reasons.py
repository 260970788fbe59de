"""Why a query holds: clauses that do and an article in, places that show it out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from service.query.document import Document, Part
from service.query.known import NAMED
from service.query.likeness import likeness
from service.query.standing import spans
from service.query.tree import About, AtLeast, Fact, Field, Leaf, Query, scope

MOST_PLACES = 5
"""Places told for one clause in one field."""

_FIELD_NAMES = {"lang": "language"}


@dataclass(frozen=True, slots=True)
class Found:
    """One place that answers a clause: `text` is `[start:end]` of the title, the body, the author or the value."""

    clause: str
    field: str
    """title, body or author; or what is known beside the text: language, source, country, person, story, meaning ..."""
    start: int
    end: int
    text: str


def reasons(leaf: Leaf, document: Document) -> Iterator[Found]:
    """The places of a clause that holds, at most `MOST_PLACES` in each field."""
    match leaf:
        case Field():
            yield _of_field(leaf, document)
        case Fact():
            yield _whole(str(leaf), "story", _fact(leaf, document))
        case About():
            yield _whole(str(leaf), "meaning", f"{likeness(leaf.vector, document.vector):.2f}")
        case _:
            clause = leaf.clause if isinstance(leaf, AtLeast) else leaf
            for name, part in document.within(scope(clause).field):
                for first, last in islice(starts(clause, part), MOST_PLACES):
                    start, end = part.tokens[first].start, part.tokens[last].end
                    yield Found(str(leaf), name, start, end, part.text[start:end])


def starts(clause: Query, part: Part) -> Iterator[tuple[int, int]]:
    """The places of a clause, but only the shortest of those that begin with the same word."""
    before = -1
    for first, last in spans(clause, part):
        if first > before:
            before = first
            yield first, last


def _of_field(field: Field, document: Document) -> Found:
    """Where the text names it; else the whole value, or the tail of the source's domain."""
    clause, name = str(field), _FIELD_NAMES.get(field.name, field.name)
    if field.name == "source":
        start = len(document.source) - len(field.value)
        return Found(clause, name, start, len(document.source), document.source[start:])
    for form in _forms(field, document):
        for part_name, part in document.within(""):
            if (start := part.text.find(form)) >= 0:
                return Found(clause, part_name, start, start + len(form), form)
    return _whole(clause, name, _place(field, document) or field.value)


def _place(field: Field, document: Document) -> str:
    """The name of the city that is asked for by its number: articles are not known to write it so."""
    places = document.known.places if field.name == "entity" else ()
    return next((each.name for each in places if field.value == f"geo_{each.geoname_id}"), "")


def _forms(field: Field, document: Document) -> Iterable[str]:
    """How the text writes what a field names."""
    known = document.known
    for entity in known.entities:
        if entity.id == field.value or (NAMED.get(field.name) == entity.kind and known.is_named(field, entity)):
            yield from entity.forms
    if field.name == "cites":
        yield from (each.cited for each in known.citations if known.is_cited(field, each))


def _fact(fact: Fact, document: Document) -> str:
    story = document.known.story
    if story is None:
        return ""
    return f"{story.controlled}" if fact.name == "state_only" else f"{getattr(story, fact.name):g}"


def _whole(clause: str, name: str, text: str) -> Found:
    return Found(clause, name, 0, len(text), text)

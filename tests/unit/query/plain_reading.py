"""The query language read plainly: what each clause means, said as simply as can be, and as slowly.

`met(query, document)` walks over lists of words and tries every place. It shares with the product what a word and a
stem are, and nothing else: no positions by key, no needs, no index.
"""

import unicodedata
from collections.abc import Callable, Iterable
from itertools import combinations

from service.query import Document
from service.query.document import Part
from service.query.tree import (
    And,
    AtLeast,
    Exact,
    Fact,
    Field,
    Min,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Scope,
    Term,
    scope,
)
from service.text import STEMMED, fold, stem, tokens

Place = tuple[int, int]
TRUE_IF = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}


def met(query: Query, document: Document) -> bool:
    match query:
        case And():
            return all(met(each, document) for each in query.clauses)
        case Or():
            return any(met(each, document) for each in query.clauses)
        case Min():
            return sum(met(each, document) for each in query.clauses) >= query.number
        case Not():
            return not met(query.clause, document)
        case Field():
            return _known(query, document)
        case Fact():
            story = document.more.story
            if story is None:
                return False
            if query.name == "state_only":
                return story.independent > 0 and story.independent == story.controlled
            return TRUE_IF[query.sign](float(getattr(story, query.name)), float(query.number))
        case AtLeast():
            return len({(name, first) for name, first, _ in _all(query.clause, document)}) >= query.times
        case _:
            return bool(_all(query, document))


def _all(clause: Query, document: Document) -> list[tuple[str, int, int]]:
    field = scope(clause).field
    return [
        (name, first, last)
        for name in ((field,) if field else ("title", "body"))
        for first, last in places(clause, document.parts[name])
    ]


def places(clause: Query, part: Part) -> set[Place]:
    """First and last word of every place of a clause, counted from 0."""
    words = [part.text[token.start : token.end] for token in tokens(part.text)]
    match clause:
        case Or():
            return {place for each in clause.clauses for place in places(each, part)}
        case Near():
            return _near(clause, places(clause.left, part), places(clause.right, part))
        case Term():
            found = {(at, at) for at, word in enumerate(words) if _same(clause.word, word, part.language)}
        case Prefix():
            found = {(at, at) for at, word in enumerate(words) if fold(word).startswith(clause.start)}
        case Exact():
            found = _in_a_row(
                words, clause.words, lambda asked, word: fold(asked) == fold(word) and asked == _nfc(word)
            )
        case Phrase() if clause.slop:
            found = _loosely(words, clause, part.language)
        case Phrase():
            found = _in_a_row(words, clause.words, lambda asked, word: _same(asked, word, part.language))
        case _:
            raise AssertionError(clause)
    return {place for place in found if not clause.first or place[1] < clause.first}


def _same(asked: str, word: str, language: str) -> bool:
    return fold(asked) == fold(word) or (language in STEMMED and stem(asked, language) == stem(word, language))


def _as_written(asked: str, word: str) -> bool:
    return fold(asked) == fold(word) and asked == _nfc(word)


def _nfc(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'").replace("‘", "'").replace("ʼ", "'")


def _in_a_row(words: list[str], asked: tuple[str, ...], same: Callable[[str, str], bool]) -> set[Place]:
    return {
        (at, at + len(asked) - 1)
        for at in range(len(words) - len(asked) + 1)
        if all(same(one, word) for one, word in zip(asked, words[at:], strict=False))
    }


def _loosely(words: list[str], phrase: Phrase, language: str) -> set[Place]:
    """Of all ways to choose places in order, those with few enough between; of each first word the shortest."""
    standing = [[at for at, word in enumerate(words) if _same(one, word, language)] for one in phrase.words]
    runs: list[list[int]] = [[at] for at in standing[0]]
    for later in standing[1:]:
        runs = [[*run, at] for run in runs for at in later if at > run[-1]]
    good = [run for run in runs if run[-1] - run[0] + 1 - len(run) <= phrase.slop]
    return {(first, min(run[-1] for run in good if run[0] == first)) for first in {run[0] for run in good}}


def _near(near: Near, left: set[Place], right: set[Place]) -> set[Place]:
    def partners(one: Place) -> list[Place]:
        after = [other for other in right if 1 <= other[0] - one[1] <= near.distance]
        before = [other for other in right if 1 <= one[0] - other[1] <= near.distance]
        return after if near.ordered else after + before

    if near.absent:
        return {one for one in left if not partners(one)}
    return {(min(one[0], other[0]), max(one[1], other[1])) for one in left for other in partners(one)}


def _known(field: Field, document: Document) -> bool:
    more, value = document.more, field.value
    match field.name:
        case "lang":
            return document.language == value
        case "country":
            return value in document.countries
        case "source":
            return f".{document.source}".endswith(f".{value}")
        case "entity":
            return value in [each.id for each in more.entities] or value in [f"geo_{e.geoname_id}" for e in more.places]
        case "person" | "org":
            kind = {"person": "person", "org": "organisation"}[field.name]
            return _called(value, [(each.name, *each.forms) for each in more.entities if each.kind == kind])
        case "place":
            return _called(value, [(each.name,) for each in more.places])
        case "cites":
            domains = [f".{each.domain}" for each in more.citations]
            return any(each.endswith(f".{value.lower()}") for each in domains) or _called(
                value, [(each.cited,) for each in more.citations]
            )
        case "iptc":
            said = [word for each in more.subjects for word in (each.name.lower(), each.id, each.id.split(":")[-1])]
            return value.lower() in said
        case "category":
            said = [each.name for each in more.subjects] + [each.id for each in more.subjects]
            said += [each.id.split(":")[-1] for each in more.subjects]
            return value.lower().split() in [each.lower().split() for each in (*said, *more.categories)]
        case "owner":
            return value.lower() in (more.control, more.owner.lower())
    raise AssertionError(field)


def _called(value: str, named: Iterable[tuple[str, ...]]) -> bool:
    asked = {token.word for token in tokens(value)}
    return any(asked and asked <= {token.word for text in one for token in tokens(text)} for one in named)


def laws(a: Query, b: Query) -> Iterable[tuple[Query, Query, str]]:
    """Pairs of queries that must mean the same ("=") or of which the first implies the second ("<")."""
    yield And((a, b)), And((b, a)), "="
    yield Or((a, b)), Or((b, a)), "="
    yield Not(Not(a)), a, "="
    yield Not(And((a, b))), Or((Not(a), Not(b))), "="
    yield Not(Or((a, b))), And((Not(a), Not(b))), "="
    yield And((a, b)), a, "<"
    yield a, Or((a, b)), "<"
    yield Min(1, (a, b)), Or((a, b)), "="
    yield Min(2, (a, b)), And((a, b)), "="
    yield Not(Min(2, (a, b))), Min(1, (Not(a), Not(b))), "="


def laws_of_places(a: Query, b: Query) -> Iterable[tuple[Query, Query, str]]:
    """The same for clauses that stand at places."""
    assert scope(a) == scope(b) == Scope()
    for one, other in combinations((1, 3, 9), 2):
        yield Near(a, b, one), Near(a, b, other), "<"
        yield Near(a, b, one, ordered=True), Near(a, b, other, ordered=True), "<"
        yield Near(a, b, other, absent=True), Near(a, b, one, absent=True), "<"
    yield Near(a, b, 3), Near(b, a, 3), "="
    yield Near(a, b, 3, ordered=True), Near(a, b, 3), "<"
    yield Near(a, b, 3), And((a, b)), "<"
    yield Near(a, b, 3, absent=True), a, "<"
    yield And((a, Not(b))), Near(a, b, 3, absent=True), "<"
    yield AtLeast(3, a), AtLeast(2, a), "<"
    yield AtLeast(2, a), a, "<"
    yield AtLeast(2, a), AtLeast(2, Or((a, b))), "<"

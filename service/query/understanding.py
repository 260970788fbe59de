"""How a query is understood: a tree in; out come the tree that is matched, what became of each word, and advice.

A bare word or phrase that names a country, a large city, a person or an organisation finds what it names, too, in every
language: `Belarus` becomes `belarus OR country:BY`. `="Belarus"` stays what it is: letters.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from service.errors import QuerySyntax
from service.query.names import Kind, Meant, Names, is_telling
from service.query.stop_words import STOP_WORDS
from service.query.tree import (
    ANYWHERE,
    About,
    And,
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
    Words,
    parts_of,
    scope,
    spelt,
)
from service.query.words import phrase
from service.text import fold

BARE: tuple[Kind, ...] = ("country", "city", "person", "organisation")
AS_NEWS = "Report: {0}. {0} in the country, officials said."
"""How a few words are put to the model: an article that tells of them is nearer to that than to the words alone."""

_KINDS: dict[str, tuple[Kind, ...]] = {
    "person": ("person",),
    "org": ("organisation",),
    "place": ("country", "city"),
    "cites": ("outlet",),
    "source": ("outlet",),
}
MOST_SPELLED = 60
"""Other names of one name beside NEAR."""
_LETTERS_ALONE = "with = before it, spelt as in texts, it finds the letters alone"
_MISTAKEN = {"UK": "GB", "EL": "GR"}


class Meaning(Protocol):
    """What makes vectors of texts, as articles have them."""

    def embed(self, texts: list[str]) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of one clause."""

    clause: str
    """As it was asked for, in canonical form."""
    how: str
    """A sentence."""
    finds: tuple[str, ...] = ()
    """The clauses by which it finds what it names, beside itself."""
    advice: str = ""
    """What would say it better; "" if nothing would."""


@dataclass(frozen=True, slots=True)
class Understanding:
    query: Query
    """What is matched."""
    clauses: tuple[Understood, ...]
    """Each clause once, in the order in which they stand."""


Known = dict[Term | Phrase, tuple[Query, Understood]]
"""How words were understood before."""
MOST_KNOWN = 100_000


def understand(query: Query, names: Names, meaning: Meaning | None = None, known: Known | None = None) -> Understanding:
    """Raises `QuerySyntax` for `about:` where nothing makes vectors. `known` grows; it is of these names alone."""
    reader = _Reader(names, meaning, {} if known is None else known)
    understood = reader.read(query)
    return Understanding(understood, tuple(dict.fromkeys(reader.told)))


class _Reader:
    """Notes what it tells of each clause."""

    def __init__(self, names: Names, meaning: Meaning | None, known: Known) -> None:
        self._names, self._meaning, self._known = names, meaning, known
        self.told: list[Understood] = []

    def read(self, query: Query) -> Query:
        match query:
            case Term() | Phrase():
                return self._words(query)
            case And():
                return And(tuple(map(self.read, query.clauses)))
            case Min():
                return Min(query.number, tuple(map(self.read, query.clauses)))
            case Or():
                return Or(tuple(_flat(map(self.read, query.clauses))))
            case Not():
                return Not(self.read(query.clause))
            case About():
                return self._about(query)
            case Field():
                return self._field(query)
            case Near():
                return self._near(query)
            case _:
                self.told += [Understood(str(query), how_of(query)), *self._inside(query)]
                return query

    def _about(self, about: About) -> Query:
        if self._meaning is None:
            why = "about: needs the extra `embeddings`, which is not installed here or is switched off"
            raise QuerySyntax(why, 1, 1)
        self.told.append(Understood(str(about), "what the article says, in whatever words"))
        return replace(about, vector=self._meaning.embed([AS_NEWS.format(about.text)])[0])

    def _field(self, field: Field) -> Query:
        found = self._meant_by(field)
        clauses = tuple(dict.fromkeys(self._as(field, meant) for meant in found))
        finds = tuple(clause for clause in clauses if clause != field)
        how, wrong = _how_of_field(field, found), self._wrong(field)
        self.told.append(Understood(str(field), how, tuple(map(str, finds)), wrong))
        return Or((field, *finds)) if finds else field

    def _meant_by(self, field: Field) -> tuple[Meant, ...]:
        if field.name == "entity":
            return self._names.numbered(field.value)
        kinds = _KINDS.get(field.name)
        return self._names.meant(field.value, kinds) if kinds else ()

    def _as(self, field: Field, meant: Meant) -> Field:
        return Field("cites", meant.field.value) if field.name == "cites" else meant.field

    def _wrong(self, field: Field) -> str:
        if field.name == "country" and not self._names.is_country(field.value):
            meant = f"; write country:{_MISTAKEN[field.value]}" if field.value in _MISTAKEN else ""
            return f"there is no country {field.value}{meant}"
        return ""

    def _words(self, leaf: Term | Phrase) -> Query:
        found = self._known.get(leaf)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[leaf] = self._look_up(leaf)
        query, told = found
        self.told.append(told)
        return query

    def _look_up(self, leaf: Term | Phrase) -> tuple[Query, Understood]:
        found = self._bare(leaf)
        if found and not scope(leaf):
            finds = tuple(dict.fromkeys(meant.field for meant in found))
            how = f"{how_of(leaf)}, and {_named(found)} in every language"
            return Or((leaf, *finds)), Understood(str(leaf), how, tuple(map(str, finds)), _LETTERS_ALONE)
        doubtful = self._names.meant(_text(leaf), ("city",)) if not scope(leaf) and not found else ()
        return leaf, Understood(str(leaf), how_of(leaf), (), _advice(leaf, found) or _doubt(leaf, doubtful))

    def _near(self, near: Near) -> Query:
        self.told.append(Understood(str(near), how_of(near)))
        return replace(near, left=self._beside(near.left), right=self._beside(near.right))

    def _beside(self, side: Query) -> Query:
        """Places count beside NEAR: a name is looked for by all the names that are known of what it names."""
        match side:
            case Near():
                return replace(side, left=self._beside(side.left), right=self._beside(side.right))
            case Or():
                return Or(tuple(_flat(map(self._beside, side.clauses))))
            case Term() | Phrase() if not scope(side) and (found := self._bare(side)):
                others = tuple(_spelled(self._names.spelled(_text(side), found), side))
                how = f"{how_of(side)}, and the names of {_named(found)} in other languages"
                self.told.append(Understood(str(side), how, tuple(map(str, others)), _LETTERS_ALONE))
                return Or((side, *others)) if others else side
            case _:
                self.told += [Understood(str(leaf), how_of(leaf)) for leaf in _leaves(side)]
                return side

    def _bare(self, leaf: Term | Phrase) -> tuple[Meant, ...]:
        """What a word that is bound to nothing names beyond doubt."""
        loose = isinstance(leaf, Phrase) and leaf.slop > 0
        found = self._names.meant(_text(leaf), BARE) if is_telling(_text(leaf)) and not loose else ()
        return tuple(meant for meant in found if not meant.doubtful)

    def _inside(self, query: Query) -> Iterator[Understood]:
        """The clauses of atleast/: a name stays letters there."""
        for part in parts_of(query):
            yield from (Understood(str(leaf), how_of(leaf)) for leaf in _leaves(part))


def how_of(leaf: Leaf) -> str:
    """A clause on the text in words."""
    match leaf:
        case Term() | Phrase() | Prefix() | Exact():
            where = f", in {str(scope(leaf)).rstrip(':')}" if scope(leaf) else ""
            return _said(leaf) + where
        case Fact():
            return "a condition on the story"
        case _:
            return "places in the text"


def _said(leaf: Term | Phrase | Prefix | Exact) -> str:
    match leaf:
        case Term():
            return "the word in any of its forms"
        case Phrase() if leaf.slop:
            return f"the words in this order, with at most {leaf.slop} others between them"
        case Phrase():
            return "the words one after the other, each in any of its forms"
        case Prefix():
            return "any word that begins so"
        case Exact():
            return "as written"


def _how_of_field(field: Field, found: Sequence[Meant]) -> str:
    if found:
        return _named(found) if field.name in ("cites", "source") else f"{_named(found)} in every language"
    if field.name in ("person", "org", "place", "cites"):
        return "no table knows it: found by the words of the name, as articles write it"
    if field.name == "category":
        return "as its publisher filed it, or a subject of the IPTC Media Topics"
    return "known of the article"


def _named(found: Sequence[Meant]) -> str:
    return " or ".join(dict.fromkeys(f"the {meant.kind} {meant.name}" for meant in found))


def _advice(leaf: Term | Phrase, found: Sequence[Meant]) -> str:
    if found:
        finds = " OR ".join(dict.fromkeys(str(meant.field) for meant in found))
        return f"bound to a part of the text, only the letters are found; {finds} finds it in every language"
    if isinstance(leaf, Term) and leaf.word in ("and", "or", "not"):
        return f"a plain word here; the operator is {leaf.word.upper()}"
    if isinstance(leaf, Term) and fold(leaf.word) in STOP_WORDS:
        return "nearly every article has this word"
    return ""


def _doubt(leaf: Term | Phrase, cities: Sequence[Meant]) -> str:
    if not any(meant.doubtful for meant in cities):
        return ""
    return f"it may be a person or something else; {Field('place', _text(leaf))} finds the city in every language"


def _text(leaf: Term | Phrase) -> str:
    return leaf.word if isinstance(leaf, Term) else spelt(leaf.words)


def _spelled(names: Sequence[str], leaf: Term | Phrase) -> Iterator[Words]:
    """Other names as clauses; one that no query could hold is left out."""
    for name in names[:MOST_SPELLED]:
        with suppress(QuerySyntax):
            clause = phrase(name, ANYWHERE, (1, 1))
            if clause != leaf:
                yield clause


def _flat(clauses: Iterator[Query]) -> Iterator[Query]:
    for clause in clauses:
        yield from clause.clauses if isinstance(clause, Or) else (clause,)


def _leaves(query: Query) -> Iterator[Leaf]:
    inside = parts_of(query)
    if not inside:
        yield query  # type: ignore[misc]  # what has no parts is a leaf
    for part in inside:
        yield from _leaves(part)

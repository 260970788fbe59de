"""The tree of a query. `str(tree)` is its canonical text, which parses to the same tree.

Leaves that look at the text may be bound to one `field` ("title" or "body"; "" is both). Words are kept
in lower case and with their accents, since the rules of stemming need those.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from service.text import unspaced

TEXT_FIELDS = ("title", "body")
VALUE_FIELDS = ("lang", "source", "country")


@dataclass(frozen=True, slots=True)
class Term:
    """A word in any of its grammatical forms."""

    word: str
    field: str = ""

    def __str__(self) -> str:
        return _bound(self.field, self.word)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other, each in any of its forms."""

    words: tuple[str, ...]
    field: str = ""

    def __str__(self) -> str:
        return _bound(self.field, f'"{_spelt(self.words)}"')


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so."""

    start: str
    field: str = ""

    def __str__(self) -> str:
        return _bound(self.field, f"{self.start}*")


@dataclass(frozen=True, slots=True)
class Exact:
    """Words as written: same case, same accents, same form."""

    words: tuple[str, ...]
    field: str = ""

    def __str__(self) -> str:
        text = _spelt(self.words)
        return _bound(self.field, f'="{text}"' if " " in text or len(self.words) > 1 else f"={text}")


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of the article: its language, its source, or a country it names."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class And:
    clauses: "tuple[Query, ...]"

    def __str__(self) -> str:
        return _grouped(self, " ", (Or,))


@dataclass(frozen=True, slots=True)
class Or:
    clauses: "tuple[Query, ...]"

    def __str__(self) -> str:
        return _grouped(self, " OR ", ())


@dataclass(frozen=True, slots=True)
class Not:
    clause: "Query"

    def __str__(self) -> str:
        plain = not isinstance(self.clause, And | Or) or scope(self.clause)
        return f"NOT {self.clause}" if plain else f"NOT ({self.clause})"


Leaf = Term | Phrase | Prefix | Exact | Field
TextLeaf = Term | Phrase | Prefix | Exact
Query = Leaf | And | Or | Not


def scope(query: Query) -> str:
    """The one text field that all leaves are bound to; "" if there is none."""
    match query:
        case Field():
            return ""
        case And() | Or():
            scopes = {scope(clause) for clause in query.clauses}
            return scopes.pop() if len(scopes) == 1 else ""
        case Not():
            return scope(query.clause)
        case _:
            return query.field


def rebound(query: Query, field: str) -> Query:
    """The same query with every text leaf bound to `field`."""
    match query:
        case Field():
            return query
        case And() | Or():
            return replace(query, clauses=tuple(rebound(clause, field) for clause in query.clauses))
        case Not():
            return Not(rebound(query.clause, field))
        case _:
            return replace(query, field=field)


def _grouped(query: And | Or, joint: str, bracketed: tuple[type, ...]) -> str:
    """`title:(a OR b)` rather than `title:a OR title:b`; brackets only where they are needed."""
    if field := scope(query):
        return f"{field}:({rebound(query, '')})"
    parts = (f"({clause})" if isinstance(clause, bracketed) and not scope(clause) else str(clause)
             for clause in query.clauses)  # fmt: skip
    return joint.join(parts)


def _bound(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def _spelt(words: tuple[str, ...]) -> str:
    """Words with blanks between them; the overlapping pairs of an unspaced run become the run again."""
    text = words[0]
    for before, word in pairwise(words):
        chained = len(before) == 2 and before[1] == word[0] and unspaced(before[0]) and unspaced(before[1])
        text += word[1:] if chained else f" {word}"
    return text

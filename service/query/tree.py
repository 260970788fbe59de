"""The tree of a query. `str(tree)` is its canonical text, which parses to the same tree.

Clauses that look at the text are bound to a `scope`: one field ("" is title and body), the first words of it, or
both. Words are kept in lower case and with their accents, since the rules of stemming need those.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from service.text import unspaced

TEXT_FIELDS = ("title", "body")
"""Where a clause looks that is bound to no field."""
BOUND_FIELDS = (*TEXT_FIELDS, "author")
LEAD = "lead"
LEAD_WORDS = 50
"""So many words of the body are its lead: `lead:` is `body:first/50:`."""
VALUE_FIELDS = (
    "lang", "source", "domain", "country", "place", "person", "org", "entity", "cites", "iptc", "category", "owner",
    "about",
)  # fmt: skip

FactName = Literal["independent", "sources", "languages", "articles", "growth", "state_only"]
Sign = Literal[">=", ">", "<=", "<"]


class Scope(NamedTuple):
    """Where a clause looks."""

    field: str = ""
    first: int = 0
    """Only among so many first words; 0 is everywhere."""

    def __bool__(self) -> bool:
        return bool(self.field or self.first)

    def __str__(self) -> str:
        return (f"first/{self.first}:" if self.first else "") + (f"{self.field}:" if self.field else "")


ANYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Term:
    """A word in any of its grammatical forms."""

    word: str
    field: str = ""
    first: int = 0

    def __str__(self) -> str:
        return f"{scope(self)}{self.word}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, each in any of its forms, with at most `slop` other words between them in all."""

    words: tuple[str, ...]
    field: str = ""
    first: int = 0
    slop: int = 0

    def __str__(self) -> str:
        return f'{scope(self)}"{spelt(self.words)}"' + (f"~{self.slop}" if self.slop else "")


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so."""

    start: str
    field: str = ""
    first: int = 0

    def __str__(self) -> str:
        return f"{scope(self)}{self.start}*"


@dataclass(frozen=True, slots=True)
class Exact:
    """Words as written: same case, same accents, same form. Letters alone, whatever they name."""

    words: tuple[str, ...]
    field: str = ""
    first: int = 0

    def __str__(self) -> str:
        text = spelt(self.words)
        return f"{scope(self)}=" + (f'"{text}"' if " " in text or len(self.words) > 1 else text)


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of the article: its language, its source, a country it names ..."""

    name: str
    value: str

    def __str__(self) -> str:
        plain = all(sign not in self.value for sign in ' ():",')
        return f"{self.name}:{self.value}" if plain else f'{self.name}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class About:
    """The article says something like this, in whatever words. `vector` is worked out when it is understood."""

    text: str
    vector: bytes = b""

    def __str__(self) -> str:
        return f'about:"{self.text}"'


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of the story that the article belongs to, at the moment of looking."""

    name: FactName
    sign: Sign = ">="
    number: float = 1

    def __str__(self) -> str:
        if self.name == "state_only":
            return self.name
        return f"{self.name}{self.sign}{self.number:g}{'/h' if self.name == 'growth' else ''}"


@dataclass(frozen=True, slots=True)
class Near:
    """A place of `left` and one of `right`, at most `distance` words from the one to the other."""

    left: "Query"
    right: "Query"
    distance: int
    ordered: bool = False
    """`right` comes after `left`."""
    absent: bool = False
    """A place of `left` that has none of `right` so near."""

    def __str__(self) -> str:
        if within := scope(self):
            return f"{within}({rebound(self, ANYWHERE)})"
        joint = f"{'NOT ' if self.absent else ''}{'O' if self.ordered else ''}NEAR/{self.distance}"
        left = f"({self.left})" if isinstance(self.left, Or) else f"{self.left}"
        right = f"({self.right})" if isinstance(self.right, Or | Near) else f"{self.right}"
        return f"{left} {joint} {right}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many places of a clause in title and body together."""

    times: int
    clause: "Query"

    def __str__(self) -> str:
        bracketed = isinstance(self.clause, Or | Near) and not scope(self.clause)
        return f"atleast/{self.times}:" + (f"({self.clause})" if bracketed else f"{self.clause}")


@dataclass(frozen=True, slots=True)
class Min:
    """So many of the clauses hold, whichever."""

    number: int
    clauses: "tuple[Query, ...]"

    def __str__(self) -> str:
        if within := scope(self):
            return f"{within}{rebound(self, ANYWHERE)}"
        return f"min/{self.number}:({', '.join(map(str, self.clauses))})"


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
        plain = not isinstance(self.clause, And | Or | Near) or scope(self.clause)
        return f"NOT {self.clause}" if plain else f"NOT ({self.clause})"


Words = Term | Phrase | Prefix | Exact
"""Clauses that stand at places of a text."""
TextLeaf = Words | Near | AtLeast
Leaf = TextLeaf | Field | About | Fact
Query = Leaf | Min | And | Or | Not


def parts_of(query: Query) -> "tuple[Query, ...]":
    """The clauses inside a clause; none in a leaf that is simple."""
    match query:
        case And() | Or() | Min():
            return query.clauses
        case Not() | AtLeast():
            return (query.clause,)
        case Near():
            return query.left, query.right
        case _:
            return ()


def enough(query: And | Or | Min, wanted: bool) -> int:
    """How many of the clauses must be `wanted` (true or false) to make the whole so."""
    most = len(query.clauses)
    least = query.number if isinstance(query, Min) else most if isinstance(query, And) else 1
    return least if wanted else most - least + 1


def scope(query: Query) -> Scope:
    """The one scope that all clauses on the text are bound to; `ANYWHERE` if there is none."""
    if isinstance(query, Words):
        return Scope(query.field, query.first)
    scopes = {scope(clause) for clause in parts_of(query)}
    return scopes.pop() if len(scopes) == 1 else ANYWHERE


def rebound(query: Query, to: Scope) -> Query:
    """The same query with every clause on the text bound to this scope."""
    match query:
        case Term() | Phrase() | Prefix() | Exact():
            return replace(query, field=to.field, first=to.first)
        case And() | Or() | Min():
            return replace(query, clauses=tuple(rebound(clause, to) for clause in query.clauses))
        case Not() | AtLeast():
            return replace(query, clause=rebound(query.clause, to))
        case Near():
            return replace(query, left=rebound(query.left, to), right=rebound(query.right, to))
        case _:
            return query


def _grouped(query: And | Or, joint: str, bracketed: tuple[type, ...]) -> str:
    """`title:(a OR b)` rather than `title:a OR title:b`; brackets only where they are needed."""
    if within := scope(query):
        return f"{within}({rebound(query, ANYWHERE)})"
    parts = (f"({clause})" if isinstance(clause, bracketed) and not scope(clause) else str(clause)
             for clause in query.clauses)  # fmt: skip
    return joint.join(parts)


def spelt(words: tuple[str, ...]) -> str:
    """Words with blanks between them; the overlapping pairs of an unspaced run become the run again."""
    text = words[0]
    for before, word in pairwise(words):
        chained = len(before) == 2 and before[1] == word[0] and unspaced(before[0]) and unspaced(before[1])
        text += word[1:] if chained else f" {word}"
    return text

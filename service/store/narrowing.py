"""A query as conditions on words: which articles could match, as far as a set of words can tell.

In goes a tree, out come `Narrowed` conditions that every matching article meets. Where `exact`, every article
that meets them matches, too; else the texts have to be looked at. Word order, the way a word is written, how often
and how far in front it stands, and the fields "body" and "author" are not in the full text, nor is what NOT means
inside brackets.

The full text of an article is a set of tokens: `word`, `en·stem`, and again `title·word`, `title·en·stem`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain

from service.query.document import STEM, keys
from service.query.needs import Need, needs
from service.query.tree import And, Exact, Field, Not, Or, Phrase, Prefix, Query, Term, Words, parts_of
from service.text import STEMMED, words, written

FIELDS = ("lang", "source", "country", "entity")
"""Those that the store keeps in columns."""

LONGEST = 64
"""Characters of a word that are kept; PostgreSQL takes no word of more than 2046 bytes."""

MOST_UTF8 = 4
"""Bytes of a character."""
MOST_BYTES = 900_000
"""Of the tokens of one article, title first; PostgreSQL takes 1 MiB. No one writes so many different words."""

MOST_ASKED = 4_000
"""Tokens in one condition; one of more, which hardly narrows, is left out."""

_MOST_KEPT = 200_000
_known: dict[str, dict[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Token:
    """A token to be found, or with `open`, the beginning of one."""

    text: str
    open: bool = False


Groups = tuple[tuple[Token, ...], ...]
"""Of each group, one token must be there."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One of these must hold; or with `wanted` False, none of them may."""

    words: tuple[Groups, ...]
    fields: tuple[Field, ...]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    conditions: tuple[Condition, ...]
    exact: bool


def tokens_of(title: str, body: str, language: str) -> list[str]:
    """The full text of an article."""
    in_title, in_body = _tokens(title, language), _tokens(body, language)
    every = list(dict.fromkeys([*(f"title{STEM}{token}" for token in in_title), *in_title, *in_body]))
    if sum(map(len, every)) * MOST_UTF8 <= MOST_BYTES:
        return every
    sizes = accumulate(len(token.encode()) for token in every)
    return every[: bisect_right(list(sizes), MOST_BYTES)]


def _tokens(part: str, language: str) -> list[str]:
    """Those of its words, in the order of their first appearance."""
    tagged = language if language in STEMMED else ""
    known = _spelled(tagged)
    found = words(part) if part.isascii() else written(part)  # capitals only matter beside accents
    every = [known.get(word) or _spell(known, word, tagged) for word in dict.fromkeys(found)]
    return list(chain.from_iterable(every))


def _spelled(language: str) -> dict[str, tuple[str, ...]]:
    """Tokens by word as written."""
    known = _known.setdefault(language, {})
    if len(known) >= _MOST_KEPT:
        known.clear()
    return known


def _spell(known: dict[str, tuple[str, ...]], word: str, language: str) -> tuple[str, ...]:
    found = known[word] = tuple(_token(key, language) for key in keys(word, language))
    return found


def narrowed(query: Query, languages: Iterable[str]) -> Narrowed:
    """The conditions of a query; `languages` are those that stored articles have."""
    stemmed = sorted(set(languages) & STEMMED)
    found = list(_conditions(query, True, stemmed))
    fitting = [condition for condition in found if condition and _size(condition) <= MOST_ASKED]
    exact = len(fitting) == len(found) and _is_exact(query)
    return Narrowed(tuple(fitting), exact)


def _conditions(query: Query, wanted: bool, languages: Sequence[str]) -> Iterator[Condition | None]:
    """None stands for something that conditions cannot say."""
    match query:
        case Not():
            yield from _conditions(query.clause, not wanted, languages)
        case And() | Or() if isinstance(query, And) == wanted:
            for clause in query.clauses:
                yield from _conditions(clause, wanted, languages)
        case Or() if all(isinstance(clause, Field | Words) for clause in query.clauses):
            yield _condition(query.clauses, True, languages)  # type: ignore[arg-type]  # all are leaves
        case Field() | Term() | Phrase() | Prefix() | Exact():
            yield _condition((query,), wanted, languages) if wanted or _is_exact(query) else None
        case _:
            yield None
            yield from (_condition(need, True, languages) for need in needs(query if wanted else Not(query)))


def _condition(leaves: Need, wanted: bool, languages: Sequence[str]) -> Condition | None:
    fields = tuple(leaf for leaf in leaves if isinstance(leaf, Field) and leaf.name in FIELDS)
    words = tuple(leaf for leaf in leaves if isinstance(leaf, Words) and leaf.field != "author")
    if len(fields) + len(words) < len(leaves):
        return None
    return Condition(tuple(_groups(leaf, languages) for leaf in words), fields, wanted)


def _groups(leaf: Words, languages: Sequence[str]) -> Groups:
    bound = f"title{STEM}" if leaf.field == "title" else ""
    match leaf:
        case Prefix():
            return ((Token(bound + _safe(leaf.start), open=True),),)
        case Term():
            return (_forms(leaf.word, bound, languages),)
        case Phrase():
            return tuple(_forms(word, bound, languages) for word in leaf.words)
        case Exact():
            return tuple(_forms(word, bound, ()) for word in leaf.words)


def _forms(word: str, bound: str, languages: Sequence[str]) -> tuple[Token, ...]:
    """The word itself, and its stem in each language."""
    found = {_token(key, language): None for language in ("", *languages) for key in keys(word, language)}
    return tuple(Token(bound + token) for token in found)


@lru_cache(maxsize=100_000)
def _token(key: str, language: str) -> str:
    return f"{language}{STEM}{_safe(key[1:])}" if key.startswith(STEM) else _safe(key)


def _safe(word: str) -> str:
    """Letters, digits and signs beyond ASCII only, which no database takes apart or reads as its syntax."""
    return word[:LONGEST].replace("'", "’")


def _size(condition: Condition) -> int:
    return sum(len(group) for words in condition.words for group in words)


def _is_exact(query: Query) -> bool:
    """Whether the full text alone tells if it holds, each of its clauses by itself."""
    match query:
        case And() | Or() | Not():
            return all(map(_is_exact, parts_of(query)))
        case Field():
            return query.name in FIELDS
        case Term():
            return query.field in ("", "title") and not query.first and len(query.word) < LONGEST // 2
        case Prefix():
            return query.field in ("", "title") and not query.first and len(query.start) < LONGEST // 2
        case _:
            return False

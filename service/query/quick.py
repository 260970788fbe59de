"""The usual query, read without the grammar: words, phrases, brackets, AND, OR, NOT, NEAR. Text in, tree out; None for
any text with something else in it, or something wrong, which only the grammar can tell.

Thousands of topics are read when a matcher starts; this takes a tenth of the time. The tree is the grammar's.
"""

import re
from functools import lru_cache

from service.errors import QuerySyntax
from service.query import operators
from service.query.building import joined
from service.query.tree import ANYWHERE, And, Not, Or, Query, Words
from service.query.words import exact, one_word, phrase

MOST_CHARACTERS = 500
"""So short that it cannot be beyond any limit of the language."""
MOST_INSIDE = 20
"""Opening brackets, NOTs and stars: far below what is allowed."""

_ODD = re.compile(r"[:<>~,\\^|{}\[\]]|state_only")
_PIECE = re.compile(r'[()]|=?"[^"]*"|[^\s():"]+')
_NEAR = re.compile(r"O?NEAR/[0-9]+")
_END = ""
_PLACE = (1, 1)


class _OddError(Exception):
    """The grammar has to look at it."""


def quick(text: str) -> Query | None:
    """`text` has straight quotation marks."""
    if len(text) > MOST_CHARACTERS or _ODD.search(text) or text.count('"') % 2:
        return None
    if max(map(text.count, ("(", "NOT", "*"))) > MOST_INSIDE // 2:
        return None
    try:
        return _Reader(_PIECE.findall(text)).read()
    except (_OddError, QuerySyntax):
        return None


class _Reader:
    """Goes through the pieces of a text."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = [*reversed(pieces)]
        self._next = ""
        self._step()

    def read(self) -> Query:
        query = self._either()
        if self._next != _END:
            raise _OddError
        return query

    def _step(self) -> str:
        read, self._next = self._next, self._pieces.pop() if self._pieces else _END
        return read

    def _either(self) -> Query:
        clauses = [self._both()]
        while self._next == "OR":
            self._step()
            clauses.append(self._both())
        return clauses[0] if len(clauses) == 1 else joined(Or, clauses)

    def _both(self) -> Query:
        clauses = [self._one()]
        while self._next not in ("OR", ")", _END):
            if self._next == "AND":
                self._step()
            clauses.append(self._one())
        return clauses[0] if len(clauses) == 1 else joined(And, clauses)

    def _one(self) -> Query:
        if self._next == "NOT":
            self._step()
            return Not(self._one())
        left = self._clause()
        while _NEAR.fullmatch(self._next):
            left = operators.near(self._step(), left, self._clause(), _PLACE)
        return left

    def _clause(self) -> Query:
        piece = self._step()
        if piece == "(":
            inside = self._either()
            if self._step() != ")":
                raise _OddError
            return inside
        leaf = _leaf(piece)
        if leaf is None:
            raise _OddError
        return leaf


@lru_cache(100_000)
def _leaf(piece: str) -> Words | None:
    """A word or a phrase; None for what is neither, or not as it should be."""
    if piece in ("AND", "OR", "NOT", "(", ")", _END) or "NEAR" in piece:
        return None
    try:
        if piece[0] == "=":
            return exact(piece[1:].strip('"'), ANYWHERE, _PLACE)
        if piece[0] == '"':
            return phrase(piece.strip('"'), ANYWHERE, _PLACE)
        return one_word(piece, ANYWHERE, _PLACE)
    except QuerySyntax:
        return None

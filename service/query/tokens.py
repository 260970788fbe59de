"""Tokens on their way from lexer to parser: in they come as found, out they go counted, with the commas of `min/n:`.

Counting here means that a query beyond the limits is never built at all. A comma separates clauses only directly
inside the brackets of `min/n:`; everywhere else it is part of a word, as in `10,000`.
"""

import re
from collections.abc import Iterator

from lark import Token

from service.errors import QuerySyntax
from service.query.words import Place

MOST_LEAVES = 2_000
MOST_DEPTH = 64
MOST_NEARS = 100
MOST_FIELDS_IN_A_ROW = 4

_LEAVES = frozenset(("WORD", "PHRASE", "FACT"))
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")


def place_of(token: Token) -> Place:
    return token.line or 1, token.column or 1


class Tokens:
    """What Lark calls a postlex."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        count = _Count()
        for token in _with_commas(stream):
            count.add(token)
            yield token


class _Count:
    def __init__(self) -> None:
        self._leaves = self._nears = self._level = self._pending = self._fields = 0
        self._brackets: list[int] = []

    def add(self, token: Token) -> None:
        """Raises `QuerySyntax` at the token that goes beyond a limit."""
        if token.type == "LPAR":
            self._brackets.append(self._pending + 1)
            self._level, self._pending = self._level + self._pending + 1, 0
        elif token.type == "RPAR":
            self._level -= self._brackets.pop() if self._brackets else 0
        elif token.type in _LEAVES:
            self._leaves, self._pending = self._leaves + 1, 0
        self._pending += token.type == "NOT"
        self._nears += token.type == "NEAR"
        self._fields = self._fields + 1 if token.type == "FIELD" else 0
        self._check(token)

    def _check(self, token: Token) -> None:
        place = place_of(token)
        if self._leaves > MOST_LEAVES:
            raise QuerySyntax(f"more than {MOST_LEAVES} words and phrases", *place)
        if self._level + self._pending > MOST_DEPTH:
            raise QuerySyntax(f"more than {MOST_DEPTH} parentheses and NOTs inside each other", *place)
        if self._nears > MOST_NEARS:
            raise QuerySyntax(f"more than {MOST_NEARS} NEARs", *place)
        if self._fields > MOST_FIELDS_IN_A_ROW:
            raise QuerySyntax(f"more than {MOST_FIELDS_IN_A_ROW} fields before one clause", *place)


def _with_commas(stream: Iterator[Token]) -> Iterator[Token]:
    """Words directly inside `min/n:( )` are cut at their commas."""
    separating: list[bool] = []
    before = ""
    for token in stream:
        if token.type == "LPAR":
            separating.append(before == "MIN")
        elif token.type == "RPAR" and separating:
            separating.pop()
        before = token.type
        if token.type in ("WORD", "FIELD") and separating and separating[-1] and "," in token:
            yield from _cut(token)
        else:
            yield token


def _cut(token: Token) -> Iterator[Token]:
    at = 0
    for comma in (*_COMMA.finditer(token), None):
        end = comma.start() if comma else len(token)
        if end > at:
            yield _piece(token, "WORD" if comma else token.type, at, end)
        if comma:
            yield _piece(token, "COMMA", end, end + 1)
            at = end + 1


def _piece(token: Token, kind: str, start: int, end: int) -> Token:
    line, column = place_of(token)
    begins = token.start_pos or 0
    return Token(
        kind, token[start:end], begins + start, line, column + start, token.end_line, column + end, begins + end
    )

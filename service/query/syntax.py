"""Query text in, tree out; or `QuerySyntax`, which says where and what would have been right.

The grammar is `grammar.lark`; what a single word may look like is decided in `words.py`. Limits keep the
worst query under a quarter of a second and every walk over a tree shallow.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from service.errors import QuerySyntax
from service.query.needs import needs, why_none
from service.query.tree import TEXT_FIELDS, VALUE_FIELDS, And, Field, Not, Or, Prefix, Query
from service.query.words import Place, exact, field_value, one_word, phrase

MOST_CHARACTERS = 20_000
MOST_LEAVES = 2_000
MOST_DEPTH = 64
MOST_PREFIXES = 10
FIELDS = (*TEXT_FIELDS, *VALUE_FIELDS)

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_SAID = {
    "WORD": "a word",
    "PHRASE": "a phrase in quotation marks",
    "FIELD": "a field such as title:",
    "LPAR": '"("',
    "RPAR": '")"',
    "$END": "the end",
}


def parse(text: str) -> Query:
    """The tree of a query. Raises `QuerySyntax`, and nothing else, whatever the text.

    Also refused: a query that nothing but its NOTs or its very common words would hold to, since it
    would match nearly every article.
    """
    if len(text) > MOST_CHARACTERS:
        raise QuerySyntax(f"the query has {len(text)} characters; {MOST_CHARACTERS} are allowed", 1, 1)
    if not text.strip():
        raise QuerySyntax("the query is empty", 1, 1, ("a word", "a phrase in quotation marks"))
    try:
        tree = _parser().parse(text.translate(_QUOTES))
    except UnexpectedInput as error:
        raise _syntax(error) from None
    query = _Builder().build(tree, "")
    if not needs(query):
        raise QuerySyntax(why_none(query), 1, 1)
    if len(str(query)) > MOST_CHARACTERS:
        raise QuerySyntax(f"written out, the query has more than {MOST_CHARACTERS} characters", 1, 1)
    return query


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", postlex=_Limits())  # AND is never a word


class _Limits:
    """Counts while tokens pass, so that a query beyond the limits is never built at all."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        leaves, level, pending = 0, 0, 0
        brackets: list[int] = []
        for token in stream:
            if token.type == "NOT":
                pending += 1
            elif token.type == "LPAR":
                brackets.append(pending + 1)
                level, pending = level + pending + 1, 0
            elif token.type == "RPAR":
                level -= brackets.pop() if brackets else 0
            elif token.type in ("WORD", "PHRASE"):
                leaves, pending = leaves + 1, 0
            self._check(token, leaves, level + pending)
            yield token

    def _check(self, token: Token, leaves: int, depth: int) -> None:
        line, column = _place(token)
        if leaves > MOST_LEAVES:
            raise QuerySyntax(f"more than {MOST_LEAVES} words and phrases", line, column)
        if depth > MOST_DEPTH:
            raise QuerySyntax(f"more than {MOST_DEPTH} parentheses and NOTs inside each other", line, column)


class _Builder:
    """Lark's tree to ours. Remembers how many prefixes there were."""

    def __init__(self) -> None:
        self._prefixes = 0

    def build(self, tree: Tree[Token], field: str) -> Query:
        match tree.data:
            case "no":
                return Not(self.build(_subtree(tree, 0), field))
            case "within":
                return self._within(tree, field)
            case "word" | "phrase":
                return self._leaf(tree, field)
            case kind:
                clauses = [self.build(child, field) for child in tree.children if isinstance(child, Tree)]
                return _joined(Or if kind == "either" else And, clauses)

    def _within(self, tree: Tree[Token], field: str) -> Query:
        name, place = _token(tree).lower().removesuffix(":"), _place(_token(tree))
        if name not in FIELDS:
            raise QuerySyntax(f'there is no field "{name}"', *place, tuple(f"{known}:" for known in FIELDS))
        if field:
            raise QuerySyntax(f'the field "{name}" inside the field "{field}"', *place)
        return self.build(_subtree(tree, 1), name)

    def _leaf(self, tree: Tree[Token], field: str) -> Query:
        token = _token(tree)
        written, place = str(token), _place(token)
        if field in VALUE_FIELDS:
            return Field(field, field_value(field, written.strip('"'), place))
        if written.startswith("="):
            return exact(written[1:].strip('"'), field, place)
        if tree.data == "phrase":
            return phrase(written.strip('"'), field, place)
        leaf = one_word(written, field, place)
        self._prefixes += isinstance(leaf, Prefix) and len(leaf.start) > 1
        if self._prefixes > MOST_PREFIXES:
            raise QuerySyntax(f"more than {MOST_PREFIXES} words with *", *place)
        return leaf


def _joined(kind: type[And] | type[Or], clauses: list[Query]) -> Query:
    """And in And is one And, so that brackets that change nothing leave no trace."""
    flat: list[Query] = []
    for clause in clauses:
        flat.extend(clause.clauses if isinstance(clause, kind) else (clause,))
    return kind(tuple(flat))


def _token(tree: Tree[Token]) -> Token:
    token = tree.children[0]
    assert isinstance(token, Token)
    return token


def _subtree(tree: Tree[Token], at: int) -> Tree[Token]:
    child = tree.children[at]
    assert isinstance(child, Tree)
    return child


def _place(token: Token) -> Place:
    return token.line or 1, token.column or 1


def _syntax(error: Any) -> QuerySyntax:
    """Lark's error in words a person understands."""
    line, column = max(error.line, 1), max(error.column, 1)
    if not isinstance(error, UnexpectedToken):
        quote = error.char == '"'
        what = "a quotation mark that is never closed" if quote else f'"{error.char}" cannot stand here'
        return QuerySyntax(what, line, column)
    expected = tuple(_SAID.get(name, name) for name in sorted(error.accepts or error.expected))
    what = "the query ends too early" if error.token.type == "$END" else f'"{error.token}" cannot stand here'
    return QuerySyntax(what, line, column, expected)

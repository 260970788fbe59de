"""Lark's tree in, ours out. What a node means that holds more than one word is decided here."""

from difflib import get_close_matches

from lark import Token, Tree

from service.errors import QuerySyntax
from service.query import operators
from service.query.tokens import place_of
from service.query.tree import (
    ANYWHERE,
    BOUND_FIELDS,
    LEAD,
    LEAD_WORDS,
    VALUE_FIELDS,
    About,
    And,
    Field,
    Not,
    Or,
    Prefix,
    Query,
    Scope,
    Words,
)
from service.query.words import exact, field_value, one_word, phrase

MOST_PREFIXES = 10
FIELDS = (*BOUND_FIELDS, LEAD, *VALUE_FIELDS)


def built(tree: Tree[Token]) -> Query:
    """Raises `QuerySyntax`."""
    return _Builder().build(tree, ANYWHERE)


class _Builder:
    """Lark's tree to ours. Remembers how many prefixes there were."""

    def __init__(self) -> None:
        self._prefixes = 0

    def build(self, tree: Tree[Token], scope: Scope, value_of: str = "") -> Query:
        """`value_of` is the field whose values the words are, if they are not words of a text."""
        match tree.data:
            case "no":
                return Not(self.build(_subtree(tree, 0), scope, value_of))
            case "within":
                return self._within(tree, scope, value_of)
            case "word" | "phrase" if value_of:
                return _value(value_of, _token(tree))
            case "word" | "phrase":
                return self._leaf(tree, scope)
            case "fact":
                return operators.fact(_token(tree), place_of(_token(tree)))
            case kind:
                return self._joined(kind, tree, [self.build(child, scope, value_of) for child in _subtrees(tree)])

    def _joined(self, kind: str, tree: Tree[Token], clauses: list[Query]) -> Query:
        match kind:
            case "nearby":
                operator = _token(tree, 1)
                return operators.near(" ".join(operator.split()), clauses[0], clauses[1], place_of(operator))
            case "least":
                return operators.least(_token(tree), clauses, place_of(_token(tree)))
            case _:
                return joined(Or if kind == "either" else And, clauses)

    def _within(self, tree: Tree[Token], scope: Scope, value_of: str) -> Query:
        name, place, clause = _token(tree).lower().removesuffix(":"), place_of(_token(tree)), _subtree(tree, 1)
        number = operators.numbered(name, place)
        if not number and name not in FIELDS:
            meant = get_close_matches(name, FIELDS, n=1) or FIELDS
            raise QuerySyntax(f'there is no field "{name}"', *place, tuple(f"{known}:" for known in meant))
        if value_of or (scope.field and not number) or (scope and (name in VALUE_FIELDS or name == LEAD)):
            inside = value_of or str(scope).removesuffix(":")
            raise QuerySyntax(f'the field "{name}" inside the field "{inside}"', *place)
        if name in VALUE_FIELDS:
            return self.build(clause, scope, name)
        if name == LEAD:
            return self.build(clause, Scope("body", LEAD_WORDS))
        if not number:
            return self.build(clause, Scope(name, scope.first), "")
        if number[0] == "atleast":
            return operators.at_least(number[1], self.build(clause, scope), place)
        if scope.first:
            raise QuerySyntax(f'"{name}" inside "first/{scope.first}"', *place)
        return self.build(clause, Scope(scope.field, number[1]))

    def _leaf(self, tree: Tree[Token], scope: Scope) -> Words:
        token = _token(tree)
        place = place_of(token)
        written, slop = operators.slop(token, place) if tree.data == "phrase" else (str(token), 0)
        if written.startswith("="):
            if slop:
                raise QuerySyntax('"=" and "~" cannot go together', *place)
            return exact(written[1:].strip('"'), scope, place)
        if tree.data == "phrase":
            return phrase(written.strip('"'), scope, place, slop)
        leaf = one_word(written, scope, place)
        self._prefixes += isinstance(leaf, Prefix) and len(leaf.start) > 1
        if self._prefixes > MOST_PREFIXES:
            raise QuerySyntax(f"more than {MOST_PREFIXES} words with *", *place)
        return leaf


def _value(name: str, token: Token) -> Query:
    value = field_value("source" if name == "domain" else name, token.strip('"'), place_of(token))
    return About(value) if name == "about" else Field("source" if name == "domain" else name, value)


def joined(kind: type[And] | type[Or], clauses: list[Query]) -> Query:
    """And in And is one And, so that brackets that change nothing leave no trace."""
    flat: list[Query] = []
    for clause in clauses:
        flat.extend(clause.clauses if isinstance(clause, kind) else (clause,))
    return kind(tuple(flat))


def _token(tree: Tree[Token], at: int = 0) -> Token:
    token = tree.children[at]
    assert isinstance(token, Token)
    return token


def _subtree(tree: Tree[Token], at: int) -> Tree[Token]:
    child = tree.children[at]
    assert isinstance(child, Tree)
    return child


def _subtrees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]

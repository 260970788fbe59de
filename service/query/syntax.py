"""Query text in, tree out; or `QuerySyntax`, which says where and what would have been right.

The grammar is `grammar.lark`; what a single word may look like is decided in `words.py`, and an operator with a
number in `operators.py`. Limits keep the worst query under a quarter of a second and every walk over a tree shallow.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput, UnexpectedToken

from service.errors import QuerySyntax
from service.query.building import FIELDS, MOST_PREFIXES, built
from service.query.needs import has_need, why_none
from service.query.quick import MOST_CHARACTERS as QUICK
from service.query.quick import quick
from service.query.tokens import MOST_DEPTH, MOST_LEAVES, Tokens
from service.query.tree import Query

__all__ = ["FIELDS", "MOST_CHARACTERS", "MOST_DEPTH", "MOST_LEAVES", "MOST_PREFIXES", "parse"]

MOST_CHARACTERS = 20_000

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_SAID = {
    "WORD": "a word",
    "PHRASE": "a phrase in quotation marks",
    "FIELD": "a field such as title:",
    "NEAR": "NEAR/5",
    "FACT": "a condition on the story such as independent>=3",
    "MIN": "min/2:(...)",
    "COMMA": '","',
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
    text = text.translate(_QUOTES)
    query = quick(text) or by_grammar(text)
    if not has_need(query):
        raise QuerySyntax(why_none(query), 1, 1)
    if len(text) > QUICK and len(str(query)) > MOST_CHARACTERS:
        raise QuerySyntax(f"written out, the query has more than {MOST_CHARACTERS} characters", 1, 1)
    return query


def by_grammar(text: str) -> Query:
    """Raises `QuerySyntax` for what is wrong by the grammar. `text` has straight quotation marks."""
    try:
        return built(_parser().parse(text))
    except UnexpectedInput as error:
        raise _syntax(error) from None


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", postlex=Tokens())  # AND is never a word


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

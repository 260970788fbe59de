"""Which articles of a file a query would have alerted on: the core of `courant try`.

Articles as dictionaries in, matches as dictionaries out, in the same order; nothing is stored.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from service.errors import Invalid
from service.query.document import Document
from service.query.match import Match, find
from service.query.reading import Reading
from service.query.tree import Query

Describe = Callable[[str, str, str], tuple[str, Iterable[str]]]
"""(title, text, language hint) -> (language, ISO codes of the countries named)."""


def try_query(
    query_text: str, articles: Iterable[Mapping[str, Any]], describe: Describe, reading: Reading | None = None
) -> Iterator[dict[str, Any]]:
    """Each article that matches: `{"id", "title", "matched": [{"clause", "field", "start", "end", "text"}]}`.

    An article has `text`, and may have `id, title, lang, url, source, countries`; `describe` is asked for the
    language and the countries of those that do not say. Without an id it goes by its number, from 1. Raises
    `QuerySyntax` at once, and `Invalid` at an article that cannot be read.
    """
    query = (reading or Reading()).read(query_text).query
    return _matching(query, articles, describe)


def _matching(query: Query, articles: Iterable[Mapping[str, Any]], describe: Describe) -> Iterator[dict[str, Any]]:
    for number, article in enumerate(articles, 1):
        document = _document(article, number, describe)
        if match := find(query, document):
            yield _told(str(article.get("id") or number), document, match)


def _document(article: Mapping[str, Any], number: int, describe: Describe) -> Document:
    title, text, language, source, url = (
        _string(article, name, number) for name in ("title", "text", "lang", "source", "url")
    )
    countries = article.get("countries")
    if not language or countries is None:
        told, named = describe(title, text, language)
        language, countries = language or told, named if countries is None else countries
    if not isinstance(countries, Collection) or isinstance(countries, str) or not all(map(_is_text, countries)):
        raise Invalid(f"article {number}: `countries` is not a list of country codes", "/countries")
    return Document(title, text, language, source or _host(url), frozenset(map(str.upper, countries)))


def _string(article: Mapping[str, Any], name: str, number: int) -> str:
    value = article.get(name)
    if name == "text" and value is None:
        raise Invalid(f"article {number} has no `text`", "/text")
    if value is not None and not isinstance(value, str):
        raise Invalid(f"article {number}: `{name}` is not a string", f"/{name}")
    return value or ""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _told(article_id: str, document: Document, match: Match) -> dict[str, Any]:
    matched = [
        {
            "clause": found.clause,
            "field": found.field,
            "start": found.start,
            "end": found.end,
            "text": found.text,
        }
        for found in match.reasons
    ]
    return {"id": article_id, "title": document.title, "matched": matched}

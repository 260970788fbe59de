"""Search: which filed articles does a query find?

It gives what live matching would have given: the full text narrows, and where words alone do not decide,
`service.query.find` does, on the article's current revision.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, not_, or_, select, text

from service.messages import EnrichedArticle
from service.query import Document, Query, find
from service.query.tree import Field
from service.sources import NONE, Sources
from service.store.articles import Articles, article_countries, articles
from service.store.entities import Entities
from service.store.entity_tables import article_entities
from service.store.full_text import create_search, put_tokens, searched, with_words
from service.store.narrowing import Condition, narrowed, tokens_of
from service.text import ANALYSER

__all__ = ["Search", "create_search"]

AT_A_TIME = 100
"""Articles whose texts are in memory at once."""

MOST_READ = 10_000
"""Texts looked at for one search; reading one takes about half a millisecond."""

SearchRow = tuple[str, str, str, str]
"""Article id, title, body, language."""


class Search:
    def __init__(self, connection: Connection, sources: Sources = NONE) -> None:
        self._connection, self._sources = connection, sources

    def ensure(self) -> None:
        """Make the full text's tables where they are missing."""
        create_search(self._connection)

    def put(self, rows: Sequence[SearchRow]) -> None:
        """Make these texts found, each instead of its article's earlier one; the last of one article counts."""
        if not rows:
            return
        put_tokens(self._connection, {each: tokens_of(title, body, lang) for each, title, body, lang in rows})
        self._connection.execute(
            text("insert into search_languages (language) values (:language) on conflict do nothing"),
            [{"language": language} for language in sorted({row[3] for row in rows})],
        )

    def articles(self, query: Query, most: int, read: int = MOST_READ) -> list[str]:
        """Ids of at most `most` articles that match, the newest first.

        Where texts have to be looked at, those of the newest `read` articles that could match.
        """
        languages = self._connection.execute(text("select language from search_languages")).scalars().all()
        narrow = narrowed(query, languages)
        newest = select(articles.c.id).order_by(articles.c.at.desc(), articles.c.id.desc())
        newest = newest.where(*map(self._sql, narrow.conditions))
        if narrow.exact:
            return list(self._connection.execute(newest.limit(most)).scalars())
        return self._matching(query, newest.limit(read), most)

    def outdated(self, most: int) -> list[str]:
        """Articles whose words another version of the analyser made: they should be put again."""
        old = select(searched.c.article_id).where(searched.c.analyser != ANALYSER)
        return list(self._connection.execute(old.order_by(searched.c.article_id).limit(most)).scalars())

    def _matching(self, query: Query, candidates: Select[tuple[str]], most: int) -> list[str]:
        found: list[str] = []
        streamed = self._connection.execute(candidates, execution_options={"yield_per": AT_A_TIME})
        with streamed as result:
            for portion in result.partitions(AT_A_TIME):
                found += self._found(query, [row.id for row in portion])
                if len(found) >= most:
                    break
        return found[:most]

    def _found(self, query: Query, article_ids: Sequence[str]) -> Iterator[str]:
        current = Articles(self._connection).enriched_of(article_ids)
        own = Entities(self._connection).behind({one.id for each in current.values() for one in each.entities})
        for article_id in article_ids:
            if article_id in current and find(query, self._document(current[article_id], own)):
                yield article_id

    def _document(self, enriched: EnrichedArticle, own: Mapping[str, str]) -> Document:
        return Document.of(enriched, own, self._sources.of(enriched.article.raw.source))

    def _sql(self, condition: Condition) -> ColumnElement[bool]:
        any_of = [_field_sql(field) for field in condition.fields]
        if condition.words:
            any_of.append(articles.c.id.in_(with_words(self._connection, condition.words)))
        return or_(*any_of) if condition.wanted else not_(or_(*any_of))


def _field_sql(field: Field) -> ColumnElement[bool]:
    match field.name:
        case "lang":
            return articles.c.language == field.value
        case "entity":
            named = select(article_entities.c.article_id).where(article_entities.c.entity_id == field.value)
            return articles.c.id.in_(named)
        case "country":
            named = select(article_countries.c.article_id).where(article_countries.c.country == field.value)
            return articles.c.id.in_(named)
        case _:
            source = func.lower(articles.c.source)
            return or_(source == field.value, source.endswith(f".{field.value}", autoescape=True))

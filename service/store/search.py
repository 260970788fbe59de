"""Search: which filed articles does a query find?

It gives what live matching would have given: the full text narrows, and where words alone do not decide,
`service.query.find` does, on the article's current revision.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from service.messages import EnrichedArticle
from service.query import Document, Query, find
from service.sources import NONE, Sources
from service.store.articles import Articles, articles
from service.store.entities import Entities
from service.store.full_text import create_search, put_tokens, searched
from service.store.languages import languages, put_languages
from service.store.narrowing import Narrowed, narrowed, tokens_of
from service.store.saying import saying
from service.store.table import EPOCH
from service.text import ANALYSER

__all__ = ["Search", "create_search"]

AT_A_TIME = 100
"""Articles whose texts are in memory at once."""

MOST_FOUND = 2_000
"""Articles that a search gives, unless it is told otherwise."""

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
        put_languages(self._connection, {row[3] for row in rows})

    def articles(self, query: Query, most: int = MOST_FOUND, read: int = MOST_READ) -> list[str]:
        """Ids of at most `most` articles that match, the newest first.

        Where texts have to be looked at, those of the newest `read` articles that could match.
        """
        narrow = self.narrowed(query)
        newest = select(articles.c.id).order_by(articles.c.at.desc(), articles.c.id.desc())
        newest = newest.where(*saying(narrow.conditions, self._connection))
        if narrow.exact:
            return list(self._connection.execute(newest.limit(most)).scalars())
        return self._read(query, self._connection.execute(newest.limit(read)).scalars().all(), most)

    def narrowed(self, query: Query) -> Narrowed:
        """What words can tell of it, in the languages of the articles that are stored."""
        return narrowed(query, languages(self._connection))

    def recent(
        self, query: Query | None, since: datetime | None, most: int, read: int
    ) -> tuple[list[tuple[str, datetime]], datetime]:
        """Ids and times of at most `most` articles that match, the newest first, and the time back to which was looked;
        at most `read` texts are. No query matches every article."""
        newest = select(articles.c.id, articles.c.at).order_by(articles.c.at.desc(), articles.c.id.desc())
        newest = newest.where(articles.c.at >= since) if since else newest
        if query is not None:
            narrow = self.narrowed(query)
            newest = newest.where(*saying(narrow.conditions, self._connection))
        exact = query is None or narrow.exact
        rows = self._connection.execute(newest.limit(most if exact else read)).all()
        if exact or query is None:
            return [(row.id, row.at) for row in rows], _reached(rows, most, since)
        return self._looked_at(query, rows, most, since, read)

    def _looked_at(
        self, query: Query, rows: Sequence[Any], most: int, since: datetime | None, read: int
    ) -> tuple[list[tuple[str, datetime]], datetime]:
        found: list[tuple[str, datetime]] = []
        for start in range(0, len(rows), AT_A_TIME):
            at = {row.id: row.at for row in rows[start : start + AT_A_TIME]}
            found += [(article_id, at[article_id]) for article_id in self.matching(query, list(at))]
            if len(found) >= most:
                return found[:most], found[most - 1][1]
        return found, _reached(rows, read, since)

    def first_since(self, since: datetime) -> datetime | None:
        """The time of the first article that is not older than this."""
        first: datetime | None = self._connection.scalar(select(func.min(articles.c.at)).where(articles.c.at >= since))
        return first

    def outdated(self, most: int) -> list[str]:
        """Articles whose words another version of the analyser made: they should be put again."""
        old = select(searched.c.article_id).where(searched.c.analyser != ANALYSER)
        return list(self._connection.execute(old.order_by(searched.c.article_id).limit(most)).scalars())

    def _read(self, query: Query, candidates: Sequence[str], most: int) -> list[str]:
        found: list[str] = []
        for start in range(0, len(candidates), AT_A_TIME):
            found += self.matching(query, candidates[start : start + AT_A_TIME])
            if len(found) >= most:
                break
        return found[:most]

    def matching(self, query: Query, article_ids: Sequence[str]) -> Iterator[str]:
        """Those of these whose texts match, in their order."""
        current = Articles(self._connection).enriched_of(article_ids)
        own = Entities(self._connection).behind({one.id for each in current.values() for one in each.entities})
        for article_id in article_ids:
            if article_id in current and find(query, self._document(current[article_id], own)):
                yield article_id

    def _document(self, enriched: EnrichedArticle, own: Mapping[str, str]) -> Document:
        return Document.of(enriched, own, self._sources.of(enriched.article.raw.source))


def _reached(rows: Sequence[Any], most: int, since: datetime | None) -> datetime:
    """Back to which time was looked: to the last row, if there may be more."""
    return rows[-1].at if len(rows) >= most and rows else since or EPOCH

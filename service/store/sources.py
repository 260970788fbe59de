"""Sources: who was heard of, and how much came from them, read off what is kept of feeds and articles.

Nothing is counted ahead, so nothing can drift. The index of articles by source and time answers it all, and no
article is looked at: a walk from name to name lists the sources (a step for each, however many articles there
are), a range of it is a day or a week of one source, its end the newest article.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Select, String, func, literal, select, union_all

from service.model import Feed
from service.model.sources import SourceView
from service.sources import Source
from service.store.article_rows import articles
from service.store.feed_rows import feeds, read_feed
from service.store.table import parts

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class SourcesHeardOf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def names(self) -> set[str]:
        """Under which names there are feeds or articles."""
        of_feeds = select(feeds.c.source).where(feeds.c.source != "").distinct()
        return set(self._connection.scalars(of_feeds)) | set(self._connection.scalars(_walk()))

    def views(self, sources: Sequence[Source], now: datetime) -> list[SourceView]:
        """What comes from each of these, under all of their domains."""
        names = [name for source in sources for name in source.domains]
        heard, of_feeds = self._heard(names, now), self._feed_counts(names)
        return [
            SourceView(
                source,
                feeds=sum(of_feeds.get(name, 0) for name in source.domains),
                day=sum(heard[name].day for name in source.domains),
                week=sum(heard[name].week for name in source.domains),
                last_at=max(filter(None, (heard[name].last_at for name in source.domains)), default=None),
            )
            for source in sources
        ]

    def feeds(self, source: Source, most: int) -> list[Feed]:
        """Its feeds, the oldest first."""
        query = select(feeds).where(feeds.c.source.in_(source.domains)).order_by(feeds.c.id).limit(most)
        return [read_feed(row) for row in self._connection.execute(query)]

    def _heard(self, names: Iterable[str], now: datetime) -> dict[str, Row[Any]]:
        """By name: articles of the last day and week, and the time of the newest one."""
        found: dict[str, Row[Any]] = {}
        for part in parts(names):
            found |= {row.name: row for row in self._connection.execute(_heard_query(part, now))}
        return found

    def _feed_counts(self, names: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in parts(names):
            query = select(feeds.c.source, func.count()).where(feeds.c.source.in_(part)).group_by(feeds.c.source)
            found.update((source, count) for source, count in self._connection.execute(query))
        return found


def _walk() -> Select[tuple[str]]:
    """The different sources of articles, each found by one step behind the one before."""
    walk = select(func.min(articles.c.source).label("source")).cte("walk", recursive=True)
    following = select(func.min(articles.c.source)).where(articles.c.source > walk.c.source).scalar_subquery()
    walk = walk.union_all(select(following).select_from(walk).where(walk.c.source.is_not(None)))
    return select(walk.c.source).where(walk.c.source.is_not(None))


def _heard_query(names: Sequence[str], now: datetime) -> Select[Any]:
    named = union_all(*(select(literal(name, String).label("name")) for name in names)).subquery("named")
    of_source = articles.c.source == named.c.name

    def since(age: timedelta) -> ScalarSelect[int]:
        return select(func.count()).select_from(articles).where(of_source, articles.c.at > now - age).scalar_subquery()

    last = select(func.max(articles.c.at)).where(of_source).scalar_subquery()
    return select(named.c.name, since(DAY).label("day"), since(WEEK).label("week"), last.label("last_at"))

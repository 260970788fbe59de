"""Paces: how many articles sources had, and how many stories topics were told of, by the hour.

In goes a time from which on to count; out come counts by the hour (UTC) that follow from what is filed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, func, select, type_coerce

from service.store.alerts import alerts
from service.store.article_rows import articles
from service.store.table import EPOCH

Paces = Mapping[str, Mapping[datetime, int]]
"""By subject and hour; hours without any are left out."""
LATE = timedelta(days=2)
"""An article that was seen so long after it was published came from an archive, and says nothing of the pace."""


class Pace:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_sources(self, since: datetime, until: datetime) -> Paces:
        """Articles by source, in the hour in which they were seen."""
        seen = articles.c.seen_at
        fresh = (seen >= since) & (seen < until) & (articles.c.at >= since - LATE)
        return self._paces(articles.c.source, seen, fresh)

    def of_topics(self, since: datetime, until: datetime) -> Paces:
        """Alerts by topic."""
        at = alerts.c.created_at
        return self._paces(alerts.c.topic_id, at, (at >= since) & (at < until))

    def _paces(self, subject: Column[str], at: Column[Any], which: ColumnElement[bool]) -> Paces:
        hour = self._hour(at).label("hour")
        query = select(subject.label("subject"), hour, func.count().label("number")).where(which)
        found: dict[str, dict[datetime, int]] = {}
        for row in self._connection.execute(query.group_by(subject, hour)):
            found.setdefault(row.subject, {})[EPOCH + timedelta(hours=int(row.hour))] = row.number
        return found

    def _hour(self, at: ColumnElement[Any]) -> ColumnElement[Any]:
        """Since 1970."""
        if self._connection.dialect.name == "sqlite":
            return type_coerce(at, Integer) // 3_600_000_000  # microseconds
        return func.floor(func.extract("epoch", at) / 3600)

"""Alerts: which topics matched which stories. What an alert says is its notice's payload.

In go alerts to raise; out come those that are new, and lists, the newest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    literal,
    select,
    text,
    tuple_,
)

from service.model import ALERTED, MAIN, Alert, Notice
from service.store.article_rows import articles
from service.store.notices import Before, keep, notices
from service.store.owing import owe
from service.store.strands import strands
from service.store.table import Time, insert, metadata, owned, parts

TOLD = ("revision", "independent", "sources", "languages")

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("article_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("account_id", String, nullable=False, server_default=MAIN),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in TOLD),
    UniqueConstraint("topic_id", "story_id"),
    Index(None, "story_id"),
    Index(None, "article_id"),
    Index(None, "created_at", "id"),
    Index(None, "account_id", "created_at", "id"),
    Index(None, "topic_id", "created_at", "id"),
)

OWN = ("id", "topic_id", "story_id", "article_id", "created_at", "account_id", *TOLD)


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_alerts(
        self,
        raised: Sequence[Alert],
        endpoint_ids: Mapping[str, Sequence[str]],
        now: datetime,
        delay_seconds: float = 0,
    ) -> list[Alert]:
        """Keep the alerts whose topic and story are new together, each with its notice, and a delivery to every
        endpoint of its topic, first tried after `delay_seconds`. Gives those that are new; repeating it changes
        nothing. Call it last in a transaction, as `Notices.tell`.
        """
        if not raised:
            return []
        # Always in one order, so that two who raise the same alerts wait for each other and never in a ring.
        rows = [_row(alert) for alert in sorted(raised, key=lambda each: each.id)]
        unless_there = insert(self._connection, alerts).on_conflict_do_nothing()
        added = set(self._connection.scalars(unless_there.returning(alerts.c.id), rows))
        new = list({alert.id: alert for alert in raised if alert.id in added}.values())
        told = keep(self._connection, [_notice(alert) for alert in new])
        to = {alert.id: endpoint_ids.get(alert.topic_id, ()) for alert in new}
        owe(self._connection, told, to, now + timedelta(seconds=delay_seconds))
        return new

    def alerted(self, story_ids: Iterable[str]) -> set[tuple[str, str]]:
        """Which (topic, story) pairs of these stories have an alert."""
        query = select(alerts.c.topic_id, alerts.c.story_id)
        return {
            (topic_id, story_id)
            for some in parts(story_ids)
            for topic_id, story_id in self._connection.execute(query.where(alerts.c.story_id.in_(some)))
        }

    def alerted_by_articles_of(self, story_ids: Iterable[str]) -> set[tuple[str, str]]:
        """The topics of which an article that is now in one of these stories raised an alert, with that story."""
        inside = alerts.join(articles, articles.c.id == alerts.c.article_id)
        inside = inside.join(strands, strands.c.id == articles.c.strand_id)
        query = select(alerts.c.topic_id, strands.c.story_id).select_from(inside)
        return {
            (topic_id, story_id)
            for some in parts(story_ids)
            for topic_id, story_id in self._connection.execute(query.where(strands.c.story_id.in_(some)))
        }

    def of_stories(self, story_ids: Iterable[str]) -> list[Alert]:
        """The alerts of these stories, in no order, without what they said."""
        return self._bare(alerts.c.story_id, story_ids)

    def of_articles(self, article_ids: Iterable[str]) -> list[Alert]:
        """The alerts that these articles raised, wherever they are by now; without what they said."""
        return self._bare(alerts.c.article_id, article_ids)

    def _bare(self, column: Column[str], values: Iterable[str]) -> list[Alert]:
        query = select(*(alerts.c[name] for name in OWN))
        return [
            Alert(**row._mapping, payload={})
            for some in parts(values)
            for row in self._connection.execute(query.where(column.in_(some)))
        ]

    def get_alert(self, alert_id: str, account: str | None) -> Alert | None:
        this = owned(alerts, account) & (alerts.c.id == alert_id)
        row = self._connection.execute(_whole().where(this)).first()
        return _alert(row) if row else None

    def list_alerts(
        self,
        account: str | None,
        topic_id: str | None = None,
        story_id: str | None = None,
        before: Before = None,
        most: int = 50,
    ) -> list[Alert]:
        """The newest first, beginning after `before`."""
        query = _whole().where(owned(alerts, account))
        query = query.order_by(alerts.c.created_at.desc(), alerts.c.id.desc()).limit(most)
        if topic_id is not None:
            query = query.where(alerts.c.topic_id == topic_id)
        if story_id is not None:
            query = query.where(alerts.c.story_id == story_id)
        if before:
            at, id = before
            query = query.where(tuple_(alerts.c.created_at, alerts.c.id) < tuple_(literal(at, Time), literal(id)))
        return [_alert(row) for row in self._connection.execute(query)]


def _whole() -> Select[Any]:
    return select(*(alerts.c[name] for name in OWN), notices.c.payload).join(notices, notices.c.id == alerts.c.id)


def _row(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in OWN}


def _notice(alert: Alert) -> Notice:
    told = Notice(alert.id, ALERTED, alert.story_id, alert.created_at, alert.payload)
    return replace(told, account_id=alert.account_id, topic_id=alert.topic_id)


def _alert(row: Row[Any]) -> Alert:
    return Alert(**{**row._mapping, "payload": msgspec.json.decode(row.payload)})

"""Alerts: which topics matched which stories. What an alert says is its notice's payload.

In go alerts to raise; out come those that are new, and lists, the newest first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
        """Keep the alerts that are new, one for each topic and article, each with its notice, and a delivery to every
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

    def standing(self, merged: Mapping[str, Collection[str]]) -> dict[str, list[Alert]]:
        """The alerts that stand for stories today, in no order and without what they said; of each story, the ids of
        those that were merged into it in.

        An alert goes where the article went that raised it. One whose article is in no story, or is not known, stays
        with the story of which it told.
        """
        heirs = {old: story_id for story_id, some in merged.items() for old in (story_id, *some)}
        found: dict[str, list[Alert]] = {}
        for alert, now_in in [*self._placed(strands.c.story_id, merged), *self._adrift(heirs)]:
            found.setdefault(now_in or heirs[alert.story_id], []).append(alert)
        return found

    def _adrift(self, story_ids: Iterable[str]) -> list[tuple[Alert, str | None]]:
        return [each for each in self._placed(alerts.c.story_id, story_ids) if not each[1]]

    def _placed(self, column: Column[str], values: Iterable[str]) -> list[tuple[Alert, str | None]]:
        """Alerts, and in which stories their articles are."""
        inside = alerts.join(articles, articles.c.id == alerts.c.article_id, isouter=True)
        inside = inside.join(strands, strands.c.id == articles.c.strand_id, isouter=True)
        query = select(*(alerts.c[name] for name in OWN), strands.c.story_id.label("now_in")).select_from(inside)
        return [
            (Alert(**{name: row._mapping[name] for name in OWN}, payload={}), row.now_in)
            for some in parts(values)
            for row in self._connection.execute(query.where(column.in_(some)))
        ]

    def of_articles(self, article_ids: Iterable[str]) -> list[Alert]:
        """The alerts that these articles raised, wherever they are by now; without what they said."""
        return [alert for alert, _ in self._placed(alerts.c.article_id, article_ids)]

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
    return replace(told, account_id=alert.account_id, topic_id=alert.topic_id, trace=alert.trace)


def _alert(row: Row[Any]) -> Alert:
    return Alert(**{**row._mapping, "payload": msgspec.json.decode(row.payload)})

"""Feeds' subscriptions at hubs, and what pushed documents change about a feed.

The tokens of callbacks and the secrets that hubs sign with are kept as the caller has sealed them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    delete,
    exists,
    select,
    text,
    update,
)

from service.model import HubSubscription
from service.model.hubs import hash_of
from service.store.feeds import feeds
from service.store.table import Time, insert, metadata, parts

hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("feed_id", String, nullable=False),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", String, nullable=False, unique=True),
    Column("secret", String, nullable=False),
    Column("state", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("due_at", Time),
    Column("lease_until", Time),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("pushed_at", Time),
    Column("missed_at", Time),
    Column("created_at", Time, nullable=False),
    Column("token_hash", String, nullable=False, server_default=text("''")),
    Index(None, "feed_id"),
    Index(None, "due_at"),
    Index(None, "token_hash", unique=True),
)

POLLS_APART = timedelta(seconds=30)
MOST_SEEN = 2_000
"""Fingerprints kept of a feed whose documents are pushed; the next poll keeps those of its document alone."""


class Websub:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subscription: HubSubscription) -> None:
        self._connection.execute(insert(self._connection, hub_subscriptions).values(_row(subscription)))

    def keep(self, subscription: HubSubscription) -> None:
        """As it is now; one that was removed meanwhile stays removed."""
        same = hub_subscriptions.c.id == subscription.id
        self._connection.execute(update(hub_subscriptions).where(same).values(_row(subscription)))

    def remove(self, subscription_id: str) -> None:
        self._connection.execute(delete(hub_subscriptions).where(hub_subscriptions.c.id == subscription_id))

    def by_token(self, token: str) -> HubSubscription | None:
        """The one with this callback, ours alone until the transaction ends if it writes."""
        same = hub_subscriptions.c.token_hash == hash_of(token)
        return self._one(select(hub_subscriptions).where(same).with_for_update())

    def get(self, subscription_id: str) -> HubSubscription | None:
        """As `by_token`."""
        same = hub_subscriptions.c.id == subscription_id
        return self._one(select(hub_subscriptions).where(same).with_for_update())

    def of_feeds(self, feed_ids: Iterable[str]) -> dict[str, HubSubscription]:
        """By feed, the newest that is not ending; as `by_token`."""
        standing = select(hub_subscriptions).where(hub_subscriptions.c.mode != "unsubscribe")
        oldest_first = standing.order_by(hub_subscriptions.c.created_at, hub_subscriptions.c.id).with_for_update()
        return {
            row.feed_id: _subscription(row)
            for part in parts(feed_ids)
            for row in self._connection.execute(oldest_first.where(hub_subscriptions.c.feed_id.in_(part)))
        }

    def of_feed(self, feed_id: str) -> HubSubscription | None:
        """As `of_feeds`."""
        return self.of_feeds([feed_id]).get(feed_id)

    def list(self, after_id: str = "", most: int = 100) -> Sequence[HubSubscription]:
        """By id, beginning after `after_id`; as `by_token`."""
        own = hub_subscriptions.c
        query = select(hub_subscriptions).where(own.id > after_id).order_by(own.id).limit(most).with_for_update()
        return [_subscription(row) for row in self._connection.execute(query)]

    def claim_due(self, now: datetime, most: int) -> Sequence[HubSubscription]:
        """Those whose hub is to be asked now, marked as asked: nobody else gets them for a while."""
        query = (
            select(hub_subscriptions)
            .where(hub_subscriptions.c.due_at <= now)
            .order_by(hub_subscriptions.c.due_at, hub_subscriptions.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        asked = [_subscription(row).asked(now) for row in self._connection.execute(query)]
        for each in asked:
            self.keep(each)
        return asked

    def leave_unpolled(self, now: datetime) -> int:
        """Begin to end the subscriptions of feeds that are gone or switched off; gives how many."""
        polled = exists().where(feeds.c.id == hub_subscriptions.c.feed_id, feeds.c.enabled)
        query = select(hub_subscriptions).where(~polled, hub_subscriptions.c.mode != "unsubscribe")
        query = query.order_by(hub_subscriptions.c.created_at, hub_subscriptions.c.id).with_for_update()
        leaving = [_subscription(row).leaving(now) for row in self._connection.execute(query)]
        for each in leaving:
            self.keep(each)
        return len(leaving)

    def poll_now(self, feed_id: str, now: datetime) -> None:
        """Make the feed due, but for half a minute after its last poll: calls may come in any number."""
        last = self._connection.execute(select(feeds.c.last_poll_at).where(feeds.c.id == feed_id)).scalar()
        soon = max(now, last + POLLS_APART) if last else now
        later = (feeds.c.id == feed_id) & (feeds.c.next_poll_at > soon)
        self._connection.execute(update(feeds).where(later).values(next_poll_at=soon))

    def pushed(self, feed_id: str, prints: Sequence[str], at: datetime) -> None:
        """A document with entries of these fingerprints was pushed: the next poll shall find them known."""
        subscription = self.of_feed(feed_id)
        if subscription and (subscription.pushed_at is None or subscription.pushed_at < at):
            same = hub_subscriptions.c.id == subscription.id
            self._connection.execute(update(hub_subscriptions).where(same).values(pushed_at=at))
        seen = self._connection.execute(select(feeds.c.seen).where(feeds.c.id == feed_id).with_for_update()).scalar()
        before = (seen or "").split()
        changes: dict[str, Any] = {"seen": " ".join(list(dict.fromkeys((*prints, *before)))[:MOST_SEEN])}
        if not set(prints) <= set(before):
            changes["last_new_at"] = at  # else a feed whose news is pushed would seem silent
        self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(changes))

    def _one(self, query: Select[Any]) -> HubSubscription | None:
        row = self._connection.execute(query).first()
        return _subscription(row) if row else None


def _row(subscription: HubSubscription) -> dict[str, Any]:
    return {field.name: getattr(subscription, field.name) for field in fields(subscription)}


def _subscription(row: Row[Any]) -> HubSubscription:
    return HubSubscription(**row._mapping)

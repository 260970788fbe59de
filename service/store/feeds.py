"""Feeds, and the record of polls."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from service.clock import now
from service.errors import Conflict, NotFound
from service.model import Feed, PageRules, Poll
from service.store.as_json import AsJson
from service.store.table import Time, insert, metadata
from service.urls import host_of

T = TypeVar("T")

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body_hash", String, nullable=False),
    Column("seen", Text, nullable=False),  # fingerprints of the last document's entries, separated by spaces
    Column("interval", Float, nullable=False),
    Column("last_poll_at", Time),
    Column("next_poll_at", Time),
    Column("moved_to", Text, nullable=False),
    Column("moved_times", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("claimed_until", Time),
    Column("host", String, nullable=False, server_default=text("''")),
    Column("held_until", Time),  # another feed of its host comes first
    Column("fixed_interval", Float),
    Column("asked_interval", Float, nullable=False, server_default=text("0")),
    Column("skips", String, nullable=False, server_default=text("''")),
    Column("trust", String, nullable=False, server_default="unproved"),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("trouble", Float, nullable=False, server_default=text("0")),
    Column("overlap", Float),
    Column("per_day", Float, nullable=False, server_default=text("0")),
    Column("invalid_ids", Float, nullable=False, server_default=text("0")),
    Column("last_new_at", Time),
    Column("kind", String, nullable=False, server_default="feed"),
    Column("rules", AsJson(PageRules)),
    Column("labels", AsJson(tuple[str, ...]), nullable=False, server_default="[]"),
    Column("sitemap", Text, nullable=False, server_default=text("''")),
    Column("archive", Text, nullable=False, server_default=text("''")),
    Column("identity", String, nullable=False, server_default="auto"),
    Index(None, "enabled", "next_poll_at"),
    Index(None, "host", "claimed_until"),
)

polls = Table(
    "polls",
    metadata,
    Column("feed_id", String, primary_key=True),
    Column("at", Time, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("entries", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("passed_over", Integer, nullable=False, server_default=text("0")),
    Index(None, "at"),
)


STATE = (
    "status",
    "error",
    "failing_since",
    "failures",
    "etag",
    "last_modified",
    "body_hash",
    "interval",
    "last_poll_at",
    "next_poll_at",
    "moved_to",
    "moved_times",
    "asked_interval",
    "skips",
    "trust",
    "claims",
    "trouble",
    "overlap",
    "per_day",
    "invalid_ids",
    "last_new_at",
)
"""What a poll changes. The rest belongs to the feed's owner."""
CHUNK = 500


class Feeds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: Feed) -> Feed:
        """Raises `Conflict` if a feed with this address, or this id, is known."""
        if not self.add_missing([feed]):
            raise Conflict(f"there is a feed with this address already: {feed.url}")
        return self.get(feed.id)

    def add_missing(self, given: Iterable[Feed]) -> int:
        """Add those whose address is not known; gives how many."""
        added = 0
        for chunk in _chunks([_row(feed) for feed in given]):
            statement = insert(self._connection, feeds).values(chunk).on_conflict_do_nothing()
            added += len(self._connection.execute(statement.returning(feeds.c.id)).all())
        return added

    def get(self, feed_id: str) -> Feed:
        """Raises `NotFound`."""
        row = self._connection.execute(select(feeds).where(feeds.c.id == feed_id)).first()
        if row is None:
            raise NotFound(f"there is no feed {feed_id}")
        return _feed(row)

    def list(self, after_id: str, most: int) -> Sequence[Feed]:
        """Feeds in the order of their ids, from the one after `after_id` on."""
        query = select(feeds).where(feeds.c.id > after_id).order_by(feeds.c.id).limit(most)
        return [_feed(row) for row in self._connection.execute(query)]

    def update(self, feed: Feed) -> Feed:
        """Keep the feed as given. Raises `NotFound`, or `Conflict` if another feed has its address."""
        if self._other_at(feed.url, feed.id):
            raise Conflict(f"there is a feed with this address already: {feed.url}")
        row = _row(feed) | {"created_at": self.get(feed.id).created_at}
        self._connection.execute(update(feeds).where(feeds.c.id == feed.id).values(row))
        return self.get(feed.id)

    def remove(self, feed_id: str) -> bool:
        """Forget the feed and its polls; its articles stay. False if there was none."""
        self._connection.execute(delete(polls).where(polls.c.feed_id == feed_id))
        return self._connection.execute(delete(feeds).where(feeds.c.id == feed_id)).rowcount > 0

    def claim_due(self, now: datetime, most: int, lease_seconds: float) -> Sequence[Feed]:
        """Feeds that are due and nobody's, those that wait longest first; ours alone until the lease ends."""
        query = (
            select(feeds)
            .where(_is_due(now), _is_free(now))
            .order_by(feeds.c.next_poll_at.asc().nulls_first(), feeds.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        due = [_feed(row) for row in self._connection.execute(query)]
        until = now + timedelta(seconds=lease_seconds)
        for chunk in _chunks([feed.id for feed in due]):
            claim = update(feeds).where(feeds.c.id.in_(chunk)).values(claimed_until=until)
            self._connection.execute(claim)
        return due

    def postpone(self, feed_id: str, until: datetime) -> None:
        """Give a claimed feed back without having polled it."""
        values = {"next_poll_at": until, "claimed_until": None}
        self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(values))

    def record(self, feed: Feed, poll: Poll) -> None:
        """Keep what a poll found out about a feed, and the poll itself; ends the claim.

        What its owner may have changed meanwhile stays. A feed that moved to an address where another feed
        is already polled is switched off, and says so. A feed that was removed meanwhile stays removed.
        """
        values = {name: getattr(feed, name) for name in STATE} | {
            "seen": " ".join(feed.seen),
            "title": case((feeds.c.title == "", feed.title), else_=feeds.c.title),
            "claimed_until": None,
        }
        if not feed.enabled:
            values["enabled"] = False
        values |= self._new_address(feed)
        known = self._connection.execute(update(feeds).where(feeds.c.id == feed.id).values(values)).rowcount
        if known:
            row = {column.name: getattr(poll, column.name) for column in polls.c}
            self._connection.execute(insert(self._connection, polls).values(row).on_conflict_do_nothing())

    def polls(self, feed_id: str, most: int) -> Sequence[Poll]:
        """The latest polls of a feed, the newest first."""
        query = select(polls).where(polls.c.feed_id == feed_id).order_by(polls.c.at.desc()).limit(most)
        return [Poll(**row._mapping) for row in self._connection.execute(query)]

    def prune(self, before: datetime) -> int:
        """Forget polls older than this; gives how many."""
        return self._connection.execute(delete(polls).where(polls.c.at < before)).rowcount

    def counts(self, now: datetime) -> dict[str, int]:
        """Feeds that are enabled, by status; besides those, how many are `disabled`, and how many `due`."""
        by_status = select(feeds.c.status, func.count()).where(feeds.c.enabled).group_by(feeds.c.status)
        found = {row[0]: row[1] for row in self._connection.execute(by_status)}
        return found | {"disabled": self._count(~feeds.c.enabled), "due": self._count(_is_due(now))}

    def _count(self, condition: ColumnElement[bool]) -> int:
        return self._connection.execute(select(func.count()).select_from(feeds).where(condition)).scalar_one()

    def _new_address(self, feed: Feed) -> dict[str, object]:
        """What to change because of where the feed is by now."""
        before = self._connection.execute(select(feeds.c.url).where(feeds.c.id == feed.id)).scalar()
        if before == feed.url or before is None:
            return {}
        if not (other := self._other_at(feed.url, feed.id)):
            return {"url": feed.url}
        why = f"moved for good to {feed.url}, which feed {other} polls already"
        return {"enabled": False, "error": why, "moved_to": feed.url}

    def _other_at(self, url: str, feed_id: str) -> str:
        """The id of another feed with this address, or ""."""
        query = select(feeds.c.id).where(feeds.c.url == url, feeds.c.id != feed_id)
        return self._connection.execute(query).scalar() or ""


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(feeds.c.enabled, or_(feeds.c.next_poll_at.is_(None), feeds.c.next_poll_at <= now))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(feeds.c.claimed_until.is_(None), feeds.c.claimed_until <= now)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))


def _row(feed: Feed) -> dict[str, object]:
    given = {field.name: getattr(feed, field.name) for field in fields(feed)}
    return given | {"host": host_of(feed.url), "seen": " ".join(feed.seen), "created_at": feed.created_at or now()}


def _feed(row: Row[Any]) -> Feed:
    values = dict(row._mapping)
    for name in ("claimed_until", "held_until", "host"):
        del values[name]
    return Feed(**values | {"seen": tuple(values["seen"].split())})

"""Feeds, and the record of polls."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, select, update

from service.errors import Conflict, NotFound
from service.model import Claim, Feed, FeedHealth, Poll
from service.model.hosts import Terms
from service.store.claims import claim_due, is_due
from service.store.feed_rows import feed_row, feeds, host_to_ask, polls, read_feed
from service.store.table import insert, parts
from service.urls import host_of

__all__ = ["STATE", "Feeds", "feeds", "polls"]

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
    "health",
    "habits",
    "detour",
    "slow",
)
"""What a poll changes. The rest belongs to the feed's owner."""

_SAYS_WHY = ~feeds.c.enabled & (feeds.c.error != "")
"""It was switched off, perhaps while the poll was under way, and says why."""
_KEEP_STATE = (
    update(feeds)
    .where(feeds.c.id == bindparam("feed"))
    .values(
        {name: bindparam(f"new_{name}") for name in (*STATE, "seen", "host")}
        | {"title": case((feeds.c.title == "", bindparam("new_title")), else_=feeds.c.title)}
        | {"error": case((_SAYS_WHY, feeds.c.error), else_=bindparam("new_error"))}
        | {"claimed_until": None, "held_until": None}
    )
)


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
        rows = [feed_row(feed) for feed in given]
        statement = insert(self._connection, feeds).on_conflict_do_nothing()
        if not rows:
            return 0
        return self._connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount

    def get(self, feed_id: str) -> Feed:
        """Raises `NotFound`."""
        row = self._connection.execute(select(feeds).where(feeds.c.id == feed_id)).first()
        if row is None:
            raise NotFound(f"there is no feed {feed_id}")
        return read_feed(row)

    def known(self, feed_id: str, address: str) -> Feed | None:
        """The feed of this id, else the one at this address; None if there is neither."""
        for this in (feeds.c.id == feed_id, feeds.c.url == address):
            if row := self._connection.execute(select(feeds).where(this)).first():
                return read_feed(row)
        return None

    def list(self, after_id: str, most: int, health: FeedHealth | None = None) -> Sequence[Feed]:
        """Feeds in the order of their ids, from the one after `after_id` on; all, or those doing like this."""
        query = select(feeds).where(feeds.c.id > after_id).order_by(feeds.c.id).limit(most)
        if health is not None:
            doing = feeds.c.enabled & (feeds.c.health == health)
            query = query.where(~feeds.c.enabled if health == "paused" else doing)
        return [read_feed(row) for row in self._connection.execute(query)]

    def update(self, feed: Feed) -> Feed:
        """Keep the feed as given. Raises `NotFound`, or `Conflict` if another feed has its address."""
        if self._other_at(feed.url, feed.id):
            raise Conflict(f"there is a feed with this address already: {feed.url}")
        row = feed_row(feed) | {"created_at": self.get(feed.id).created_at}
        self._connection.execute(update(feeds).where(feeds.c.id == feed.id).values(row))
        return self.get(feed.id)

    def remove(self, feed_id: str) -> bool:
        """Forget the feed and its polls; its articles stay. False if there was none."""
        self._connection.execute(delete(polls).where(polls.c.feed_id == feed_id))
        return self._connection.execute(delete(feeds).where(feeds.c.id == feed_id)).rowcount > 0

    def claim_due(self, now: datetime, most: int, terms: Terms) -> Sequence[Claim]:
        """Feeds that are due and nobody's, each with the start reserved for it at its host; ours alone until the
        lease ends. Feeds whose host cannot take them soon are put off to their turn there."""
        return claim_due(self._connection, now, most, terms)

    def postpone(self, feed_id: str, until: datetime) -> None:
        """Give a claimed feed back without having polled it."""
        values = {"held_until": until, "claimed_until": None}
        self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(values))

    def record(self, *visited: tuple[Feed, Poll]) -> None:
        """Keep what polls found out about feeds, and the polls themselves; ends the claims.

        What a feed's owner may have changed meanwhile stays. A feed that moved to an address where another feed
        is already polled is switched off, and says so. A feed that was removed meanwhile stays removed.
        """
        address = self._addresses([feed.id for feed, _ in visited])
        known = [(feed, poll) for feed, poll in visited if feed.id in address]
        if not known:
            return
        self._connection.execute(_KEEP_STATE, [_state(feed) for feed, _ in known])
        rows = [{column.name: getattr(poll, column.name) for column in polls.c} for _, poll in known]
        self._connection.execute(insert(self._connection, polls).on_conflict_do_nothing(), rows)
        for feed, _ in known:
            if feed.url != address[feed.id]:
                self._move(feed)

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
        return found | {"disabled": self._count(~feeds.c.enabled), "due": self._count(is_due(now))}

    def health(self) -> dict[str, int]:
        """How many feeds are doing how."""
        shown = case((feeds.c.enabled, feeds.c.health), else_="paused")
        query = select(shown, func.count()).group_by(shown)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def _count(self, condition: ColumnElement[bool]) -> int:
        return self._connection.execute(select(func.count()).select_from(feeds).where(condition)).scalar_one()

    def _addresses(self, feed_ids: Sequence[str]) -> dict[str, str]:
        """The addresses of those feeds that are there, which nobody else may change before we are done."""
        found: dict[str, str] = {}
        for part in parts(feed_ids):
            query = select(feeds.c.id, feeds.c.url).where(feeds.c.id.in_(part)).order_by(feeds.c.id).with_for_update()
            found.update((row.id, row.url) for row in self._connection.execute(query))
        return found

    def _move(self, feed: Feed) -> None:
        """A feed that was found at another address moves there, or is one feed with whichever is there."""
        values: dict[str, Any] = {"url": feed.url, "host": host_of(feed.url)}
        if other := self._other_at(feed.url, feed.id):
            why = f"moved for good to {feed.url}, which feed {other} polls already"
            values = {"enabled": False, "error": why, "moved_to": feed.url}
        self._connection.execute(update(feeds).where(feeds.c.id == feed.id).values(values))

    def _other_at(self, url: str, feed_id: str) -> str:
        """The id of another feed with this address, or ""."""
        query = select(feeds.c.id).where(feeds.c.url == url, feeds.c.id != feed_id)
        return self._connection.execute(query).scalar() or ""


def _state(feed: Feed) -> dict[str, object]:
    return {
        "feed": feed.id,
        "new_title": feed.title,
        "new_seen": " ".join(feed.seen),
        "new_host": host_to_ask(feed),
        **{f"new_{name}": getattr(feed, name) for name in STATE},
    }

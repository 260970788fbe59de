"""Lists of feeds that are kept in sync, and which feeds each has brought."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from service.errors import Conflict, NotFound
from service.model import Feed, FeedList
from service.store.feeds import Feeds, feeds
from service.store.table import Time, insert, metadata, parts

lists = Table(
    "lists",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("interval", Float, nullable=False),
    Column("error", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("named", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("switched_off", Integer, nullable=False),
    Column("last_sync_at", Time),
    Column("next_sync_at", Time),
    Column("created_at", Time, nullable=False),
    Column("claimed_until", Time),
)

list_feeds = Table(
    "list_feeds",
    metadata,
    Column("list_id", String, primary_key=True),
    Column("feed_id", String, primary_key=True),
    Column("named", Boolean, nullable=False),
    Column("brought", Boolean, nullable=False),  # was not known before this list named it
    Column("switched_off", Boolean, nullable=False),  # by this list
    Index(None, "feed_id"),
)

FIELDS = tuple(field.name for field in fields(FeedList))
COLUMNS = tuple(lists.c[name] for name in FIELDS)
STATE = ("error", "failures", "etag", "last_modified", "named", "added", "switched_off", "last_sync_at", "next_sync_at")
"""What a sync changes. The rest belongs to the list's owner."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync has changed: feeds' addresses."""

    added: tuple[str, ...] = ()
    switched_off: tuple[str, ...] = ()
    switched_on: tuple[str, ...] = ()


class Lists:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, given: FeedList) -> FeedList:
        """Raises `Conflict` if a list with this address, or this id, is known."""
        row = {name: getattr(given, name) for name in FIELDS}
        statement = insert(self._connection, lists).values(row).on_conflict_do_nothing()
        if not self._connection.execute(statement.returning(lists.c.id)).all():
            raise Conflict(f"there is a list with this address already: {given.url}")
        return self.get(given.id)

    def get(self, list_id: str) -> FeedList:
        """Raises `NotFound`."""
        row = self._connection.execute(select(*COLUMNS).where(lists.c.id == list_id)).first()
        if row is None:
            raise NotFound(f"there is no list {list_id}")
        return FeedList(*row)

    def list(self, after_id: str = "", most: int = 100) -> Sequence[FeedList]:
        """Lists in the order of their ids, from the one after `after_id` on."""
        query = select(*COLUMNS).where(lists.c.id > after_id).order_by(lists.c.id).limit(most)
        return [FeedList(*row) for row in self._connection.execute(query)]

    def update(self, given: FeedList) -> FeedList:
        """Keep the list as given. Raises `NotFound`."""
        row = {name: getattr(given, name) for name in ("title", "enabled", "interval", *STATE)}
        self._connection.execute(update(lists).where(lists.c.id == given.id).values(row))
        return self.get(given.id)

    def remove(self, list_id: str) -> bool:
        """Look at it no more. The feeds it brought stay as they are. False if there was none."""
        self._connection.execute(delete(list_feeds).where(list_feeds.c.list_id == list_id))
        return self._connection.execute(delete(lists).where(lists.c.id == list_id)).rowcount > 0

    def claim_due(self, now: datetime, most: int, lease_seconds: float) -> Sequence[FeedList]:
        """Lists that are due and nobody's; ours alone until the lease ends."""
        due = or_(lists.c.next_sync_at.is_(None), lists.c.next_sync_at <= now)
        free = or_(lists.c.claimed_until.is_(None), lists.c.claimed_until <= now)
        query = select(*COLUMNS).where(lists.c.enabled, due, free).order_by(lists.c.next_sync_at, lists.c.id)
        found = [
            FeedList(*row) for row in self._connection.execute(query.limit(most).with_for_update(skip_locked=True))
        ]
        claim = update(lists).where(lists.c.id.in_([each.id for each in found]))
        self._connection.execute(claim.values(claimed_until=now + timedelta(seconds=lease_seconds)))
        return found

    def record(self, synced: FeedList) -> None:
        """Keep what a sync found out; ends the claim. A list that was removed meanwhile stays removed."""
        values: dict[str, object] = {name: getattr(synced, name) for name in STATE} | {"claimed_until": None}
        values["title"] = case((lists.c.title == "", synced.title), else_=lists.c.title)
        self._connection.execute(update(lists).where(lists.c.id == synced.id).values(values))

    def sync(self, kept: FeedList, named: Sequence[Feed]) -> Synced:
        """Make the feeds those that the list names, and tell what has changed.

        New ones are added. Those that no list names any more are switched off, if it was a list that brought
        them; those named again are switched on, if it was a list that switched them off. Whatever feed their
        owner has added, or switched off, stays as it is.
        """
        addresses = {feed.url for feed in named}
        added = self._add(kept.id, named)
        before = self._connection.execute(_named_by(kept.id)).all()
        urls = {row.id: row.url for row in before}
        off = self._switch_off(kept, [row.id for row in before if row.url not in addresses])
        on = self._switch_on(list({row.id for row in before if row.url in addresses}))
        return Synced(tuple(added), tuple(urls[each] for each in off), tuple(urls[each] for each in on))

    def off(self, list_id: str) -> int:
        """How many feeds are off because of this list."""
        ours = and_(list_feeds.c.list_id == list_id, list_feeds.c.switched_off)
        return self._connection.execute(select(func.count()).select_from(list_feeds).where(ours)).scalar_one()

    def _add(self, list_id: str, named: Sequence[Feed]) -> Sequence[str]:
        """Note down what the list names; gives the addresses of those that were not known."""
        known = self.known(feed.url for feed in named)
        fresh = [feed for feed in named if feed.url not in known]
        Feeds(self._connection).add_missing(fresh)
        new = {feed.url for feed in fresh}
        for url, feed_id in self.known(feed.url for feed in named).items():
            row = {"list_id": list_id, "feed_id": feed_id, "named": True, "brought": url in new, "switched_off": False}
            statement = insert(self._connection, list_feeds).values(row)
            again = statement.on_conflict_do_update(index_elements=["list_id", "feed_id"], set_={"named": True})
            self._connection.execute(again)
        return [feed.url for feed in fresh]

    def known(self, urls: Iterable[str]) -> dict[str, str]:
        """The ids of feeds by their addresses."""
        found = (select(feeds.c.url, feeds.c.id).where(feeds.c.url.in_(chunk)) for chunk in parts(urls))
        return {row.url: row.id for query in found for row in self._connection.execute(query)}

    def _switch_off(self, kept: FeedList, gone: Sequence[str]) -> Sequence[str]:
        self._mark(kept.id, gone, named=False)
        off = [each for chunk in parts(gone) for each in self._left_over(chunk)]
        why = f"switched off: the list {kept.title or kept.url} names it no more"
        for chunk in parts(off):
            values = {"enabled": False, "error": why}
            self._connection.execute(update(feeds).where(feeds.c.id.in_(chunk)).values(values))
        self._mark(kept.id, off, switched_off=True)
        return off

    def _left_over(self, ids: Sequence[str]) -> Sequence[str]:
        """Of these, the ones that are on, that a list has brought, and that no list names."""
        named = select(list_feeds.c.feed_id).where(list_feeds.c.named, list_feeds.c.feed_id.in_(ids))
        brought = select(list_feeds.c.feed_id).where(list_feeds.c.brought, list_feeds.c.feed_id.in_(ids))
        ours = and_(feeds.c.id.in_(ids), feeds.c.id.in_(brought), feeds.c.id.not_in(named))
        return self._connection.execute(select(feeds.c.id).where(ours, feeds.c.enabled)).scalars().all()

    def _switch_on(self, named: Sequence[str]) -> Sequence[str]:
        """Those that a list has switched off, be it this one or another."""
        on: list[str] = []
        values = {"enabled": True, "error": "", "failures": 0, "failing_since": None, "next_poll_at": None}
        for chunk in parts(named):
            ours = and_(list_feeds.c.switched_off, list_feeds.c.feed_id.in_(chunk))
            found = self._connection.execute(select(list_feeds.c.feed_id).where(ours).distinct()).scalars().all()
            self._connection.execute(update(feeds).where(feeds.c.id.in_(found)).values(values))
            self._connection.execute(update(list_feeds).where(ours).values(switched_off=False))
            on += found
        return on

    def _mark(self, list_id: str, ids: Sequence[str], **values: bool) -> None:
        for chunk in parts(ids):
            ours = and_(list_feeds.c.list_id == list_id, list_feeds.c.feed_id.in_(chunk))
            self._connection.execute(update(list_feeds).where(ours).values(values))


def _named_by(list_id: str) -> Select[tuple[str, str]]:
    """Id and address of the feeds that the list names, or named until now."""
    query = select(feeds.c.id, feeds.c.url).join(list_feeds, list_feeds.c.feed_id == feeds.c.id)
    return query.where(list_feeds.c.list_id == list_id, list_feeds.c.named)

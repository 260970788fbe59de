"""Backfills: archives that are read in, and how far each has come."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from service.model import Backfill, BackfillDocument, document_id
from service.store.feeds import feeds
from service.store.table import Time, insert, metadata, parts

backfills = Table(
    "backfills",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("feed_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("since", Time),
    Column("until", Time),
    Column("state", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("appended", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("next_at", Time),
    Column("claimed_until", Time),
    Index(None, "state", "next_at"),
    Index(None, "created_at", "id"),
)

documents = Table(
    "backfill_documents",
    metadata,
    Column("backfill_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("body_hash", String, nullable=False),
    Column("done", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Index(None, "backfill_id", "state", "number"),
)

FIELDS = tuple(field.name for field in fields(Backfill))
COLUMNS = tuple(backfills.c[name] for name in FIELDS)
DOCUMENT = tuple(documents.c[field.name] for field in fields(BackfillDocument))
OPEN = ("waiting", "running")
MOVING = ("state", "error", "failures", "documents", "entries", "appended", "finished_at", "next_at")
"""What reading changes. The rest was said when it was asked for."""


class Backfills:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, backfill: Backfill) -> bool:
        """Read this in from now on, beginning with its address. False if its id is known: then nothing changes."""
        row = {name: getattr(backfill, name) for name in FIELDS}
        statement = insert(self._connection, backfills).values(row).on_conflict_do_nothing()
        if not self._connection.execute(statement.returning(backfills.c.id)).all():
            return False
        if backfill.kind != "gap":
            self.enlist(backfill.id, [backfill.url.replace("{n}", "1")])
        return True

    def get(self, backfill_id: str) -> Backfill | None:
        row = self._connection.execute(select(*COLUMNS).where(backfills.c.id == backfill_id)).first()
        return Backfill(*row) if row else None

    def list(self, before: tuple[datetime, str] | None = None, most: int = 100) -> Sequence[Backfill]:
        """The newest first; `before` is the (created_at, id) of the last one already seen."""
        query = select(*COLUMNS).order_by(backfills.c.created_at.desc(), backfills.c.id.desc()).limit(most)
        if before is not None:
            place = tuple_(literal(before[0], Time), literal(before[1]))
            query = query.where(tuple_(backfills.c.created_at, backfills.c.id) < place)
        return [Backfill(*row) for row in self._connection.execute(query)]

    def claim(self, now: datetime, lease_seconds: float) -> Backfill | None:
        """One that is due and nobody's, ours alone until the lease ends; files are read by who has them."""
        query = (
            select(*COLUMNS)
            .where(_is_open(), backfills.c.kind != "file", _is_due(now))
            .order_by(backfills.c.next_at.asc().nulls_first(), backfills.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        self.hold(row.id, now + timedelta(seconds=lease_seconds))
        return Backfill(*row)

    def hold(self, backfill_id: str, until: datetime) -> None:
        """Keep a claim for longer."""
        self._connection.execute(update(backfills).where(backfills.c.id == backfill_id).values(claimed_until=until))

    def record(self, backfill: Backfill, free: bool = False) -> bool:
        """Keep how far it has come; `free` ends the claim. False if it was stopped or removed meanwhile."""
        values: dict[str, object] = {name: getattr(backfill, name) for name in MOVING}
        if free or backfill.state not in OPEN:
            values["claimed_until"] = None
        ours = and_(backfills.c.id == backfill.id, _is_open())
        return self._connection.execute(update(backfills).where(ours).values(values)).rowcount > 0

    def stop(self, backfill_id: str, now: datetime) -> bool:
        """Read no more of it. False if it is not there, or at its end."""
        ours = and_(backfills.c.id == backfill_id, _is_open())
        values = {"state": "stopped", "finished_at": now, "claimed_until": None}
        return self._connection.execute(update(backfills).where(ours).values(values)).rowcount > 0

    def resume(self, backfill_id: str, now: datetime) -> bool:
        """Go on with what was stopped or has failed, failed documents too. False if it is not there, or not so."""
        ours = and_(backfills.c.id == backfill_id, backfills.c.state.in_(("stopped", "failed")))
        values = {"state": "waiting", "error": "", "failures": 0, "finished_at": None, "next_at": now}
        if not self._connection.execute(update(backfills).where(ours).values(values)).rowcount:
            return False
        again = and_(documents.c.backfill_id == backfill_id, documents.c.state == "failed")
        self._connection.execute(update(documents).where(again).values(state="waiting", error=""))
        return True

    def prune(self, before: datetime) -> int:
        """Forget those that ended before this; gives how many."""
        old = select(backfills.c.id).where(~_is_open(), backfills.c.finished_at < before)
        self._connection.execute(delete(documents).where(documents.c.backfill_id.in_(old)))
        return self._connection.execute(delete(backfills).where(~_is_open(), backfills.c.finished_at < before)).rowcount

    def enlist(self, backfill_id: str, urls: Iterable[str]) -> int:
        """Documents to be read as well, before those that wait already; known ones are passed over."""
        ours = documents.c.backfill_id == backfill_id
        first = self._connection.execute(select(func.min(documents.c.number)).where(ours)).scalar() or 0
        added, given = 0, list(dict.fromkeys(urls))
        for chunk in parts(list(enumerate(given, first - len(given)))):
            rows = [_document_row(backfill_id, number, url) for number, url in chunk]
            statement = insert(self._connection, documents).values(rows).on_conflict_do_nothing()
            added += len(self._connection.execute(statement.returning(documents.c.id)).all())
        return added

    def next_document(self, backfill_id: str) -> BackfillDocument | None:
        """The one to read now; None if all were read."""
        waiting = and_(documents.c.backfill_id == backfill_id, documents.c.state == "waiting")
        query = select(*DOCUMENT).where(waiting).order_by(documents.c.number).limit(1)
        row = self._connection.execute(query).first()
        return BackfillDocument(*row) if row else None

    def record_document(self, backfill_id: str, document: BackfillDocument) -> None:
        values = {"state": document.state, "body_hash": document.body_hash, "done": document.done}
        values["error"] = document.error
        ours = and_(documents.c.backfill_id == backfill_id, documents.c.id == document.id)
        self._connection.execute(update(documents).where(ours).values(values))

    def is_known(self, backfill_id: str, body_hash: str, document_id: str) -> bool:
        """Did another document of it say the very same? So do sites that give their last page for any number."""
        same = and_(documents.c.body_hash == body_hash, documents.c.id != document_id)
        query = select(documents.c.id).where(documents.c.backfill_id == backfill_id, same).limit(1)
        return self._connection.execute(query).first() is not None

    def remember(self, feed_id: str, sitemap: str, archive: str) -> None:
        """Where a feed's holes can be filled from, for the next time."""
        given = {name: value for name, value in (("sitemap", sitemap), ("archive", archive)) if value}
        if given:
            self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(given))

    def documents(self, backfill_id: str) -> dict[str, int]:
        """How many documents are in which state."""
        ours = documents.c.backfill_id == backfill_id
        query = select(documents.c.state, func.count()).where(ours).group_by(documents.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _document_row(backfill_id: str, number: int, url: str) -> dict[str, object]:
    fixed = {"backfill_id": backfill_id, "number": number, "state": "waiting", "body_hash": "", "done": 0, "error": ""}
    return {"id": document_id(url), "url": url, **fixed}


def _is_open() -> ColumnElement[bool]:
    return backfills.c.state.in_(OPEN)


def _is_due(now: datetime) -> ColumnElement[bool]:
    due = or_(backfills.c.next_at.is_(None), backfills.c.next_at <= now)
    return and_(due, or_(backfills.c.claimed_until.is_(None), backfills.c.claimed_until <= now))

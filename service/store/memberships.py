"""Memberships: which article stood in which strand, and which strand in which story, from when until when.

Link writes them as it decides, in the order of its decisions (`seq`); what stands now has no end. In go articles that
enter and leave strands, and strands that change stories; out come those that stand, or stood at some time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)

from service.model import Span
from service.store.table import Time, metadata, parts

memberships = Table(
    "memberships",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # with which it entered
    Column("strand_id", String, nullable=False),
    Column("revision", Integer, nullable=False),  # the text by which its strand knows it
    Column("at", Time, nullable=False),  # of the article
    Column("move", BigInteger, nullable=False, server_default=text("0")),  # by which it came; 0 if it was filed there
    Column("since", Time, nullable=False),
    Column("until", Time),
    Index(None, "strand_id"),
    Index(None, "at"),
)

placements = Table(
    "placements",
    metadata,
    Column("strand_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("story_id", String, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time),
    Index(None, "story_id"),
    Index(None, "seq"),
)


@dataclass(frozen=True, slots=True)
class Membership:
    """An article is in a strand."""

    article_id: str
    strand_id: str
    seq: int
    revision: int
    at: datetime
    move: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """A strand is in a story."""

    strand_id: str
    story_id: str
    seq: int


MEMBERSHIP = tuple(memberships.c[name] for name in Membership.__dataclass_fields__)
STANDS = memberships.c.until.is_(None)


class Memberships:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, article_ids: Iterable[str]) -> dict[str, Membership]:
        """Where each of these articles is now; those never linked are missing."""
        found: dict[str, Membership] = {}
        for part in parts(article_ids):
            rows = self._found(memberships.c.article_id.in_(part))
            found.update((each.article_id, each) for each in rows)
        return found

    def of_strands(self, strand_ids: Iterable[str]) -> list[Membership]:
        """The articles of these strands, in the order in which they entered."""
        found = [each for part in parts(strand_ids) for each in self._found(memberships.c.strand_id.in_(part))]
        return sorted(found, key=lambda each: each.seq)

    def of_strands_in(self, span: Span) -> list[Membership]:
        """The articles of the strands that have an article in that span, in the order in which they entered."""
        inside = STANDS & (memberships.c.at >= span.start)
        inside = inside & (memberships.c.at < span.end) if span.end else inside
        return self._found(memberships.c.strand_id.in_(select(memberships.c.strand_id).where(inside)))

    def of_story(self, story_id: str) -> list[Membership]:
        """The articles of a story, in the order in which they entered its strands."""
        return self._found(memberships.c.strand_id.in_(_placed_in(story_id)))

    def holds_strand(self, strand_id: str) -> bool:
        """Whether a strand has an article."""
        here = select(memberships.c.seq).where(memberships.c.strand_id == strand_id, STANDS)
        return self._connection.execute(here.limit(1)).first() is not None

    def holds_story(self, story_id: str) -> bool:
        """Whether a story has an article."""
        here = select(memberships.c.seq).where(memberships.c.strand_id.in_(_placed_in(story_id)), STANDS)
        return self._connection.execute(here.limit(1)).first() is not None

    def _found(self, which: ColumnElement[bool]) -> list[Membership]:
        wanted = select(*MEMBERSHIP).where(which, STANDS).order_by(memberships.c.seq)
        return [Membership(**row._mapping) for row in self._connection.execute(wanted)]

    def enter(self, entered: Sequence[Membership], now: datetime) -> None:
        """These articles are in these strands from now on, and in no other."""
        if not entered:
            return
        self._leave([each.article_id for each in entered if each.move], now)
        rows = [{name: getattr(each, name) for name in Membership.__dataclass_fields__} for each in entered]
        self._connection.execute(insert(memberships), [row | {"since": now, "until": None} for row in rows])

    def _leave(self, article_ids: Iterable[str], now: datetime) -> None:
        for part in parts(article_ids):
            here = memberships.c.article_id.in_(part) & STANDS
            self._connection.execute(update(memberships).where(here).values(until=now))

    def place(self, placed: Sequence[Placement], now: datetime) -> None:
        """These strands are in these stories from now on, and in no other."""
        if not placed:
            return
        end = update(placements).where(placements.c.strand_id == bindparam("strand"), placements.c.until.is_(None))
        self._connection.execute(end.values(until=now), [{"strand": each.strand_id} for each in placed])
        rows: list[dict[str, Any]] = [
            {"strand_id": each.strand_id, "story_id": each.story_id, "seq": each.seq} for each in placed
        ]
        self._connection.execute(insert(placements), [row | {"since": now, "until": None} for row in rows])

    def merge(self, loser: str, winner: str, seq: int, now: datetime) -> None:
        """The strands of one story are in the other from now on."""
        here = (placements.c.story_id == loser) & placements.c.until.is_(None)
        columns = ("strand_id", "seq", "story_id", "since", "until")
        given = literal(seq, BigInteger), literal(winner), literal(now, Time), null()
        moved = select(placements.c.strand_id, *given).where(here)
        self._connection.execute(insert(placements).from_select(columns, moved))
        self._connection.execute(update(placements).where(here).values(until=now))

    def births(self, story_ids: Iterable[str]) -> dict[str, int]:
        """The `seq` with which each story began."""
        first = select(placements.c.story_id, func.min(placements.c.seq).label("first")).group_by(placements.c.story_id)
        found: dict[str, int] = {}
        for part in parts(story_ids):
            rows = self._connection.execute(first.where(placements.c.story_id.in_(part)))
            found.update((row.story_id, row.first) for row in rows)
        return found

    def placed_at(self, seq: int) -> list[Placement]:
        """What was placed by one decision."""
        columns = tuple(placements.c[name] for name in Placement.__dataclass_fields__)
        wanted = select(*columns).where(placements.c.seq == seq).order_by(placements.c.strand_id)
        return [Placement(**row._mapping) for row in self._connection.execute(wanted)]


def _placed_in(story_id: str) -> Select[tuple[str]]:
    return select(placements.c.strand_id).where(placements.c.story_id == story_id, placements.c.until.is_(None))

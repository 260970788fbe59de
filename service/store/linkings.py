"""Linkings: what was decided about each filed revision, in the order of deciding, to say it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    func,
    select,
    tuple_,
)

from service.messages import StoryChange
from service.store.articles import Revision
from service.store.table import Time, insert, metadata, parts, take_turns

linkings = Table(
    "linkings",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("strand_id", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("change", String, nullable=False),
    Column("merged", LargeBinary, nullable=False),  # msgspec JSON list of story ids
    Column("position", String, nullable=False),
    Column("at", Time, nullable=False),  # of the article
    Index(None, "story_id"),
    Index(None, "at"),
)


@dataclass(frozen=True, slots=True)
class Linking:
    """One decision: this revision's strand belongs to that story, which swallowed others if it did."""

    article_id: str
    revision: int
    strand_id: str
    story_id: str
    change: StoryChange
    position: str
    at: datetime
    seq: int
    merged: tuple[str, ...] = ()


class Linkings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self) -> None:
        """Be the only one to write linkings, and keep out whoever shares strands and stories with link."""
        take_turns(self._connection, alone=True)

    def of(self, pairs: Iterable[Revision]) -> dict[Revision, Linking]:
        """What was decided about these revisions; those not decided are missing."""
        key = tuple_(linkings.c.article_id, linkings.c.revision)
        found: dict[Revision, Linking] = {}
        for part in parts(pairs):
            for row in self._connection.execute(select(linkings).where(key.in_(part))):
                found[row.article_id, row.revision] = _linking(row)
        return found

    def frontier(self) -> tuple[int, datetime | None]:
        """The last `seq`, and the newest time of a linked article."""
        last = self._connection.scalar(select(func.max(linkings.c.seq)))
        return last or 0, self._connection.scalar(select(func.max(linkings.c.at)))

    def add(self, decided: Sequence[Linking]) -> None:
        if decided:
            self._connection.execute(insert(self._connection, linkings), [_row(each) for each in decided])


def _linking(row: Row[Any]) -> Linking:
    return Linking(
        article_id=row.article_id,
        revision=row.revision,
        strand_id=row.strand_id,
        story_id=row.story_id,
        change=row.change,
        position=row.position,
        at=row.at,
        seq=row.seq,
        merged=msgspec.json.decode(row.merged, type=tuple[str, ...]),
    )


def _row(linking: Linking) -> dict[str, Any]:
    return {
        "article_id": linking.article_id,
        "revision": linking.revision,
        "seq": linking.seq,
        "strand_id": linking.strand_id,
        "story_id": linking.story_id,
        "change": linking.change,
        "merged": msgspec.json.encode(linking.merged),
        "position": linking.position,
        "at": linking.at,
    }

"""Strands: the articles of one story in one language. Articles come in, their strands' times follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, String, Table, bindparam, case, select, text, update

from service.model import Strand
from service.store.table import Time, insert, metadata, parts, take_turns

strands = Table(
    "strands",
    metadata,
    Column("id", String, primary_key=True),
    Column("language", String, nullable=False),
    Column("story_id", String, nullable=False),  # "" until linked
    Column("opened_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("successor_id", String, nullable=False, server_default=text("''")),  # where its articles went, if all did
    Index(None, "story_id"),
    Index(None, "last_at"),
)


@dataclass(frozen=True, slots=True)
class Touch:
    """A strand has an article of that time."""

    strand_id: str
    language: str
    at: datetime


def touch(connection: Connection, touches: Iterable[Touch]) -> None:
    """Open these strands where they are new, and widen their times where they are not."""
    take_turns(connection)
    rows: dict[str, dict[str, Any]] = {}
    for each in touches:
        row = rows.setdefault(each.strand_id, _row(each))
        row["opened_at"] = min(row["opened_at"], each.at)
        row["last_at"] = max(row["last_at"], each.at)
    put = insert(connection, strands)
    opened, last = put.excluded.opened_at, put.excluded.last_at
    put = put.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "opened_at": case((opened < strands.c.opened_at, opened), else_=strands.c.opened_at),
            "last_at": case((last > strands.c.last_at, last), else_=strands.c.last_at),
        },
    )
    connection.execute(put, [rows[strand_id] for strand_id in sorted(rows)])


def _row(first: Touch) -> dict[str, Any]:
    times = {"opened_at": first.at, "last_at": first.at}
    return {"id": first.strand_id, "language": first.language, "story_id": ""} | times


def strands_of(connection: Connection, strand_ids: Iterable[str]) -> dict[str, Strand]:
    """These strands, by id; those that do not exist are missing."""
    found: dict[str, Strand] = {}
    for part in parts(strand_ids):
        for row in connection.execute(select(strands).where(strands.c.id.in_(part))):
            found[row.id] = Strand(**row._mapping)
    return found


def put_in_stories(connection: Connection, story_of: Mapping[str, str]) -> None:
    """Say of each strand to which story it belongs."""
    if story_of:
        put = update(strands).where(strands.c.id == bindparam("strand")).values(story_id=bindparam("story"))
        connection.execute(put, [{"strand": strand, "story": story} for strand, story in sorted(story_of.items())])


def redirect(connection: Connection, strand_id: str, successor_id: str) -> None:
    """The articles of a strand went to others, the last of them there; what led to it leads there, too."""
    leads = (strands.c.id == strand_id) | (strands.c.successor_id == strand_id)
    put = update(strands).where(leads, strands.c.id != successor_id)
    connection.execute(put.values(successor_id=successor_id))
    waken(connection, [successor_id])


def waken(connection: Connection, strand_ids: Iterable[str]) -> None:
    """These strands have articles: if they were emptied once, they lead nowhere else any more."""
    for part in parts(sorted(strand_ids)):
        asleep = strands.c.id.in_(part), strands.c.successor_id != ""
        connection.execute(update(strands).where(*asleep).values(successor_id=""))

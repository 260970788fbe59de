"""What was last told of each story, as long as it is still true: ids of stories in, and out comes what was kept.

Whatever a portrait is made of leaves its mark in one of three numbers: when the story last changed among all, when the
last of its articles did, and how many stories were merged into it. Together they are the story's stamp. It is read
before what it stands for, so what is kept is never older than its stamp says.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Row, Select, String, Table, bindparam, func, select

from service.errors import NotFound
from service.store.article_rows import articles
from service.store.story_tables import stories
from service.store.strands import strands
from service.store.table import insert, metadata

portraits = Table(
    "portraits",
    metadata,
    Column("story_id", String, primary_key=True),
    Column("stamp", String, nullable=False),  # of the story then, and of the rules by which it was told
    Column("told", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was last told of a story that stands, if that is still true."""

    story_id: str
    stamp: str
    told: bytes | None


class Portraits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, story_id: str, rules: str) -> Kept:
        """Of the story or the one that it was merged into, as told by these rules. Raises `NotFound`."""
        row = self._row(story_id)
        if row is not None and row.successor_id:
            row = self._row(row.successor_id)
        if row is None:
            raise NotFound(f"there is no story {story_id}")
        stamp = f"{row.changed_seq}.{row.newest or 0}.{row.heirs} {rules}"
        return Kept(row.id, stamp, row.told if row.stamp == stamp else None)

    def keep(self, kept: Kept) -> None:
        """This instead of what was told before."""
        row = {"story_id": kept.story_id, "stamp": kept.stamp, "told": kept.told}
        put = insert(self._connection, portraits)
        self._connection.execute(put.on_conflict_do_update(index_elements=["story_id"], set_=row), row)

    def _row(self, story_id: str) -> Row[Any] | None:
        return self._connection.execute(_FIND, {"story": story_id}).first()


def _newest() -> Any:
    """The last change of an article of the story: one look for each strand, however many articles it has."""
    of_strand = select(func.max(articles.c.changed_seq)).where(articles.c.strand_id == strands.c.id)
    newest = func.max(of_strand.correlate(strands).scalar_subquery())
    return select(newest).where(strands.c.story_id == stories.c.id).correlate(stories).scalar_subquery()


def _heirs() -> Any:
    merged = stories.alias("merged")
    return select(func.count()).where(merged.c.successor_id == stories.c.id).correlate(stories).scalar_subquery()


_FIND: Select[Any] = (
    select(
        *(stories.c[name] for name in ("id", "successor_id", "changed_seq")),
        _newest().label("newest"),
        _heirs().label("heirs"),
        portraits.c.stamp,
        portraits.c.told,
    )
    .outerjoin(portraits, portraits.c.story_id == stories.c.id)
    .where(stories.c.id == bindparam("story"))
)

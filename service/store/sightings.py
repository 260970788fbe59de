"""Which texts of which article were seen where, which record brought them, and what is needed to find copies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, String, Table, delete, select

from service.model import Sighting
from service.store.table import Time, insert, insert_together, metadata, parts

sightings = Table(
    "sightings",  # one row a revision; the same text may come back in a later one
    metadata,
    Column("article_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("url", String, nullable=False),
    Column("text_hash", String, nullable=False),
    Column("title_hash", String, nullable=False),
    Column("state", String, nullable=False),
    Column("moved_to", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("original_id", String, nullable=False),
    Column("position", String, nullable=False),
    Column("seen_at", Time, nullable=False),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("original_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("shingles", LargeBinary, nullable=False),
    Column("seen_at", Time, nullable=False),
    Index(None, "seen_at"),
)

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("seen_at", Time, nullable=False),
    Index(None, "seen_at"),
)


@dataclass(frozen=True, slots=True)
class Print:
    """A stored fingerprint: sorted unsigned 32-bit hashes of word triples, and the bands they give."""

    article_id: str
    original_id: str
    source: str
    shingles: bytes
    seen_at: datetime
    bands: tuple[int, ...] = ()


class Sightings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, article_ids: Iterable[str]) -> dict[str, list[Sighting]]:
        """The sightings of each article that has any, by revision."""
        found: dict[str, list[Sighting]] = {}
        for part in parts(article_ids):
            query = select(sightings).where(sightings.c.article_id.in_(part)).order_by(sightings.c.revision)
            for row in self._connection.execute(query):
                found.setdefault(row.article_id, []).append(Sighting(**row._mapping))
        return found

    def of_article(self, article_id: str) -> list[Sighting]:
        return self.of([article_id]).get(article_id, [])

    def add(self, rows: Sequence[Sighting]) -> None:
        if rows:
            self._connection.execute(sightings.insert(), [_columns(row, sightings) for row in rows])

    def meeting(self, wanted: Iterable[int]) -> dict[int, list[str]]:
        """Which articles are under these bands."""
        found: dict[int, list[str]] = {}
        for part in parts(wanted):
            query = select(bands.c.band, bands.c.article_id).where(bands.c.band.in_(part))
            for band, article_id in self._connection.execute(query):
                found.setdefault(band, []).append(article_id)
        return found

    def prints(self, met: dict[int, list[str]]) -> list[Print]:
        """The fingerprints of all articles met, without their bands."""
        ids = {article_id for some in met.values() for article_id in some}
        query = select(fingerprints)
        return [
            Print(**row._mapping)
            for part in parts(ids)
            for row in self._connection.execute(query.where(fingerprints.c.article_id.in_(part)))
        ]

    def add_prints(self, rows: Sequence[Print]) -> None:
        """Kept once: a fingerprint that is there already stays as it is."""
        if not rows:
            return
        connection = self._connection
        new = [_columns(row, fingerprints) for row in rows]
        connection.execute(insert(connection, fingerprints).on_conflict_do_nothing(), new)
        banded = [
            {"band": band, "article_id": row.article_id, "seen_at": row.seen_at} for row in rows for band in row.bands
        ]
        insert_together(connection, insert(connection, bands).on_conflict_do_nothing(), banded)

    def prune(self, before: datetime) -> int:
        """Forget fingerprints (never sightings) older than this. Gives how many."""
        self._connection.execute(delete(bands).where(bands.c.seen_at < before))
        return self._connection.execute(delete(fingerprints).where(fingerprints.c.seen_at < before)).rowcount


def _columns(row: Sighting | Print, table: Table) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in table.columns}

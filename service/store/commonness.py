"""How common words are, by language and the day from which on it holds.

What holds on a day is made before the day begins and never changed: so a record that comes again finds the
same keywords.
"""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, func, select

from service.store.article_rows import revisions
from service.store.table import Time, insert, metadata
from service.text.commonness import Commonness

word_counts = Table(
    "word_counts",
    metadata,
    Column("language", String, primary_key=True),
    Column("holds_from", Time, primary_key=True),  # midnight, UTC
    Column("counts", LargeBinary, nullable=False),  # a Commonness, msgspec JSON
)

KEPT = timedelta(days=8)


class WordCounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on(self, day: datetime) -> dict[str, Commonness]:
        """What holds at a time, by language."""
        newest = (
            select(word_counts.c.language, func.max(word_counts.c.holds_from).label("holds_from"))
            .where(word_counts.c.holds_from <= day)
            .group_by(word_counts.c.language)
            .subquery()
        )
        same = (word_counts.c.language == newest.c.language) & (word_counts.c.holds_from == newest.c.holds_from)
        rows = self._connection.execute(select(word_counts).join(newest, same))
        return {row.language: msgspec.json.decode(row.counts, type=Commonness) for row in rows}

    def due(self, day: datetime) -> list[str]:
        """Languages with articles of which nothing is made for this day yet."""
        made = select(word_counts.c.language).where(word_counts.c.holds_from >= day)
        query = select(revisions.c.language).distinct().where(revisions.c.language.not_in(made))
        return sorted(self._connection.scalars(query))

    def put(self, language: str, day: datetime, counts: Commonness) -> None:
        """Holds from this day on, unless others were quicker; what nobody can need any more goes."""
        row = {"language": language, "holds_from": day, "counts": msgspec.json.encode(counts)}
        self._connection.execute(insert(self._connection, word_counts).on_conflict_do_nothing(), row)
        old = (word_counts.c.language == language) & (word_counts.c.holds_from < day - KEPT)
        self._connection.execute(delete(word_counts).where(old))

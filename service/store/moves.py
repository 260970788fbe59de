"""Moves of articles between strands: recorded in the transaction that moves, and told with an article filed in it.

In go moves as settling decides them; out they come again, in the order in which they were made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)

from service.errors import Conflict
from service.model import Move
from service.store.articles import articles
from service.store.strands import Touch, touch
from service.store.table import Time, insert, metadata, parts

moves = Table(
    "moves",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String, nullable=False),
    Column("article_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("before", String, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("at", Time, nullable=False),
    Column("told_with", BigInteger, nullable=False),  # number of a filed article of the language
    Index(None, "language", "told_with"),
    Index(None, "language", "seq"),
    Index(None, "article_id", "seq"),
)

MOVE = tuple(moves.c[name] for name in Move.__dataclass_fields__)


class Moves:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, made: Sequence[Move]) -> list[Move]:
        """Move these articles, and note it down to be told; gives the moves with their numbers.

        Raises `Conflict` if an article is no longer where it was.
        """
        if not made:
            return []
        times = self._times(move.article_id for move in made)
        touch(self._connection, (Touch(move.strand_id, move.language, times[move.article_id]) for move in made))
        self._put(made)
        last = self._last()
        numbered = [replace(move, seq=last + number) for number, move in enumerate(made, 1)]
        self._connection.execute(insert(self._connection, moves), [_row(move) for move in numbered])
        return numbered

    def told_with(self, language: str, seqs: Iterable[int]) -> dict[int, list[Move]]:
        """Those that are told with the articles filed under these numbers, in order."""
        found: dict[int, list[Move]] = {}
        for part in parts(seqs):
            wanted = select(*MOVE).where(moves.c.language == language, moves.c.told_with.in_(part))
            for move in self._found(wanted.order_by(moves.c.seq)):
                found.setdefault(move.told_with, []).append(move)
        return found

    def since(self, language: str, seq: int, at: datetime) -> list[Move]:
        """Those of a language after this number that were made at this time or later, in order."""
        later = (moves.c.language == language) & (moves.c.seq > seq) & (moves.c.at >= at)
        return self._found(select(*MOVE).where(later).order_by(moves.c.seq))

    def last(self, language: str) -> int:
        """The highest number in a language."""
        return self._connection.scalar(select(func.max(moves.c.seq)).where(moves.c.language == language)) or 0

    def of(self, article_id: str) -> list[Move]:
        """Those of one article, the earliest first."""
        return self._found(select(*MOVE).where(moves.c.article_id == article_id).order_by(moves.c.seq))

    def _found(self, wanted: Any) -> list[Move]:
        return [_move(row) for row in self._connection.execute(wanted)]

    def _times(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for part in parts(article_ids):
            wanted = select(articles.c.id, articles.c.at).where(articles.c.id.in_(part))
            found.update((row.id, row.at) for row in self._connection.execute(wanted))
        return found

    def _put(self, made: Sequence[Move]) -> None:
        which = (articles.c.id == bindparam("article")) & (articles.c.strand_id == bindparam("was_in"))
        put = update(articles).where(which).values(strand_id=bindparam("goes_to"))
        for move in sorted(made, key=lambda move: move.article_id):
            row = {"article": move.article_id, "was_in": move.before, "goes_to": move.strand_id}
            if not self._connection.execute(put, row).rowcount:
                raise Conflict(f"article {move.article_id} is no longer in strand {move.before}")

    def _last(self) -> int:
        """The highest number; until we commit nobody else takes one, so that they become visible in their order."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("select pg_advisory_xact_lock(hashtext('moves'))"))
        return self._connection.scalar(select(func.max(moves.c.seq))) or 0


def _move(row: Row[Any]) -> Move:
    return Move(**row._mapping)


def _row(move: Move) -> dict[str, Any]:
    return {name: getattr(move, name) for name in Move.__dataclass_fields__}

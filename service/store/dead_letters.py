"""Records set aside with their error."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    literal,
    select,
    tuple_,
    update,
)

from service.model import DeadLetter
from service.store.table import Time, insert, metadata

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("position", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("retried_at", Time),
    UniqueConstraint("stage", "position"),
    Index(None, "at"),
)

FIELDS = tuple(DeadLetter.__dataclass_fields__)
COLUMNS = tuple(dead_letters.c[name] for name in FIELDS)


class DeadLetters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letters: Sequence[DeadLetter]) -> None:
        """Keep them. One that its stage has set aside already is left as it is."""
        if letters:
            rows = [{name: _clean(getattr(letter, name)) for name in FIELDS} for letter in letters]
            self._connection.execute(insert(self._connection, dead_letters).on_conflict_do_nothing(), rows)

    def get(self, letter_id: str) -> DeadLetter | None:
        row = self._connection.execute(select(*COLUMNS).where(dead_letters.c.id == letter_id)).first()
        return DeadLetter(*row) if row else None

    def list(
        self, stage: str | None = None, before: tuple[datetime, str] | None = None, most: int = 100
    ) -> Sequence[DeadLetter]:
        """The newest first; `before` is the (at, id) of the last one already seen."""
        query = select(*COLUMNS).order_by(dead_letters.c.at.desc(), dead_letters.c.id.desc()).limit(most)
        if stage is not None:
            query = query.where(dead_letters.c.stage == stage)
        if before is not None:
            place = tuple_(literal(before[0], Time), literal(before[1]))
            query = query.where(tuple_(dead_letters.c.at, dead_letters.c.id) < place)
        return [DeadLetter(*row) for row in self._connection.execute(query)]

    def count(self) -> int:
        """Those that nobody has retried yet."""
        query = select(func.count()).select_from(dead_letters).where(dead_letters.c.retried_at.is_(None))
        return self._connection.execute(query).scalar_one()

    def mark_retried(self, letter_id: str, now: datetime) -> bool:
        """False if there is no such letter."""
        marked = update(dead_letters).where(dead_letters.c.id == letter_id).values(retried_at=now)
        return self._connection.execute(marked).rowcount > 0

    def remove(self, letter_id: str) -> bool:
        """False if there is no such letter."""
        return self._connection.execute(delete(dead_letters).where(dead_letters.c.id == letter_id)).rowcount > 0


def _clean(value: object) -> object:
    """PostgreSQL keeps no NUL in text, and errors quote outsiders. The record's bytes stay as they are."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value

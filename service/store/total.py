"""How long a list is: in goes what reads its rows, out comes how many there are, up to a limit.

No list has a second query that counts it: whatever reads it is asked for more rows than are counted, by a connection
that counts the rows of a limited query where it would have read them. So a total is of what is listed, and costs at
most what reading so many places does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

MOST = 10_000
"""Further nobody counts."""


@dataclass(frozen=True, slots=True)
class Total:
    """So many; or at least so many, where there are more than are counted."""

    count: int
    at_least: bool = False


class Tallying:
    """A connection to whose limited queries there are no rows, only their number."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._counted = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: Any, *given: Any, **options: Any) -> Any:
        if not isinstance(statement, Select) or statement._limit_clause is None:  # SQLAlchemy has no public word for it
            return self._connection.execute(statement, *given, **options)
        rows = statement.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).subquery()
        self._counted += self._connection.scalar(select(func.count()).select_from(rows)) or 0
        return self._connection.execute(statement.limit(0))

    def total(self, read: Sequence[object]) -> Total:
        """Of what was counted, and of what was read by other means."""
        found = self._counted + len(read)
        return Total(min(found, MOST), at_least=found > MOST)

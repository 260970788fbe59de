"""A list as the database has it: rows with an id and a place, in falling order of both, not limited yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Row, Select, bindparam, literal, tuple_

from service.store.story_tables import stories

Place = tuple[datetime, str] | tuple[int, str]
"""Where a row stands: what the list is sorted by, and its id."""
Rows = Sequence[Row[Any]]
"""Of an `id` and a `place`, what the list is sorted by."""


@dataclass(frozen=True, slots=True)
class Listing:
    """`rows` finds an `id` and a `place`."""

    rows: Select[Any]
    sorted_by: Column[Any]
    id: Column[str]
    whole: bool
    """Nothing is left out."""

    @property
    def of_stories(self) -> bool:
        return self.id.table is stories

    def limited(self, number: int) -> Select[Any]:
        """The first so many. Of a whole list in a way that PostgreSQL plans once for all: a limit that it does not see
        it takes for a tenth of all rows, finds that worse than planning anew, and plans anew each time, as it should
        where a filter lets much pass or little."""
        limit = bindparam("at_most", number, Integer, unique=True, literal_execute=True) if self.whole else number
        return self.rows.limit(limit)

    def where(self, *conditions: ColumnElement[bool]) -> "Listing":
        return replace(self, rows=self.rows.where(*conditions))

    def showing(self, *columns: ColumnElement[Any]) -> "Listing":
        return replace(self, rows=self.rows.add_columns(*columns))

    def after(self, row: Row[Any]) -> "Listing":
        return self.where(below(self.sorted_by, self.id, (row.place, row.id)))


def below(sorted_by: Column[Any], last: Column[str], place: Place) -> ColumnElement[bool]:
    """What holds for rows that stand after `place` in a list that falls by both columns."""
    value, last_id = place
    return tuple_(sorted_by, last) < tuple_(literal(value, sorted_by.type), literal(last_id))

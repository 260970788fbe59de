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

    @property
    def of_stories(self) -> bool:
        return self.id.table is stories

    def where(self, *conditions: ColumnElement[bool]) -> "Listing":
        return replace(self, rows=self.rows.where(*conditions))

    def after(self, row: Row[Any]) -> "Listing":
        return self.where(below(self.sorted_by, self.id, (row.place, row.id)))


def at_most(number: int) -> ColumnElement[int]:
    """A limit that PostgreSQL sees when it plans a statement once for all; else it would plan for a tenth of all rows,
    find that worse than planning anew, and do so each time."""
    return bindparam("at_most", number, Integer, unique=True, literal_execute=True)


def below(sorted_by: Column[Any], last: Column[str], place: Place) -> ColumnElement[bool]:
    """What holds for rows that stand after `place` in a list that falls by both columns."""
    value, last_id = place
    return tuple_(sorted_by, last) < tuple_(literal(value, sorted_by.type), literal(last_id))

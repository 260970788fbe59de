"""A list as the database has it: rows with an id and a place, in falling order of both, not limited yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, literal_column, tuple_

from service.store.story_tables import stories
from service.store.table import valued

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
    given: Mapping[str, Any] | None = field(default=None, compare=False)
    """The values that stand in `rows` under names, if all do: then lists of one shape have the same `rows`. Nothing
    is left out of such a list but what is before or after some time."""

    @property
    def of_stories(self) -> bool:
        return self.id.table is stories

    def limited(self, number: int) -> Select[Any]:
        """The first so many. Where nothing is left out, in a way that PostgreSQL plans once for all: a limit that it
        does not see it takes for a tenth of all rows, finds that worse than planning anew, and plans anew each time,
        as it should where a filter lets much pass or little."""
        return self.rows.limit(number if self.given is None else literal_column(str(number)))

    def where(self, *conditions: ColumnElement[bool]) -> "Listing":
        return replace(self, rows=self.rows.where(*conditions))

    def showing(self, *columns: ColumnElement[Any]) -> "Listing":
        return replace(self, rows=self.rows.add_columns(*columns))

    def after(self, place: ColumnElement[Any], last_id: ColumnElement[str]) -> "Listing":
        return self.where(below(self.sorted_by, self.id, (place, last_id)))


def below(
    sorted_by: Column[Any], last: Column[str], place: Place | tuple[ColumnElement[Any], ColumnElement[str]]
) -> ColumnElement[bool]:
    """What holds for rows that stand after `place` in a list that falls by both columns."""
    return tuple_(sorted_by, last) < tuple_(valued(place[0], sorted_by.type), valued(place[1], last.type))

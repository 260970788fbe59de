"""Statements written out once: to write one anew takes longer than PostgreSQL takes to find a page by it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy's own is untyped


@contextmanager
def planned_once(connection: Connection) -> Iterator[None]:
    """Inside, PostgreSQL plans each statement once for all values. Left to itself it compares what it guesses that
    plans cost, and may plan anew each time, for longer than the plan runs."""
    connection.exec_driver_sql("set plan_cache_mode = force_generic_plan")
    try:
        yield
    finally:
        with suppress(DBAPIError):  # of a transaction that failed, whose end undoes it, or a connection that is gone
            connection.exec_driver_sql("reset plan_cache_mode")


class Prepared:
    """A select of texts, numbers, times and truths, whose values are given by name. For PostgreSQL."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        written = statement.compile(dialect=_DIALECT)
        self._text, self._own = str(written), dict(written.params)

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[Row[Any]]:
        return list(connection.exec_driver_sql(self._text, {**self._own, **given}).all())

"""What all tables share: the metadata, a time column that is always aware UTC, a column of words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Time(TypeDecorator[datetime]):
    """Aware UTC on both databases: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):  # type: ignore[no-untyped-def]  # SQLAlchemy's own is untyped
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return _microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Lists read hundreds at once. PostgreSQL's are aware, and in UTC as every connection of ours is."""
        return _moment if dialect.name == "sqlite" else None


class Words(TypeDecorator[tuple[str, ...]]):
    """Words without spaces, as a text that has spaces between them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return " ".join(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple((value or "").split())


class Gathered(ColumnElement[tuple[str, ...]]):
    """Words that another select finds for a row, in its order: so one statement brings what belongs to many rows."""

    type = Words()
    inherit_cache = True
    _traverse_internals = [("words", InternalTraversal.dp_clauseelement)]  # noqa: RUF012  # so SQLAlchemy has it

    def __init__(self, words: Select[Any]) -> None:
        self.words = words.scalar_subquery()


@compiles(Gathered, "postgresql")
def _in_an_array(gathered: Gathered, compiler: SQLCompiler, **options: Any) -> str:
    return f"array_to_string(array{compiler.process(gathered.words, **options)}, ' ')"


@compiles(Gathered, "sqlite")
def _one_by_one(gathered: Gathered, compiler: SQLCompiler, **options: Any) -> str:
    (named,) = gathered.words.element.selected_columns
    own = compiler.process(gathered.words, **options)
    return f"(select group_concat({named.name}, ' ') from {own})"  # noqa: S608  # both are of our own making


class Numbers(TypeDecorator[tuple[float, ...]]):
    """Numbers, as a text that has spaces between them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[float, ...] | None, dialect: Dialect) -> str:
        return " ".join(repr(float(number)) for number in value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[float, ...]:
        return tuple(map(float, (value or "").split()))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(value: int | None) -> datetime | None:
    """The way from the epoch is as exact as the number; a division would not be."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def _microseconds(value: datetime) -> int:
    apart = value - EPOCH
    return (apart.days * 86400 + apart.seconds) * 1_000_000 + apart.microseconds


def insert(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, on either database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_together(
    connection: Connection, statement: "postgresql.Insert | sqlite.Insert", rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert many small rows of the same columns, which hold numbers, texts and times.

    PostgreSQL takes as long for a statement as for some ten rows, so there they go as JSON in one.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(statement, rows)
        return
    columns = [column(name, statement.table.c[name].type) for name in rows[0]]
    document = cast(bindparam("rows", type_=Text), JSON)
    given = func.json_to_recordset(document).table_valued(*columns).render_derived(with_types=True)
    filled = statement.from_select([each.name for each in columns], select(*given.c))
    connection.execute(filled, {"rows": msgspec.json.encode(rows).decode()})


V = TypeVar("V")

MOST_VALUES = 500


def parts(values: Iterable[V]) -> Iterator[list[V]]:
    """Different values, in portions that a database takes in one `in (...)`."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), MOST_VALUES):
        yield unique[start : start + MOST_VALUES]


def valued(value: Any, type_: TypeEngine[Any]) -> ColumnElement[Any]:
    """A value as a statement has it; what stands in one already is left as it is."""
    return value if isinstance(value, ColumnElement) else literal(value, type_)


def found_one_by_one(some: Select[bool]) -> ColumnElement[bool]:
    """Whether a select of true that depends on a row finds anything. Unlike `exists`, for which PostgreSQL may gather
    all that there is first, as if it were asked for every row of a table and not for the few before a limit."""
    return func.coalesce(some.limit(literal_column("1")).scalar_subquery(), false())


def owned(table: Table, account: str | None) -> ColumnElement[bool]:
    """Of this account; of any for None."""
    return true() if account is None else table.c.account_id == account


def take_turns(connection: Connection, alone: bool = False) -> None:
    """Until this transaction ends, link alone writes strands and stories, or others do, and not link.

    Link writes many of them in the order of its decisions; rows locked in another order by cluster or match
    would end in a deadlock. On SQLite there is one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        kind = "" if alone else "_shared"
        connection.execute(text(f"select pg_advisory_xact_lock{kind}(hashtext('link'))"))

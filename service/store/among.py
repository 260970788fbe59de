"""A condition that a column holds one of many given values: a statement of it is the same for any number of them.

So it can be made once, and PostgreSQL plans it once; `in (...)` is another statement for every number of values.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Boolean, ColumnElement, Dialect, String, Text, TypeDecorator, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class Several(TypeDecorator[Sequence[str]]):
    """Texts as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):  # type: ignore[no-untyped-def]  # SQLAlchemy's own is untyped
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else postgresql.ARRAY(String()))

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> object:
        given = list(value or ())
        return msgspec.json.encode(given).decode() if dialect.name == "sqlite" else given


class Among(ColumnElement[bool]):
    """Whether the column holds one of the values given under this name when the statement is executed."""

    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012  # so SQLAlchemy has it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[str], name: str) -> None:
        self.column, self.values = column, bindparam(name, type_=Several())


@compiles(Among, "postgresql")
def _in_an_array(among: Among, compiler: SQLCompiler, **options: object) -> str:
    return f"{compiler.process(among.column, **options)} = any({compiler.process(among.values, **options)})"


@compiles(Among, "sqlite")
def _in_json(among: Among, compiler: SQLCompiler, **options: object) -> str:
    values = f"select value from json_each({compiler.process(among.values, **options)})"  # noqa: S608  # a placeholder
    return f"{compiler.process(among.column, **options)} in ({values})"

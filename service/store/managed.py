"""What is kept as files say: each resource's name in its file, and the id it has here.

In go what a file's owner applied; out comes it all again, so that the next time what has changed can be told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, Connection, Index, Row, String, Table, Text, delete, select

from service.store.table import Time, insert, metadata

Kind = Literal["feed", "topic", "endpoint", "subscription"]

managed = Table(
    "managed",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("owner", String, nullable=False),  # the set of files that has it
    Column("applied", Text, nullable=False),  # as it was said last, in JSON
    Column("applied_at", Time, nullable=False),
    Column("marked_at", Time),  # when the files left it out
    Index(None, "owner"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """One resource that files manage."""

    account_id: str
    kind: Kind
    name: str
    id: str
    owner: str
    applied: dict[str, Any]
    applied_at: datetime
    marked_at: datetime | None = None


class Managed:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, account_id: str) -> list[Held]:
        """Everything that any files manage for an account."""
        wanted = select(managed).where(managed.c.account_id == account_id)
        rows = self._connection.execute(wanted.order_by(managed.c.kind, managed.c.name))
        return [_held(row) for row in rows]

    def endpoints(self) -> list[Held]:
        """Those that any files manage, for all accounts."""
        return [_held(row) for row in self._connection.execute(select(managed).where(managed.c.kind == "endpoint"))]

    def put(self, held: Sequence[Held]) -> None:
        """As these were applied last."""
        if not held:
            return
        put = insert(self._connection, managed)
        changed = ("id", "owner", "applied", "applied_at", "marked_at")
        put = put.on_conflict_do_update(
            index_elements=["account_id", "kind", "name"], set_={name: put.excluded[name] for name in changed}
        )
        self._connection.execute(put, [_row(each) for each in held])

    def elsewhere(self, kind: Kind, id: str, account_id: str) -> bool:
        """Whether files of another account have it, too: what is shared may be in several."""
        this = (managed.c.kind == kind) & (managed.c.id == id) & (managed.c.account_id != account_id)
        return self._connection.execute(select(managed.c.id).where(this).limit(1)).first() is not None

    def remove(self, held: Iterable[Held]) -> None:
        """Files manage these no more."""
        for each in held:
            this = (managed.c.account_id == each.account_id) & (managed.c.kind == each.kind)
            self._connection.execute(delete(managed).where(this, managed.c.name == each.name))


def _row(held: Held) -> dict[str, Any]:
    row = {field.name: getattr(held, field.name) for field in fields(Held)}
    return row | {"applied": msgspec.json.encode(held.applied).decode()}


def _held(row: Row[Any]) -> Held:
    return Held(**dict(row._mapping) | {"applied": msgspec.json.decode(row.applied)})

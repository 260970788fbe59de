"""The audit log: in go acts, each in the transaction of what it changes; out come those of an account, the last first.

Whoever acts says so once, for all that the store is asked inside (`acting`); so no route and no command can forget.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Column, Connection, Index, String, Table, Text, delete, literal, select, tuple_

from service.model.acts import Act
from service.store.table import Time, insert, metadata

if TYPE_CHECKING:
    from service.store import Transaction

T = TypeVar("T")

audit = Table(
    "audit",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Time, nullable=False),
    Column("account_id", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("method", String, nullable=False),
    Column("route", String, nullable=False),
    Column("resource", Text, nullable=False),
    Column("result", String, nullable=False),
    Column("request_id", String, nullable=False),
    Index(None, "account_id", "at", "id"),
    Index(None, "at"),
)

ACT = tuple(audit.c[name] for name in Act.__dataclass_fields__)
ACTING: ContextVar[Callable[[], Act] | None] = ContextVar("acting", default=None)
"""For whom this task writes."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts of an account to list: those that are all of what is given."""

    account_id: str
    key_id: str | None = None
    resource: str | None = None
    """This one and all below it."""
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, act: Act) -> None:
        """Keep that something is being changed, unless that is kept already."""
        self._connection.execute(insert(self._connection, audit).values(**_row(act)).on_conflict_do_nothing())

    def end(self, act: Act, result: str) -> None:
        """Keep what came of it, whether anything was changed or not."""
        row = _row(replace(act, result=result))
        put = insert(self._connection, audit).values(**row)
        self._connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=row))

    def list(self, sought: Sought, before: tuple[datetime, str] | None = None, most: int = 50) -> Sequence[Act]:
        """The newest first, beginning after `before`."""
        own = audit.c
        query = select(*ACT).where(own.account_id == sought.account_id).order_by(own.at.desc(), own.id.desc())
        if sought.key_id is not None:
            query = query.where(own.key_id == sought.key_id)
        if sought.resource is not None:
            below = own.resource.startswith(f"{sought.resource}/", autoescape=True)
            query = query.where((own.resource == sought.resource) | below)
        if sought.since:
            query = query.where(own.at >= sought.since)
        if sought.until:
            query = query.where(own.at < sought.until)
        if before:
            at, id = before
            query = query.where(tuple_(own.at, own.id) < tuple_(literal(at, Time), literal(id)))
        return [Act(*row) for row in self._connection.execute(query.limit(most))]

    def prune(self, before: datetime) -> int:
        """Forget acts before then; gives how many."""
        return self._connection.execute(delete(audit).where(audit.c.at < before)).rowcount


@contextmanager
def acting(act: Callable[[], Act]) -> Iterator[None]:
    """What the store is asked to write inside is written by whoever `act` says, and is noted down with it."""
    token = ACTING.set(act)
    try:
        yield
    finally:
        ACTING.reset(token)


def noted(function: "Callable[..., T]") -> "Callable[..., T]":
    """The function, with a note of who acts in its transaction; as it is if nobody does."""
    act = ACTING.get()
    if act is None:
        return function
    entry = act()

    def run(tx: "Transaction", *args: Any, **kwargs: Any) -> T:
        found = function(tx, *args, **kwargs)
        tx.audit.note(entry)
        return found

    return run


def _row(act: Act) -> dict[str, Any]:
    return {name: getattr(act, name) for name in Act.__dataclass_fields__}

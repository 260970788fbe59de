"""Backtests that take long: asked for, claimed by one process at a time, and kept with what came out."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    or_,
    select,
    update,
)

from service.model.backtests import Backtest
from service.store.table import Time, insert, metadata

backtests = Table(
    "backtests",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("topic_id", String, nullable=False),
    Column("query", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("backfill", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("report", LargeBinary),  # JSON
    Column("claimed_until", Time),
    Index(None, "state", "created_at"),
)

COLUMNS = tuple(backtests.c[field.name] for field in fields(Backtest))
OPEN = backtests.c.state.in_(("waiting", "running"))


class Backtests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, backtest: Backtest) -> None:
        self._connection.execute(insert(self._connection, backtests).values(_row(backtest)))

    def get(self, backtest_id: str, account_id: str) -> Backtest | None:
        """None if there is none, or it is another account's."""
        mine = (backtests.c.id == backtest_id) & (backtests.c.account_id == account_id)
        row = self._connection.execute(select(*COLUMNS).where(mine)).first()
        return _backtest(row) if row else None

    def open(self, account_id: str) -> int:
        """How many of an account's are not at their end."""
        mine = select(backtests.c.id).where(OPEN, backtests.c.account_id == account_id)
        return len(self._connection.execute(mine).all())

    def claim(self, now: datetime, lease_seconds: float) -> Backtest | None:
        """The oldest that is nobody's, ours alone until the lease ends. One whose process died begins again."""
        free = OPEN, or_(backtests.c.claimed_until.is_(None), backtests.c.claimed_until <= now)
        wanted = select(*COLUMNS).where(*free).order_by(backtests.c.created_at, backtests.c.id).limit(1)
        row = self._connection.execute(wanted.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        self.record(replace(_backtest(row), state="running", done=0), now + timedelta(seconds=lease_seconds))
        return _backtest(row)

    def record(self, backtest: Backtest, claimed_until: datetime | None = None) -> None:
        """Keep how far it has come, or its end; without `claimed_until` it is nobody's any more."""
        values = _row(backtest) | {"claimed_until": claimed_until}
        self._connection.execute(update(backtests).where(backtests.c.id == backtest.id).values(values))

    def prune(self, before: datetime) -> int:
        """Forget those that ended before this; gives how many."""
        return self._connection.execute(delete(backtests).where(~OPEN, backtests.c.finished_at < before)).rowcount


def _row(backtest: Backtest) -> dict[str, Any]:
    row = {field.name: getattr(backtest, field.name) for field in fields(Backtest)}
    return row | {"report": msgspec.json.encode(backtest.report) if backtest.report is not None else None}


def _backtest(row: Row[Any]) -> Backtest:
    return Backtest(**dict(row._mapping) | {"report": msgspec.json.decode(row.report) if row.report else None})

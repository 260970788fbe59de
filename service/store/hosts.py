"""Hosts: when each may be asked again, for all processes that ask."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, and_, bindparam, delete, select, update

from service import clock
from service.model import EPOCH
from service.model.hosts import GAP_SECONDS, Host, Start, backed_off, free_at, started
from service.store.table import Time, insert, metadata, parts

hosts = Table(
    "hosts",
    metadata,
    Column("name", String, primary_key=True),
    Column("next_start_at", Time, nullable=False),
    Column("busy_until", Time, nullable=False),
    Column("strikes", Integer, nullable=False),
)

TIMES = ("next_start_at", "busy_until")


class Hosts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, host: str, now: datetime, most_wait: float, gap: float = GAP_SECONDS) -> datetime | None:
        """The next free start at this host, taken for the caller, who alone may start a request then.

        None, and nothing taken, if it is later than `most_wait` seconds from now. `gap` is the least number
        of seconds between this start and the next one. Claims of feeds look further ahead than a minute:
        who waits for less does not keep a host's feeds from their turn.
        """
        return self.reserve_all([Start(host, gap)], now, most_wait)[0]

    def reserve_all(self, wanted: Sequence[Start], now: datetime, most_wait: float) -> list[datetime | None]:
        """Many starts, each host's in the order given; None, and nothing taken, where it is too late."""
        known = self.locked({start.host for start in wanted})
        latest = now + timedelta(seconds=most_wait)
        touched: dict[str, Host] = {}
        given: list[datetime | None] = []
        for start in wanted:
            host = touched.get(start.host, known[start.host])
            at = free_at(host, now)
            given.append(at if at <= latest else None)
            if at <= latest:
                touched[start.host] = started(host, at, start.gap)
        self.keep(list(touched.values()))
        return given

    def back_off(self, host: str, until: datetime, now: datetime | None = None) -> None:
        """Start nothing at this host until then. `now` is when it said so: the present, if left out.

        A longer back-off of earlier stays.
        """
        known = self.locked([host])[host]
        self.keep([backed_off(known, until, now or clock.now())])

    def get(self, host: str) -> Host:
        """The host as it is known; if it is not, one to which nothing is owed."""
        row = self._connection.execute(select(hosts).where(hosts.c.name == host)).first()
        return Host(**row._mapping) if row else _new(host)

    def locked(self, names: Iterable[str]) -> dict[str, Host]:
        """These hosts, for this transaction alone until it ends. The order of locking is that of the names,
        whoever asks, so that two who want the same hosts wait for each other and nobody waits for ever."""
        found: dict[str, Host] = {}
        for part in parts(sorted(set(names))):
            here = self._lock(part)
            if missing := [name for name in part if name not in here]:
                statement = insert(self._connection, hosts).on_conflict_do_nothing()
                self._connection.execute(statement, [_row(_new(name)) for name in missing])
                here |= self._lock(missing)
            found |= here
        return found

    def _lock(self, names: Sequence[str]) -> dict[str, Host]:
        query = select(hosts).where(hosts.c.name.in_(names)).order_by(hosts.c.name).with_for_update()
        return {row.name: Host(**row._mapping) for row in self._connection.execute(query)}

    def keep(self, changed: Sequence[Host]) -> None:
        """These hosts as they are from now on. They are locked already."""
        if changed:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*TIMES, "strikes")}
            statement = update(hosts).where(hosts.c.name == bindparam("host")).values(values)
            self._connection.execute(statement, [_changes(host) for host in changed])

    def well(self, names: Iterable[str], now: datetime) -> None:
        """These hosts answered well: forgive each one strike, unless it is to be left alone still."""
        for part in parts(names):
            struck = select(hosts.c.name).where(hosts.c.name.in_(part), hosts.c.strikes > 0, hosts.c.busy_until <= now)
            if found := self._connection.execute(struck).scalars().all():
                known = self.locked(found).values()
                self.keep([replace(host, strikes=max(0, host.strikes - 1)) for host in known])

    def prune(self, before: datetime) -> int:
        """Forget hosts to which nothing has been owed since then; gives how many."""
        idle = and_(*(hosts.c[name] < before for name in TIMES))
        return self._connection.execute(delete(hosts).where(idle)).rowcount


def _new(name: str) -> Host:
    return Host(name, EPOCH, EPOCH)


def _row(host: Host) -> dict[str, object]:
    return {column.name: getattr(host, column.name) for column in hosts.c}


def _changes(host: Host) -> dict[str, object]:
    return {"host": host.name} | {f"new_{name}": getattr(host, name) for name in (*TIMES, "strikes")}

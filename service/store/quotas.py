"""What accounts and keys have used of their quotas: things that are counted where they are, and windows of time.

Of a window, processes take portions ahead and spend them by themselves: all that they took together never exceeds
the limit, whatever each of them knows of the others.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Integer, String, Table, delete, func, select, text, update

from service.errors import QuotaReached
from service.model import Quota
from service.store.keys import api_keys
from service.store.table import Time, insert, metadata
from service.store.topic_tables import endpoints, subscriptions, topics

windows = Table(
    "quota_windows",
    metadata,
    Column("policy", String, primary_key=True),
    Column("subject", String, primary_key=True),  # the id of a key or of an account
    Column("begins_at", Time, primary_key=True),
    Column("spent", Integer, nullable=False),
)

STANDING: dict[Quota, tuple[Table, ColumnElement[bool]]] = {
    "topics": (topics, ~topics.c.deleted),
    "endpoints": (endpoints, endpoints.c.id != ""),
    "subscriptions": (subscriptions, subscriptions.c.id != ""),
    "keys": (api_keys, api_keys.c.revoked_at.is_(None)),
}
"""Of what an account may have so many at a time."""
SHARE = 8
"""A process takes this part of what is left at most, so that others find some, too."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, and whose it is."""

    policy: str
    subject: str
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Portion:
    """What may be spent now, and what was left for others after it was taken."""

    granted: int
    left: int


class Quotas:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def admit(self, account_id: str, quota: Quota, limit: int, more: int = 1) -> None:
        """Before `more` of something are added for an account. Raises `QuotaReached`.

        Two who add at the same time wait for each other."""
        if self._connection.dialect.name == "postgresql":
            lock = text("select pg_advisory_xact_lock(hashtextextended(:whose, 0))")
            self._connection.execute(lock, {"whose": f"quota {quota} {account_id}"})
        used = self.used(account_id, quota)
        if used + more > limit:
            raise QuotaReached(quota, limit, used)

    def used(self, account_id: str, quota: Quota) -> int:
        """How many of something an account has."""
        table, standing = STANDING[quota]
        query = select(func.count()).select_from(table).where(table.c.account_id == account_id, standing)
        return self._connection.execute(query).scalar_one()

    def take(self, window: Window, limit: int) -> Portion:
        """A portion of what is left; of nothing, nothing."""
        left = max(0, limit - self._locked(window))
        granted = min(left, max(1, left // SHARE))
        self._add(window, granted)
        return Portion(granted, left - granted)

    def charge(self, window: Window, limit: int, number: int) -> bool:
        """Spend so many at once. False if there are not so many left; then none is spent."""
        if self._locked(window) + number > limit:
            return False
        self._add(window, number)
        return True

    def _locked(self, window: Window) -> int:
        """What is spent of it; it stays so until we commit."""
        row = {"policy": window.policy, "subject": window.subject, "begins_at": window.begins_at}
        self._connection.execute(insert(self._connection, windows).values(**row, spent=0).on_conflict_do_nothing())
        query = select(windows.c.spent).where(_this(window)).with_for_update()
        return int(self._connection.execute(query).scalar_one())

    def _add(self, window: Window, number: int) -> None:
        put = update(windows).where(_this(window)).values(spent=windows.c.spent + number)
        self._connection.execute(put)

    def spent(self, window: Window) -> int:
        """What was taken of it."""
        return self._connection.execute(select(windows.c.spent).where(_this(window))).scalar() or 0

    def prune(self, before: datetime) -> int:
        """Forget windows that began before; gives how many."""
        return self._connection.execute(delete(windows).where(windows.c.begins_at < before)).rowcount


def _this(window: Window) -> ColumnElement[bool]:
    same = (windows.c.policy == window.policy) & (windows.c.subject == window.subject)
    return same & (windows.c.begins_at == window.begins_at)

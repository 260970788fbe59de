"""Held: notices that wait for a subscription's digest, or for the end of its quiet hours.

In go notices with the time to tell them; out come those that are due, by subscription, to be told as one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, String, Table, delete, func, select, update

from service.store.table import Time, insert, metadata, parts

held = Table(
    "held",
    metadata,
    Column("subscription_id", String, primary_key=True),
    Column("notice_id", String, primary_key=True),
    Column("due_at", Time, nullable=False),
    Index(None, "due_at"),
)


@dataclass(frozen=True, slots=True)
class Holding:
    """A notice that a subscription is to be told of, and when."""

    subscription_id: str
    notice_id: str
    due_at: datetime


class Held:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, holdings: Sequence[Holding]) -> None:
        """What is held already stays as it is."""
        if holdings:
            rows = [{name: getattr(each, name) for name in Holding.__dataclass_fields__} for each in holdings]
            self._connection.execute(insert(self._connection, held).on_conflict_do_nothing(), rows)

    def due(self, now: datetime, most: int = 100) -> list[str]:
        """The subscriptions to tell now, the longest due at the head."""
        first = func.min(held.c.due_at)
        query = select(held.c.subscription_id).where(held.c.due_at <= now).group_by(held.c.subscription_id)
        return list(self._connection.scalars(query.order_by(first, held.c.subscription_id).limit(most)))

    def take(self, subscription_id: str, now: datetime) -> list[Holding]:
        """All that is due of a subscription, which holds it no more. Nobody else takes it, unless we fail."""
        mine = (held.c.subscription_id == subscription_id) & (held.c.due_at <= now)
        taken = delete(held).where(mine).returning(*held.c)
        found = [Holding(*row) for row in self._connection.execute(taken)]
        return sorted(found, key=lambda each: (each.due_at, each.notice_id))

    def put_off(self, subscription_id: str, due_at: datetime) -> None:
        """Tell what is held of a subscription at another time."""
        mine = held.c.subscription_id == subscription_id
        self._connection.execute(update(held).where(mine).values(due_at=due_at))

    def forget(self, subscription_ids: Iterable[str]) -> None:
        """These subscriptions are gone."""
        for some in parts(subscription_ids):
            self._connection.execute(delete(held).where(held.c.subscription_id.in_(some)))

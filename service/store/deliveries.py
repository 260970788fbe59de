"""Deliveries: the table, and the claim that shares what is due fairly between endpoints.

In go the time, the free slots and what is in hand; out come deliveries that nobody else will send while the
lease lasts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    or_,
    select,
    true,
    update,
)

from service.model import MAIN, Delivery
from service.store.table import Time, metadata, parts
from service.store.topic_tables import endpoints

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),  # the webhook-id
    Column("notice_id", String, nullable=False),
    Column("kind", String, nullable=False),  # the notice's
    Column("endpoint_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Time),
    Column("claimed_until", Time),
    Column("created_at", Time, nullable=False),
    Column("done_at", Time),
    Column("account_id", String, nullable=False, server_default=MAIN),  # its endpoint's
    UniqueConstraint("notice_id", "endpoint_id"),
    Index(None, "endpoint_id", "state", "next_attempt_at"),
    Index(None, "endpoint_id", "created_at", "id"),
    Index(None, "state", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "account_id", "created_at", "id"),
)

DELIVERY = tuple(deliveries.c[name] for name in Delivery.__dataclass_fields__)
TROUBLED = 3
"""Failures in a row from which an endpoint gets one delivery at a time, until one succeeds."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What a process can send now: `free` in all, `per_endpoint` at once; `busy` are in hand."""

    free: int
    per_endpoint: int
    busy: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery that is due."""

    id: str
    endpoint_id: str
    troubled: bool
    """Its endpoint has failed several times in a row."""


def claim(connection: Connection, now: datetime, until: datetime, slots: Slots) -> list[str]:
    """Ids of deliveries that are due, taken until `until`; another process passes over them until then."""
    if slots.free <= 0:
        return []
    rows = connection.execute(_candidates(connection, now, slots.per_endpoint))
    candidates = [Candidate(id, to, failures >= TROUBLED) for id, to, failures in rows if id is not None]
    chosen = [one.id for one in share(candidates, slots, _troubled(connection, slots.busy))]
    for some in parts(chosen):
        connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(claimed_until=until))
    return chosen


def share(candidates: Sequence[Candidate], slots: Slots, troubled: int) -> list[Candidate]:
    """As many candidates as there are free slots, so that no endpoint holds up another.

    They come the longest due first. Each endpoint gets its first before any gets its second, counting those
    in hand. Endpoints in trouble get one each, and together at most half of all slots, of which `troubled`
    are taken already.
    """
    turns = Counter(slots.busy)
    lined_up = []
    for one in candidates:
        if turns[one.endpoint_id] < (1 if one.troubled else slots.per_endpoint):
            lined_up.append((turns[one.endpoint_id], one))
            turns[one.endpoint_id] += 1
    room = max(1, (slots.free + sum(slots.busy.values())) // 2) - troubled
    chosen: list[Candidate] = []
    for _, one in sorted(lined_up, key=lambda pair: pair[0]):
        if len(chosen) < slots.free and not (one.troubled and room <= 0):
            chosen.append(one)
            room -= one.troubled
    return chosen


def _troubled(connection: Connection, busy: Mapping[str, int]) -> int:
    """How many deliveries in hand go to endpoints in trouble."""
    failing = endpoints.c.failures >= TROUBLED
    query = select(endpoints.c.id).where(failing)
    found = [id for some in parts(busy) for id in connection.scalars(query.where(endpoints.c.id.in_(some)))]
    return sum(busy[id] for id in found)


def _candidates(connection: Connection, now: datetime, per_endpoint: int) -> Select[Any]:
    """The first few that are due of every endpoint: a queue of thousands costs no more than a short one."""
    due = deliveries.alias("due")
    free = or_(due.c.claimed_until.is_(None), due.c.claimed_until <= now)
    waiting = (due.c.endpoint_id == endpoints.c.id) & (due.c.state == "waiting")
    first = (
        select(due.c.id, due.c.endpoint_id, due.c.next_attempt_at)
        .where(waiting, due.c.next_attempt_at <= now, free)
        .order_by(due.c.next_attempt_at)
        .limit(per_endpoint)
        .correlate(endpoints)
    )
    if connection.dialect.name == "sqlite":  # knows no lateral join, and needs no row locks
        ids = first.with_only_columns(due.c.id).scalar_subquery()
        found: FromClause = deliveries
        joined: ColumnElement[bool] = deliveries.c.id.in_(ids)
    else:
        found, joined = first.with_for_update(skip_locked=True, of=due).lateral(), true()
    return (
        select(found.c.id, found.c.endpoint_id, endpoints.c.failures)
        .select_from(endpoints.outerjoin(found, joined))  # outer: SQLite must not begin with the deliveries
        .where(endpoints.c.enabled)
        .order_by(found.c.next_attempt_at, found.c.id)
    )

"""Attempts: the table, and how what they came to is kept.

In go attempts with what becomes of their deliveries; out come the deliveries that this was news for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, bindparam, select, text, update

from service.model import Attempt, Delivery, Tried
from service.store.deliveries import DELIVERY, deliveries
from service.store.table import Time, insert, metadata, parts

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("endpoint_id", String, nullable=False, server_default=text("''")),
    Column("error_class", String, nullable=False, server_default=text("''")),
    Column("next_attempt_at", Time),
    Index(None, "endpoint_id", "at"),
)

CHANGED = ("state", "attempts", "next_attempt_at", "done_at")


def record(connection: Connection, tried: Sequence[Tried]) -> set[str]:
    """Keep the attempts, and what became of their deliveries, which nobody holds any more.

    Gives the ids of the deliveries whose attempts were not kept before.

    Whoever was so slow that its lease ran out may find that another has tried meanwhile: its attempt is kept
    under the next number, and changes the delivery only if it was sent. Repeating it changes nothing.
    """
    known = _locked(connection, {each.attempt.delivery_id for each in tried})
    kept = _kept(connection, {each.attempt.delivery_id for each in tried if _late(each, known)})
    done: list[Attempt] = []
    for each in tried:
        delivery = known.get(each.attempt.delivery_id)
        if delivery and (delivery.id, each.attempt.at) not in kept:
            done.append(replace(each.attempt, number=delivery.attempts + 1))
            known[delivery.id] = _after(delivery, each)
    changed = {attempt.delivery_id for attempt in done}
    if done:
        connection.execute(insert(connection, attempts), [_row(attempt) for attempt in done])
        _settle(connection, [known[id] for id in sorted(changed)])
    return changed


def _locked(connection: Connection, ids: Iterable[str]) -> dict[str, Delivery]:
    query = select(*DELIVERY).order_by(deliveries.c.id).with_for_update()
    return {
        row.id: Delivery(*row)
        for some in parts(sorted(ids))
        for row in connection.execute(query.where(deliveries.c.id.in_(some)))
    }


def _kept(connection: Connection, ids: Iterable[str]) -> set[tuple[str, datetime]]:
    query = select(attempts.c.delivery_id, attempts.c.at)
    return {
        (row.delivery_id, row.at)
        for some in parts(ids)
        for row in connection.execute(query.where(attempts.c.delivery_id.in_(some)))
    }


def _late(tried: Tried, known: Mapping[str, Delivery]) -> bool:
    delivery = known.get(tried.attempt.delivery_id)
    return delivery is not None and delivery.attempts >= tried.attempt.number


def _after(delivery: Delivery, tried: Tried) -> Delivery:
    """The delivery after this attempt, which may come late."""
    number = delivery.attempts + 1
    if number > tried.attempt.number and tried.state != "sent":
        return replace(delivery, attempts=number)
    ended = tried.attempt.at + timedelta(milliseconds=tried.attempt.milliseconds)
    return replace(
        delivery,
        state=tried.state,
        attempts=number,
        next_attempt_at=tried.next_attempt_at,
        done_at=None if tried.state == "waiting" else ended,
    )


def _settle(connection: Connection, settled: Sequence[Delivery]) -> None:
    change: dict[str, Any] = {name: bindparam(f"new_{name}") for name in CHANGED}
    one = update(deliveries).where(deliveries.c.id == bindparam("this"))
    rows = [{"this": each.id} | {f"new_{name}": getattr(each, name) for name in CHANGED} for each in settled]
    connection.execute(one.values(**change, claimed_until=None), rows)


def _row(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in Attempt.__dataclass_fields__}

"""Alerts, the deliveries they owe, and what their attempts came to.

In go alerts to raise and attempts made; out come alerts, deliveries to send, and lists, the newest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from service.errors import NotFound
from service.model import Alert, Attempt, Delivery, DeliveryState, Due, Endpoint, Tried, delivery_id
from service.store.attempts import attempts, record
from service.store.deliveries import DELIVERY, Slots, claim, deliveries
from service.store.table import Time, insert, metadata, parts
from service.store.topics import ENDPOINT, endpoints

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("article_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # JSON, as it will be sent
    UniqueConstraint("topic_id", "story_id"),
    Index(None, "story_id"),
    Index(None, "created_at", "id"),
    Index(None, "topic_id", "created_at", "id"),
)

ALERT = tuple(alerts.c[name] for name in Alert.__dataclass_fields__)
ATTEMPT = tuple(attempts.c[name] for name in Attempt.__dataclass_fields__)
ALERTED = "story.alerted"

Before = tuple[datetime, str] | None
"""The time and id of the last one seen."""


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Raising

    def raise_alerts(
        self,
        raised: Sequence[Alert],
        endpoint_ids: Mapping[str, Sequence[str]],
        now: datetime,
        delay_seconds: float = 0,
    ) -> list[Alert]:
        """Keep the alerts whose topic and story are new together, each with a delivery to every endpoint of
        its topic, first tried after `delay_seconds`. Gives those that are new; repeating it changes nothing.
        """
        if not raised:
            return []
        # Always in one order, so that two who raise the same alerts wait for each other and never in a ring.
        rows = [_alert_row(alert) for alert in sorted(raised, key=lambda each: each.id)]
        unless_there = insert(self._connection, alerts).on_conflict_do_nothing()
        added = set(self._connection.scalars(unless_there.returning(alerts.c.id), rows))
        new = list({alert.id: alert for alert in raised if alert.id in added}.values())
        self._owe(new, endpoint_ids, now + timedelta(seconds=delay_seconds))
        return new

    def _owe(self, new: Sequence[Alert], endpoint_ids: Mapping[str, Sequence[str]], at: datetime) -> None:
        rows = [
            {
                "id": delivery_id(alert.id, endpoint_id),
                "alert_id": alert.id,
                "endpoint_id": endpoint_id,
                "state": "waiting",
                "attempts": 0,
                "next_attempt_at": at,
                "created_at": alert.created_at,
            }
            for alert in new
            for endpoint_id in endpoint_ids.get(alert.topic_id, ())
        ]
        if rows:
            self._connection.execute(insert(self._connection, deliveries).on_conflict_do_nothing(), rows)

    def alerted(self, story_ids: Iterable[str]) -> set[tuple[str, str]]:
        """Which (topic, story) pairs of these stories have an alert."""
        query = select(alerts.c.topic_id, alerts.c.story_id)
        return {
            (topic_id, story_id)
            for some in parts(story_ids)
            for topic_id, story_id in self._connection.execute(query.where(alerts.c.story_id.in_(some)))
        }

    # Delivering

    def claim_due(
        self, now: datetime, most: int, lease_seconds: float, per_endpoint: int, busy: Mapping[str, int]
    ) -> list[Due]:
        """Take up to `most` deliveries that are due, so that nobody else sends them while the lease lasts.

        At most `per_endpoint` are in hand for one endpoint, `busy` of them already; none of an endpoint that
        is switched off.
        """
        until = now + timedelta(seconds=lease_seconds)
        chosen = claim(self._connection, now, until, Slots(most, per_endpoint, busy))
        query = (
            select(*DELIVERY, *ENDPOINT, alerts.c.created_at, alerts.c.payload)
            .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .order_by(deliveries.c.next_attempt_at, deliveries.c.id)
        )
        return [
            _due(row)
            for some in parts(chosen)
            for row in self._connection.execute(query.where(deliveries.c.id.in_(some)))
        ]

    def record(self, tried: Sequence[Tried]) -> set[str]:
        """Keep the attempts, and what became of their deliveries, which nobody holds any more.

        Gives the ids of the deliveries whose attempts were not kept before; repeating it changes nothing.
        """
        return record(self._connection, tried)

    def release(self, ids: Iterable[str]) -> None:
        """Let go of deliveries claimed and not tried: they are due at once, for anybody."""
        for some in parts(ids):
            held = deliveries.c.id.in_(some)
            self._connection.execute(update(deliveries).where(held).values(claimed_until=None))

    def shaken(self, failed: Iterable[str], sent: Iterable[str]) -> dict[str, Endpoint]:
        """The endpoints whose health changes: those that failed, and those that recovered. Locked."""
        query = select(*ENDPOINT).order_by(endpoints.c.id).with_for_update()
        failing = set(failed)
        return {
            row.id: Endpoint(*row)
            for some in parts(sorted(failing | set(sent)))
            for row in self._connection.execute(
                query.where(
                    endpoints.c.id.in_(some),
                    or_(endpoints.c.failures > 0, endpoints.c.id.in_(failing & set(some))),
                )
            )
        }

    def keep_health(self, changed: Iterable[Endpoint]) -> None:
        """Keep how endpoints are doing, and whether they were switched off."""
        change: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("enabled", "disabled_why", "failing_since", "failures")
        }
        one = update(endpoints).where(endpoints.c.id == bindparam("this")).values(**change)
        rows = [{"this": each.id} | {f"new_{name}": getattr(each, name) for name in change} for each in changed]
        if rows:
            self._connection.execute(one, rows)

    def resend(self, delivery_id: str, now: datetime) -> Delivery:
        """Make a delivery due now, under the same id; its attempts are counted on. Raises `NotFound`."""
        again = update(deliveries).where(deliveries.c.id == delivery_id)
        waiting = {"state": "waiting", "next_attempt_at": now, "done_at": None}
        self._connection.execute(again.values(**waiting))
        delivery = self.get_delivery(delivery_id)
        if delivery is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        return delivery

    def give_up_on(self, endpoint_id: str, now: datetime) -> int:
        """Give up all that waits for an endpoint, as when it is removed; gives their number."""
        waiting = (deliveries.c.endpoint_id == endpoint_id) & (deliveries.c.state == "waiting")
        given_up = {"state": "given_up", "next_attempt_at": None, "done_at": now}
        return self._connection.execute(update(deliveries).where(waiting).values(**given_up)).rowcount

    # Looking

    def get_alert(self, alert_id: str) -> Alert | None:
        row = self._connection.execute(select(*ALERT).where(alerts.c.id == alert_id)).first()
        return _alert(row) if row else None

    def list_alerts(
        self, topic_id: str | None = None, story_id: str | None = None, before: Before = None, most: int = 50
    ) -> list[Alert]:
        """The newest first, beginning after `before`."""
        query = _page(select(*ALERT), alerts, before, most)
        query = query.where(*_equal(alerts, topic_id=topic_id, story_id=story_id))
        return [_alert(row) for row in self._connection.execute(query)]

    def get_delivery(self, delivery_id: str) -> Delivery | None:
        row = self._connection.execute(select(*DELIVERY).where(deliveries.c.id == delivery_id)).first()
        return Delivery(*row) if row else None

    def list_deliveries(
        self,
        endpoint_id: str | None = None,
        state: DeliveryState | None = None,
        alert_id: str | None = None,
        before: Before = None,
        most: int = 50,
    ) -> list[Delivery]:
        """The newest first, beginning after `before`."""
        query = _page(select(*DELIVERY), deliveries, before, most)
        query = query.where(*_equal(deliveries, endpoint_id=endpoint_id, state=state, alert_id=alert_id))
        return [Delivery(*row) for row in self._connection.execute(query)]

    def attempts(self, delivery_id: str) -> list[Attempt]:
        """All of a delivery, the first first."""
        query = select(*ATTEMPT).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.number)
        return [Attempt(*row) for row in self._connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        query = select(deliveries.c.state, func.count().label("number")).group_by(deliveries.c.state)
        return {row.state: row.number for row in self._connection.execute(query)}

    def oldest_due(self) -> datetime | None:
        """Since when the delivery has been due that waits the longest, of endpoints that are switched on."""
        owed = (deliveries.c.endpoint_id == endpoints.c.id) & (deliveries.c.state == "waiting")
        first = select(func.min(deliveries.c.next_attempt_at)).where(owed).scalar_subquery()
        times = self._connection.scalars(select(first).select_from(endpoints).where(endpoints.c.enabled))
        return min((at for at in times if at), default=None)


def _page(query: Select[Any], table: Table, before: Before, most: int) -> Select[Any]:
    if before:
        at, id = before
        query = query.where(tuple_(table.c.created_at, table.c.id) < tuple_(literal(at, Time), literal(id)))
    return query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(most)


def _equal(table: Table, **wanted: str | None) -> list[Any]:
    return [table.c[name] == value for name, value in wanted.items() if value is not None]


def _fields(kept: Any) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in kept.__dataclass_fields__}


def _alert_row(alert: Alert) -> dict[str, Any]:
    return _fields(alert) | {"payload": msgspec.json.encode(alert.payload)}


def _alert(row: Sequence[Any]) -> Alert:
    return replace(Alert(*row), payload=msgspec.json.decode(row[-1]))


def _due(row: Sequence[Any]) -> Due:
    delivery, rest = row[: len(DELIVERY)], row[len(DELIVERY) :]
    endpoint, (raised_at, payload) = rest[: len(ENDPOINT)], rest[len(ENDPOINT) :]
    return Due(Delivery(*delivery), Endpoint(*endpoint), ALERTED, raised_at, msgspec.json.decode(payload))

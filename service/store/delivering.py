"""Deliveries: claimed, tried, recorded, sent again, listed.

In go the time, the free slots and attempts made; out come deliveries to send, with all that the channel needs,
and lists, the newest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, literal, or_, select, tuple_, update

from service.errors import NotFound
from service.model import Attempt, Delivery, DeliveryState, Due, Endpoint, Head, Subscription, Tried
from service.store.attempts import attempts, record
from service.store.deliveries import DELIVERY, deliveries
from service.store.delivery_claims import Picked, Slots, claim, in_hand
from service.store.endpoints import ENDPOINT
from service.store.notices import Before, notices
from service.store.table import Time, owned, parts
from service.store.topic_tables import endpoints

ATTEMPT = tuple(attempts.c[name] for name in Attempt.__dataclass_fields__)
BeforeAttempt = tuple[datetime, str, int] | None
"""The time, delivery and number of the last attempt of the page before."""
HEALTH = ("enabled", "disabled_why", "failing_since", "failures", "openings", "open_until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries to list: those that are all of what is given."""

    account_id: str | None
    """None is for all accounts."""
    endpoint_id: str | None = None
    state: DeliveryState | None = None
    notice_id: str | None = None
    kind: str | None = None


EVERY = Wanted(None)


class Deliveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim_due(
        self, now: datetime, most: int, lease_seconds: float, per_endpoint: int, busy: Mapping[str, int]
    ) -> Sequence[Due]:
        """Take up to `most` deliveries that are due, so that nobody else sends them while the lease lasts.

        At most `per_endpoint` are under way to one endpoint in all processes, if it does not say otherwise, and
        `busy` in this one; none to an endpoint that is switched off, or rests. What goes to one in order comes one
        at a time, as a batch if it wants so.
        """
        until = now + timedelta(seconds=lease_seconds)
        picked = claim(self._connection, now, until, Slots(most, per_endpoint, busy))
        dues = {due.delivery.id: due for due in self._dues(id for each in picked for id in each.ids)}
        return [_together([dues[id] for id in each.ids], each) for each in picked]

    def in_hand(self, endpoint_id: str, now: datetime) -> set[tuple[str, datetime]]:
        """Claims at an endpoint that hold now: a delivery's id, and until when. Who claims after this sees what was
        committed before it."""
        return in_hand(self._connection, endpoint_id, now)

    def _dues(self, ids: Iterable[str]) -> Sequence[Due]:
        query = (
            select(*DELIVERY, *ENDPOINT, notices.c.at, notices.c.payload, notices.c.trace)
            .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
        )
        return [
            _due(row) for some in parts(ids) for row in self._connection.execute(query.where(deliveries.c.id.in_(some)))
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

    def recent(self, endpoint_id: str, since: datetime, most: int = 1000) -> tuple[int, int]:
        """How many attempts were made at an endpoint since then, of the last `most`; and how many of these failed."""
        own = attempts.c
        last = select(own.outcome).where(own.endpoint_id == endpoint_id, own.at >= since).order_by(own.at.desc())
        outcomes = self._connection.scalars(last.limit(most)).all()
        return len(outcomes), sum(outcome != "sent" for outcome in outcomes)

    def keep_health(self, changed: Iterable[Endpoint]) -> None:
        """Keep how endpoints are doing, and whether they were switched off."""
        change: dict[str, Any] = {name: bindparam(f"new_{name}") for name in HEALTH}
        one = update(endpoints).where(endpoints.c.id == bindparam("this")).values(**change)
        rows = [{"this": each.id} | {f"new_{name}": getattr(each, name) for name in change} for each in changed]
        if rows:
            self._connection.execute(one, rows)

    def resend(self, delivery_id: str, account: str | None, now: datetime) -> Delivery:
        """Make a delivery due now, under the same id; its attempts are counted on, and its schedule begins anew.

        Raises `NotFound`."""
        again = update(deliveries).where(owned(deliveries, account), deliveries.c.id == delivery_id)
        self._connection.execute(again.values(**anew(now)))
        delivery = self.get(delivery_id, account)
        if delivery is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        return delivery

    def give_up_on(self, endpoint_id: str, now: datetime) -> int:
        """Give up all that waits for an endpoint, as when it is removed; gives their number."""
        waiting = (deliveries.c.endpoint_id == endpoint_id) & (deliveries.c.state == "waiting")
        given_up = {"state": "given_up", "next_attempt_at": None, "done_at": now}
        return self._connection.execute(update(deliveries).where(waiting).values(**given_up)).rowcount

    def get(self, delivery_id: str, account: str | None) -> Delivery | None:
        this = owned(deliveries, account) & (deliveries.c.id == delivery_id)
        row = self._connection.execute(select(*DELIVERY).where(this)).first()
        return Delivery(*row) if row else None

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """All of a delivery, the first first."""
        query = select(*ATTEMPT).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.number)
        return [Attempt(*row) for row in self._connection.execute(query)]

    def attempts_at(self, endpoint_id: str, before: BeforeAttempt = None, most: int = 50) -> Sequence[Attempt]:
        """Of all deliveries to an endpoint, the newest first, beginning after `before`."""
        own = attempts.c
        order = own.at, own.delivery_id, own.number
        query = select(*ATTEMPT).where(own.endpoint_id == endpoint_id).order_by(*(each.desc() for each in order))
        if before:
            at, delivery_id, number = before
            query = query.where(tuple_(*order) < tuple_(literal(at, Time), literal(delivery_id), literal(number)))
        return [Attempt(*row) for row in self._connection.execute(query.limit(most))]

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        query = select(deliveries.c.state, func.count().label("number")).group_by(deliveries.c.state)
        return {row.state: row.number for row in self._connection.execute(query)}

    def waiting(self) -> int:
        """How many are owed and not done; reads none of the others."""
        return self._connection.scalar(select(func.count()).where(deliveries.c.state == "waiting")) or 0

    def head(self, subscription: Subscription) -> Head:
        """Where a subscription stands."""
        own = deliveries.c
        of_it = own.subscription_id == subscription.id
        first = self._connection.scalar(select(func.min(own.sequence)).where(of_it, own.state != "sent"))
        query = select(own.state, func.count().label("number")).where(of_it).group_by(own.state)
        counts = {row.state: row.number for row in self._connection.execute(query)}
        taken = subscription.head if first is None else first - 1
        return Head(subscription.id, subscription.head, taken, counts.get("waiting", 0), counts.get("given_up", 0))

    def placed(self, subscription_id: str, after: int, most: int) -> Sequence[Delivery]:
        """Those that came by a subscription after this sequence, in order."""
        own = deliveries.c
        query = select(*DELIVERY).where(own.subscription_id == subscription_id, own.sequence > after)
        return [Delivery(*row) for row in self._connection.execute(query.order_by(own.sequence).limit(most))]

    def prune(self, before: datetime, most: int = 1000) -> int:
        """Forget some of the deliveries made before then that are done, with their attempts; gives how many."""
        own = deliveries.c
        old = select(own.id).where(own.state.in_(("sent", "given_up")), own.created_at < before)
        ids = self._connection.scalars(old.order_by(own.state, own.created_at).limit(most)).all()
        for some in parts(ids):
            self._connection.execute(delete(attempts).where(attempts.c.delivery_id.in_(some)))
            self._connection.execute(delete(deliveries).where(own.id.in_(some)))
        return len(ids)

    def list(self, wanted: Wanted = EVERY, before: Before = None, most: int = 50) -> Sequence[Delivery]:
        """The newest first, beginning after `before`."""
        own = deliveries.c
        query = select(*DELIVERY).order_by(own.created_at.desc(), own.id.desc()).limit(most)
        for name in Wanted.__dataclass_fields__:
            if (value := getattr(wanted, name)) is not None:
                query = query.where(own[name] == value)
        if before:
            at, id = before
            query = query.where(tuple_(own.created_at, own.id) < tuple_(literal(at, Time), literal(id)))
        return [Delivery(*row) for row in self._connection.execute(query)]


def anew(now: datetime) -> dict[str, Any]:
    """What changes of a delivery that is to be sent again, and alone."""
    tried = deliveries.c.attempts
    return {"state": "waiting", "next_attempt_at": now, "done_at": None, "tried_before": tried, "batch_id": ""}


def _together(dues: Sequence[Due], picked: Picked) -> Due:
    """One request's worth."""
    first, *rest = dues
    return replace(first, more=tuple(rest), start_at=picked.start_at)


def _due(row: Sequence[Any]) -> Due:
    delivery, rest = Delivery(*row[: len(DELIVERY)]), row[len(DELIVERY) :]
    endpoint, (at, payload, trace) = rest[: len(ENDPOINT)], rest[len(ENDPOINT) :]
    return Due(delivery, Endpoint(*endpoint), delivery.kind, at, msgspec.json.decode(payload), trace=trace)

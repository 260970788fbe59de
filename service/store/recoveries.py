"""Recoveries: what an endpoint missed, owed to it again, a portion at a time.

In goes which stretch of time, and whether what failed or what was never owed; out come deliveries that wait, and how
far it has come. Nothing bounds how much is recovered.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from service.model import ALERTED, Recovery, asked_for
from service.store.deliveries import deliveries
from service.store.delivering import anew
from service.store.endpoints import Endpoints
from service.store.notices import NOTICE, notices, read_notice, shown_to
from service.store.owing import owe
from service.store.table import Time, insert, metadata, parts
from service.store.topic_tables import subscriptions

recoveries = Table(
    "recoveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("only", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),  # looked at up to here
    Column("last_seq", BigInteger, nullable=False),  # and no further than this
    Column("looked_at", Integer, nullable=False),
    Column("recovered", Integer, nullable=False),
    Column("done_at", Time),
    Index(None, "state"),
    Index(None, "endpoint_id", "id"),
)

RECOVERY = tuple(recoveries.c[name] for name in Recovery.__dataclass_fields__)
PORTION = 500
TEST = "endpoint.test"
"""Told to the one endpoint that is tested, whoever else asks for the kind."""


class Recoveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, recovery: Recovery) -> Recovery:
        """From now on it is worked on; gives it with the notices it spans."""
        own = notices.c
        last = self._connection.scalar(select(func.max(own.seq)).where(own.at <= recovery.until)) or 0
        first = self._connection.scalar(select(func.min(own.seq)).where(own.at >= recovery.since))
        before = last if first is None else min(first - 1, last)
        begun = replace(recovery, first_seq=before, seq=before, last_seq=last)
        self._connection.execute(insert(self._connection, recoveries).values(**_row(begun)))
        return begun

    def get(self, recovery_id: str) -> Recovery | None:
        row = self._connection.execute(select(*RECOVERY).where(recoveries.c.id == recovery_id)).first()
        return Recovery(*row) if row else None

    def list(self, endpoint_id: str, after_id: str = "", most: int = 100) -> Sequence[Recovery]:
        """Of this endpoint, by id, beginning after `after_id`."""
        own = recoveries.c
        query = select(*RECOVERY).where(own.endpoint_id == endpoint_id, own.id > after_id).order_by(own.id).limit(most)
        return [Recovery(*row) for row in self._connection.execute(query)]

    def go_on(self, now: datetime, most: int = PORTION) -> Recovery | None:
        """A portion of the oldest that is not done and that nobody else works on; None if there is none."""
        running = select(*RECOVERY).where(recoveries.c.state == "running").order_by(recoveries.c.id).limit(1)
        row = self._connection.execute(running.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        recovery = Recovery(*row)
        after = (self._failed if recovery.only == "failed" else self._missing)(recovery, now, most)
        if after.state == "done":
            after = replace(after, seq=after.last_seq, done_at=now)
        self._connection.execute(update(recoveries).where(recoveries.c.id == after.id).values(**_row(after)))
        return after

    def _failed(self, recovery: Recovery, now: datetime, most: int) -> Recovery:
        """Deliveries that were given up wait again, in the order of their notices."""
        own = deliveries.c
        query = select(own.id, own.seq).where(
            own.endpoint_id == recovery.endpoint_id,
            own.state == "given_up",
            own.seq > recovery.seq,
            own.seq <= recovery.last_seq,
            own.created_at >= recovery.since,
            own.created_at <= recovery.until,
        )
        found = self._connection.execute(query.order_by(own.seq, own.id).limit(most)).all()
        for some in parts(row.id for row in found):
            self._connection.execute(update(deliveries).where(own.id.in_(some)).values(**anew(now)))
        return _after(recovery, [row.seq for row in found], len(found), most)

    def _missing(self, recovery: Recovery, now: datetime, most: int) -> Recovery:
        """What would be owed to the endpoint if it were told today, and never was."""
        own = notices.c
        owed = exists().where(deliveries.c.notice_id == own.id, deliveries.c.endpoint_id == recovery.endpoint_id)
        query = select(*NOTICE).where(
            own.seq > recovery.seq,
            own.seq <= recovery.last_seq,
            own.at >= recovery.since,
            own.at <= recovery.until,
            self._concerns(recovery.endpoint_id),
            ~owed,
        )
        found = [read_notice(row) for row in self._connection.execute(query.order_by(own.seq).limit(most))]
        owe(self._connection, found, {each.id: [recovery.endpoint_id] for each in found}, now)
        return _after(recovery, [each.seq for each in found], len(found), most)

    def _concerns(self, endpoint_id: str) -> ColumnElement[bool]:
        """Alerts of the topics it is subscribed to, and other notices of the kinds it asks for.

        The endpoint is ours alone from here on: two of its recoveries at once would find the same missing, and number
        it twice."""
        endpoint = Endpoints(self._connection).get(endpoint_id, None, alone=True)
        if endpoint is None:
            return false()
        kinds = asked_for(endpoint.notices) - {TEST}
        topics = select(subscriptions.c.topic_id).where(subscriptions.c.endpoint_id == endpoint_id)
        own = notices.c
        alerted = (own.kind == ALERTED) & own.topic_id.in_(topics)
        asked = own.kind.in_(sorted(kinds)) & (own.topic_id == "")
        return or_(alerted, asked) & shown_to(endpoint.account_id)


def _after(recovery: Recovery, seqs: Sequence[int], recovered: int, most: int) -> Recovery:
    """How far it has come with these; done if there were fewer than wanted.

    The notices of a portion may have several deliveries, but not to one endpoint, so none is cut in two."""
    return replace(
        recovery,
        seq=seqs[-1] if seqs else recovery.seq,
        looked_at=recovery.looked_at + len(seqs),
        recovered=recovery.recovered + recovered,
        state="running" if len(seqs) == most else "done",
    )


def _row(recovery: Recovery) -> dict[str, Any]:
    return {name: getattr(recovery, name) for name in Recovery.__dataclass_fields__}

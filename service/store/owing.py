"""What is owed: in go notices that are new and the endpoints they go to; out come deliveries, each with its place.

What comes by a subscription gets the next number of that subscription in the transaction that owes it, so that the
numbers have no gap, and grow in the order in which the notices became known. Whoever tells something new waits for
others who do (see `Notices`), so two never number at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from service.model import Notice, delivery_id
from service.store.deliveries import deliveries
from service.store.endpoints import Endpoints
from service.store.table import insert, parts
from service.store.topic_tables import subscriptions

Joined = dict[tuple[str, str], Any]
"""A topic and an endpoint -> their subscription."""


def owe(connection: Connection, new: Sequence[Notice], endpoint_ids: Mapping[str, Sequence[str]], at: datetime) -> None:
    """A delivery of each notice to the endpoints given for its id, first tried at `at`; to none of another account."""
    account_of = Endpoints(connection).accounts(chain.from_iterable(endpoint_ids.values()))
    owed = [
        _delivery(notice, endpoint_id, at) | {"account_id": account_of[endpoint_id]}
        for notice in new
        for endpoint_id in endpoint_ids.get(notice.id, ())
        if _hears(account_of.get(endpoint_id), notice)
    ]
    joined = _joined(connection, new, {row["endpoint_id"] for row in owed})
    topic_of = {notice.id: notice.topic_id for notice in new}
    heads = {row.id: row.head for row in joined.values()}
    for row in sorted(owed, key=lambda row: int(row["seq"])):
        if by := joined.get((topic_of[row["notice_id"]], row["endpoint_id"])):
            heads[by.id] += 1
            row |= {"subscription_id": by.id, "sequence": heads[by.id]}
    if owed:
        connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), owed)
    _keep_heads(connection, {row.id: heads[row.id] for row in joined.values() if heads[row.id] > row.head})


def _hears(account: str | None, notice: Notice) -> bool:
    return account is not None and notice.account_id in ("", account)


def _delivery(notice: Notice, endpoint_id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": delivery_id(notice.id, endpoint_id),
        "notice_id": notice.id,
        "kind": notice.kind,
        "endpoint_id": endpoint_id,
        "state": "waiting",
        "attempts": 0,
        "next_attempt_at": at,
        "created_at": notice.at,
        "seq": notice.seq,
        "subscription_id": "",
        "sequence": None,
    }


def _joined(connection: Connection, new: Iterable[Notice], endpoint_ids: set[str]) -> Joined:
    """The subscriptions that these notices come by, ours alone until the transaction ends."""
    own = subscriptions.c
    query = select(own.id, own.topic_id, own.endpoint_id, own.head).order_by(own.id).with_for_update()
    return {
        (row.topic_id, row.endpoint_id): row
        for some in parts(notice.topic_id for notice in new if notice.topic_id)
        for row in connection.execute(query.where(own.topic_id.in_(some)))
        if row.endpoint_id in endpoint_ids
    }


def _keep_heads(connection: Connection, heads: Mapping[str, int]) -> None:
    moved = update(subscriptions).where(subscriptions.c.id == bindparam("this")).values(head=bindparam("new"))
    if heads:
        connection.execute(moved, [{"this": id, "new": head} for id, head in heads.items()])

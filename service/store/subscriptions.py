"""Subscriptions: which topics go to which endpoints of the same account.

Where an account is asked for, another's subscriptions are as if they were not there; None is for all accounts.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from service.errors import Conflict, NotFound
from service.model import Subscription
from service.store.endpoints import Endpoints
from service.store.table import insert, owned, parts
from service.store.topic_tables import subscriptions
from service.store.topics import Topics

SUBSCRIPTION = tuple(subscriptions.c[name] for name in Subscription.__dataclass_fields__)


class Subscriptions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subscription: Subscription) -> None:
        """Raises `NotFound` without its topic or endpoint, `Conflict` if they are joined already."""
        if Topics(self._connection).get(subscription.topic_id, subscription.account_id) is None:
            raise NotFound(f"there is no topic {subscription.topic_id}")
        if Endpoints(self._connection).get(subscription.endpoint_id, subscription.account_id) is None:
            raise NotFound(f"there is no endpoint {subscription.endpoint_id}")
        new = insert(self._connection, subscriptions).values(**_row(subscription)).on_conflict_do_nothing()
        if not self._connection.execute(new.returning(subscriptions.c.id)).first():
            raise Conflict("this topic is delivered to this endpoint already")

    def get(self, subscription_id: str, account: str | None) -> Subscription | None:
        this = owned(subscriptions, account) & (subscriptions.c.id == subscription_id)
        row = self._connection.execute(select(*SUBSCRIPTION).where(this)).first()
        return Subscription(*row) if row else None

    def list(
        self,
        account: str | None,
        topic_id: str | None = None,
        endpoint_id: str | None = None,
        after_id: str = "",
        most: int = 100,
    ) -> Sequence[Subscription]:
        """By id, beginning after `after_id`."""
        query = select(*SUBSCRIPTION).where(owned(subscriptions, account), subscriptions.c.id > after_id)
        if topic_id is not None:
            query = query.where(subscriptions.c.topic_id == topic_id)
        if endpoint_id is not None:
            query = query.where(subscriptions.c.endpoint_id == endpoint_id)
        rows = self._connection.execute(query.order_by(subscriptions.c.id).limit(most))
        return [Subscription(*row) for row in rows]

    def remove(self, subscription_id: str, account: str | None) -> bool:
        """False if there is no such subscription."""
        this = owned(subscriptions, account) & (subscriptions.c.id == subscription_id)
        return self._connection.execute(delete(subscriptions).where(this)).rowcount > 0

    def subscribers(self, topic_ids: Sequence[str]) -> dict[str, Sequence[str]]:
        """The endpoints that each of these topics is delivered to, switched-off ones too."""
        found = defaultdict[str, list[str]](list)
        query = select(subscriptions.c.topic_id, subscriptions.c.endpoint_id).order_by(subscriptions.c.id)
        for some in parts(topic_ids):
            rows = self._connection.execute(query.where(subscriptions.c.topic_id.in_(some)))
            for topic_id, endpoint_id in rows:
                found[topic_id].append(endpoint_id)
        return dict(found)


def _row(subscription: Subscription) -> dict[str, object]:
    return {name: getattr(subscription, name) for name in subscription.__dataclass_fields__}

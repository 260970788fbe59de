"""Subscriptions: which topics go to which endpoints of the same account.

Where an account is asked for, another's subscriptions are as if they were not there; None is for all accounts.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select, update

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

    def of_topics(self, topic_ids: Iterable[str]) -> dict[str, Sequence[Subscription]]:
        """By topic, those to endpoints that are switched off too."""
        found: dict[str, Sequence[Subscription]] = {}
        query = select(*SUBSCRIPTION).order_by(subscriptions.c.id)
        for some in parts(topic_ids):
            for row in self._connection.execute(query.where(subscriptions.c.topic_id.in_(some))):
                found[row.topic_id] = (*found.get(row.topic_id, ()), Subscription(*row))
        return found

    def update(self, subscription: Subscription) -> None:
        """What it follows, and when it is told. Raises `NotFound`."""
        changed = update(subscriptions).where(subscriptions.c.id == subscription.id)
        new = {"follow": subscription.follow, "timing": subscription.timing}
        if not self._connection.execute(changed.values(new)).rowcount:
            raise NotFound(f"there is no subscription {subscription.id}")


def _row(subscription: Subscription) -> dict[str, object]:
    return {name: getattr(subscription, name) for name in subscription.__dataclass_fields__}

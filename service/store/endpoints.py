"""Endpoints: where alerts and notices go, and which kinds of notice each asks for.

Where an account is asked for, another account's endpoints are as if they were not there; None is for all accounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select, update

from service.errors import NotFound
from service.model import Endpoint, asked_for
from service.store.table import insert, owned, parts
from service.store.topic_tables import endpoints, subscriptions

ENDPOINT = tuple(endpoints.c[name] for name in Endpoint.__dataclass_fields__)


class Endpoints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, endpoint: Endpoint) -> None:
        self._connection.execute(insert(self._connection, endpoints).values(**_row(endpoint)))

    def get(self, endpoint_id: str, account: str | None, alone: bool = False) -> Endpoint | None:
        """`alone`: nobody else changes it until the transaction ends."""
        query = select(*ENDPOINT).where(owned(endpoints, account), endpoints.c.id == endpoint_id)
        row = self._connection.execute(query.with_for_update() if alone else query).first()
        return Endpoint(*row) if row else None

    def list(self, account: str | None, after_id: str = "", most: int = 100) -> Sequence[Endpoint]:
        """By id, beginning after `after_id`."""
        these = owned(endpoints, account) & (endpoints.c.id > after_id)
        query = select(*ENDPOINT).where(these).order_by(endpoints.c.id).limit(most)
        return [Endpoint(*row) for row in self._connection.execute(query)]

    def update(self, endpoint: Endpoint) -> None:
        """Raises `NotFound` if the endpoint is gone."""
        this = owned(endpoints, endpoint.account_id) & (endpoints.c.id == endpoint.id)
        if not self._connection.execute(update(endpoints).where(this).values(**_row(endpoint))).rowcount:
            raise NotFound(f"there is no endpoint {endpoint.id}")

    def asking(self) -> dict[str, Sequence[str]]:
        """The endpoints that ask for each kind of notice, switched-off ones too."""
        found = defaultdict[str, list[str]](list)
        query = select(endpoints.c.id, endpoints.c.notices).where(endpoints.c.notices != ()).order_by(endpoints.c.id)
        for endpoint_id, kinds in self._connection.execute(query):
            for kind in asked_for(kinds):
                found[kind].append(endpoint_id)
        return dict(found)

    def switch_off(self, account: str, why: str) -> None:
        """All endpoints of an account."""
        these = owned(endpoints, account) & endpoints.c.enabled
        self._connection.execute(update(endpoints).where(these).values(enabled=False, disabled_why=why))

    def accounts(self, endpoint_ids: Iterable[str]) -> dict[str, str]:
        """The account of each of these endpoints; of one that is gone, nothing."""
        query = select(endpoints.c.id, endpoints.c.account_id)
        return {
            endpoint_id: account_id
            for some in parts(endpoint_ids)
            for endpoint_id, account_id in self._connection.execute(query.where(endpoints.c.id.in_(some)))
        }

    def remove(self, endpoint_id: str, account: str | None) -> bool:
        """Take the endpoint and its subscriptions away. False if there is none."""
        this = owned(endpoints, account) & (endpoints.c.id == endpoint_id)
        if not self._connection.execute(delete(endpoints).where(this)).rowcount:
            return False
        self._connection.execute(delete(subscriptions).where(subscriptions.c.endpoint_id == endpoint_id))
        return True


def _row(endpoint: Endpoint) -> dict[str, object]:
    return {name: getattr(endpoint, name) for name in endpoint.__dataclass_fields__}

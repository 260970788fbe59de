"""Endpoints: where alerts and notices go, and which kinds of notice each asks for."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from service.errors import NotFound
from service.model import Endpoint, asked_for
from service.store.table import insert
from service.store.topic_tables import endpoints, subscriptions

ENDPOINT = tuple(endpoints.c[name] for name in Endpoint.__dataclass_fields__)


class Endpoints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, endpoint: Endpoint) -> None:
        self._connection.execute(insert(self._connection, endpoints).values(**_row(endpoint)))

    def get(self, endpoint_id: str) -> Endpoint | None:
        row = self._connection.execute(select(*ENDPOINT).where(endpoints.c.id == endpoint_id)).first()
        return Endpoint(*row) if row else None

    def list(self, after_id: str = "", most: int = 100) -> Sequence[Endpoint]:
        """By id, beginning after `after_id`."""
        query = select(*ENDPOINT).where(endpoints.c.id > after_id).order_by(endpoints.c.id).limit(most)
        return [Endpoint(*row) for row in self._connection.execute(query)]

    def update(self, endpoint: Endpoint) -> None:
        """Raises `NotFound` if the endpoint is gone."""
        changed = update(endpoints).where(endpoints.c.id == endpoint.id).values(**_row(endpoint))
        if not self._connection.execute(changed).rowcount:
            raise NotFound(f"there is no endpoint {endpoint.id}")

    def asking(self) -> dict[str, Sequence[str]]:
        """The endpoints that ask for each kind of notice, switched-off ones too."""
        found = defaultdict[str, list[str]](list)
        query = select(endpoints.c.id, endpoints.c.notices).where(endpoints.c.notices != ()).order_by(endpoints.c.id)
        for endpoint_id, kinds in self._connection.execute(query):
            for kind in asked_for(kinds):
                found[kind].append(endpoint_id)
        return dict(found)

    def remove(self, endpoint_id: str) -> bool:
        """Take the endpoint and its subscriptions away. False if there is none."""
        self._connection.execute(delete(subscriptions).where(subscriptions.c.endpoint_id == endpoint_id))
        return self._connection.execute(delete(endpoints).where(endpoints.c.id == endpoint_id)).rowcount > 0


def _row(endpoint: Endpoint) -> dict[str, object]:
    return {name: getattr(endpoint, name) for name in endpoint.__dataclass_fields__}

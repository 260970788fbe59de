"""Topics, endpoints, and the subscriptions that join them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)

from service.errors import Conflict, NotFound
from service.model import Endpoint, Subscription, Topic, asked_for
from service.store.table import Time, Words, insert, metadata, parts

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),  # kept, so that matchers hear of it
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("created_at", Time, nullable=False),
    Index(None, "seq"),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("notices", Words, nullable=False),
    Column("disabled_why", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("topic_id", "endpoint_id"),
    Index(None, "endpoint_id"),
)

TOPIC = tuple(topics.c[name] for name in Topic.__dataclass_fields__)
ENDPOINT = tuple(endpoints.c[name] for name in Endpoint.__dataclass_fields__)
SUBSCRIPTION = tuple(subscriptions.c[name] for name in Subscription.__dataclass_fields__)


class Topics:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Topics

    def add(self, topic: Topic) -> Topic:
        """Keep a new topic; gives it with its `seq`. Raises `Conflict` if the name is taken."""
        seq = self._next_seq()
        self._refuse_taken(topic)
        kept = replace(topic, seq=seq)
        self._connection.execute(insert(self._connection, topics).values(**_row(kept), deleted=False))
        return kept

    def get(self, topic_id: str) -> Topic | None:
        alive = (topics.c.id == topic_id) & ~topics.c.deleted
        row = self._connection.execute(select(*TOPIC).where(alive)).first()
        return Topic(*row) if row else None

    def list(self, after_id: str = "", most: int = 100) -> Sequence[Topic]:
        """By id, beginning after `after_id`."""
        alive = (topics.c.id > after_id) & ~topics.c.deleted
        query = select(*TOPIC).where(alive).order_by(topics.c.id).limit(most)
        return [Topic(*row) for row in self._connection.execute(query)]

    def update(self, topic: Topic) -> Topic:
        """Change name, query or enabled; a changed query makes a new version.

        Raises `NotFound` if the topic is gone, `Conflict` if the name is another's."""
        seq = self._next_seq()
        known = self.get(topic.id)
        if known is None:
            raise NotFound(f"there is no topic {topic.id}")
        self._refuse_taken(topic)
        kept = replace(topic, seq=seq, version=known.version + (topic.query != known.query))
        self._connection.execute(update(topics).where(topics.c.id == kept.id).values(**_row(kept)))
        return kept

    def remove(self, topic_id: str) -> bool:
        """Take the topic and its subscriptions away; matchers hear of it. False if there is none."""
        seq = self._next_seq()
        gone = {
            "deleted": True,
            "enabled": False,
            "seq": seq,
            "name": f"{topic_id} (removed)",
        }  # frees its name
        alive = (topics.c.id == topic_id) & ~topics.c.deleted
        self._connection.execute(delete(subscriptions).where(subscriptions.c.topic_id == topic_id))
        return self._connection.execute(update(topics).where(alive).values(**gone)).rowcount > 0

    def changed_since(self, seq: int) -> Sequence[Topic]:
        """Topics added, changed or removed after `seq`, in that order; a removed one is not enabled."""
        query = select(*TOPIC).where(topics.c.seq > seq).order_by(topics.c.seq)
        return [Topic(*row) for row in self._connection.execute(query)]

    def _next_seq(self) -> int:
        """Changes come one after another, so that whoever has seen a `seq` has seen all before it.

        SQLite has one writer anyway; on PostgreSQL the lock lasts until we commit."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("lock table topics in share row exclusive mode"))
        last = self._connection.execute(select(func.max(topics.c.seq))).scalar()
        return (last or 0) + 1

    def _refuse_taken(self, topic: Topic) -> None:
        taken = (topics.c.name == topic.name) & (topics.c.id != topic.id)
        if self._connection.execute(select(topics.c.id).where(taken)).first():
            raise Conflict(f"there is a topic named {topic.name!r} already")

    # Endpoints

    def add_endpoint(self, endpoint: Endpoint) -> None:
        self._connection.execute(insert(self._connection, endpoints).values(**_row(endpoint)))

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        row = self._connection.execute(select(*ENDPOINT).where(endpoints.c.id == endpoint_id)).first()
        return Endpoint(*row) if row else None

    def endpoints(self, after_id: str = "", most: int = 100) -> Sequence[Endpoint]:
        """By id, beginning after `after_id`."""
        query = select(*ENDPOINT).where(endpoints.c.id > after_id).order_by(endpoints.c.id).limit(most)
        return [Endpoint(*row) for row in self._connection.execute(query)]

    def update_endpoint(self, endpoint: Endpoint) -> None:
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

    def remove_endpoint(self, endpoint_id: str) -> bool:
        """Take the endpoint and its subscriptions away. False if there is none."""
        self._connection.execute(delete(subscriptions).where(subscriptions.c.endpoint_id == endpoint_id))
        return self._connection.execute(delete(endpoints).where(endpoints.c.id == endpoint_id)).rowcount > 0

    # Subscriptions

    def subscribe(self, subscription: Subscription) -> None:
        """Raises `NotFound` without its topic or endpoint, `Conflict` if they are joined already."""
        if self.get(subscription.topic_id) is None:
            raise NotFound(f"there is no topic {subscription.topic_id}")
        if self.endpoint(subscription.endpoint_id) is None:
            raise NotFound(f"there is no endpoint {subscription.endpoint_id}")
        new = insert(self._connection, subscriptions).values(**_row(subscription)).on_conflict_do_nothing()
        if not self._connection.execute(new.returning(subscriptions.c.id)).first():
            raise Conflict("this topic is delivered to this endpoint already")

    def subscription(self, subscription_id: str) -> Subscription | None:
        query = select(*SUBSCRIPTION).where(subscriptions.c.id == subscription_id)
        row = self._connection.execute(query).first()
        return Subscription(*row) if row else None

    def subscriptions(
        self,
        topic_id: str | None = None,
        endpoint_id: str | None = None,
        after_id: str = "",
        most: int = 100,
    ) -> Sequence[Subscription]:
        """By id, beginning after `after_id`."""
        query = select(*SUBSCRIPTION).where(subscriptions.c.id > after_id)
        if topic_id is not None:
            query = query.where(subscriptions.c.topic_id == topic_id)
        if endpoint_id is not None:
            query = query.where(subscriptions.c.endpoint_id == endpoint_id)
        rows = self._connection.execute(query.order_by(subscriptions.c.id).limit(most))
        return [Subscription(*row) for row in rows]

    def unsubscribe(self, subscription_id: str) -> bool:
        """False if there is no such subscription."""
        gone = delete(subscriptions).where(subscriptions.c.id == subscription_id)
        return self._connection.execute(gone).rowcount > 0

    def subscribers(self, topic_ids: Sequence[str]) -> dict[str, Sequence[str]]:
        """The endpoints that each of these topics is delivered to, switched-off ones too."""
        found = defaultdict[str, list[str]](list)
        query = select(subscriptions.c.topic_id, subscriptions.c.endpoint_id).order_by(subscriptions.c.id)
        for some in parts(topic_ids):
            rows = self._connection.execute(query.where(subscriptions.c.topic_id.in_(some)))
            for topic_id, endpoint_id in rows:
                found[topic_id].append(endpoint_id)
        return dict(found)


def _row(kept: Topic | Endpoint | Subscription) -> dict[str, object]:
    return {name: getattr(kept, name) for name in kept.__dataclass_fields__}

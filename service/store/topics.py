"""Topics: what is looked for, by version, with everything that changes in the order of the changes."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, func, select, text, update

from service.errors import Conflict, NotFound
from service.model import Topic
from service.store.table import insert
from service.store.topic_tables import subscriptions, topics

TOPIC = tuple(topics.c[name] for name in Topic.__dataclass_fields__)


class Topics:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        gone = {"deleted": True, "enabled": False, "seq": seq, "name": f"{topic_id} (removed)"}  # frees its name
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


def _row(topic: Topic) -> dict[str, object]:
    return {name: getattr(topic, name) for name in topic.__dataclass_fields__}

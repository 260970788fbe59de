"""Topics: what is looked for, by version, with everything that changes in the order of the changes.

Where an account is asked for, another account's topics are as if they were not there; None is for all accounts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from service.errors import Conflict, NotFound
from service.model import Saying, Topic, TopicVersion
from service.store.table import EPOCH, insert, owned, parts
from service.store.topic_tables import subscriptions, topics
from service.store.topic_versions import TopicVersions

TOPIC = tuple(topics.c[name] for name in Topic.__dataclass_fields__)
NOBODY = Saying()


class Topics:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._versions = TopicVersions(connection)

    def add(self, topic: Topic, saying: Saying = NOBODY) -> Topic:
        """Keep a new topic and its first version; gives it with its `seq`. Raises `Conflict` if the name is taken."""
        return self.add_many([topic], saying)[0]

    def add_many(self, given: Sequence[Topic], saying: Saying = NOBODY) -> list[Topic]:
        """Keep new topics in one go. Raises `Conflict` if a name is taken; then none is kept."""
        seq = self._next_seq()
        names = Counter((each.account_id, each.name) for each in given)
        twice = [name for (_, name), times in names.items() if times > 1]
        owners = {account for account, _ in names}
        taken = [name for account in owners for name in self.named((n for a, n in names if a == account), account)]
        if wrong := [*taken, *twice]:
            raise Conflict(f"there is a topic named {wrong[0]!r} already")
        kept = [replace(topic, seq=seq + number) for number, topic in enumerate(given)]
        if kept:
            rows = [_row(each) | {"deleted": False} for each in kept]
            self._connection.execute(insert(self._connection, topics), rows)
        self._versions.add([_version(each, saying) for each in kept])
        return kept

    def get(self, topic_id: str, account: str | None) -> Topic | None:
        alive = owned(topics, account) & (topics.c.id == topic_id) & ~topics.c.deleted
        row = self._connection.execute(select(*TOPIC).where(alive)).first()
        return Topic(*row) if row else None

    def named(self, names: Iterable[str], account: str | None) -> dict[str, Topic]:
        """The topics of these names."""
        alive = select(*TOPIC).where(owned(topics, account) & ~topics.c.deleted)
        found = (row for part in parts(names) for row in self._connection.execute(alive.where(topics.c.name.in_(part))))
        return {topic.name: topic for topic in (Topic(*row) for row in found)}

    def list(self, account: str | None, after_id: str = "", most: int = 100) -> Sequence[Topic]:
        """By id, beginning after `after_id`."""
        alive = owned(topics, account) & (topics.c.id > after_id) & ~topics.c.deleted
        query = select(*TOPIC).where(alive).order_by(topics.c.id).limit(most)
        return [Topic(*row) for row in self._connection.execute(query)]

    def update(self, topic: Topic, saying: Saying = NOBODY) -> Topic:
        """Change a topic; a changed query, or other examples, make a new version.

        Raises `NotFound` if the topic is gone, `Conflict` if the name is another's."""
        seq = self._next_seq()
        known = self._known(topic)
        live = self._versions.get(topic.id, known.version)
        examples = live.examples if live and saying.examples is None else saying.examples or ()
        if topic.query == known.query and live and examples == live.examples:
            return self._put(replace(topic, seq=seq, version=known.version))
        kept = replace(topic, seq=seq, version=max(known.version, self._versions.last(topic.id)) + 1)
        self._versions.add([_version(kept, replace(saying, examples=examples))])
        return self._put(kept)

    def draft(self, version: TopicVersion) -> TopicVersion:
        """Keep a version that is not live yet; gives it with its number."""
        self._next_seq()
        kept = replace(version, version=self._versions.last(version.topic_id) + 1)
        self._versions.add([kept])
        return kept

    def activate(self, topic: Topic) -> Topic:
        """Make another of its versions live; the topic has that version's number and query."""
        seq = self._next_seq()
        self._known(topic)
        return self._put(replace(topic, seq=seq))

    def remove(self, topic_id: str, account: str | None) -> bool:
        """Take the topic and its subscriptions away; matchers hear of it. False if there is none."""
        seq = self._next_seq()
        if self.get(topic_id, account) is None:
            return False
        gone = {"deleted": True, "enabled": False, "seq": seq, "name": f"{topic_id} (removed)"}  # frees its name
        self._connection.execute(delete(subscriptions).where(subscriptions.c.topic_id == topic_id))
        self._connection.execute(update(topics).where(topics.c.id == topic_id).values(**gone))
        return True

    def switch_off(self, account: str) -> None:
        """All topics of an account; matchers hear of it."""
        seq = self._next_seq()
        standing = self._connection.scalars(select(topics.c.id).where(owned(topics, account), topics.c.enabled))
        rows = [{"topic": topic_id, "number": seq + number} for number, topic_id in enumerate(standing)]
        off = update(topics).where(topics.c.id == bindparam("topic")).values(enabled=False, seq=bindparam("number"))
        if rows:
            self._connection.execute(off, rows)

    def changed_since(self, seq: int, most: int | None = None) -> Sequence[Topic]:
        """Topics added, changed or removed after `seq`, in that order; a removed one is not enabled."""
        query = select(*TOPIC).where(topics.c.seq > seq).order_by(topics.c.seq).limit(most)
        return [Topic(*row) for row in self._connection.execute(query)]

    def understood(self, read: Sequence[Topic]) -> None:
        """Keep how these topics' queries were understood anew; nothing else of them changes, and nobody hears of it."""
        mine = topics.c.id == bindparam("topic"), topics.c.query == bindparam("text")
        put = update(topics).where(*mine).values(tree=bindparam("kept"), read_as=bindparam("by"))
        if read:
            rows = [{"topic": each.id, "text": each.query, "kept": each.tree, "by": each.read_as} for each in read]
            self._connection.execute(put, rows)

    def _known(self, topic: Topic) -> Topic:
        known = self.get(topic.id, topic.account_id)
        if known is None:
            raise NotFound(f"there is no topic {topic.id}")
        self._refuse_taken(topic)
        return known

    def _put(self, topic: Topic) -> Topic:
        self._connection.execute(update(topics).where(topics.c.id == topic.id).values(**_row(topic)))
        return topic

    def _next_seq(self) -> int:
        """Changes come one after another, so that whoever has seen a `seq` has seen all before it.

        SQLite has one writer anyway; on PostgreSQL the lock lasts until we commit."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("lock table topics in share row exclusive mode"))
        last = self._connection.execute(select(func.max(topics.c.seq))).scalar()
        return (last or 0) + 1

    def _refuse_taken(self, topic: Topic) -> None:
        named = owned(topics, topic.account_id) & (topics.c.name == topic.name)
        taken = named & (topics.c.id != topic.id)
        if self._connection.execute(select(topics.c.id).where(taken)).first():
            raise Conflict(f"there is a topic named {topic.name!r} already")


def _version(topic: Topic, saying: Saying) -> TopicVersion:
    at = saying.at or topic.created_at or EPOCH
    examples = saying.examples or ()
    return TopicVersion(topic.id, topic.version, topic.query, examples, topic.read_as, at, saying.by, saying.why)


def _row(topic: Topic) -> dict[str, object]:
    return {name: getattr(topic, name) for name in topic.__dataclass_fields__}

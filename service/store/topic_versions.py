"""Versions of topics: written once, read for ever."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from service.model import Example, TopicVersion
from service.store.table import insert, parts
from service.store.topic_tables import topics, versions

FIELDS = tuple(TopicVersion.__dataclass_fields__)


class TopicVersions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Sequence[TopicVersion]) -> None:
        """Keep new versions."""
        if made:
            rows = [{name: getattr(each, name) for name in FIELDS} | {"examples": _json(each)} for each in made]
            self._connection.execute(insert(self._connection, versions), rows)

    def get(self, topic_id: str, version: int) -> TopicVersion | None:
        this = (versions.c.topic_id == topic_id) & (versions.c.version == version)
        row = self._connection.execute(select(versions).where(this)).first()
        return _version(row) if row else None

    def of(self, topic_id: str, before: int | None = None, most: int = 100) -> list[TopicVersion]:
        """The latest first, beginning before the version `before`."""
        wanted = select(versions).where(versions.c.topic_id == topic_id)
        wanted = wanted if before is None else wanted.where(versions.c.version < before)
        rows = self._connection.execute(wanted.order_by(versions.c.version.desc()).limit(most))
        return [_version(row) for row in rows]

    def examples_of(self, topic_ids: Iterable[str]) -> dict[str, tuple[Example, ...]]:
        """Those of the live version of each of these topics that has any."""
        live = (versions.c.topic_id == topics.c.id) & (versions.c.version == topics.c.version)
        wanted = select(topics.c.id, versions.c.examples).join(versions, live).where(versions.c.examples != "[]")
        rows = (
            row for part in parts(topic_ids) for row in self._connection.execute(wanted.where(topics.c.id.in_(part)))
        )
        return {row.id: msgspec.json.decode(row.examples, type=tuple[Example, ...]) for row in rows}

    def last(self, topic_id: str) -> int:
        """The number of the latest, live or not; 0 if there is none."""
        wanted = select(func.max(versions.c.version)).where(versions.c.topic_id == topic_id)
        return self._connection.execute(wanted).scalar() or 0


def _json(version: TopicVersion) -> str:
    return msgspec.json.encode(version.examples).decode()


def _version(row: Row[Any]) -> TopicVersion:
    given = dict(row._mapping) | {"examples": msgspec.json.decode(row.examples, type=tuple[Example, ...])}
    return TopicVersion(**given)

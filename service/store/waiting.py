"""Waiting: articles that a topic asks for, in stories that are not yet as it asks.

In go articles, each with what its story was like; out come those of a story, to be looked at again once it has
changed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, String, Table, delete, select, tuple_

from service.query import StoryFacts
from service.store.article_rows import articles
from service.store.as_json import AsJson
from service.store.strands import strands
from service.store.table import Time, insert, metadata, parts

waiting = Table(
    "waiting",
    metadata,
    Column("topic_id", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("version", Integer, nullable=False),  # of the topic
    Column("since", Time, nullable=False),
    Column("story", AsJson(StoryFacts), nullable=False),  # as it was then
    Index(None, "article_id"),
    Index(None, "since"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article is what a topic asks for, its story is not, since then."""

    topic_id: str
    article_id: str
    version: int
    """Of the topic."""
    since: datetime
    story: StoryFacts
    """As it was then."""


WAITING = tuple(waiting.c[name] for name in Waiting.__dataclass_fields__)


class Waits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Waiting]) -> None:
        """Those that do not wait already; one that waits goes on as it began."""
        if new:
            rows = [{name: getattr(each, name) for name in Waiting.__dataclass_fields__} for each in new]
            self._connection.execute(insert(self._connection, waiting).on_conflict_do_nothing(), rows)

    def of_stories(self, story_ids: Iterable[str]) -> dict[str, list[Waiting]]:
        """By story, in which an article is today, those that wait; the longest at the head."""
        inside = waiting.join(articles, articles.c.id == waiting.c.article_id)
        inside = inside.join(strands, strands.c.id == articles.c.strand_id)
        query = select(strands.c.story_id, *WAITING).select_from(inside)
        query = query.order_by(waiting.c.since, waiting.c.topic_id, waiting.c.article_id)
        found: dict[str, list[Waiting]] = {}
        for some in parts(story_ids):
            for story_id, *row in self._connection.execute(query.where(strands.c.story_id.in_(some))):
                found.setdefault(story_id, []).append(Waiting(*row))
        return found

    def remove(self, over: Collection[tuple[str, str]]) -> None:
        """These topics and articles wait no more."""
        for some in parts(over):
            gone = tuple_(waiting.c.topic_id, waiting.c.article_id).in_(some)
            self._connection.execute(delete(waiting).where(gone))

    def prune(self, before: datetime) -> None:
        """Forget those that began to wait earlier: their stories are closed."""
        self._connection.execute(delete(waiting).where(waiting.c.since < before))

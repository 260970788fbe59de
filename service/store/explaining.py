"""What is asked to explain an alert, or that there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from service.store.alerts import alerts
from service.store.articles import articles
from service.store.memberships import memberships
from service.store.strands import strands


@dataclass(frozen=True, slots=True)
class Entry:
    """That an article is in its strand, since when; `move` by which it came, 0 if it was filed there."""

    strand_id: str
    since: datetime
    move: int


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert without what it said."""

    id: str
    story_id: str
    article_id: str
    created_at: datetime


class Explaining:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alert(self, topic_id: str, story_ids: Sequence[str], article_id: str = "") -> Raised | None:
        """The alert by which the topic has told of one of these stories, or by an article that is now in one of them;
        that of this article, if it raised one."""
        inside = select(articles.c.id).join(strands, strands.c.id == articles.c.strand_id)
        inside = inside.where(strands.c.story_id.in_(story_ids))
        about = or_(alerts.c.story_id.in_(story_ids), alerts.c.article_id.in_(inside))
        columns = [alerts.c[name] for name in Raised.__dataclass_fields__]
        wanted = select(*columns).where(alerts.c.topic_id == topic_id, about)
        own_first = (alerts.c.article_id != article_id, alerts.c.created_at, alerts.c.id)
        row = self._connection.execute(wanted.order_by(*own_first).limit(1)).first()
        return Raised(**row._mapping) if row else None

    def entry(self, article_id: str) -> Entry | None:
        """Where the article is; None if it was never linked."""
        here = (memberships.c.article_id == article_id) & memberships.c.until.is_(None)
        columns = (memberships.c.strand_id, memberships.c.since, memberships.c.move)
        row = self._connection.execute(select(*columns).where(here)).first()
        return Entry(**row._mapping) if row else None

    def newest(self, story_id: str, most: int) -> list[str]:
        """The ids of the latest articles of a story."""
        inside = select(articles.c.id).join(strands, strands.c.id == articles.c.strand_id)
        inside = inside.where(strands.c.story_id == story_id)
        return list(self._connection.scalars(inside.order_by(articles.c.at.desc(), articles.c.id.desc()).limit(most)))

"""What is asked to explain an alert, or that there is none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.store.articles import articles
from service.store.memberships import memberships
from service.store.strands import strands


@dataclass(frozen=True, slots=True)
class Entry:
    """That an article is in its strand, since when; `move` by which it came, 0 if it was filed there."""

    strand_id: str
    since: datetime
    move: int


class Explaining:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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

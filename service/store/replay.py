"""The archive as match heard of it: times in; out come the changes of stories in their order, with the texts of then.

Every change that link told of (moves are quiet, and no change here), the article as it was at that time, and where
articles have stood since. In portions: a whole archive fits in no memory.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, and_, func, select

from service.messages import EnrichedArticle
from service.store.article_rows import enriched_of, revisions
from service.store.lineage import lineage
from service.store.linkings import linkings
from service.store.memberships import memberships, placements
from service.store.table import parts

Seq = int
FOREVER: Seq = 2**62


@dataclass(frozen=True, slots=True)
class Change:
    """A story had news: this article, as it was."""

    seq: Seq
    story_id: str
    at: datetime
    """When link had put it there."""
    article: EnrichedArticle


@dataclass(frozen=True, slots=True)
class Stay:
    """Something was in a story from one decision on until another."""

    story_id: str
    start: Seq
    end: Seq = FOREVER


class Replay:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, since: datetime, until: datetime, most: int) -> "array[int]":
        """The numbers of the changes by articles published in that time, in order; the latest, if there are more."""
        inside = select(linkings.c.seq).where(linkings.c.at >= since, linkings.c.at < until)
        rows = self._connection.scalars(inside.order_by(linkings.c.seq.desc()).limit(most))
        return array("q", reversed(rows.all()))

    def changes(self, seqs: Sequence[Seq]) -> list[Change]:
        """These changes, in order."""
        text = and_(revisions.c.article_id == linkings.c.article_id, revisions.c.revision == linkings.c.revision)
        entered = and_(memberships.c.article_id == linkings.c.article_id, memberships.c.seq == linkings.c.seq)
        at = func.coalesce(memberships.c.since, revisions.c.filed_at, type_=revisions.c.filed_at.type).label("at")
        columns = linkings.c.seq, linkings.c.story_id, at, revisions.c.enriched
        joined = select(*columns).join(revisions, text).outerjoin(memberships, entered)
        found = []
        for part in parts(seqs):
            for row in self._connection.execute(joined.where(linkings.c.seq.in_(part))):
                found.append(Change(row.seq, row.story_id, row.at, enriched_of(row.enriched)))
        return sorted(found, key=lambda change: change.seq)

    def stays(self, article_ids: Iterable[str]) -> dict[str, list[Stay]]:
        """In which stories these articles have been, from when until when."""
        in_strands = self._intervals(memberships.c.article_id, memberships.c.strand_id, memberships.c.seq, article_ids)
        strands = {each.story_id for some in in_strands.values() for each in some}
        placed = self._intervals(placements.c.strand_id, placements.c.story_id, placements.c.seq, strands)
        return {
            article_id: [
                Stay(there.story_id, max(here.start, there.start), min(here.end, there.end))
                for here in some
                for there in placed.get(here.story_id, ())
                if here.start < there.end and there.start < here.end
            ]
            for article_id, some in in_strands.items()
        }

    def heirs(self, story_ids: Iterable[str]) -> dict[str, Stay]:
        """The story that each of these went into, from then on; those that stand are missing."""
        columns = lineage.c.story_id, lineage.c.other_id, lineage.c.seq
        found: dict[str, Stay] = {}
        for part in parts(story_ids):
            gone = select(*columns).where(lineage.c.story_id.in_(part), lineage.c.kind == "swallowed")
            for row in self._connection.execute(gone.order_by(lineage.c.seq)):
                found[row.story_id] = Stay(row.other_id, row.seq)
        return found

    def _intervals(
        self, owner: Column[str], inside: Column[str], seq: Column[int], ids: Iterable[str]
    ) -> dict[str, list[Stay]]:
        """What each owner was inside of; each stay ends where the next begins."""
        found: dict[str, list[Stay]] = {}
        for part in parts(ids):
            wanted = select(owner, inside, seq).where(owner.in_(part)).order_by(owner, seq)
            for owner_id, other_id, start in self._connection.execute(wanted):
                stays = found.setdefault(owner_id, [])
                if stays:
                    stays[-1] = Stay(stays[-1].story_id, stays[-1].start, start)
                stays.append(Stay(other_id, start))
        return found

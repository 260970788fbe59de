"""Decisions of people about stories: what was asked for, by whom and when, and what became of it.

In go decisions as they are made; out come those of a story, and the articles that machines must leave where they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Index, Row, String, Table, Text, select, update

from service.model.decisions import Decision
from service.store.story_tables import stories
from service.store.table import Time, insert, metadata
from service.store.ties import Ties

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("other_id", String, nullable=False),
    Column("article_ids", Text, nullable=False),  # a JSON list
    Column("undoes", String, nullable=False),
    Column("at", Time, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("done_at", Time),
    Index(None, "story_id"),
    Index(None, "other_id"),
    Index(None, "state", "at"),
)


class Decisions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: Decision) -> Decision:
        """Note it down, to be carried out by link. One that says the same and is still pending is given instead."""
        for before in self.pending():
            if _same(before, decision):
                return before
        self._connection.execute(insert(self._connection, decisions), [_row(decision)])
        return decision

    def get(self, decision_id: str) -> Decision | None:
        row = self._connection.execute(select(decisions).where(decisions.c.id == decision_id)).first()
        return _decision(row) if row else None

    def of_stories(self, story_ids: Sequence[str]) -> list[Decision]:
        """Those that name one of these stories, the earliest first."""
        names = decisions.c.story_id.in_(story_ids) | decisions.c.other_id.in_(story_ids)
        wanted = select(decisions).where(names).order_by(decisions.c.at, decisions.c.id)
        return [_decision(row) for row in self._connection.execute(wanted)]

    def pending(self, until: datetime | None = None) -> list[Decision]:
        """Those that link has not carried out yet, of those made up to that time; the earliest first."""
        wanted = select(decisions).where(decisions.c.state == "pending").order_by(decisions.c.at, decisions.c.id)
        wanted = wanted.where(decisions.c.at <= until) if until else wanted
        return [_decision(row) for row in self._connection.execute(wanted)]

    def undone(self, decision_id: str) -> bool:
        """Whether it was taken back."""
        undo = decisions.c.kind == "undo", decisions.c.undoes == decision_id, decisions.c.state == "done"
        return self._connection.execute(select(decisions.c.id).where(*undo).limit(1)).first() is not None

    def settle(self, decision: Decision) -> None:
        """Say what became of it."""
        fate = {"state": decision.state, "why": decision.why, "seq": decision.seq, "done_at": decision.done_at}
        self._connection.execute(update(decisions).where(decisions.c.id == decision.id).values(fate))

    def pinned(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The strand of each of these that is in a story of which people have decided something.

        Of such a story machines take nothing away: it only grows.
        """
        named = {story_id for each in self.pending() for story_id in (each.story_id, each.other_id) if story_id}
        return Ties(self._connection).kept(article_ids, self._standing(named))

    def _standing(self, story_ids: Iterable[str]) -> set[str]:
        """The stories that these are by now."""
        named = set(story_ids)
        if not named:
            return named
        wanted = select(stories.c.successor_id).where(stories.c.id.in_(named), stories.c.successor_id != "")
        return named | set(self._connection.scalars(wanted))


def _same(one: Decision, other: Decision) -> bool:
    """Whether both ask for the same, whoever and whenever."""
    asked = ("kind", "story_id", "undoes", "article_ids") + (("other_id",) if one.kind == "merge" else ())
    return all(getattr(one, name) == getattr(other, name) for name in asked)


def _row(decision: Decision) -> dict[str, Any]:
    row = {name: getattr(decision, name) for name in Decision.__dataclass_fields__}
    return row | {"article_ids": msgspec.json.encode(decision.article_ids).decode()}


def _decision(row: Row[Any]) -> Decision:
    decision = Decision(**row._mapping)
    return replace(decision, article_ids=msgspec.json.decode(row.article_ids, type=tuple[str, ...]))

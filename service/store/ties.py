"""Ties: what stands of the decisions of people, that two stories are one or are not, or that one stays as it is.

A tie names an article for a story, since stories merge and part while articles stay; its story is the one the
article is in at the time of asking.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Index, String, Table, Text, delete, or_, select, text

from service.errors import Invalid
from service.store.articles import articles
from service.store.memberships import memberships
from service.store.strands import strands
from service.store.table import Time, insert, metadata, parts

TieKind = Literal["together", "apart", "pinned"]

ties = Table(
    "ties",
    metadata,
    Column("kind", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("other_id", String, primary_key=True),  # the greater of the two ids; "" for pinned
    Column("at", Time, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("decision", String, nullable=False, server_default=text("''")),  # the id of what people decided
    Index(None, "other_id"),
)


@dataclass(frozen=True, slots=True)
class Tie:
    """The stories of two articles belong together or apart, or nothing moves in or out of the story of one."""

    kind: TieKind
    article_id: str
    at: datetime
    other_id: str = ""
    """The other article; "" for pinned."""
    decided_by: str = ""
    note: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The ties as they concern stories, by their ids."""

    pinned: frozenset[str] = frozenset()
    together: Mapping[str, frozenset[str]] = field(default_factory=dict)
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may_join(self, own: str, other: str) -> bool:
        """Whether a strand of one story ("" for none) may go to the other, and the stories merge."""
        return other not in self.pinned and own not in self.pinned and other not in self.apart.get(own, ())

    def must_join(self, own: str) -> frozenset[str]:
        """Stories that are one with this one. What is pinned or kept apart at the same time stays as it is."""
        return frozenset(other for other in self.together.get(own, ()) if self.may_join(own, other))


class Ties:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tie: Tie) -> bool:
        """Whether it is new; it takes the place of the opposite. Raises `Invalid` if it does not say of what."""
        if (tie.kind == "pinned") != (not tie.other_id) or tie.article_id == tie.other_id:
            raise Invalid(f"a tie '{tie.kind}' is not of {tie.article_id} and {tie.other_id}")
        if tie.kind != "pinned":
            self.remove("together" if tie.kind == "apart" else "apart", tie.article_id, tie.other_id)
        put = insert(self._connection, ties).on_conflict_do_nothing().returning(ties.c.kind)
        return self._connection.execute(put, [_row(tie)]).first() is not None

    def remove(self, kind: TieKind, article_id: str, other_id: str = "") -> bool:
        """Whether there was such a tie."""
        first, second = _in_order(article_id, other_id)
        same = (ties.c.article_id == first) & (ties.c.other_id == second)
        return self._connection.execute(delete(ties).where(ties.c.kind == kind, same)).rowcount > 0

    def all(self) -> list[Tie]:
        """Every tie that stands, the earliest first."""
        order = ties.c.at, ties.c.kind, ties.c.article_id, ties.c.other_id
        return [Tie(**row._mapping) for row in self._connection.execute(select(ties).order_by(*order))]

    def rulings(self) -> Rulings:
        """What the ties say of the stories that stand now; articles without a story concern none."""
        pinned: set[str] = set()
        pairs: dict[str, dict[str, set[str]]] = {"together": defaultdict(set), "apart": defaultdict(set)}
        for kind, one, other in self._by_story():
            if kind == "pinned":
                pinned.add(one)
            elif other and one != other:
                pairs[kind][one].add(other)
                pairs[kind][other].add(one)
        return Rulings(frozenset(pinned), _frozen(pairs["together"]), _frozen(pairs["apart"]))

    def loosen(self, kinds: Sequence[TieKind], some: Iterable[str], others: Iterable[str] | None = None) -> None:
        """Take away the ties of these kinds that name one of some articles, and, if given, one of the others too."""
        for part in parts(some):
            for other in parts(others) if others is not None else [None]:
                self._connection.execute(delete(ties).where(ties.c.kind.in_(kinds), _between(part, other)))

    def drop(self, decision: str) -> None:
        """Take away what follows from this decision."""
        self._connection.execute(delete(ties).where(ties.c.decision == decision))

    def kept(self, article_ids: Iterable[str], story_ids: Iterable[str]) -> dict[str, str]:
        """The strand of each of these that is in one of those stories, or in one that a tie concerns."""
        named = select(ties.c.article_id).union(select(ties.c.other_id))
        of_story = select(strands.c.story_id).join(articles, articles.c.strand_id == strands.c.id)
        tied = of_story.where(articles.c.id.in_(named), strands.c.story_id != "")
        wanted = select(articles.c.id, articles.c.strand_id).join(strands, strands.c.id == articles.c.strand_id)
        found: dict[str, str] = {}
        for part in parts(article_ids):
            there = strands.c.story_id.in_(tied) | strands.c.story_id.in_(list(story_ids))
            here = wanted.where(articles.c.id.in_(part), there)
            found.update((row.id, row.strand_id) for row in self._connection.execute(here))
        return found

    def _by_story(self) -> list[tuple[str, str, str]]:
        """Kind, story, and the other story or ""."""
        rows = self._connection.execute(select(ties.c.kind, ties.c.article_id, ties.c.other_id)).all()
        named = select(ties.c.article_id).union(select(ties.c.other_id))
        of = (
            select(memberships.c.article_id.label("id"), strands.c.story_id)
            .join(strands, strands.c.id == memberships.c.strand_id)
            .where(memberships.c.article_id.in_(named), memberships.c.until.is_(None))
        )
        story_of = {row.id: row.story_id for row in self._connection.execute(of)} if rows else {}
        return [(kind, story_of[one], story_of.get(other, "")) for kind, one, other in rows if one in story_of]


def _between(some: Sequence[str], others: Sequence[str] | None) -> ColumnElement[bool]:
    if others is None:
        return or_(ties.c.article_id.in_(some), ties.c.other_id.in_(some))
    forwards = ties.c.article_id.in_(some) & ties.c.other_id.in_(others)
    return or_(forwards, ties.c.article_id.in_(others) & ties.c.other_id.in_(some))


def _in_order(article_id: str, other_id: str) -> tuple[str, str]:
    return (article_id, other_id) if not other_id or article_id < other_id else (other_id, article_id)


def _row(tie: Tie) -> dict[str, Any]:
    first, second = _in_order(tie.article_id, tie.other_id)
    return {
        "kind": tie.kind,
        "article_id": first,
        "other_id": second,
        "at": tie.at,
        "decided_by": tie.decided_by,
        "note": tie.note,
        "decision": tie.decision,
    }


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {story_id: frozenset(others) for story_id, others in found.items()}

"""What people decided of stories: that two are one or are not, or that one stays as it is.

A decision names an article for a story, since stories merge and part while articles stay; its story is the one the
article is in at the time of asking.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, String, Table, Text, delete, select

from service.errors import Invalid
from service.store.articles import articles
from service.store.strands import strands
from service.store.table import Time, insert, metadata, parts

DecisionKind = Literal["together", "apart", "pinned"]

decisions = Table(
    "decisions",
    metadata,
    Column("kind", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("other_id", String, primary_key=True),  # the greater of the two ids; "" for pinned
    Column("at", Time, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "other_id"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The stories of two articles belong together or apart, or nothing moves in or out of the story of one."""

    kind: DecisionKind
    article_id: str
    at: datetime
    other_id: str = ""
    """The other article; "" for pinned."""
    decided_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The decisions as they concern stories, by their ids."""

    pinned: frozenset[str] = frozenset()
    together: Mapping[str, frozenset[str]] = field(default_factory=dict)
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may_join(self, own: str, other: str) -> bool:
        """Whether a strand of one story ("" for none) may go to the other, and the stories merge."""
        return other not in self.pinned and own not in self.pinned and other not in self.apart.get(own, ())

    def must_join(self, own: str) -> frozenset[str]:
        """Stories that are one with this one. What is pinned or kept apart at the same time stays as it is."""
        return frozenset(other for other in self.together.get(own, ()) if self.may_join(own, other))


class Decisions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: Decision) -> bool:
        """Whether it is new; it takes the place of the opposite. Raises `Invalid` if it does not say of what."""
        if (decision.kind == "pinned") != (not decision.other_id) or decision.article_id == decision.other_id:
            raise Invalid(f"a decision '{decision.kind}' is not of {decision.article_id} and {decision.other_id}")
        if decision.kind != "pinned":
            self.remove("together" if decision.kind == "apart" else "apart", decision.article_id, decision.other_id)
        put = insert(self._connection, decisions).on_conflict_do_nothing().returning(decisions.c.kind)
        return self._connection.execute(put, [_row(decision)]).first() is not None

    def remove(self, kind: DecisionKind, article_id: str, other_id: str = "") -> bool:
        """Whether there was such a decision."""
        first, second = _in_order(article_id, other_id)
        same = (decisions.c.article_id == first) & (decisions.c.other_id == second)
        return self._connection.execute(delete(decisions).where(decisions.c.kind == kind, same)).rowcount > 0

    def all(self) -> list[Decision]:
        """Every decision that stands, the earliest first."""
        order = decisions.c.at, decisions.c.kind, decisions.c.article_id, decisions.c.other_id
        return [Decision(**row._mapping) for row in self._connection.execute(select(decisions).order_by(*order))]

    def rulings(self) -> Rulings:
        """What the decisions say of the stories that stand now; articles without a story concern none."""
        pinned: set[str] = set()
        pairs: dict[str, dict[str, set[str]]] = {"together": defaultdict(set), "apart": defaultdict(set)}
        for kind, one, other in self._by_story():
            if kind == "pinned":
                pinned.add(one)
            elif other and one != other:
                pairs[kind][one].add(other)
                pairs[kind][other].add(one)
        return Rulings(frozenset(pinned), _frozen(pairs["together"]), _frozen(pairs["apart"]))

    def pinned(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The strand of each of these that is in a story of which people have decided something.

        Of such a story machines take nothing away: it only grows.
        """
        named = select(decisions.c.article_id).union(select(decisions.c.other_id))
        of_story = select(strands.c.story_id).join(articles, articles.c.strand_id == strands.c.id)
        decided = of_story.where(articles.c.id.in_(named), strands.c.story_id != "")
        wanted = select(articles.c.id, articles.c.strand_id).join(strands, strands.c.id == articles.c.strand_id)
        found: dict[str, str] = {}
        for part in parts(article_ids):
            here = wanted.where(articles.c.id.in_(part), strands.c.story_id.in_(decided))
            found.update((row.id, row.strand_id) for row in self._connection.execute(here))
        return found

    def _by_story(self) -> list[tuple[str, str, str]]:
        """Kind, story, and the other story or ""."""
        rows = self._connection.execute(select(decisions.c.kind, decisions.c.article_id, decisions.c.other_id)).all()
        named = select(decisions.c.article_id).union(select(decisions.c.other_id))
        of = (
            select(articles.c.id, strands.c.story_id)
            .join(strands, strands.c.id == articles.c.strand_id)
            .where(articles.c.id.in_(named), strands.c.story_id != "")
        )
        story_of = {row.id: row.story_id for row in self._connection.execute(of)} if rows else {}
        return [(kind, story_of[one], story_of.get(other, "")) for kind, one, other in rows if one in story_of]


def _in_order(article_id: str, other_id: str) -> tuple[str, str]:
    return (article_id, other_id) if not other_id or article_id < other_id else (other_id, article_id)


def _row(decision: Decision) -> dict[str, Any]:
    first, second = _in_order(decision.article_id, decision.other_id)
    return {
        "kind": decision.kind,
        "article_id": first,
        "other_id": second,
        "at": decision.at,
        "decided_by": decision.decided_by,
        "note": decision.note,
    }


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {story_id: frozenset(others) for story_id, others in found.items()}

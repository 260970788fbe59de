"""Lineage: how each story came to be what it is, and what was said of moves and decisions, to say it again.

In go steps in the order of deciding; out come those of one story, in that order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
)

from service.messages import StoryChanged
from service.store.linkings import linkings
from service.store.memberships import memberships
from service.store.table import Time, metadata, parts

StepKind = Literal[
    "opened", "linked", "grown", "merged", "swallowed", "entered", "left", "parted", "split", "pinned", "unpinned"
]
"""Began with a strand; was joined by one; has one more article; took in another story; went into another; an article
came from, or went to, another; a part of it became another; it was a part of another; people pinned or freed it."""

EMPTY = text("''")

lineage = Table(
    "lineage",  # all but growing, which memberships tell
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("story_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("at", Time, nullable=False),
    Column("article_id", String, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("other_id", String, nullable=False),  # the other story; "" where there is none
    Column("score", Float),  # log odds that decided, of a machine
    Column("move", BigInteger, nullable=False),
    Column("decision", String, nullable=False),  # of people
    Index(None, "story_id", "seq"),
)

answers = Table(
    "answers",  # to moves and decisions; those to articles are linkings
    metadata,
    Column("cause", String, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("label", String, nullable=False),
    Column("said", LargeBinary, nullable=False),  # msgspec JSON of a StoryChanged; "" where nothing was
    Column("position", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a story; what brought it is an article, a move or a decision."""

    seq: int
    story_id: str
    kind: StepKind
    at: datetime
    article_id: str = ""
    strand_id: str = ""
    other_id: str = ""
    score: float | None = None
    move: int = 0
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What link said of a move or a decision: the outcome's word, and the message if there was any."""

    cause: str
    seq: int
    label: str
    said: StoryChanged | None
    position: str


STEP = tuple(lineage.c[name] for name in Step.__dataclass_fields__)


class Lineage:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, steps: Sequence[Step]) -> None:
        if steps:
            rows = [{name: getattr(each, name) for name in Step.__dataclass_fields__} for each in steps]
            self._connection.execute(insert(lineage), rows)

    def of(self, story_id: str, after: tuple[int, str] = (-1, ""), most: int = 1000) -> list[Step]:
        """The steps of one story in order, growing included, after that `seq` and kind."""
        later = tuple_(lineage.c.seq, lineage.c.kind) > tuple_(literal(after[0]), literal(after[1]))
        wanted = select(*STEP).where(lineage.c.story_id == story_id, later)
        rows = self._connection.execute(wanted.order_by(lineage.c.seq, lineage.c.kind).limit(most))
        steps = [Step(**row._mapping) for row in rows] + self._growth(story_id, after[0], most)
        return sorted(steps, key=lambda step: (step.seq, step.kind))[:most]

    def at(self, seq: int) -> list[Step]:
        """The steps of one decision."""
        wanted = select(*STEP).where(lineage.c.seq == seq).order_by(lineage.c.story_id, lineage.c.kind)
        return [Step(**row._mapping) for row in self._connection.execute(wanted)]

    def _growth(self, story_id: str, after: int, most: int) -> list[Step]:
        """The articles by which it grew, each with the time from which it counted."""
        entered = (memberships.c.article_id == linkings.c.article_id) & (memberships.c.seq == linkings.c.seq)
        grown = linkings.c.story_id == story_id, linkings.c.change == "grown", linkings.c.seq > after
        columns = (linkings.c.seq, memberships.c.since, linkings.c.article_id, linkings.c.strand_id)
        wanted = select(*columns).join(memberships, entered).where(*grown).order_by(linkings.c.seq).limit(most)
        rows = self._connection.execute(wanted)
        return [Step(row.seq, story_id, "grown", row.since, row.article_id, row.strand_id) for row in rows]

    def heirs_of(self, story_id: str) -> list[str]:
        """Where the articles that left a story went: the stories, the one that most went to first."""
        where = lineage.c.story_id == story_id, lineage.c.kind.in_(("left", "parted"))
        most, last = func.count().desc(), func.max(lineage.c.seq).desc()
        grouped = select(lineage.c.other_id).where(*where).group_by(lineage.c.other_id).order_by(most, last)
        return list(self._connection.scalars(grouped))

    def last(self, story_id: str, kind: StepKind, until: datetime | None = None) -> Step | None:
        """The last step of that kind, up to that time."""
        wanted = select(*STEP).where(lineage.c.story_id == story_id, lineage.c.kind == kind)
        wanted = wanted.where(lineage.c.at <= until) if until else wanted
        row = self._connection.execute(wanted.order_by(lineage.c.seq.desc()).limit(1)).first()
        return Step(**row._mapping) if row else None

    def swallowed(self, story_id: str, until: datetime | None = None) -> list[Step]:
        """The merges by which it took in others, up to that time."""
        wanted = select(*STEP).where(lineage.c.story_id == story_id, lineage.c.kind == "merged")
        wanted = wanted.where(lineage.c.at <= until) if until else wanted
        return [Step(**row._mapping) for row in self._connection.execute(wanted.order_by(lineage.c.seq))]

    def answers(self, causes: Iterable[str]) -> dict[str, Answer]:
        """What was said of these; those not answered are missing."""
        found: dict[str, Answer] = {}
        for part in parts(causes):
            for row in self._connection.execute(select(answers).where(answers.c.cause.in_(part))):
                said = msgspec.json.decode(row.said, type=StoryChanged) if row.said else None
                found[row.cause] = Answer(row.cause, row.seq, row.label, said, row.position)
        return found

    def answer(self, given: Sequence[Answer]) -> None:
        rows: list[dict[str, Any]] = [
            {"cause": each.cause, "seq": each.seq, "label": each.label, "position": each.position}
            | {"said": msgspec.json.encode(each.said) if each.said else b""}
            for each in given
        ]
        if rows:
            self._connection.execute(insert(answers), rows)

    def frontier(self) -> int:
        """The last `seq` of an answer."""
        return self._connection.scalar(select(func.max(answers.c.seq))) or 0

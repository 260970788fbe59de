"""What became of records, counted for ever and each record once.

A stage counts a batch after its effects and before it moves its place on the stream. What comes again after a
crash is told by its offset: of each partition it is kept how far it was counted. So of every record that a
stage left behind there is one outcome, and one only.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Integer, String, Table, and_, func, select

from service.model import Counted
from service.store.table import Time, insert, metadata

tallies = Table(
    "tallies",
    metadata,
    Column("stage", String, primary_key=True),
    Column("day", Time, primary_key=True),  # its beginning, UTC
    Column("outcome", String, primary_key=True),
    Column("records", BigInteger, nullable=False),
)

counted = Table(
    "counted",  # from where, and up to where without it, a stage's records were counted
    metadata,
    Column("stage", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("first_offset", BigInteger, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A record that came to an end at a stage, and how."""

    partition: int
    offset: int
    outcome: str


class Tallies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, stage: str, stream: str, ended: Sequence[Ended], at: datetime) -> None:
        """Count those records, in the order of their partitions, that were not counted before."""
        fresh = Counter[str]()
        for partition in sorted({each.partition for each in ended}):
            own = [each for each in ended if each.partition == partition]
            place = self._place(stage, stream, partition, own[0].offset)
            fresh.update(each.outcome for each in own if each.offset >= place)
            self._move(stage, stream, partition, max(place, own[-1].offset + 1))
        self.add(stage, fresh, at)

    def add(self, stage: str, outcomes: Counter[str], at: datetime) -> None:
        """Add numbers that the caller knows to be new."""
        rows = [
            {"stage": stage, "day": _day(at), "outcome": outcome, "records": n}
            for outcome, n in sorted(outcomes.items())
            if n
        ]
        if rows:
            put = insert(self._connection, tallies)
            more = tallies.c.records + put.excluded.records
            put = put.on_conflict_do_update(index_elements=["stage", "day", "outcome"], set_={"records": more})
            self._connection.execute(put, rows)

    def totals(self, since: datetime | None = None) -> dict[str, dict[str, int]]:
        """Of each stage, how many records came to each outcome; from the day of `since` on, if it is given."""
        query = select(tallies.c.stage, tallies.c.outcome, func.sum(tallies.c.records))
        query = query.where(tallies.c.day >= _day(since)) if since else query
        found: dict[str, dict[str, int]] = {}
        for stage, outcome, records in self._connection.execute(query.group_by(tallies.c.stage, tallies.c.outcome)):
            found.setdefault(stage, {})[outcome] = int(records)
        return found

    def days(self, since: datetime) -> list[tuple[datetime, str, str, int]]:
        """Day, stage, outcome and records, from that day on, the latest day first."""
        columns = tallies.c.day, tallies.c.stage, tallies.c.outcome, tallies.c.records
        query = select(*columns).where(tallies.c.day >= _day(since))
        query = query.order_by(tallies.c.day.desc(), tallies.c.stage, tallies.c.outcome)
        return [(row.day, row.stage, row.outcome, row.records) for row in self._connection.execute(query)]

    def standing(self, stage: str, stream: str) -> tuple[dict[str, int], dict[int, Counted]]:
        """A stage's outcomes, and how far each partition of its stream was counted."""
        return self.totals().get(stage, {}), self.places(stage, stream)

    def places(self, stage: str, stream: str) -> dict[int, Counted]:
        """How far each partition was counted."""
        query = select(counted).where(counted.c.stage == stage, counted.c.stream == stream)
        return {row.partition: Counted(row.first_offset, row.next_offset) for row in self._connection.execute(query)}

    def _place(self, stage: str, stream: str, partition: int, first: int) -> int:
        """The next offset to be counted, which nobody else can move before this transaction ends."""
        begin = insert(self._connection, counted).values(
            stage=stage, stream=stream, partition=partition, first_offset=first, next_offset=first
        )
        self._connection.execute(begin.on_conflict_do_nothing())
        query = select(counted.c.next_offset).where(_is(stage, stream, partition)).with_for_update()
        return int(self._connection.execute(query).scalar_one())

    def _move(self, stage: str, stream: str, partition: int, to: int) -> None:
        self._connection.execute(counted.update().where(_is(stage, stream, partition)).values(next_offset=to))


def _is(stage: str, stream: str, partition: int) -> ColumnElement[bool]:
    return and_(counted.c.stage == stage, counted.c.stream == stream, counted.c.partition == partition)


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)

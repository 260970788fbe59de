"""Pages: what robots.txt of each origin came to, and how well the pages of each source are read.

`page_counts` counts what became of pages, by source and quarter of a day; adding to it is one statement that
may run in many processes at once. Counts, not accounts: what is read again after a crash is counted again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, delete, func, select

from service.model import EPOCH
from service.model.extraction import ENOUGH, ExtractionStatus, Judgement, PageCounts, SourceExtraction, judge
from service.model.robots import RobotsFile
from service.store.table import Time, insert, metadata, parts

robots = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("verdict", String, nullable=False),  # rules, open or closed
    Column("until", Time, nullable=False),
    Column("body", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("failing_since", Time),
    Index(None, "until"),
)

page_counts = Table(
    "page_counts",
    metadata,
    Column("source", String, primary_key=True),
    Column("period", Time, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("pages", Integer, nullable=False),
    Index(None, "period"),
)

extractions = Table(
    "extractions",
    metadata,
    Column("source", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("at", Time, nullable=False),
    Index(None, "status", "source"),
)

PERIOD = timedelta(hours=6)
RECENT_PERIODS = 4
"""The newest pages are looked for in the present period and so many before it."""
KEPT = timedelta(days=21)
"""How long counts are kept, which is the past that the present is compared to."""

ByPeriod = dict[datetime, dict[str, int]]


class Pages:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def robots(self, origins: Iterable[str]) -> dict[str, RobotsFile]:
        """What is known of them, whether still valid or not."""
        found: dict[str, RobotsFile] = {}
        for part in parts(origins):
            for row in self._connection.execute(select(robots).where(robots.c.origin.in_(part))):
                found[row.origin] = RobotsFile(**row._mapping)
        return found

    def keep_robots(self, files: Sequence[RobotsFile]) -> None:
        if files:
            adding = insert(self._connection, robots)
            new = {column.name: adding.excluded[column.name] for column in robots.c if not column.primary_key}
            rows = [{column.name: getattr(file, column.name) for column in robots.c} for file in files]
            statement = adding.on_conflict_do_update(index_elements=["origin"], set_=new)
            self._connection.execute(statement, sorted(rows, key=lambda row: row["origin"]))

    def count(self, counts: Mapping[str, PageCounts], now: datetime) -> list[SourceExtraction]:
        """Add what became of pages, by source. Gives the sources whose status changed by it."""
        rows = [
            {"source": source, "period": _period(now), "measure": measure, "pages": count}
            for source, some in sorted(counts.items())
            for measure, count in sorted(some.measures.items())
        ]
        if not rows:
            return []
        adding = insert(self._connection, page_counts)
        added = {"pages": page_counts.c.pages + adding.excluded.pages}
        key = ["source", "period", "measure"]
        self._connection.execute(adding.on_conflict_do_update(index_elements=key, set_=added), rows)
        return self._judged(sorted(counts), now)

    def extraction(self, source: str) -> SourceExtraction | None:
        """How the pages of a source are read; None if none was ever asked for."""
        found = self._list(select(extractions).where(extractions.c.source == source))
        return found[0] if found else None

    def extractions(
        self, status: ExtractionStatus | None = None, after: str = "", most: int = 100
    ) -> list[SourceExtraction]:
        """By source, those after `after`."""
        query = select(extractions).where(extractions.c.source > after).order_by(extractions.c.source).limit(most)
        return self._list(query if status is None else query.where(extractions.c.status == status))

    def degraded(self) -> int:
        """How many sources do not go well."""
        query = select(func.count()).select_from(extractions).where(extractions.c.status == "degraded")
        return int(self._connection.execute(query).scalar() or 0)

    def prune(self, now: datetime) -> int:
        """Forget counts that are too old, and files of origins long unasked; gives how many counts."""
        self._connection.execute(delete(robots).where(robots.c.until < now - KEPT, robots.c.failing_since.is_(None)))
        self._connection.execute(delete(extractions).where(extractions.c.at < now - 2 * KEPT))
        return self._connection.execute(delete(page_counts).where(page_counts.c.period < now - KEPT)).rowcount

    def _judged(self, sources: Sequence[str], now: datetime) -> list[SourceExtraction]:
        known = {part.source: part for some in parts(sources) for part in self._states(some)}
        counted = self._counted(sources, now)
        changed = []
        rows = []
        for source in sources:
            recent, past = counted[source]
            judgement = judge(recent, past)
            before = known.get(source)
            same = before is not None and before.status == judgement.status
            since = before.since if before is not None and same else now
            rows.append({"source": source, "status": judgement.status, "why": judgement.why, "since": since, "at": now})
            if not same:
                changed.append(SourceExtraction(source, judgement, since, now, recent, past))
        self._put_states(rows)
        return changed

    def _states(self, sources: Sequence[str]) -> Sequence[Any]:
        return self._connection.execute(select(extractions).where(extractions.c.source.in_(sources))).all()

    def _put_states(self, rows: Sequence[Mapping[str, object]]) -> None:
        adding = insert(self._connection, extractions)
        new = {name: adding.excluded[name] for name in ("status", "why", "since", "at")}
        self._connection.execute(adding.on_conflict_do_update(index_elements=["source"], set_=new), rows)

    def _list(self, query: Any) -> list[SourceExtraction]:
        states = self._connection.execute(query).all()
        latest = max((row.at for row in states), default=EPOCH)
        counted = self._counted([row.source for row in states], latest)
        return [
            SourceExtraction(row.source, Judgement(row.status, row.why), row.since, row.at, *counted[row.source])
            for row in states
        ]

    def _counted(self, sources: Sequence[str], now: datetime) -> dict[str, tuple[PageCounts, PageCounts]]:
        """For each source what became of its newest pages, and of those before them."""
        newest: dict[str, ByPeriod] = defaultdict(lambda: defaultdict(dict))
        older: dict[str, dict[str, int]] = defaultdict(dict)
        border = _period(now) - RECENT_PERIODS * PERIOD
        columns = (page_counts.c.source, page_counts.c.measure)
        total = select(*columns, func.sum(page_counts.c.pages).label("pages")).group_by(*columns)
        for part in parts(sources):
            ours = page_counts.c.source.in_(part)
            for row in self._connection.execute(select(page_counts).where(ours, page_counts.c.period >= border)):
                newest[row.source][row.period][row.measure] = row.pages
            for row in self._connection.execute(total.where(ours, page_counts.c.period < border)):
                older[row.source][row.measure] = int(row.pages)
        return {source: _apart(newest[source], older[source]) for source in sources}


def _apart(newest: ByPeriod, older: Mapping[str, int]) -> tuple[PageCounts, PageCounts]:
    """The newest periods until there are enough pages, and all that is before them."""
    recent, past = PageCounts(), PageCounts(older)
    for period in sorted(newest, reverse=True):
        if recent.asked < ENOUGH:
            recent += PageCounts(newest[period])
        else:
            past += PageCounts(newest[period])
    return recent, past


def _period(now: datetime) -> datetime:
    return now - (now - EPOCH) % PERIOD

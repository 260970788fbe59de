"""How common words are on the days on which articles were seen: articles in, counts by day and language out.

What holds on a day is made before it begins, so it is read once.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from service.messages import Article
from service.store import Store
from service.text.commonness import Commonness

MOST = 3
"""Days kept in mind."""


class CommonWords:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._days: dict[date, dict[str, Commonness]] = {}

    async def on(self, articles: Iterable[Article]) -> dict[str, dict[str, Commonness]]:
        """By day (ISO 8601) and language. Raises `Outage`."""
        days = sorted({article.raw.seen_at.astimezone(UTC).date() for article in articles})
        found = {day: self._days[day] if day in self._days else await self._read(day) for day in days}
        self._days = dict(list((self._days | found).items())[-MOST:])
        return {day.isoformat(): counts for day, counts in found.items()}

    async def _read(self, day: date) -> dict[str, Commonness]:
        begins = datetime.combine(day, time(), UTC)
        return await self._store.read(lambda tx: tx.word_counts.on(begins))

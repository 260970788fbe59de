"""Watch: tell of topics and sources that are silent against their own seasons, and of topics that burst.

counts by the hour (rows) -> notices and deliveries (rows)

What is told follows from what is filed, and its id from that: any number of processes may look, and a silence is told
once however often they do.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.match.seasons import WEEK, WEEKS, Counts, burst, silence
from consumers.match.storied import iso
from consumers.rounds import rounds
from service.clock import Clock
from service.model import Notice, Topic, notice_id
from service.store import Store, Transaction
from service.store.paces import Paces

IDLE_SECONDS = 600.0
PORTION = 500
OF_TOPICS = frozenset(("topic.silent", "topic.burst"))
OF_SOURCES = frozenset(("source.silent",))


@dataclass(frozen=True)
class Watch:
    """Use `run`, or `once` for a single look."""

    store: Store
    clock: Clock

    async def run(self, until: asyncio.Event) -> None:
        async def once() -> float:
            await self.once()
            return IDLE_SECONDS

        await rounds(once, until, "seasons")

    async def once(self) -> int:
        """Tell what is unusual, if anybody asks for such; gives how many notices are new. Raises `Outage`."""
        now = self.clock()
        found = await self.store.read(_unusual, now)
        return len(await self.store.write(lambda tx: tx.notices.tell(found, now))) if found else 0


def _unusual(tx: Transaction, now: datetime) -> list[Notice]:
    """Nothing is counted that nobody asks for."""
    asked = tx.endpoints.asking().keys()
    if not asked & (OF_TOPICS | OF_SOURCES):
        return []
    until = now.replace(minute=0, second=0, microsecond=0)
    since = until - WEEKS * WEEK - 2 * WEEK  # a long silence is measured by what was before it
    sources = tx.paces.of_sources(since, until)
    heard = {hour for hours in sources.values() for hour in hours}
    found = list(_sources(sources, heard, until, now)) if asked & OF_SOURCES else []
    if asked & OF_TOPICS:
        paces = tx.paces.of_topics(since, until)
        found += (each for topic in _topics(tx, now) for each in _of_topic(topic, paces, heard, now))
    return found


def _sources(paces: Paces, heard: Collection[datetime], until: datetime, now: datetime) -> Iterator[Notice]:
    for source, by_hour in sorted(paces.items()):
        still = silence(Counts(by_hour, min(by_hour), heard), until)
        if still:
            said = {"source": source, "since": iso(still.since), "expected": still.expected, "truncated": False}
            yield Notice(
                notice_id("source.silent", source, still.since.isoformat()), "source.silent", source, now, said
            )


def _topics(tx: Transaction, now: datetime) -> Iterator[Topic]:
    """Those that would tell: switched on, and not muted."""
    last = ""
    while some := tx.topics.list(None, last, PORTION):
        yield from (each for each in some if each.enabled and not each.is_muted(now))
        last = some[-1].id


def _of_topic(topic: Topic, paces: Paces, heard: Collection[datetime], now: datetime) -> Iterator[Notice]:
    by_hour = paces.get(topic.id)
    if not by_hour:
        return
    until = now.replace(minute=0, second=0, microsecond=0)
    counts = Counts(by_hour, max(min(by_hour), topic.created_at or min(by_hour)), heard)
    if still := silence(counts, until):
        said = {"since": iso(still.since), "expected": still.expected}
        yield _told(topic, "topic.silent", still.since, now, said)
    if loud := burst(counts, until):
        numbers = {"stories": loud.number, "expected": loud.expected, "score": loud.score}
        yield _told(topic, "topic.burst", loud.began, now, {"began": iso(loud.began), "hour": iso(loud.hour)} | numbers)


def _told(topic: Topic, kind: str, began: datetime, now: datetime, said: dict[str, Any]) -> Notice:
    """The same silence, or the same burst, has one id: that of its beginning."""
    about = {"topic": {"id": topic.id, "name": topic.name}} | said | {"truncated": False}
    id = notice_id(kind, topic.id, began.isoformat())
    return Notice(id, kind, topic.id, now, about, account_id=topic.account_id, topic_id=topic.id)

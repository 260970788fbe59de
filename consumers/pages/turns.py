"""Turns: pages that are wanted in; for each the moment at which it may be asked for out, by what its host allows.

Hosts are shared with whoever else asks them, in all processes, through the store; a robots.txt is asked for
once for all pages of its origin, and kept there as well.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from consumers.pages.robots import Answer, Robots, judged, origin_of
from service.clock import Clock
from service.egress import Egress, Reply, Unreachable
from service.headers import retry_after
from service.model.hosts import Start, busy_seconds
from service.model.robots import RobotsFile
from service.settings import EnrichSettings
from service.store import Store, Transaction
from service.urls import host_of

MOST_CACHED = 2_000
MOST_BUSY_SECONDS = 86_400.0
ROBOTS_SECONDS = 10.0
ROBOTS = {"accept": "text/plain,*/*;q=0.1"}


class Turns:
    """What hosts allow. Keeps the robots.txt of the origins met last."""

    def __init__(self, store: Store, egress: Egress, settings: EnrichSettings, clock: Clock) -> None:
        self._store, self._egress, self._settings, self._clock = store, egress, settings, clock
        self._cached: dict[str, Robots] = {}
        self._struck: set[str] = set()
        self._fetching = asyncio.Semaphore(settings.page_concurrency)

    def knows(self, url: str) -> bool:
        """Whether the address's robots.txt is at hand, or none is needed for it."""
        try:
            return not self._unknown([origin_of(url)])
        except ValueError:
            return True

    async def robots(self, urls: Iterable[str], seconds: float) -> dict[str, Robots]:
        """By origin; an origin whose robots.txt cannot be asked for within so many seconds is missing."""
        origins = list(dict.fromkeys(map(origin_of, urls)))
        unknown = self._unknown(origins)
        stored = await self._store.read(_robots, unknown) if unknown else {}
        now = self._clock()
        self._remember([file for file in stored.values() if file.until > now])
        if missing := self._unknown(unknown):
            await self._ask(missing, stored, seconds)
        return {origin: self._cached[origin] for origin in origins if not self._unknown([origin])}

    async def reserve(self, wanted: Sequence[tuple[str, float]], seconds: float) -> list[datetime | None]:
        """For each address, with the pause it needs, when it may be asked for; None if not within so many seconds."""
        if not wanted:
            return []
        starts = [Start(host_of(url), max(pause, self._settings.page_gap_seconds)) for url, pause in wanted]
        now = self._clock()
        return await self._store.write(lambda tx: tx.hosts.reserve_all(starts, now, seconds))

    async def wait(self, start: datetime) -> None:
        await asyncio.sleep(max(0.0, (start - self._clock()).total_seconds()))

    async def heard(self, replies: Sequence[Reply]) -> None:
        """Leave hosts alone that say they are busy, and forgive those that answer well again."""
        now = self._clock()
        busy: dict[str, float | None] = {}
        for reply in replies:
            if reply.busy:
                asked = retry_after(reply.headers.get("retry-after", ""), now)
                busy[host_of(reply.url)] = max(busy.get(host_of(reply.url)) or 0.0, asked or 0.0) or None
        well = {host_of(reply.url) for reply in replies} & self._struck - busy.keys()
        self._struck = (self._struck | busy.keys()) - well
        if busy or well:
            await self._store.write(_heard, busy, well, now)

    async def _ask(self, origins: Sequence[str], before: Mapping[str, RobotsFile], seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        starts = await self.reserve([(f"{origin}/robots.txt", 0.0) for origin in origins], seconds / 2)
        due = [(origin, start) for origin, start in zip(origins, starts, strict=True) if start]
        replies = await asyncio.gather(*(self._fetched(origin, start, deadline) for origin, start in due))
        now, keep = self._clock(), timedelta(hours=self._settings.robots_hours)
        files = [
            judged(origin, _answer(reply), before.get(origin), now, keep)
            for (origin, _), reply in zip(due, replies, strict=True)
            if reply
        ]
        self._remember(files)
        if files:
            await self._store.write(_keep, files)
            await self.heard([reply for reply in replies if isinstance(reply, Reply)])

    async def _fetched(self, origin: str, start: datetime, deadline: float) -> Reply | Unreachable | None:
        """None if there was no time left even to ask."""
        await self.wait(start)
        async with self._fetching:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return None
            return await self._egress.get(f"{origin}/robots.txt", ROBOTS, total_seconds=min(left, ROBOTS_SECONDS))

    def _unknown(self, origins: Sequence[str]) -> list[str]:
        """Those whose robots.txt is not known, or not valid any more."""
        now = self._clock()
        return [each for each in origins if each not in self._cached or self._cached[each].file.until <= now]

    def _remember(self, files: Sequence[RobotsFile]) -> None:
        for file in files:
            self._cached.pop(file.origin, None)
            self._cached[file.origin] = Robots.of(file)
        while len(self._cached) > max(MOST_CACHED, len(files)):
            del self._cached[next(iter(self._cached))]


def _answer(reply: Reply | Unreachable) -> Answer:
    return Answer(None, why=reply.why) if isinstance(reply, Unreachable) else Answer(reply.status, reply.body)


def _robots(tx: Transaction, origins: Sequence[str]) -> dict[str, RobotsFile]:
    return tx.pages.robots(origins)


def _keep(tx: Transaction, files: Sequence[RobotsFile]) -> None:
    tx.pages.keep_robots(files)


def _heard(tx: Transaction, busy: Mapping[str, float | None], well: Iterable[str], now: datetime) -> None:
    for host in sorted(busy):
        seconds = busy_seconds(tx.hosts.get(host).strikes, busy[host], MOST_BUSY_SECONDS)
        tx.hosts.back_off(host, now + timedelta(seconds=seconds), now)
    tx.hosts.well(well, now)

"""Poll: visit the feeds that are due and pass on what is new in them.

due feeds -> articles.raw

For each feed: fetch, parse, append what is new, and only then record the poll. A crash in between leads to
repeats, which dedupe drops; the other way round it would lose articles. Any number of pollers may run: they
share the feeds by leases.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from time import perf_counter

import structlog

from consumers.poll.adding import new_feed
from consumers.poll.articles import Visit
from consumers.poll.fetch import Failed, Fetched, NotModified, fetch
from consumers.poll.manners import Manners
from consumers.poll.patient import Reader
from consumers.poll.result import Result, digest, trouble, unchanged
from consumers.poll.schedule import Failure
from consumers.poll.survey import Unreadable
from service import telemetry
from service.broker import Broker
from service.clock import Clock
from service.egress import Egress
from service.errors import Outage
from service.model import Feed
from service.model import Poll as PollRecord
from service.settings import PollSettings
from service.store import Store
from service.streams import RAW

__all__ = ["Poll", "new_feed"]

CLAIMED_AHEAD = 4
"""Feeds claimed for each that may be polled at once: some will have to wait for their host."""
PART_OF_LEASE_TO_WAIT = 0.25
PART_OF_LEASE_TO_USE = 0.9
FAREWELL_SECONDS = 5.0
OUTAGE_SECONDS = 15.0
BUSY_SECONDS = 60.0

log = structlog.get_logger(__name__)


class Poll:
    """A poller. Use `run`, or `once` for a single round."""

    def __init__(self, store: Store, broker: Broker, egress: Egress, settings: PollSettings, clock: Clock) -> None:
        self._store, self._broker, self._egress = store, broker, egress
        self._settings, self._clock = settings, clock
        self._manners = Manners(settings.per_host, settings.host_gap_seconds)
        self._at_once = asyncio.Semaphore(settings.concurrency)
        self._reader = Reader()
        self._hold_until = 0.0

    async def once(self) -> int:
        """Poll what is due now, as far as one claim reaches; gives the number of feeds. Raises `Outage`."""
        async with self._reader:
            due = await self._claim(CLAIMED_AHEAD * self._settings.concurrency)
            await asyncio.gather(*map(self._visit, due))
        return len(due)

    async def run(self, until: asyncio.Event) -> None:
        """Poll until told to stop. Neither a feed nor an outage ends it."""
        visits: set[asyncio.Task[None]] = set()
        async with self._reader:
            try:
                while not until.is_set():
                    visits |= {asyncio.create_task(self._visit(feed)) for feed in await self._due(len(visits))}
                    await self._pause(visits, until)
                    visits = {visit for visit in visits if not visit.done()}
            finally:
                await _farewell(visits)

    async def _due(self, busy: int) -> Sequence[Feed]:
        """More feeds to visit, as many as there is room for; none during an outage."""
        room = CLAIMED_AHEAD * self._settings.concurrency - busy
        if room <= 0 or _now() < self._hold_until:
            return ()
        try:
            return await self._claim(room)
        except Outage as outage:
            self._hold(outage)
            return ()

    async def _claim(self, most: int) -> Sequence[Feed]:
        now, lease = self._clock(), self._settings.lease_seconds
        return await self._store.write(lambda tx: tx.feeds.claim_due(now, most, lease))

    async def _pause(self, visits: set[asyncio.Task[None]], until: asyncio.Event) -> None:
        """Until something is done, or it is time to look for more feeds."""
        told = asyncio.create_task(until.wait())
        seconds = self._settings.idle_seconds
        await asyncio.wait({told, *visits}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()

    async def _visit(self, feed: Feed) -> None:
        """Poll one feed. Whatever goes wrong stays here; a feed left alone is free once its lease ends."""
        try:
            async with asyncio.timeout(PART_OF_LEASE_TO_USE * self._settings.lease_seconds):
                if not await self._postponed(feed):
                    await self._poll(feed)
        except TimeoutError:
            log.warning("poll took longer than its lease", feed=feed.url)
        except Outage as outage:
            self._hold(outage)
        except Exception as error:  # one feed's trouble, even if it is a fault of ours, is not the others'
            log.exception("poll failed", feed=feed.url)
            await self._confess(feed, error)

    async def _postponed(self, feed: Feed) -> bool:
        """Give the feed back if its host must be left alone for longer than the lease allows to wait."""
        wait = self._manners.wait_for(feed.url)
        if wait <= PART_OF_LEASE_TO_WAIT * self._settings.lease_seconds:
            return False
        until = self._clock() + timedelta(seconds=wait)
        await self._store.write(lambda tx: tx.feeds.postpone(feed.id, until))
        return True

    async def _poll(self, feed: Feed) -> None:
        async with self._manners.turn(feed.url), self._at_once:
            visit, started = Visit(feed, self._clock()), perf_counter()
            found = await fetch(self._egress, feed, visit.at)
            result = await self._result(visit, found)
        if result.articles:
            await self._broker.append(RAW.name, map(RAW.encode, result.articles))
        await self._record(visit, result, round((perf_counter() - started) * 1000))

    async def _result(self, visit: Visit, found: Fetched | NotModified | Failed) -> Result:
        if isinstance(found, Failed):
            if found.busy:
                self._manners.back_off(visit.feed.url, found.failure.retry_after or BUSY_SECONDS)
            return trouble(visit, found.failure, found.status, self._settings)
        if isinstance(found, NotModified):
            return unchanged(visit, found, self._settings)
        try:
            document = await self._reader.read(found.body, found.content_type, found.url)
        except Unreadable as error:
            return trouble(visit, Failure("unreadable", str(error)), found.status, self._settings)
        return await asyncio.to_thread(digest, visit, found, document, self._settings)

    async def _record(self, visit: Visit, result: Result, milliseconds: int) -> None:
        poll = PollRecord(
            feed_id=visit.feed.id,
            at=visit.at,
            outcome=result.outcome,
            status=result.status,
            entries=result.entries,
            fresh=len(result.articles),
            milliseconds=milliseconds,
            error=result.feed.error,
        )
        await self._store.write(lambda tx: tx.feeds.record(result.feed, poll))
        telemetry.count("poll", result.outcome)
        log.info("polled", feed=visit.feed.url, outcome=result.outcome, fresh=poll.fresh, error=poll.error)
        if result.faults:
            telemetry.count("poll", "entry_passed_over", len(result.faults))
            log.warning("entries passed over", feed=visit.feed.url, n=len(result.faults), why=result.faults[:3])

    async def _confess(self, feed: Feed, error: Exception) -> None:
        """Record a fault of ours on the feed, so that it is seen, and not tried again at once."""
        visit = Visit(feed, self._clock())
        failure = Failure("unreadable", f"polling failed by a fault of Courant's own ({type(error).__name__})")
        with suppress(Outage):
            await self._record(visit, trouble(visit, failure, None, self._settings), 0)

    def _hold(self, outage: Outage) -> None:
        """Claim nothing for a while: what was fetched could not be kept."""
        log.warning("outage, polling waits", why=str(outage))
        self._hold_until = _now() + OUTAGE_SECONDS


async def _farewell(visits: set[asyncio.Task[None]]) -> None:
    """Let visits under way end well, but not for ever."""
    if visits:
        _, late = await asyncio.wait(visits, timeout=FAREWELL_SECONDS)
        for visit in late:
            visit.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()

"""One visit to a feed: wait for its turn, ask, read, decide. In: a claim; out: nothing, for it is recorded."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from consumers.poll.articles import Visit
from consumers.poll.fetch import Failed, Fetched, NotModified, fetch
from consumers.poll.keeping import hash_of, is_worth_keeping, payload_of
from consumers.poll.manners import Manners
from consumers.poll.patient import SMALL_BYTES
from consumers.poll.reading import Reading
from consumers.poll.recording import Busy, Recorder, Visited
from consumers.poll.result import Result, digest, trouble, unchanged
from consumers.poll.schedule import Failure
from consumers.poll.survey import Unreadable
from consumers.poll.websub import Hubs
from service import telemetry
from service.clock import Clock
from service.egress import Egress
from service.model import Claim, Feed, Poll
from service.model.hosts import Terms, busy_seconds
from service.settings import PollSettings
from service.store import Store
from service.streams import RAW
from service.urls import host_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Visits:
    """What every visit needs."""

    store: Store
    egress: Egress
    reading: Reading
    recorder: Recorder
    hubs: Hubs
    manners: Manners
    at_once: asyncio.Semaphore
    settings: PollSettings
    terms: Terms
    clock: Clock

    async def make(self, claim: Claim) -> None:
        """Poll the feed when its turn comes; give it back if it would come too late. Raises `Outage`."""
        feed, host, start_at = claim.feed, host_of(claim.feed.url), claim.start_at
        waits = start_at > self.clock()
        while True:
            async with self.manners.turn(host, start_at), self.at_once:
                busy_until = await self._busy_until(host, waits)
                start = busy_until or await self._start(host, start_at)
                if start == start_at:
                    visited = await self._visit(Visit(feed, self.clock()))
                    break
            if busy_until or start > self.clock() + timedelta(seconds=self.terms.ahead_seconds):
                return await self._give_back(feed, start)
            start_at = start
        await self._record(visited)

    async def confess(self, feed: Feed, error: Exception) -> None:
        """Record a fault of ours on the feed, so that it is seen, and not tried again at once. Raises `Outage`."""
        why = f"polling failed by a fault of Courant's own ({type(error).__name__})"
        visit = Visit(feed, self.clock())
        await self._record(
            _visited(visit, trouble(visit, Failure("unreadable", why, grade="soft"), None, self.settings))
        )

    async def _give_back(self, feed: Feed, until: datetime) -> None:
        await self.store.write(lambda tx: tx.feeds.postpone(feed.id, until))

    async def _busy_until(self, host: str, waited: bool) -> datetime | None:
        """Until when the host is to be left alone: as heard here, or, while we waited, by another process."""
        heard = self.manners.busy_until(host)
        if heard or not waited:
            return heard
        told = (await self.store.read(lambda tx: tx.hosts.get(host))).busy_until
        return told if told > self.clock() else None

    async def _start(self, host: str, start_at: datetime) -> datetime:
        """The start, if it is not missed; else another one, for the host may have promised the next to others."""
        now, gap, most_wait = self.clock(), self.terms.gap_seconds, self.terms.ahead_seconds
        if not gap or (now - start_at).total_seconds() <= self.terms.late_seconds:
            return start_at
        start = await self.store.write(lambda tx: tx.hosts.reserve(host, now, most_wait, gap))
        if start is None:
            return now + timedelta(seconds=2 * most_wait)
        return start if start > now else start_at

    async def _visit(self, visit: Visit) -> Visited:
        started = perf_counter()
        found = await fetch(self.egress, visit.feed, visit.at)
        busy = self._busy(visit.feed, found) if isinstance(found, Failed) and found.busy else None
        result = await self._result(visit, found)
        visited = _visited(visit, result, round((perf_counter() - started) * 1000), busy)
        kept = payload_of(visit, found) if self.settings.keep_payloads and is_worth_keeping(result) else None
        return replace(visited, offered=await self.hubs.offered(found), payload=kept)

    async def _result(self, visit: Visit, found: Fetched | NotModified | Failed) -> Result:
        if isinstance(found, Failed):
            return trouble(visit, found.failure, found.status, self.settings)
        if isinstance(found, NotModified):
            return unchanged(visit, found, self.settings)
        try:
            document, found = await self.reading.read(visit.feed, found)
        except Unreadable as error:
            return trouble(visit, Failure("unreadable", str(error)), found.status, self.settings)
        if not document.children:  # else its entries come from other documents
            visit = replace(visit, payload=hash_of(found.body))
        if len(found.body) <= SMALL_BYTES:  # to change threads would cost more
            return digest(visit, found, document, self.settings)
        return await asyncio.to_thread(digest, visit, found, document, self.settings)

    def _busy(self, feed: Feed, found: Failed) -> Busy:
        """Keep this process from the host at once; the others hear of it when the poll is recorded."""
        host, asked = host_of(feed.url), found.failure.retry_after
        self.manners.back_off(
            host, self.clock() + timedelta(seconds=busy_seconds(0, asked, self.settings.most_seconds))
        )
        return Busy(host, asked)

    async def _record(self, visited: Visited) -> None:
        await self.recorder.record(visited)
        result = visited.result
        telemetry.count("poll", result.outcome)
        log.info("polled", feed=visited.url, outcome=result.outcome, fresh=visited.poll.fresh, error=result.feed.error)
        if result.faults:
            telemetry.count("poll", "entry_passed_over", len(result.faults))
            log.warning("entries passed over", feed=visited.url, n=len(result.faults), why=result.faults[:3])


def _visited(visit: Visit, result: Result, milliseconds: int = 0, busy: Busy | None = None) -> Visited:
    poll = Poll(
        feed_id=visit.feed.id,
        at=visit.at,
        outcome=result.outcome,
        status=result.status,
        entries=result.entries,
        fresh=len(result.articles),
        milliseconds=milliseconds,
        error=result.feed.error,
        passed_over=len(result.faults),
    )
    return Visited(visit.feed.url, result, poll, [RAW.encode(raw) for raw in result.articles], busy)

"""One visit to a feed: wait for its turn, ask, read, decide. In: a claim; out: nothing, for it is recorded."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from consumers.poll.articles import Visit
from consumers.poll.asking import Answer, Asking
from consumers.poll.fetch import Failed, Fetched, NotModified
from consumers.poll.keeping import is_worth_keeping, payload_of
from consumers.poll.manners import Manners
from consumers.poll.places import Places, Share
from consumers.poll.reading import Reading
from consumers.poll.recording import Busy, Recorder, Visited
from consumers.poll.result import Result, trouble
from consumers.poll.schedule import Failure
from consumers.poll.websub import Hubs
from service import telemetry
from service.clock import Clock
from service.egress import Egress
from service.model import OWN, Claim, Feed, Payload, Poll
from service.model.hosts import Terms, busy_seconds
from service.settings import PollSettings
from service.sources import Sources
from service.store import Store
from service.streams import RAW
from service.urls import host_of

SLOW_MILLISECONDS = 5_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Visits:
    """What every visit needs."""

    store: Store
    egress: Egress
    reading: Reading
    recorder: Recorder
    hubs: Hubs
    sources: Sources
    manners: Manners
    places: Places
    """To wait for a server."""
    large: Places
    """To hold a large document."""
    settings: PollSettings
    terms: Terms
    clock: Clock

    async def make(self, claim: Claim) -> None:
        """Poll the feed when its turn comes; give it back if it would come too late. Raises `Outage`."""
        with Share(self.large, claim.feed.prompt) as share:
            await self._make(claim, share)

    async def _make(self, claim: Claim, share: Share) -> None:
        feed, start_at = claim.feed, claim.start_at
        host = host_of(feed.address(feed.first_route))
        waits = start_at > self.clock()
        while True:
            async with self.manners.turn(host, start_at), self.places.place(feed.prompt):
                busy_until = await self._busy_until(host, waits)
                start = busy_until or await self._start(host, start_at)
                if start == start_at:
                    visited = await self._visit(Visit(feed, self.clock(), sources=self.sources), share)
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

    async def _visit(self, visit: Visit, share: Share) -> Visited:
        started, egress = perf_counter(), self.egress.within(share.enlarge)
        answer = await Asking(egress, self.reading.through(egress), self.settings).ask(visit)
        busy = self._busy(host_of(visit.feed.address(visit.feed.first_route)), answer.first)
        visited = _visited(answer.visit, answer.result, round((perf_counter() - started) * 1000), busy)
        offered = await self.hubs.offered(answer.found) if answer.visit.route == OWN else None
        return replace(visited, offered=offered, payload=self._payload(answer))

    def _payload(self, answer: Answer) -> Payload | None:
        keeps = self.settings.keep_payloads and is_worth_keeping(answer.result)
        return payload_of(answer.visit, answer.found) if keeps else None

    def _busy(self, host: str, found: Fetched | NotModified | Failed) -> Busy | None:
        """Where the host asks for it, keep this process from it at once; others hear of it when the poll is
        recorded."""
        if not isinstance(found, Failed) or not found.busy:
            return None
        asked = found.failure.retry_after
        seconds = busy_seconds(0, asked, self.settings.most_seconds)
        self.manners.back_off(host, self.clock() + timedelta(seconds=seconds))
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
    result = replace(result, feed=replace(result.feed, slow=milliseconds >= SLOW_MILLISECONDS))
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
        route="" if visit.route == OWN else visit.address,
    )
    return Visited(visit.address, result, poll, [RAW.encode(raw) for raw in result.articles], busy)

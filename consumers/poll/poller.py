"""The poller: feeds that are due in, visits of them out, until told to stop."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from consumers.poll.manners import Manners
from consumers.poll.patient import Reader
from consumers.poll.places import CLAIMED_AHEAD, Places, room
from consumers.poll.polite import Polite
from consumers.poll.reading import Reading
from consumers.poll.recording import Recorder
from consumers.poll.rules import PageReader
from consumers.poll.visit import Visits
from consumers.poll.websub import OFF, Hubs
from service.broker import Broker
from service.clock import Clock
from service.egress import Egress
from service.errors import Outage
from service.model import Claim
from service.model.hosts import Terms
from service.settings import PollSettings
from service.sources import NONE, Sources
from service.store import Store

PART_OF_LEASE_TO_USE = 0.9
FAREWELL_SECONDS = 5.0
OUTAGE_SECONDS = 15.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """What a poller knows besides the feeds."""

    hubs: Hubs = OFF
    sources: Sources = NONE


NOTHING = Known()


class Poll:
    """A poller. Use `run`, or `once` for a single round."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        egress: Egress,
        settings: PollSettings,
        clock: Clock,
        known: Known = NOTHING,
    ) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._terms = Terms(settings.host_gap_seconds, settings.per_host, settings.lease_seconds)
        self._prompt_terms = replace(self._terms, prompt_only=True)
        self._reader, self._pages = Reader(), PageReader()
        polite = Polite(store, egress, clock, settings.host_gap_seconds)
        self._visits = Visits(
            store=store,
            egress=egress,
            reading=Reading(self._reader, self._pages, polite, settings.index_children),
            recorder=Recorder(store, broker, settings, clock, known.hubs),
            hubs=known.hubs,
            sources=known.sources,
            manners=Manners(settings.per_host, clock),
            places=Places(settings.concurrency),
            large=Places(settings.large),
            settings=settings,
            terms=self._terms,
            clock=clock,
        )
        self._visits_begun: dict[asyncio.Task[None], Claim] = {}
        self._wake = asyncio.Event()
        self._hold_until = 0.0

    async def once(self) -> int:
        """Poll what is due now, as far as one claim reaches; gives the number of feeds. Raises `Outage`."""
        async with self._reader, self._pages:
            due = await self._claim(CLAIMED_AHEAD * self._settings.concurrency, self._terms)
            await asyncio.gather(*map(self._visit, due))
        return len(due)

    async def run(self, until: asyncio.Event) -> None:
        """Poll until told to stop. Neither a feed nor an outage ends it."""
        told = asyncio.create_task(until.wait())
        told.add_done_callback(lambda _: self._wake.set())
        async with self._reader, self._pages:
            try:
                while not until.is_set():
                    of_any, asked = room(self._visits_begun.values(), self._clock(), self._settings.concurrency)
                    due = await self._due(of_any, asked) if asked else ()
                    for claim in due:
                        self._begin(claim)
                    await self._pause(until, nothing_more=len(due) < asked)
            finally:
                told.cancel()
                await _farewell(set(self._visits_begun))

    def _begin(self, claim: Claim) -> None:
        visit = asyncio.create_task(self._visit(claim))
        self._visits_begun[visit] = claim
        visit.add_done_callback(self._ended)

    def _ended(self, visit: asyncio.Task[None]) -> None:
        del self._visits_begun[visit]
        self._wake.set()

    async def _due(self, of_any: int, most: int) -> Sequence[Claim]:
        """More feeds to visit, those beyond `of_any` prompt ones; none during an outage."""
        found: Sequence[Claim] = ()
        if _now() < self._hold_until:
            return found
        try:
            if of_any:
                found = await self._claim(of_any, self._terms)
            if len(found) == of_any < most:
                found = (*found, *await self._claim(most - of_any, self._prompt_terms))
        except Outage as outage:
            self._hold(outage)
        return found

    async def _claim(self, most: int, terms: Terms) -> Sequence[Claim]:
        now = self._clock()
        return await self._store.write(lambda tx: tx.feeds.claim_due(now, most, terms))

    async def _pause(self, until: asyncio.Event, nothing_more: bool) -> None:
        """Until a visit has ended; where nothing more was due, until it is time to look again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.idle_seconds):
                if nothing_more:
                    await until.wait()
                self._wake.clear()
                await self._wake.wait()

    async def _visit(self, claim: Claim) -> None:
        """Poll one feed. Whatever goes wrong stays here; a feed left alone is free once its lease ends."""
        waiting = max(0.0, (claim.start_at - self._clock()).total_seconds())
        try:
            async with asyncio.timeout(waiting + PART_OF_LEASE_TO_USE * self._settings.lease_seconds):
                await self._visits.make(claim)
        except TimeoutError:
            log.warning("poll took longer than its lease", feed=claim.feed.url)
        except Outage as outage:
            self._hold(outage)
        except Exception as error:  # one feed's trouble, even if it is a fault of ours, is not the others'
            log.exception("poll failed", feed=claim.feed.url)
            with suppress(Outage):
                await self._visits.confess(claim.feed, error)

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

"""The composition root: opens what the settings ask for, and runs the roles asked for until told to stop.

A role that fails ends a process that has only it to run, so that the orchestrator sees; in `up`, where
everything is in one process, the others go on and `/v1/health` says what stopped and why.
"""

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Literal

import structlog

import migrations
from consumers.announce import Announce
from consumers.deliver import Deliver
from consumers.deliver.recover import Recover
from consumers.enrich import open_enrich
from consumers.enrich.trial import enrich_text
from consumers.match.digests import Digests
from consumers.match.watch import Watch
from consumers.pages.reader import open_reader
from consumers.pipeline import entrance, stages
from consumers.poll.backfill import Backfiller
from consumers.poll.discover import Discoverer
from consumers.poll.leases import Leases
from consumers.poll.lists import Lists
from consumers.poll.patient import Reader
from consumers.poll.polite import Polite
from consumers.poll.poller import Known, Poll
from consumers.poll.websub import Hubs
from consumers.recheck import Recheck
from consumers.renewal import Renewal
from consumers.resources import how_read, known_sources, open_broker, open_ring, store_url
from consumers.runner import Runner
from consumers.upkeep import Upkeep
from service.api import Context, Health, StageHealth, create_app, create_probes, serve
from service.broker import Broker
from service.bulletins import Bulletins
from service.clock import Clock, now
from service.egress import Egress
from service.errors import Outage
from service.query import Reading
from service.sealing import Ring
from service.settings import Settings
from service.sources import NONE, Sources
from service.store import Store
from service.streams import READS
from service.topics import Workbench
from service.topics.backtesting import Backtester

logger = structlog.get_logger(__name__)

Role = Literal["serve", "poll", "work", "deliver"]
Act = Callable[[], Coroutine[Any, Any, None]]
ROLES: tuple[Role, ...] = ("serve", "poll", "work", "deliver")


@dataclass(frozen=True)
class Resources:
    """What the roles of one process share."""

    settings: Settings
    store: Store
    broker: Broker
    egress: Egress
    until: asyncio.Event
    clock: Clock = now
    sources: Sources = NONE


def polite(own: Resources) -> Polite:
    """Requests at hosts, when it is our turn among all processes."""
    return Polite(own.store, own.egress, own.clock, own.settings.poll.host_gap_seconds)


@asynccontextmanager
async def open_resources(settings: Settings, until: asyncio.Event) -> AsyncIterator[Resources]:
    """Waits while the database or the broker is away, or the schema is not there yet. Raises `Misconfigured`."""
    sources = known_sources(settings)
    async with AsyncExitStack() as stack:
        store = Store(store_url(settings), known=sources)
        stack.callback(store.close)
        await _patiently(partial(_schema_is_there, settings), until)
        broker = await _patiently(lambda: stack.enter_async_context(open_broker(settings)), until)
        egress = await stack.enter_async_context(Egress.open(settings.egress))
        yield Resources(settings, store, broker, egress, until, sources=sources)


async def _schema_is_there(settings: Settings) -> None:
    found = await asyncio.to_thread(migrations.current, store_url(settings))
    if found != migrations.head():
        raise Outage(f"the schema is at {found or 'nothing'}, not {migrations.head()}: run `courant migrate`")


def _settle() -> None:
    """What is there now stays to the end: to look through it for rubbish now and then halts all for .1 s and more."""
    gc.collect()
    gc.freeze()


async def _patiently(act: Callable[[], Coroutine[Any, Any, Any]], until: asyncio.Event) -> Any:
    while True:
        try:
            return await act()
        except Outage as outage:
            logger.warning("waiting", error=str(outage))
            try:
                await asyncio.wait_for(until.wait(), 2)
            except TimeoutError:
                continue
            raise


@dataclass
class Process:
    """The roles of one process, and how they are doing."""

    resources: Resources
    roles: Sequence[Role] = ROLES
    stages: Sequence[str] = ()
    """Which stages `work` runs; all of them if empty."""
    ready: Callable[[int], None] = lambda port: None
    """Told the port once the API (or the probes) answers."""
    stopped: dict[str, str] = field(default_factory=dict, init=False)
    runners: dict[str, Runner] = field(default_factory=dict, init=False)
    """By stage."""

    async def run(self) -> None:
        """Until `until` is set; raises what stopped the process otherwise."""
        async with AsyncExitStack() as stack:
            roles = await self._roles(stack)
            _settle()
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(self._guarded(name, role), name=name) for name, role in roles.items()]
                group.create_task(self._drain(running))

    async def _roles(self, stack: AsyncExitStack) -> dict[str, Act]:
        own, roles = self.resources, dict[str, Act]()
        if "work" in self.roles:
            roles |= await self._work(stack)
        if "poll" in self.roles:
            known = Known(self._hubs(), own.sources)
            poll = Poll(own.store, own.broker, own.egress, own.settings.poll, own.clock, known)
            roles["poll"] = partial(poll.run, own.until)
            roles |= self._ways_in()
            if own.settings.websub.public_url:
                leases = Leases(own.store, own.egress, own.settings.websub, own.clock, self.ring)
                roles["websub"] = partial(leases.run, own.until)
            if own.settings.recheck.enabled and own.settings.enrich.fetch_pages:
                pages = await stack.enter_async_context(
                    open_reader(own.store, own.egress, own.settings.enrich, own.clock)
                )
                recheck = Recheck(own.store, own.broker, pages, own.settings.recheck, own.clock)
                roles["recheck"] = partial(recheck.run, own.until)
        if "deliver" in self.roles:
            deliver = Deliver(own.store, own.egress, own.settings.deliver, own.clock, random.random, self.ring)
            roles["deliver"] = partial(deliver.run, own.until)
            roles["recover"] = partial(Recover(own.store, own.clock, self.ring).run, own.until)
        return roles | self._serving()

    def _hubs(self) -> Hubs:
        """The ring seals what is shared with hubs; who asks none needs none."""
        settings = self.resources.settings.websub
        return Hubs(settings, self.ring) if settings.public_url else Hubs(settings)

    def _announcing(self) -> dict[str, Act]:
        """Where there is a hub to be told."""
        own, settings = self.resources, self.resources.settings
        if not (settings.bulletins.hub and settings.websub.public_url):
            return {}
        bulletins = Bulletins(own.store, own.sources, self.reading)
        return {"announce": partial(Announce(own.store, own.egress, bulletins, settings, self.ring).run, own.until)}

    def _ways_in(self) -> dict[str, Act]:
        """What else brings feeds and articles in."""
        own = self.resources
        settings = own.settings.backfill
        backfiller = Backfiller(own.store, own.broker, polite(own), settings, own.clock, READS, own.sources)
        lists = Lists(own.store, polite(own), own.clock)
        return {"backfill": partial(backfiller.run, own.until), "lists": partial(lists.run, own.until)}

    async def _work(self, stack: AsyncExitStack) -> dict[str, Act]:
        own = self.resources
        enrich = await stack.enter_async_context(open_enrich(own.store, own.egress, own.settings.enrich, own.clock))
        if not self.stages or "enrich" in self.stages:
            await enrich.warm()
        reader = await stack.enter_async_context(Reader())
        first = entrance(own.store, reader, own.settings.poll, own.clock, own.sources)
        every = [first, *stages(own.store, enrich, own.settings, own.clock, self.reading, own.sources)]
        chosen = [stage for stage in every if not self.stages or stage.name in self.stages]
        self.runners = {
            stage.name: Runner(stage, own.broker, own.store, own.settings.work, own.until, own.clock)
            for stage in chosen
        }
        upkeep = Upkeep(own.store, own.broker, own.settings, own.clock)
        reading = {stage.name: stage.reads for stage in chosen}
        bench = Workbench(own.store, self.reading, own.sources, enrich_text, own.clock)
        return {
            **{name: runner.run for name, runner in self.runners.items()},
            "backtest": partial(Backtester(bench).run, own.until),
            "measure": partial(upkeep.measure, reading, own.until),
            "prune": partial(upkeep.prune, own.until),
            "remind": partial(upkeep.remind, own.until),
            "renewal": partial(Renewal(own.store).run, own.until),
            "digests": partial(Digests(own.store, own.clock).run, own.until),
            "watch": partial(Watch(own.store, own.clock).run, own.until),
        }

    @cached_property
    def reading(self) -> Reading:
        """How queries are understood, by the API and by match."""
        return how_read(self.resources.settings, self.resources.sources)

    @cached_property
    def ring(self) -> Ring:
        """What seals secrets; only who delivers or serves the API needs it."""
        return open_ring(self.resources.settings)

    def _serving(self) -> dict[str, Act]:
        own = self.resources
        discoverer = Discoverer(own.store, polite(own), own.settings.egress)
        context = Context(
            own.settings,
            own.store,
            own.broker,
            own.clock,
            self.health,
            discoverer.discover,
            own.sources,
            self.reading,
            enrich_text,
            until=own.until,
        )
        if "serve" in self.roles:
            context = replace(context, ring=self.ring)
            return {"serve": partial(serve, create_app(context), own.settings.api, own.until, self.ready)}
        if own.settings.metrics_port:
            everywhere = {"host": "0.0.0.0", "port": own.settings.metrics_port}  # noqa: S104  a pod's probes come from outside it
            at = own.settings.api.model_copy(update=everywhere)
            return {"serve": partial(serve, create_probes(context), at, own.until, self.ready)}
        return {}

    async def _guarded(self, name: str, act: Act) -> None:
        try:
            await act()
        except Exception as error:
            self.stopped[name] = str(error) or type(error).__name__
            logger.error("stopped", role=name, error=repr(error), exc_info=True)
            if name == "serve" or self.roles != ROLES:
                raise

    async def _drain(self, running: Sequence[asyncio.Task[None]]) -> None:
        """Once told to stop, allow what is in hand so much time and no more."""
        stopping = asyncio.create_task(self.resources.until.wait())
        either: set[asyncio.Future[Any]] = {stopping, asyncio.gather(*running, return_exceptions=True)}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        _, late = await asyncio.wait(running, timeout=self.resources.settings.work.drain_seconds)
        for each in late:
            logger.warning("cut short", role=each.get_name())
            each.cancel()

    def health(self) -> Health:
        """As far as this process knows."""
        unready = {name for name, runner in self.runners.items() if not (runner.prepared or name in self.stopped)}
        reading = [
            StageHealth(name, stream.name, self.stopped.get(name, ""), name not in unready)
            for name, stream in READS.items()
        ]
        apart = [StageHealth(name, "", self.stopped.get(name, "")) for name in ("poll", "recheck", "deliver")]
        return Health((*reading, *apart))

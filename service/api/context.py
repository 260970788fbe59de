"""What the API stands on: everything it needs from the process that runs it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from service.broker import Broker
from service.bulletins import Bulletins
from service.clock import Clock
from service.model import Discovery
from service.portraits import Portraits
from service.query import Reading
from service.sealing import UNSEALED, Ring
from service.settings import Settings
from service.sources import NONE, Sources
from service.store import Store
from service.topics import Enrich, Workbench, bare


@dataclass(frozen=True, slots=True)
class StageHealth:
    """One stage of the pipeline."""

    name: str
    """Also the group under which it reads."""
    stream: str = ""
    """What it reads; "" for a stage that reads no stream."""
    stopped_why: str = ""
    """Why it has stopped; "" while it runs."""
    ready: bool = True
    """False while it prepares, as match does that reads in its topics."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the stages of this installation are doing, as far as this process knows."""

    stages: tuple[StageHealth, ...] = ()


@dataclass(frozen=True)
class Context:
    """`health` is asked anew for every answer; it must not block."""

    settings: Settings
    store: Store
    broker: Broker
    clock: Clock
    health: Callable[[], Health] = Health
    discover: Callable[[str], Awaitable[Discovery]] | None = None
    """Finds the feeds of a site; None where this process has no way to ask the outside world."""
    sources: Sources = NONE
    """What is known of who publishes."""
    reading: Reading = field(default_factory=Reading)
    """How queries are understood."""
    enrich: Enrich = bare
    """What enrichment finds in a text that is no article; nothing where this process does not enrich."""
    ring: Ring = UNSEALED
    """Seals the secrets of endpoints, and marks keys."""
    until: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is to stop: then those who listen are sent away."""

    @property
    def workbench(self) -> Workbench:
        """What queries are tried on."""
        return Workbench(self.store, self.reading, self.sources, self.enrich, self.clock)

    @property
    def portraits(self) -> Portraits:
        """Tells of stories."""
        return Portraits(self.store, self.sources)

    @property
    def bulletins(self) -> Bulletins:
        """Reads what bulletins say."""
        return Bulletins(self.store, self.sources, self.reading)

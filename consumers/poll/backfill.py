"""Backfill: read archives in, on the backfill lane, as far as live news leaves room.

backfills due -> articles.raw

Any number of processes may do so: they share the backfills by leases.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from consumers.poll.patient import Reader
from consumers.poll.polite import Polite
from consumers.poll.reading_in import ReadingIn, Stopped
from consumers.rounds import rounds
from service.broker import Broker, Stream
from service.clock import Clock
from service.errors import Outage
from service.model import Backfill
from service.settings import BackfillSettings
from service.sources import NONE, Sources
from service.store import Store

log = structlog.get_logger(__name__)

FAULT_SECONDS = 300.0


@dataclass(frozen=True)
class Backfiller:
    """Reads in what is due. `reading` says which stage reads which stream: none may fall behind for it."""

    store: Store
    broker: Broker
    polite: Polite
    settings: BackfillSettings
    clock: Clock
    reading: Mapping[str, Stream[Any]]
    sources: Sources = NONE

    async def run(self, until: asyncio.Event) -> None:
        """Until told to stop. Neither a backfill nor an outage ends it."""

        async def once() -> float:
            return 0.0 if await self.once(until) else self.settings.idle_seconds

        await rounds(once, until, "backfills")

    async def once(self, until: asyncio.Event | None = None) -> bool:
        """Read one document of the backfill that is due; False if none is. Raises `Outage`."""
        now, lease = self.clock(), self.settings.lease_seconds
        kept = await self.store.write(lambda tx: tx.backfills.claim(now, lease))
        if kept is None:
            return False
        async with Reader() as reader:
            parts = (self.store, self.broker, self.polite, reader, self.settings, self.clock, self.reading)
            reading = ReadingIn(*parts, until or asyncio.Event(), self.sources)
            kept = await self._advance(reading, replace(kept, state="running"))
        await self.store.write(lambda tx: tx.backfills.record(kept, free=True))
        return True

    async def _advance(self, reading: ReadingIn, kept: Backfill) -> Backfill:
        try:
            return await reading.advance(kept)
        except Stopped:
            return await self._as_kept(kept)
        except Outage:
            raise
        except Exception as error:  # one archive's trouble, even if it is a fault of ours, is not the others'
            log.exception("backfill failed", backfill=kept.id)
            why = f"reading it in failed by a fault of Courant's own ({type(error).__name__})"
            again = self.clock() + timedelta(seconds=FAULT_SECONDS)
            return replace(await self._as_kept(kept), error=why, next_at=again)

    async def _as_kept(self, kept: Backfill) -> Backfill:
        return await self.store.read(lambda tx: tx.backfills.get(kept.id)) or kept

"""Requests at hosts that others ask, too. In: an address; out: the answer, or how it failed, or that the host
must be left alone for longer than the caller can wait.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.clock import Clock
from service.egress import Egress, Reply, Unreachable
from service.headers import retry_after
from service.store import Store
from service.urls import host_of

BUSY_SECONDS = 60.0
MOST_BUSY_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Later:
    """The host is not free within the time that was given."""

    seconds: float


@dataclass(frozen=True)
class Polite:
    """Asks when it is our turn, which all processes share."""

    store: Store
    egress: Egress
    clock: Clock
    gap_seconds: float

    async def get(
        self, url: str, headers: Mapping[str, str], most_wait: float, total_seconds: float | None = None
    ) -> Reply | Unreachable | Later:
        """Waits for our turn, at most so many seconds. Raises `Outage`."""
        now = self.clock()
        at = await self._turn(url, now, most_wait)
        if at is None:
            return Later(most_wait)
        await asyncio.sleep((at - now).total_seconds())
        reply = await self.egress.get(url, headers, total_seconds)
        if isinstance(reply, Reply) and reply.busy:
            await self._back_off(url, reply)
        return reply

    async def _turn(self, url: str, now: datetime, most_wait: float) -> datetime | None:
        host, gap = host_of(url), self.gap_seconds
        return await self.store.write(lambda tx: tx.hosts.reserve(host, now, most_wait, gap))

    async def _back_off(self, url: str, reply: Reply) -> None:
        now = self.clock()
        asked = retry_after(reply.headers.get("retry-after", ""), now) or BUSY_SECONDS
        until = now + timedelta(seconds=min(asked, MOST_BUSY_SECONDS))
        await self.store.write(lambda tx: tx.hosts.back_off(host_of(url), until, now))

"""How not to be a nuisance to a host, as far as one process can see to it: few requests at once, none before its
time, none while the host is busy. The times themselves are given out by the database: see `service.store.claims`.

In: hosts to be asked, and when; out: a place there, or the time until which there is none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from service.clock import Clock

FORGET_ABOVE = 10_000


@dataclass(slots=True)
class _Place:
    at_once: asyncio.Semaphore
    busy_until: datetime | None = None
    users: int = field(default=0)


class Manners:
    """What this process owes to each host."""

    def __init__(self, per_host: int, clock: Clock) -> None:
        self._per_host, self._clock = per_host, clock
        self._hosts: dict[str, _Place] = {}

    @asynccontextmanager
    async def turn(self, host: str, start_at: datetime) -> AsyncIterator[None]:
        """Wait for the start, and hold one of the host's places meanwhile."""
        place = self._known(host)
        place.users += 1
        try:
            if (wait := (start_at - self._clock()).total_seconds()) > 0:
                await asyncio.sleep(wait)
            async with place.at_once:
                yield
        finally:
            place.users -= 1

    def back_off(self, host: str, until: datetime) -> None:
        """Leave the host alone until then."""
        place = self._known(host)
        place.busy_until = max(place.busy_until or until, until)

    def busy_until(self, host: str) -> datetime | None:
        """Until when the host is to be left alone; None if it may be asked."""
        return self._busy(self._hosts[host]) if host in self._hosts else None

    def _busy(self, place: _Place) -> datetime | None:
        if place.busy_until and place.busy_until <= self._clock():
            place.busy_until = None
        return place.busy_until

    def _known(self, name: str) -> _Place:
        if name not in self._hosts and len(self._hosts) >= FORGET_ABOVE:
            self._forget()
        return self._hosts.setdefault(name, _Place(asyncio.Semaphore(self._per_host)))

    def _forget(self) -> None:
        """Hosts to which nothing is owed any more."""
        idle = [name for name, place in self._hosts.items() if not place.users and not self._busy(place)]
        for name in idle:
            del self._hosts[name]

"""How not to be a nuisance to a host: few requests at once, a pause between them, none while it is busy.

In: addresses to be asked; out: the moment when each may be.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

FORGET_ABOVE = 10_000


def host_of(url: str) -> str:
    """The host that a request to this address troubles."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@dataclass(slots=True)
class _Host:
    at_once: asyncio.Semaphore
    next_start: float = 0.0
    users: int = field(default=0)


class Manners:
    """What is owed to each host. Times are the event loop's, in seconds."""

    def __init__(self, per_host: int, gap_seconds: float) -> None:
        self._per_host, self._gap = per_host, gap_seconds
        self._hosts: dict[str, _Host] = {}

    def wait_for(self, url: str) -> float:
        """Seconds until a request to this host may start, as far as can be told."""
        host = self._hosts.get(host_of(url))
        return max(0.0, host.next_start - _now()) if host else 0.0

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait until the host may be asked, and hold one of its places meanwhile."""
        name = host_of(url)
        host = self._known(name)
        host.users += 1
        try:
            start = max(_now(), host.next_start)
            host.next_start = start + self._gap
            await asyncio.sleep(start - _now())
            async with host.at_once:
                yield
        finally:
            host.users -= 1

    def back_off(self, url: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        host = self._known(host_of(url))
        host.next_start = max(host.next_start, _now() + seconds)

    def _known(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= FORGET_ABOVE:
            self._forget()
        return self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._per_host)))

    def _forget(self) -> None:
        """Hosts to which nothing is owed any more."""
        now = _now()
        idle = [name for name, host in self._hosts.items() if not host.users and host.next_start <= now]
        for name in idle:
            del self._hosts[name]


def _now() -> float:
    return asyncio.get_running_loop().time()

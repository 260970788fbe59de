"""How much each key and each account may ask in a minute: in goes who asks, out comes what is told of the quota.

Windows are of one length and begin at its multiples, for all processes. What several of them grant together never
exceeds the limit: each takes a portion of what is left out of the database and spends it by itself, so most requests
cost no transaction. What a process took and did not spend is lost to the others until the window ends; that is an
eighth of what was left, at most. Refusing costs nothing either: that nothing is left is known until the window ends.

Header fields: draft-ietf-httpapi-ratelimit-headers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil

from service.api.header_names import RATE_LIMIT, RATE_LIMIT_POLICY
from service.clock import Clock
from service.errors import TooMany
from service.model import Caller
from service.settings import QuotaSettings
from service.store import Store
from service.store.quotas import Window

MOST_METERS = 10_000
KEY, ACCOUNT = "default", "account"


@dataclass(slots=True)
class Meter:
    """One window of one key or account, as far as this process knows."""

    window: Window
    limit: int
    held: int = 0
    beyond: int = 1
    """Left for anybody when a portion was last taken."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def left(self) -> int:
        return self.held + self.beyond


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request has used up."""

    meters: Sequence[Meter]
    seconds: int
    """Until the windows end."""
    length: int

    @property
    def headers(self) -> Mapping[str, str]:
        policies = (f'"{each.window.policy}";q={each.limit};w={self.length}' for each in self.meters)
        standing = (f'"{each.window.policy}";r={each.left};t={self.seconds}' for each in self.meters)
        return {RATE_LIMIT_POLICY: ", ".join(policies), RATE_LIMIT: ", ".join(standing)}

    def give_back(self) -> None:
        """It cost nothing after all."""
        for meter in self.meters:
            meter.held += 1


class Meters:
    """Of all keys and accounts that were here in this window."""

    def __init__(self, store: Store, settings: QuotaSettings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._meters: dict[tuple[str, str], Meter] = {}

    async def spend(self, caller: Caller, limits: Mapping[str, int]) -> Spent:
        """One request of this caller's. `limits` are its account's own. Raises `TooManyRequests`."""
        length, now = self._settings.seconds, self._clock()
        begins = datetime.fromtimestamp(now.timestamp() // length * length, UTC)
        of_key = self._meter(Window(KEY, caller.key_id, begins), limits.get("requests", self._settings.requests))
        most = limits.get("account_requests", self._settings.account_requests)
        of_account = self._meter(Window(ACCOUNT, caller.account_id, begins), most)
        seconds = max(1, ceil(length - (now - begins).total_seconds()))
        spent = Spent((of_key, of_account), seconds, length)
        if not await self._one(of_key):
            raise TooManyRequests(of_key, spent)
        if not await self._one(of_account):
            of_key.held += 1
            raise TooManyRequests(of_account, spent)
        return spent

    def _meter(self, window: Window, limit: int) -> Meter:
        known = self._meters.get((window.policy, window.subject))
        if known is None or known.window != window or known.limit != limit:
            if len(self._meters) >= MOST_METERS:
                self._meters.clear()
            known = self._meters[window.policy, window.subject] = Meter(window, limit)
        return known

    async def _one(self, meter: Meter) -> bool:
        """Spend one, if there is one."""
        if not meter.held:
            async with meter.turn:
                if not meter.held and meter.beyond:
                    portion = await self._store.write(lambda tx: tx.quotas.take(meter.window, meter.limit))
                    meter.held, meter.beyond = portion.granted, portion.left
        if not meter.held:
            return False
        meter.held -= 1
        return True


class TooManyRequests(TooMany):
    """Also knows what is told of the quota."""

    def __init__(self, meter: Meter, spent: Spent) -> None:
        super().__init__(meter.window.policy, meter.limit, spent.seconds)
        self.headers = spent.headers

"""What is done for endpoints beside delivering, until told to stop: first of all, once, what an older key sealed is
sealed with the newest; then recoveries that were asked for, a portion at a time.

recoveries that are not done -> deliveries that wait
"""

import asyncio
from dataclasses import dataclass

from consumers.deliver.reseal import reseal
from consumers.rounds import rounds
from service.clock import Clock
from service.sealing import UNSEALED, Ring
from service.store import Store

REST_SECONDS = 1.0


@dataclass(frozen=True)
class Recover:
    """Safe to run in any number of processes."""

    store: Store
    clock: Clock
    ring: Ring = UNSEALED

    async def run(self, until: asyncio.Event) -> None:
        sealed = False

        async def once() -> float:
            nonlocal sealed
            if not sealed:
                await reseal(self.store, self.ring)
                sealed = True
            return await self.once()

        await rounds(once, until, "recoveries")

    async def once(self) -> float:
        """A portion of one of them; gives how long to rest. Raises `Outage`."""
        worked_on = await self.store.write(lambda tx: tx.recoveries.go_on(self.clock()))
        return 0.0 if worked_on else REST_SECONDS

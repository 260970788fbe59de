"""A process that delivers from a database until it is killed; it claims for a second and a half."""

import asyncio
import random

from consumers.deliver import Deliver
from service import telemetry
from service.clock import now
from service.egress import Egress
from service.sealing import Ring
from service.settings import DeliverSettings, EgressSettings, LogSettings
from service.store import Store

RING = Ring([("1", b"k" * 32)])
SETTINGS = DeliverSettings(total_seconds=1, lease_seconds=1.5, idle_seconds=0.05)


def deliverer(url: str) -> None:
    """Never ends by itself."""
    telemetry.configure(LogSettings(level="error"))
    asyncio.run(_deliver(Store(url)))


async def _deliver(store: Store) -> None:
    async with Egress.open(EgressSettings(allow_loopback=True)) as egress:
        await Deliver(store, egress, SETTINGS, now, random.random, RING).run(asyncio.Event())

"""Round after round until told to stop: what the workers do that have no stream to read."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from service.errors import Outage

OUTAGE_SECONDS = 15.0

log = structlog.get_logger(__name__)


async def rounds(
    once: Callable[[], Awaitable[float]], until: asyncio.Event, what: str, outage_seconds: float = OUTAGE_SECONDS
) -> None:
    """Call `once`, which gives the seconds to rest before the next time, until told to stop.

    An `Outage` ends nothing: `what` waits for its end, looking again after `outage_seconds`.
    """
    while not until.is_set():
        try:
            rest = await once()
        except Outage as outage:
            log.warning(f"outage, {what} wait", why=str(outage))
            rest = outage_seconds
        await told_within(until, rest)


async def told_within(until: asyncio.Event, seconds: float) -> bool:
    """Whether it was told to stop before the time was up."""
    with suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)
        return True
    return False

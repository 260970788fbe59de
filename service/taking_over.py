"""When new keys of an endpoint may be relied on alone: in goes the endpoint; nothing comes out, but not before that.

A delivery is signed with the keys that its endpoint had when it was claimed. What is under way as the keys are changed
has the old ones only, and whoever takes the new ones at once would refuse it. So nobody is shown new keys before
everything that was claimed with the old ones is through.
"""

import asyncio

from service.clock import Clock
from service.store import Store

LOOK_SECONDS = 0.05
WAITED_BEFORE = 1.5
"""Seconds that a delivery may be in hand beside its attempt: before its start, and until it is recorded."""


async def taken_over(store: Store, endpoint_id: str, clock: Clock, attempt_seconds: float) -> None:
    """Once everything is through that is in hand now; at the latest after the time that an attempt may take, for
    whoever has it then has died."""
    try:
        async with asyncio.timeout(attempt_seconds + WAITED_BEFORE):
            before = await store.read(lambda tx: tx.deliveries.in_hand(endpoint_id, clock()))
            while before:
                await asyncio.sleep(LOOK_SECONDS)
                before &= await store.read(lambda tx: tx.deliveries.in_hand(endpoint_id, clock()))
    except TimeoutError:
        return

"""Secrets that are changed while deliveries flow: nothing comes that a receiver cannot verify, and nobody is shown new
keys while something is under way that only the old ones signed.

`python -m tests.benchmarks.rotating` does the same for longer, with several processes, and on PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from consumers.deliver import Deliver
from service.clock import now
from service.egress import Egress
from service.model import Due
from service.settings import EgressSettings
from service.store import Store
from service.taking_over import taken_over
from tests.benchmarks.deliverer import RING, SETTINGS
from tests.benchmarks.rotating import rotated_under_load
from tests.builders import an_alert, an_endpoint


@asynccontextmanager
async def delivering(store: Store) -> AsyncIterator[None]:
    until = asyncio.Event()
    async with Egress.open(EgressSettings(allow_loopback=True)) as egress:
        at_work = asyncio.create_task(Deliver(store, egress, SETTINGS, now, random.random, RING).run(until))
        yield
        until.set()
        await at_work


@pytest.mark.slow
async def test_a_secret_changed_under_load_leaves_nothing_that_cannot_be_verified(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with delivering(sqlite_store):
        ended = await rotated_under_load(sqlite_store, tmp_path, rotations=2, grace=1)
    assert ended.is_well, ended


async def claimed(store: Store) -> Due:
    """Somebody has a delivery to the endpoint `a` in hand."""
    raised = [an_alert(topic_id="t", created_at=now())]
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="a")))
    await store.write(lambda tx: tx.alerts.raise_alerts(raised, {"t": ["a"]}, now()))
    (due,) = await store.write(lambda tx: tx.deliveries.claim_due(now(), 1, 60, 4, {}))
    return due


async def test_new_keys_wait_for_what_the_old_ones_sign_and_for_nothing_that_comes_after(store: Store) -> None:
    due, looks = await claimed(store), list[datetime]()

    def clock() -> datetime:
        looks.append(now())
        return looks[-1]

    waiting = asyncio.create_task(taken_over(store, "a", clock, 60))
    await taken_over(store, "another", now, 60)
    async with asyncio.timeout(30):
        while len(looks) < 3:
            await asyncio.sleep(0.01)
    assert not waiting.done()
    await store.write(lambda tx: tx.deliveries.release([due.id]))
    await store.write(lambda tx: tx.deliveries.claim_due(now(), 1, 90, 4, {}))
    async with asyncio.timeout(30):
        await waiting


async def test_new_keys_do_not_wait_longer_than_an_attempt_may_take(store: Store) -> None:
    await claimed(store)
    async with asyncio.timeout(30):
        await taken_over(store, "a", now, -1)


@pytest.mark.parametrize("well", [True, False])
async def test_what_follows_a_transaction_waits_until_it_is_committed(store: Store, well: bool) -> None:
    seen = list[bool]()

    async def follow() -> None:
        seen.append(await store.read(lambda tx: tx.endpoints.get("a", None)) is not None)

    async def together() -> None:
        async with store.together():
            await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="a")))
            await store.afterwards(follow)
            assert not seen
            if not well:
                raise LookupError

    if well:
        await together()
        assert seen == [True]
    else:
        with pytest.raises(LookupError):
            await together()
        assert not seen

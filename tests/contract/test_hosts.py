"""What is promised to hosts, on every database and by however many processes."""

import itertools
from asyncio import gather
from datetime import datetime, timedelta

import pytest

from service.model import EPOCH
from service.model.hosts import GAP_SECONDS, JITTER, Host, Start
from service.store import Store
from tests.builders import NOW

HOST = "harbour-gazette.test"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def reserve(store: Store, at: float = 0, wait: float = 1000, gap: float = GAP_SECONDS) -> float | None:
    """Seconds from `NOW` to the reserved start."""
    found = await store.write(lambda tx: tx.hosts.reserve(HOST, after(at), wait, gap))
    return (found - NOW).total_seconds() if found else None


async def host(store: Store) -> Host:
    return await store.read(lambda tx: tx.hosts.get(HOST))


async def test_a_host_that_nobody_asked_yet_may_be_asked_at_once(store: Store) -> None:
    assert await host(store) == Host(HOST, EPOCH, EPOCH)
    assert await reserve(store) == 0


async def test_starts_are_a_gap_and_up_to_a_fifth_apart(store: Store) -> None:
    starts = [await reserve(store) or 0.0 for _ in range(20)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= GAP_SECONDS
    assert max(gaps) <= GAP_SECONDS * (1 + JITTER) + 0.001
    assert len(set(gaps)) == len(gaps)


async def test_who_cannot_wait_gets_nothing_and_takes_nothing(store: Store) -> None:
    assert await reserve(store) == 0
    assert await reserve(store, wait=1) is None
    assert await reserve(store, at=100, wait=0) == 100


async def test_each_gap_is_that_of_the_request_before(store: Store) -> None:
    assert [await reserve(store, gap=0) for _ in range(3)] == [0, 0, 0]
    assert await reserve(store, gap=60) == 0
    assert (await reserve(store, gap=0) or 0) >= 60


async def test_many_starts_are_taken_in_their_order_and_late_ones_not_at_all(store: Store) -> None:
    wanted = [Start(HOST, 10), Start("anchor.test", 0), Start(HOST, 60), Start(HOST, 0), Start("anchor.test", 0)]
    first, other, second, late, again = await store.write(lambda tx: tx.hosts.reserve_all(wanted, NOW, 20))
    assert first == other == again == NOW
    assert second is not None
    assert after(10) <= second <= after(12)
    assert late is None
    assert (await reserve(store, gap=0) or 0) >= 70
    assert await store.write(lambda tx: tx.hosts.reserve_all([], NOW, 20)) == []


async def test_hosts_do_not_wait_for_each_other(store: Store) -> None:
    assert await reserve(store) == 0
    assert await store.write(lambda tx: tx.hosts.reserve("anchor.test", NOW, 0)) == NOW


async def test_many_who_ask_together_get_starts_of_their_own(store: Store) -> None:
    starts = await gather(*(reserve(store) for _ in range(12)))
    in_order = sorted(start for start in starts if start is not None)
    assert len(in_order) == 12
    assert all(later - earlier >= GAP_SECONDS for earlier, later in itertools.pairwise(in_order))


async def test_a_busy_host_is_left_alone_and_then_asked_with_longer_gaps(store: Store) -> None:
    await store.write(lambda tx: tx.hosts.back_off(HOST, after(600), NOW))
    assert await reserve(store, wait=599) is None
    starts = [await reserve(store) or 0.0 for _ in range(3)]
    assert starts[0] == 600
    assert starts[1] - starts[0] >= 2 * GAP_SECONDS
    assert starts[2] - starts[1] >= 2 * GAP_SECONDS


async def test_the_longest_back_off_holds_and_what_is_heard_together_counts_once(store: Store) -> None:
    for seconds in (600, 60, 300):
        await store.write(lambda tx, seconds=seconds: tx.hosts.back_off(HOST, after(seconds), NOW))
    kept = await host(store)
    assert (kept.busy_until, kept.strikes) == (after(600), 1)
    await store.write(lambda tx: tx.hosts.back_off(HOST, after(1300), after(700)))
    assert (await host(store)).strikes == 2


async def test_a_host_without_a_gap_comes_back_one_request_after_the_other_all_the_same(store: Store) -> None:
    await store.write(lambda tx: tx.hosts.back_off(HOST, after(60), NOW))
    first, second = await reserve(store, gap=0), await reserve(store, gap=0)
    assert first == 60
    assert (second or 0) >= 62


async def test_good_answers_are_forgiven_one_strike_each_once_the_wait_is_over(store: Store) -> None:
    await store.write(lambda tx: tx.hosts.back_off(HOST, after(60), NOW))
    await store.write(lambda tx: tx.hosts.well([HOST], after(30)))
    assert (await host(store)).strikes == 1
    for _ in range(2):
        await store.write(lambda tx: tx.hosts.well([HOST, "unknown.test"], after(61)))
    assert (await host(store)).strikes == 0


@pytest.mark.parametrize(("before", "left"), [(0.0, 1), (10_000.0, 0)])
async def test_hosts_to_which_nothing_is_owed_are_forgotten(store: Store, before: float, left: int) -> None:
    await reserve(store)
    assert await store.write(lambda tx: tx.hosts.prune(after(before))) == 1 - left
    assert (await host(store) == Host(HOST, EPOCH, EPOCH)) is (left == 0)

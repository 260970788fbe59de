"""Receivers that misbehave, over the whole way of a delivery: what becomes of it, when its slot is free, and that it
costs no memory; and addresses that lead inside, however they are written or resolved."""

import asyncio
import tracemalloc
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

import pytest

from consumers.demo.inbox import ACCEPTED, Answer
from service.egress import Egress
from service.settings import EgressSettings
from service.store import Store
from tests.benchmarks.holding import held
from tests.builders import NOW
from tests.contract.misbehaving import Script, answer, endless, raw, serving, silent
from tests.stages.test_deliver import SETTINGS, World, world
from tests.stores import sqlite_only
from tests.unit.egress.test_addresses import REFUSED

store = sqlite_only

__all__ = ["world"]

QUICK = SETTINGS.model_copy(update={"total_seconds": 0.5})
START = b"HTTP/1.1 200 So\r\n"
MIB = 2**20


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (silent, "timeout"),
        (endless(START, b"X-More: 1\r\n" * 5000), "protocol timeout"),
        (endless(START + b"X-Long: ", b"x" * 65536), "protocol timeout"),
        (endless(START, b"X-Drip: 1\r\n", 0.05), "timeout"),
        (endless(b"HTTP/1.1 200 So\r\n\r\n", b"", 0.05), "timeout"),
        (raw(b"not HTTP at all\r\n\r\n"), "protocol"),
        (raw(b""), "connect"),
    ],
    ids=["silent", "endless headers", "endless header", "drips headers", "no end", "no HTTP", "hangs up"],
)
async def test_a_receiver_that_misbehaves_is_left_in_time_and_costs_no_memory(
    world: World, script: Script, kind: str
) -> None:
    inbox = await world.inbox()
    await world.endpoint("well", inbox.url)
    await world.owe("well", 3)
    async with serving(script) as server:
        await world.endpoint("bad", server.url())
        await world.owe("bad", 3)
        tracemalloc.start()
        try:
            async with asyncio.timeout(30):
                assert await world.deliver(QUICK).once() == 6
            assert tracemalloc.get_traced_memory()[1] < 40 * MIB
        finally:
            tracemalloc.stop()
    tried = await world.store.read(lambda tx: tx.deliveries.attempts_at("bad"))
    assert {each.outcome for each in tried} == {"unreachable"}
    assert {each.error_class for each in tried} <= set(kind.split())
    assert all(each.milliseconds == 0 for each in tried), "by the clock of the test, which stood still"
    assert [each.state for each in await world.deliveries("well")] == ["sent"] * 3


async def test_who_holds_a_slot_longest_has_it_as_long_as_an_attempt_may_take(store: Store) -> None:
    """`python -m tests.benchmarks.holding` measures it at the settings as shipped."""
    async with asyncio.timeout(60):
        found = await held(store, QUICK, 2)
    assert {name for name, outcome in found.outcomes.items() if outcome == "timeout"} >= {
        "never answers",
        "drips headers",
        "drips one header",
        "drips its body",
        "drips without length",
        "no handshake",
    }
    assert found.outcomes["endless body"] == "sent", "it said 200, and no more than 16 KiB are read"


async def test_every_forbidden_address_is_an_attempt_that_connects_to_nobody(world: World) -> None:
    async with serving(answer()) as server:
        closed = EgressSettings(allow_ports=(server.port,))
        async with Egress.open(closed) as egress:
            world.egress = egress
            for number, address in enumerate(REFUSED):
                host = f"[{address}]" if ":" in address else address
                await world.endpoint(f"e{number}", f"http://{host}:{server.port}/")
                await world.owe(f"e{number}")
            await world.deliver().once()
        assert server.connections == 0
    tried = [
        (await world.store.read(lambda tx, n=n: tx.deliveries.attempts_at(f"e{n}")))[0] for n in range(len(REFUSED))
    ]
    assert {each.error_class for each in tried} == {"address"}


async def test_a_name_that_leads_inside_by_turns_is_never_followed_there(world: World) -> None:
    """127.0.0.2, where nobody listens, stands for a public address."""
    outside, inside = ["127.0.0.2"], ["127.0.0.1"]
    turns = cycle([outside, inside, outside + inside, inside + outside])

    async def lookup(host: str) -> Sequence[str]:
        return next(turns)

    async with serving(answer()) as server:
        settings = EgressSettings(allow_networks=("127.0.0.2/32",), allow_ports=(server.port,))
        async with Egress.open(settings, lookup) as egress:
            world.egress = egress
            await world.endpoint("a", f"http://harbour.example:{server.port}/", max_in_flight=32)
            await world.owe("a", 32)
            await world.deliver().once()
        assert server.connections == 0
    kinds = [each.error_class for each in await world.store.read(lambda tx: tx.deliveries.attempts_at("a"))]
    assert (kinds.count("address"), kinds.count("connect")) == (24, 8)


async def test_a_redirect_inside_is_a_refusal_and_nobody_goes_there(world: World) -> None:
    hop = await world.inbox()
    inbox = await world.inbox(Answer(302, headers={"location": "http://169.254.169.254/latest", "refresh": hop.url}))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    (attempt,) = await world.attempts()
    assert (attempt.outcome, attempt.status, hop.received) == ("refused", 302, [])


async def test_a_receiver_away_for_an_hour_gets_all_that_it_missed_in_order(world: World) -> None:
    """It fails, rests and comes back; an hour passes by the clock of the test."""
    inbox = await world.inbox(Answer(reset=True))
    await world.endpoint("a", inbox.url, ordering="fifo")
    deliver = world.deliver()
    for _ in range(12):
        await world.owe("a", 2)
        await deliver.once()
        world.clock.advance(300)
    inbox.answer = lambda received: ACCEPTED
    before = len(inbox.received)
    for _ in range(200):
        if not (await world.counts()).get("waiting"):
            break
        if not await deliver.once():
            world.clock.advance(300)
    assert await world.counts() == {"sent": 24}
    assert world.clock() - NOW < timedelta(hours=30), "the schedule's longer waits, at most"
    seqs = [each.seq for each in reversed(await world.deliveries())]
    came = [each.id for each in inbox.received[before:]]
    by_seq = {each.id: each.seq for each in await world.deliveries()}
    assert [by_seq[id] for id in came] == sorted(seqs)

"""Many feeds of many hosts, polled by two pollers at once: no host is ever pressed, and there is no burst."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

import migrations
from consumers.poll.adding import spread
from consumers.poll.poller import Poll
from service.broker import Broker
from service.clock import now
from service.egress import Egress
from service.model import Feed
from service.settings import EgressSettings, PollSettings
from service.store import Store
from tests.builders import a_feed
from tests.servers import listening
from tests.stages.polling import running
from tests.watchful import Watchful

GAP = 0.4
FIRST_WITHIN = 4.0
TOLERANCE = 0.2
"""Of the server's clock: a request may be on its way for longer than the one before."""
LEAST, MOST = 6.0, 60.0
"""Seconds for which it is watched: longer where the machine is slow."""


async def local(_: str) -> Sequence[str]:
    return ("127.0.0.1",)


def feeds(port: int) -> list[Feed]:
    """Forty hosts with one feed each, ten with six, and slow ones with six."""
    hosts = [(f"one-{n}.test", 1) for n in range(40)] + [(f"six-{n}.test", 6) for n in range(10)]
    hosts += [(f"slow-{n}.test", 6) for n in range(3)] + [("busy.test", 6)]
    every = [a_feed(url=f"http://{host}:{port}/{n}", next_poll_at=now()) for host, count in hosts for n in range(count)]
    return spread(every, now(), FIRST_WITHIN)


@pytest.fixture
def pollers_stores(tmp_path: Path) -> list[Store]:
    """Two connections to one database, as two processes have them."""
    url = f"sqlite:///{tmp_path}/store.db"
    migrations.upgrade(url)
    return [Store(url) for _ in range(2)]


async def watch(server: Watchful) -> float:
    """Until all have had their turns; gives the seconds."""
    began = asyncio.get_running_loop().time()
    while True:
        await asyncio.sleep(LEAST)
        watched = asyncio.get_running_loop().time() - began
        if watched > MOST or all(server.feeds[f"one-{n}.test/0"] >= 2 for n in range(40)):
            return watched


@pytest.mark.slow
@pytest.mark.alone
async def test_no_host_is_pressed_by_however_many_feeds_and_pollers(
    pollers_stores: list[Store], embedded_broker: Broker
) -> None:
    server = Watchful()
    server.busy.add("busy.test")
    settings = PollSettings(
        host_gap_seconds=GAP,
        concurrency=20,
        idle_seconds=0.05,
        least_seconds=1,
        first_seconds=1.5,
        most_seconds=3,
        lease_seconds=10,
    )
    async with listening(server.serve) as port:
        given = feeds(port)
        await pollers_stores[0].write(lambda tx: tx.feeds.add_missing(given))
        async with Egress.open(EgressSettings(allow_loopback=True, allow_ports=(port,)), local) as egress:
            pollers = [Poll(store, embedded_broker, egress, settings, now) for store in pollers_stores]
            async with running(*pollers):
                watched = await watch(server)
    for store in pollers_stores:
        store.close()
    assert server.closest() >= GAP - TOLERANCE
    assert server.most <= 2
    assert {host for host in server.starts if host != "busy.test"} == {
        feed.url.split("/")[2].split(":")[0] for feed in given
    } - {"busy.test"}
    assert len(server.starts["busy.test"]) <= 4 + (watched - LEAST) / 2, "it was left alone, and then asked more slowly"
    assert sum(server.feeds[f"six-0.test/{n}"] > 0 for n in range(6)) == 6, "and each feed had its turn"
    assert all(server.feeds[f"one-{n}.test/0"] >= 2 for n in range(40)), "many hosts do not wait for few"
    assert server.most_first_in_a_second() <= len(given) / 2, "there is no burst, though all came together"

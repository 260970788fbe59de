"""Does everything add up, over HTTP."""

import asyncio
from collections import Counter

import httpx

from consumers.dedupe import Dedupe
from consumers.runner import Runner, Stage
from service.broker import Broker
from service.settings import DedupeSettings, WorkSettings
from service.store import Store
from service.streams import IDENTIFIED, RAW
from tests.builders import NOW, a_raw_article

PATH = "/v1/stats/reconciliation"


async def work(store: Store, broker: Broker) -> None:
    """Dedupe until nothing is left."""
    until = asyncio.Event()
    stage = Stage("dedupe", RAW, IDENTIFIED, Dedupe(store, DedupeSettings()))
    running = asyncio.create_task(Runner(stage, broker, store, WorkSettings(idle_seconds=0.05), until).run())
    async with asyncio.timeout(60):
        while (await broker.lag(RAW.name, "dedupe")).records:
            await asyncio.sleep(0.01)
    until.set()
    await running


async def test_nothing_has_come_yet(client: httpx.AsyncClient) -> None:
    told = (await client.get(PATH)).json()
    assert told["even"] is True
    assert told["entries"] == {"seen": 0, "known": 0, "passed_on": 0, "passed_over": 0}
    (dedupe,) = told["stages"]
    assert (dedupe["came"], dedupe["in_flight"], dedupe["outcomes"]) == (0, 0, {})


async def test_what_came_is_what_became_of_it(client: httpx.AsyncClient, store: Store, embedded_broker: Broker) -> None:
    raws = [a_raw_article(), a_raw_article(), a_raw_article(title="Ferries sail again")]
    await embedded_broker.append(RAW.name, [*map(RAW.encode, raws), ("", b"no message")])
    await work(store, embedded_broker)
    await embedded_broker.append(RAW.name, [RAW.encode(a_raw_article())])
    await store.write(lambda tx: tx.tallies.add("poll", Counter(known=7, passed_on=3, passed_over=1), NOW))
    told = (await client.get(PATH)).json()
    (dedupe,) = told["stages"]
    assert dedupe["outcomes"] == {"new": 1, "repeat": 1, "revision": 1, "dead": 1}
    assert (dedupe["came"], dedupe["in_flight"], dedupe["unaccounted"], dedupe["even"]) == (5, 1, 0, True)
    assert told["entries"] == {"seen": 11, "known": 7, "passed_on": 3, "passed_over": 1}


async def test_a_gap_shows(client: httpx.AsyncClient, store: Store, embedded_broker: Broker) -> None:
    await embedded_broker.append(RAW.name, [RAW.encode(a_raw_article()), RAW.encode(a_raw_article())])
    await work(store, embedded_broker)
    await store.write(lambda tx: tx.tallies.add("dedupe", Counter(repeat=-1), NOW))
    told = (await client.get(PATH)).json()
    assert told["even"] is False


async def test_it_takes_a_key(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get(PATH)).status_code == 401


async def test_the_owner_of_a_feed_says_by_what_its_entries_are_known(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/feeds", json={"url": "https://anchor-oar.com/rss", "identity": "guid"})).json()
    assert made["identity"] == "guid"
    changed = await client.patch(f"/v1/feeds/{made['id']}", json={"identity": "text"})
    assert changed.json()["identity"] == "text"
    assert (await client.patch(f"/v1/feeds/{made['id']}", json={"identity": "mood"})).status_code == 422
    assert (await client.get(f"/v1/feeds/{made['id']}")).json()["identity"] == "text"

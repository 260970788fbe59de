"""The demo: a newsroom on loopback, the whole of Courant in one process, and an inbox that hears its alerts.

Nothing of it outlives the process: its files are in a folder that is removed at the end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from consumers.app import Process, Resources, open_resources
from consumers.demo.inbox import Inbox
from consumers.demo.newsroom import Newsroom
from consumers.demo.script import Day, read_day
from consumers.demo.summary import summary
from consumers.demo.telling import Teller
from consumers.embeddings import open_embedder
from consumers.poll.adding import new_feed
from consumers.resources import migrate, open_ring
from service.api import serve
from service.api_keys import new_key
from service.clock import now
from service.endpoint_keys import keyed
from service.model import Endpoint, Follow, Grew, Subscription, Topic
from service.sealing import Ring
from service.settings import ApiSettings, Settings, load
from service.store import Transaction
from service.streams import READS

TOPICS = {
    "Belarus": "Belarus",
    "prisoner release": '"prisoner release" OR about:"prisoner release"',
    "low water": "(Rhine AND falls) OR (Rhein AND Pegel) OR Niedrigwasser OR (Rhin AND niveau)",
}
BY_WORDS = {
    "prisoner release": (
        '"prisoner release" OR (prisoners AND (released OR frees OR release)) OR (заключённых AND освободила) '
        "OR (зняволеных AND вызваліла) OR (Gefangene AND freigelassen)"
    )
}
"""Where no model is installed that knows what is said in other words."""
FOLLOW = Follow(grew=Grew(independent=(3,), languages=(3,)))
SETTLED_SECONDS = 60


def demo_settings(**given: Any) -> Settings:
    """The settings of a demo: as the user's, but quick, quiet, and allowed to talk to this machine."""
    own: dict[str, Any] = {
        "database": "",
        "broker": "",
        "egress": {"allow_loopback": True},
        "poll": {
            "first_seconds": 2,
            "least_seconds": 1,
            "most_seconds": 3,
            "idle_seconds": 0.2,
            "host_gap_seconds": 0,
            "per_host": 20,
        },
        "enrich": {"enough_characters": 100, "page_gap_seconds": 0},
        "work": {"idle_seconds": 0.2},
        "deliver": {"idle_seconds": 0.2},
        "log": {"level": "error"},
    }
    return load(**(own | given))


@dataclass(frozen=True)
class Stage:
    """What the demo plays on."""

    resources: Resources
    newsroom: Newsroom
    inbox: Inbox
    teller: Teller


async def play(settings: Settings, until: asyncio.Event, seconds: float, once: bool, as_json: bool) -> None:
    """Let the day pass, sum it up, and keep the API up until `until` is set (or end, if `once`)."""
    with TemporaryDirectory(prefix="courant-demo-") as folder:
        settings = settings.model_copy(update={"data": Path(folder)})
        await migrate(settings)
        async with _open(settings, until, Teller(as_json)) as stage:
            process = Process(stage.resources, ready=lambda port: stage.teller.listening(settings, port))
            running = asyncio.create_task(process.run())
            day = asyncio.create_task(_pass(stage, seconds))
            await asyncio.wait([running, day], return_when=asyncio.FIRST_COMPLETED)
            if once or running.done():
                until.set()
            else:
                stage.teller.stays()
            await running
            await day


async def _pass(stage: Stage, seconds: float) -> None:
    until = stage.resources.until
    await stage.newsroom.run(seconds, stage.teller.published, until)
    await _settled(stage.resources)
    stage.teller.summed_up(await stage.resources.store.read(summary, stage.inbox.received))


async def _settled(resources: Resources) -> None:
    """Until every feed was polled after the last publication, and nothing is under way any more."""
    last, until = resources.clock(), resources.until
    latest = last + timedelta(seconds=SETTLED_SECONDS)
    while resources.clock() < latest and not until.is_set() and not await _quiet(resources, last):
        with suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), 0.1)


async def _quiet(resources: Resources, last: datetime) -> bool:
    feeds = await resources.store.read(lambda tx: tx.feeds.list("", 1000))
    if not all(each.last_poll_at and each.last_poll_at > last for each in feeds if not each.error):
        return False
    behind = [await resources.broker.lag(stream.name, name) for name, stream in READS.items()]
    waiting = (await resources.store.read(lambda tx: tx.deliveries.counts())).get("waiting", 0)
    return not waiting and not any(each.records for each in behind)


@asynccontextmanager
async def _open(settings: Settings, until: asyncio.Event, teller: Teller) -> AsyncIterator[Stage]:
    ring, day = open_ring(settings), read_day()
    given = keyed(Endpoint("ep_inbox", ""), ring)
    topics = TOPICS if open_embedder(settings.enrich.embeddings) else TOPICS | BY_WORDS
    newsroom = Newsroom(day, now)
    inbox = Inbox([given.secret], tell=teller.received)
    async with open_resources(settings, until) as resources, inbox.open(), _served(newsroom) as base:
        endpoint = replace(given.endpoint, url=inbox.url, created_at=now())
        key = await resources.store.write(_furnish, day, base, endpoint, ring, topics)
        teller.begins(day, key)
        yield Stage(resources, newsroom, inbox, teller)


@asynccontextmanager
async def _served(newsroom: Newsroom) -> AsyncIterator[str]:
    """The newsroom's address, while it is served."""
    done, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    heard: Callable[[int], None] = port.set_result
    serving = asyncio.create_task(serve(newsroom.app, ApiSettings(port=0), done, heard))
    try:
        yield f"http://127.0.0.1:{await port}"
    finally:
        done.set()
        await serving


def _furnish(tx: Transaction, day: Day, base: str, endpoint: Endpoint, ring: Ring, topics: Mapping[str, str]) -> str:
    """Feeds, topics, an endpoint that hears them all, and an API key, which is given back."""
    at = now()
    tx.feeds.add_missing(
        [new_feed(f"{base}/{each.id}/feed", at, each.title, each.source, each.language) for each in day.outlets]
    )
    tx.endpoints.add(endpoint)
    for number, (name, query) in enumerate(topics.items()):
        topic = tx.topics.add(Topic(f"tp_demo{number}", name, query, created_at=at))
        tx.subscriptions.add(Subscription(f"sb_demo{number}", topic.id, "ep_inbox", at, follow=FOLLOW))
    key, text = new_key("demo", at)
    tx.keys.add(key, text, ring)
    return text

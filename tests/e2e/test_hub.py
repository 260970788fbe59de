"""`courant up` as a process, a feed and its hub around it: subscribed by itself, pushed, filed in a story; killed
with -9 in between, and nothing pushed is lost; and none of the secrets given to it can be read anywhere."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from consumers.poll.adding import new_feed
from service.clock import now
from service.store import Transaction
from tests.e2e.installation import Installation, wait_until
from tests.e2e.secrets_kept import Secrets
from tests.hub import Hub
from tests.servers import FeedServer
from tests.services import free_port

pytestmark = pytest.mark.slow


def rss(*titles: str) -> bytes:
    text = "The operator said so on Sunday, and asked travellers to come an hour early because of the crowds."
    entries = "".join(
        f"<item><title>Ferry {each}</title><link>https://gazette.test/{each}</link>"
        f"<description>{each}: {text}</description></item>"
        for each in titles
    )
    return f'<rss version="2.0"><channel><title>Gazette</title>{entries}</channel></rss>'.encode()


async def until(happened: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(wait_until, happened, 180, what)


async def test_what_a_hub_pushes_is_filed_whatever_is_killed(tmp_path: Path) -> None:
    port = free_port()
    own = {"COURANT_API__PORT": str(port), "COURANT_WEBSUB__PUBLIC_URL": f"http://127.0.0.1:{port}"}
    own |= {"COURANT_WEBSUB__IDLE_SECONDS": "0.2", "COURANT_LOG__LEVEL": "debug"}
    installation = Installation(tmp_path, own | {"COURANT_DELIVER__MAIL_SERVER": "smtp://127.0.0.1:9"})
    kept = Secrets(installation, f"http://127.0.0.1:{port}")
    await asyncio.to_thread(installation.run_plainly, "migrate")

    def filed(*titles: str) -> bool:
        names = ", ".join(f"'https://gazette.test/{each}'" for each in titles)
        in_stories = "from articles join linkings on linkings.article_id = articles.id"
        return installation.count(f"select count(distinct url) {in_stories} where url in ({names})") == len(titles)

    async with FeedServer.open() as server, Hub.open() as hub:
        topic = server.url("/feed.xml")
        server.publish("/feed.xml", rss("one"), link=f'<{hub.url}>; rel="hub", <{topic}>; rel="self"')
        with installation.store.engine.begin() as connection:
            Transaction(connection).feeds.add_missing([new_feed(topic, now())])
        try:
            installation.start("up", "up")
            await until(lambda: bool(hub.subscribers), "the hub was not asked, or its question not answered")
            await until(lambda: filed("one"), "what was polled is not filed")
            await kept.give(server.port)
            started = perf_counter()
            assert await hub.publish(topic, rss("two", "one")) == [202]
            await until(lambda: filed("two"), "what was pushed is not filed")
            print(f"published to filed in a story: {perf_counter() - started:.1f} s")
            assert await hub.publish(topic, rss("three", "two")) == [202]
            installation.kill("up")
            with pytest.raises(httpx.ConnectError):
                await hub.publish(topic, rss("four"))
            installation.start("up", "up")
            await until(lambda: filed("one", "two", "three"), "what was accepted before the kill is lost")
            assert await hub.publish(topic, rss("four", "three")) == [202]
            await until(lambda: filed("four"), "what was pushed after the kill is not filed")
            assert installation.count("select count(*) from dead_letters") == 0
            attempted = "select count(distinct endpoint_id) from attempts"
            await until(lambda: installation.count(attempted) == 3, "not every endpoint was tried")
            kept.hidden |= {f"hub {n}": asked["hub.secret"] for n, asked in enumerate(hub.subscribers.values())}
            assert kept.found() == []
        finally:
            installation.stop()

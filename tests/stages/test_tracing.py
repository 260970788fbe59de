"""One trace from the request that brings an article to the webhook that tells of it, through every stage."""

import httpx
import pytest

from consumers.demo.inbox import Answer
from consumers.enrich import open_enrich
from consumers.pipeline import entrance, stages
from consumers.poll.patient import Reader
from service.api import Context, create_app
from service.api_keys import new_key
from service.broker import Broker
from service.clock import now
from service.settings import PollSettings, Settings
from service.store import Store, Transaction
from service.streams import PUSHED, RAW, READS
from service.tracing import accepted, child, made_of, trace_id
from tests.builders import a_feed, a_subscription, a_topic
from tests.properties.test_crashes import until_done
from tests.properties.test_pushed import a_document
from tests.stages.test_deliver import World, world
from tests.stores import sqlite_only

store = sqlite_only

__all__ = ["world"]
GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SETTINGS = Settings(enrich={"embeddings": False, "fetch_pages": False})
ARTICLE = {
    "url": "https://anchor.test/ferry",
    "title": "Ferry service to the northern islands resumes after the storm",
    "text": "Ferries to the northern islands sailed again on Friday after a storm had kept them in harbour for days.",
    "language": "en",
}


async def pushed(store: Store, broker: Broker) -> None:
    """An article brought by a request that has a trace."""
    key, text = new_key("tests", now())
    await store.write(lambda tx: tx.keys.add(key, text))
    app = create_app(Context(SETTINGS, store, broker, now))
    headers = {"Authorization": f"Bearer {text}", "traceparent": GIVEN, "x-request-id": "r-1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://courant.test") as client:
        assert (await client.post("/v1/articles", json=ARTICLE, headers=headers)).status_code == 202


async def test_a_webhook_carries_the_trace_of_the_request_that_brought_the_article(
    world: World, embedded_broker: Broker
) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)

    def watch(tx: Transaction) -> None:
        tx.topics.add(a_topic(id="t", name="t", query="ferry"))
        tx.subscriptions.add(a_subscription(id="s", topic_id="t", endpoint_id="a"))

    await world.store.write(watch)
    await pushed(world.store, embedded_broker)
    async with open_enrich(world.store, world.egress, SETTINGS.enrich) as enrich:
        for stage in stages(world.store, enrich, SETTINGS, now):
            await until_done(stage, embedded_broker, world.store, 4)
    world.clock.now = now()
    for stream in READS.values():
        if stream is not PUSHED:
            async with embedded_broker.reader(stream.name, "a test") as reader:
                (record,) = await reader.read(10, 0)
            assert record.headers == {"traceparent": GIVEN, "x-request-id": "r-1"}, stream.name
    assert await world.deliver().once() == 1
    (received,) = inbox.received
    assert trace_id(received.headers["traceparent"]) == trace_id(GIVEN)
    assert received.headers["traceparent"] != GIVEN


async def test_articles_of_a_pushed_document_have_the_trace_of_the_request_that_pushed_it(
    world: World, embedded_broker: Broker
) -> None:
    await world.store.write(lambda tx: tx.feeds.add_missing([a_feed()]))
    told = {"traceparent": GIVEN, "x-request-id": "r-2"}
    await embedded_broker.append(PUSHED.name, [PUSHED.encode(a_document(1), told)])
    async with Reader() as reader:
        await until_done(entrance(world.store, reader, PollSettings(), now), embedded_broker, world.store, 4)
    async with embedded_broker.reader(RAW.name, "a test") as records:
        found = await records.read(10, 0)
    assert {RAW.decode(each).trace for each in found} == {GIVEN}
    assert all(each.headers == told for each in found)


async def test_every_attempt_has_a_parent_of_its_own_in_one_trace(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    world.clock.advance(5)
    await world.deliver().once()
    first, second = (each.headers["traceparent"] for each in inbox.received)
    assert trace_id(first) == trace_id(second)
    assert first != second


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nonsense",
        GIVEN.upper(),
        "ff" + GIVEN[2:],
        GIVEN + "-more",
        "00-" + "0" * 32 + GIVEN[35:],
        GIVEN[:36] + "0" * 16 + "-01",
        "x" * 100_000,
    ],
)
def test_what_is_no_trace_gets_a_new_one(given: str) -> None:
    made = accepted(given)
    assert accepted(made) == made
    assert trace_id(made) != trace_id(GIVEN)
    assert accepted(child(given, "a")) == child(given, "a")


def test_a_later_version_is_read_as_far_as_this_one_goes() -> None:
    assert accepted("01" + GIVEN[2:] + "-more") == GIVEN


def test_the_same_parts_make_the_same_trace() -> None:
    assert made_of("poll", "a") == made_of("poll", "a") != made_of("poll", "b")
    assert accepted(made_of("poll", "a")) == made_of("poll", "a")

"""The Python client against the API itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from service.client import Courant, Refusal, shapes
from service.errors import CourantError
from service.model import Notice, notice_id
from service.store import Store
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW

OPENAPI = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())["components"]["schemas"]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One kind is enough: what is tested here never differs between databases."""
    return sqlite_store


@pytest.fixture
async def courant(app: FastAPI, key: str) -> AsyncIterator[Courant]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Courant("http://courant.test", key, transport) as client:
        yield client


SHAPES = "Topic Feed Story Article Alert Event Problem Fault Endpoint EndpointMade Subscription Delivery Recovery"


@pytest.mark.parametrize("name", SHAPES.split())
def test_every_field_is_one_of_the_api(name: str) -> None:
    told = OPENAPI[name]["properties"]
    fields = {each.encode_name: each for each in msgspec.structs.fields(getattr(shapes, name))}
    assert set(fields) <= set(told)
    for field in fields.values():
        assert not field.required or field.name in OPENAPI[name]["required"] or "default" in told[field.name]


async def test_topics_are_added_changed_listed_and_removed(courant: Courant) -> None:
    made = [await courant.add_topic(f"Ferries {n}", "ferry") for n in range(3)]
    assert sorted([each async for each in courant.topics()], key=lambda each: each.name) == made
    changed = await courant.change_topic(made[0].id, enabled=False)
    assert (changed.enabled, changed.name) == (False, "Ferries 0")
    await courant.remove_topic(made[1].id)
    assert {each.id async for each in courant.topics()} == {made[0].id, made[2].id}


async def test_lists_are_read_to_their_end(courant: Courant, store: Store) -> None:
    for n in range(5):
        await store.write(file_story, f"st_{n}", [an_article_to_file(f"https://a.com/{n}", title=f"Ferry {n}")])
    assert len([each async for each in courant.stories(limit=2)]) == 5
    assert [each.id async for each in courant.stories(q="title:ferry", limit=2, country=None)]
    assert {each.story_id async for each in courant.articles(limit=2)} == {f"st_{n}" for n in range(5)}
    assert (await courant.get("/v1/stories/st_1"))["title"] == "Ferry 1"


async def test_what_was_told_is_caught_up_with_and_listened_to_from_a_cursor(courant: Courant, store: Store) -> None:
    async def tell(*numbers: int) -> None:
        told = [Notice(notice_id("feed.gap", str(n)), "feed.gap", "feed-1", NOW, {"number": n}) for n in numbers]
        await store.write(lambda tx: tx.notices.tell(told, NOW))

    await tell(0, 1, 2, 3, 4)
    found = [each async for each in courant.events(limit=2)]
    assert [each.data["number"] for each in found] == [0, 1, 2, 3, 4]
    assert not [each async for each in courant.events(found[-1].cursor)]
    listening = courant.events(found[3].cursor, listen=True, kind="feed.*")
    assert (await anext(listening)).id == found[4].id
    async with asyncio.timeout(30):
        later, _ = await asyncio.gather(anext(listening), tell(5))
    assert later.data == {"number": 5}


async def test_who_subscribes_sends_again_and_recovers(courant: Courant, store: Store) -> None:
    topic = await courant.add_topic("Ferries", "ferry")
    made = await courant.add_endpoint("https://inbox.example/courant", notices=["feed.gap"])
    assert made.secret.startswith("whsec_")
    subscribed = await courant.subscribe(topic.id, made.id)
    assert [each async for each in courant.subscriptions(topic=topic.id)] == [subscribed]
    gap = Notice(notice_id("feed.gap", "1"), "feed.gap", "feed-1", NOW, {})
    await store.write(lambda tx: tx.notices.tell([gap], NOW))
    (owed,) = [each async for each in courant.deliveries(endpoint=made.id)]
    assert (owed.notice_id, owed.state) == (gap.id, "waiting")
    assert (await courant.resend(owed.id)).notice_id == gap.id
    begun = await courant.recover(made.id, NOW - timedelta(hours=1))
    assert (await courant.recovery(begun.id)).endpoint_id == made.id
    assert (await courant.change_endpoint(made.id, enabled=False)).enabled is False
    await courant.unsubscribe(subscribed.id)
    await courant.remove_endpoint(made.id)
    assert not [each async for each in courant.endpoints()]


async def test_a_refusal_says_why(courant: Courant) -> None:
    with pytest.raises(Refusal, match="expected") as refused:
        await courant.add_topic("a", "(ferry")
    assert refused.value.problem.status == 422
    with pytest.raises(Refusal, match="no topic"):
        await courant.remove_topic("none")


async def test_what_got_no_answer_is_sent_again_and_done_once(app: FastAPI, key: str) -> None:
    class Broken(httpx.ASGITransport):
        """Loses the first answer on its way back, and is busy then."""

        sent: list[httpx.Request]

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.sent.append(request)
            if len(self.sent) == 2:
                return httpx.Response(503, headers={"Retry-After": "0"}, request=request)
            answer = await super().handle_async_request(request)
            if len(self.sent) == 1:
                raise httpx.ReadError("the connection broke", request=request)
            return answer

    transport = Broken(app, raise_app_exceptions=False)
    transport.sent = []
    async with Courant("http://courant.test", key, transport) as courant:
        made = await courant.add_topic("Ferries", "ferry")
        assert len({each.headers["Idempotency-Key"] for each in transport.sent}) == 1
        assert [each.id async for each in courant.topics()] == [made.id]


async def test_what_is_no_courant_is_said_so() -> None:
    async def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    for handler, told in ((lambda request: httpx.Response(404, text="<html>"), "not as Courant"), (refuse, "reached")):
        async with Courant("http://other.test", "key", httpx.MockTransport(handler)) as courant:
            with pytest.raises(CourantError, match=told):
                await courant.get("/v1/topics")

"""Quotas: how often a key may ask, how much an account may have; told in headers, kept across processes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from service.api import Context, create_app
from service.api_keys import new_key
from service.model import Account
from service.store import Store
from tests.api.problem import problem
from tests.clock import SetClock

Processes = Callable[..., Awaitable[list[httpx.AsyncClient]]]


@pytest.fixture
async def processes(context: Context, store: Store, clock: SetClock) -> AsyncIterator[Processes]:
    """Makes clients of as many API processes on the one store; each with a key of its own if so told."""
    opened: list[httpx.AsyncClient] = []

    async def made(
        number: int = 1, own_keys: bool = False, account: str = "main", **quotas: int
    ) -> list[httpx.AsyncClient]:
        settings = context.settings.model_copy(update={"quotas": context.settings.quotas.model_copy(update=quotas)})
        keys = [new_key(f"key {n}", clock(), account) for n in range(number if own_keys else 1)]
        for key, text in keys:
            await store.write(lambda tx, key=key, text=text: tx.keys.add(key, text))
        for n in range(number):
            transport = httpx.ASGITransport(create_app(replace(context, settings=settings)), raise_app_exceptions=False)
            headers = {"Authorization": f"Bearer {keys[n % len(keys)][1]}"}
            opened.append(httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers))
        return opened

    yield made
    for each in opened:
        await each.aclose()


async def test_every_answer_tells_of_the_quota(processes: Processes, clock: SetClock) -> None:
    (client,) = await processes(requests=10, account_requests=50, seconds=60)
    clock.advance(12.5)
    for path, status in (("/v1/topics", 200), ("/v1/topics/none", 404), ("/v1/topics?limit=0", 422), ("/v1/x", 404)):
        answer = await client.get(path)
        assert answer.status_code == status
        assert answer.headers["ratelimit-policy"] == '"default";q=10;w=60, "account";q=50;w=60'
    assert answer.headers["ratelimit"] == '"default";r=6;t=48, "account";r=46;t=48'


async def test_who_asks_too_often_waits_until_the_window_ends(processes: Processes, clock: SetClock) -> None:
    (client,) = await processes(requests=5)
    clock.advance(20)
    for _ in range(5):
        assert (await client.get("/v1/topics")).status_code == 200
    for _ in range(3):
        refused = await client.get("/v1/topics")
        told = problem(refused, "quota-exceeded", 429)
        assert told["violated-policies"] == ["default"]
        assert refused.headers["retry-after"] == "40"
        assert '"default";r=0;t=40' in refused.headers["ratelimit"]
    clock.advance(40)
    assert (await client.get("/v1/topics")).status_code == 200


async def test_what_has_not_changed_costs_nothing(processes: Processes) -> None:
    (client,) = await processes(requests=5)
    tag = (await client.get("/v1/topics")).headers["etag"]
    for _ in range(12):
        answer = await client.get("/v1/topics", headers={"If-None-Match": tag})
        assert answer.status_code == 304
        assert '"default";r=4' in answer.headers["ratelimit"]


async def test_processes_together_grant_no_more_than_the_quota(processes: Processes) -> None:
    clients = await processes(3, requests=100)
    told = Counter[int]()
    for _ in range(50):
        answers = await asyncio.gather(*(each.get("/v1/topics") for each in clients))
        told.update(each.status_code for each in answers)
    assert told == {200: 100, 429: 50}


async def test_keys_of_an_account_share_its_quota(processes: Processes) -> None:
    clients = await processes(3, own_keys=True, requests=100, account_requests=30)
    answers = [await client.get("/v1/topics") for _ in range(20) for client in clients]
    assert Counter(each.status_code for each in answers) == {200: 30, 429: 30}
    assert problem(answers[-1], "quota-exceeded", 429)["violated-policies"] == ["account"]


async def test_an_account_may_have_limits_of_its_own(processes: Processes, store: Store, clock: SetClock) -> None:
    await store.write(lambda tx: tx.accounts.add(Account("acme", "Acme", clock(), limits={"requests": 2, "topics": 1})))
    (client,) = await processes(account="acme")
    assert (await client.post("/v1/topics", json={"name": "a", "query": "ferry"})).status_code == 201
    told = problem(await client.post("/v1/topics", json={"name": "b", "query": "ferry"}), "quota-reached", 403)
    assert (told["quota"], told["limit"], told["used"]) == ("topics", 1, 1)
    problem(await client.get("/v1/topics"), "quota-exceeded", 429)


async def test_of_everything_an_account_may_have_so_many(processes: Processes) -> None:
    (client,) = await processes(topics=2, endpoints=2, subscriptions=2, keys=2)
    topics, endpoints = [], []
    for n in range(2):
        topics.append((await client.post("/v1/topics", json={"name": str(n), "query": "ferry"})).json()["id"])
        endpoints.append((await client.post("/v1/endpoints", json={"url": f"https://reader.test/{n}"})).json()["id"])
    pairs = [(0, 0), (0, 1), (1, 0)]
    subscribed = [
        await client.post("/v1/subscriptions", json={"topic_id": topics[t], "endpoint_id": endpoints[e]})
        for t, e in pairs
    ]
    assert [each.status_code for each in subscribed] == [201, 201, 403]
    problem(subscribed[-1], "quota-reached", 403)
    problem(await client.post("/v1/topics", json={"name": "more", "query": "ferry"}), "quota-reached", 403)
    problem(await client.post("/v1/endpoints", json={"url": "https://reader.test/more"}), "quota-reached", 403)
    given = {"name": "reader", "scopes": ["topics:read"]}
    assert [(await client.post("/v1/keys", json=given)).status_code for _ in range(2)] == [201, 403]
    gone = await client.delete(f"/v1/topics/{topics[0]}", headers={"If-Match": "*"})
    assert gone.status_code == 204
    assert (await client.post("/v1/topics", json={"name": "more", "query": "ferry"})).status_code == 201


async def test_of_articles_and_feeds_there_are_so_many_a_day(processes: Processes, clock: SetClock) -> None:
    (client,) = await processes(articles=2, feeds=1)
    article = {"url": "https://harbour.test/1", "title": "Ferries resume", "text": "Ferries resumed today."}
    pushed = [(await client.post("/v1/articles", json=article)).status_code for _ in range(3)]
    assert pushed == [202, 202, 429]
    batch = {"articles": [article]}
    refused = await client.post("/v1/articles:batch", json=batch)
    assert problem(refused, "quota-exceeded", 429)["violated-policies"] == ["articles"]
    added = [await client.post("/v1/feeds", json={"url": f"https://harbour.test/{n}.xml"}) for n in range(2)]
    assert [each.status_code for each in added] == [201, 429]
    clock.advance(int(refused.headers["retry-after"]))
    assert (await client.post("/v1/articles:batch", json=batch)).status_code == 202

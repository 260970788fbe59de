"""Accounts: what one owns, another neither sees nor touches."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from service.api_keys import new_key
from service.model import ADMIN, Account
from service.store import Store
from tests.clock import SetClock


@pytest.fixture
async def acme(app: FastAPI, store: Store, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key of another account."""
    await store.write(lambda tx: tx.accounts.add(Account("acme", "Acme", clock())))
    made, text = new_key("theirs", clock(), "acme", (ADMIN,))
    await store.write(lambda tx: tx.keys.add(made, text))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {text}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers) as client:
        yield client


async def made(client: httpx.AsyncClient, path: str, given: dict[str, object]) -> str:
    answer = await client.post(path, json=given)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_two_accounts_may_use_the_same_name_and_one_may_not_use_it_twice(
    client: httpx.AsyncClient, acme: httpx.AsyncClient
) -> None:
    for each in (client, acme):
        await made(each, "/v1/topics", {"name": "Ferries", "query": "ferry"})
        assert (await each.post("/v1/topics", json={"name": "Ferries", "query": "boat"})).status_code == 409
        assert len((await each.get("/v1/topics")).json()["items"]) == 1


async def test_a_topic_of_one_account_cannot_go_to_an_endpoint_of_another(
    client: httpx.AsyncClient, acme: httpx.AsyncClient
) -> None:
    topic = await made(client, "/v1/topics", {"name": "Ferries", "query": "ferry"})
    own = await made(client, "/v1/endpoints", {"url": "https://reader.test/own"})
    theirs = await made(acme, "/v1/endpoints", {"url": "https://reader.test/theirs"})
    for each, endpoint in ((client, theirs), (acme, own), (acme, theirs)):
        refused = await each.post("/v1/subscriptions", json={"topic_id": topic, "endpoint_id": endpoint})
        assert refused.status_code == 404
    await made(client, "/v1/subscriptions", {"topic_id": topic, "endpoint_id": own})

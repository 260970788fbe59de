"""Keys: made, shown once, followed, expired and revoked; what they are known by."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from fastapi import FastAPI

from service.api import Context, create_app
from service.api_keys import PATTERN, new_key
from service.model import Account
from service.sealing import UNSEALED, Ring
from service.store import Store, Transaction
from tests.api.problem import problem
from tests.builders import a_topic, an_endpoint
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only


async def added(client: httpx.AsyncClient, **given: object) -> dict[str, str]:
    answer = await client.post("/v1/keys", json={"name": "reader", "scopes": ["topics:read"]} | given)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/keys/{answer.json()['id']}"
    assert answer.headers["cache-control"] == "no-store"
    made: dict[str, str] = answer.json()
    return made


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


async def test_a_key_is_shown_once_and_opens(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    made = await added(client)
    assert re.fullmatch(PATTERN, made["key"])
    assert (await stranger.get("/v1/topics", headers=bearer(made["key"]))).status_code == 200
    for path in ("/v1/keys", f"/v1/keys/{made['id']}"):
        shown = await client.get(path)
        assert made["id"] in shown.text
        assert made["key"] not in shown.text
        assert made["key"].split("_")[3] not in shown.text


async def test_a_key_gives_no_scope_that_it_has_not(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    weak = bearer((await added(client, scopes=["keys:write", "topics:read"]))["key"])
    for scope in ("topics:write", "admin", "operator"):
        refused = await stranger.post("/v1/keys", json={"name": "more", "scopes": [scope]}, headers=weak)
        assert problem(refused, "forbidden", 403)["scope"] == scope
    (strong,) = [each["id"] for each in (await client.get("/v1/keys")).json()["items"] if each["name"] == "tests"]
    refused = await stranger.post(f"/v1/keys/{strong}:rotate", json={}, headers=weak)
    assert problem(refused, "forbidden", 403)["scope"] == "operator"


async def test_a_key_opens_until_it_expires(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SetClock
) -> None:
    until = clock() + timedelta(hours=1)
    key = (await added(client, expires_at=until.isoformat()))["key"]
    clock.advance(3599)
    assert (await stranger.get("/v1/topics", headers=bearer(key))).status_code == 200
    clock.advance(1)
    problem(await stranger.get("/v1/topics", headers=bearer(key)), "unauthorised", 401)
    late = await client.post("/v1/keys", json={"name": "late", "scopes": ["admin"], "expires_at": until.isoformat()})
    assert problem(late, "invalid", 422)["errors"][0]["pointer"] == "/expires_at"


async def test_two_keys_live_side_by_side_while_one_follows_the_other(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SetClock
) -> None:
    old = await added(client)
    answer = await client.post(f"/v1/keys/{old['id']}:rotate", json={"grace_seconds": 60})
    new = answer.json()
    assert (answer.status_code, new["name"], new["scopes"]) == (201, "reader", ["topics:read"])
    assert (await client.get(f"/v1/keys/{old['id']}")).json()["successor_id"] == new["id"]
    problem(await client.post(f"/v1/keys/{old['id']}:rotate", json={}), "conflict", 409)
    for seconds, opens in ((59, [200, 200]), (1, [401, 200])):
        clock.advance(seconds)
        told = [await stranger.get("/v1/topics", headers=bearer(each["key"])) for each in (old, new)]
        assert [each.status_code for each in told] == opens


async def test_a_revoked_key_opens_nothing_once_the_cache_is_old(
    context: Context, client: httpx.AsyncClient, clock: SetClock
) -> None:
    key = await added(client)
    settings = context.settings.model_copy(
        update={"api": context.settings.api.model_copy(update={"key_cache_seconds": 5})}
    )
    other_process = create_app(replace(context, settings=settings))
    transport = httpx.ASGITransport(other_process, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://courant.test", headers=bearer(key["key"])
    ) as used:
        assert (await used.get("/v1/topics")).status_code == 200
        assert (await client.delete(f"/v1/keys/{key['id']}", headers={"If-Match": "*"})).status_code == 204
        statuses = []
        for _ in range(6):
            statuses.append((await used.get("/v1/topics")).status_code)
            clock.advance(1)
        assert statuses[-1] == 401
        assert all(before <= after for before, after in pairwise(statuses))
        clock.advance(-6)  # a clock that is set back makes nothing live longer
        assert (await used.get("/v1/topics")).status_code == 401
    problem(await client.delete(f"/v1/keys/{key['id']}", headers={"If-Match": "*"}), "not-found", 404)


async def test_a_remembered_key_costs_no_look_into_the_database(
    app: FastAPI, context: Context, key: str, clock: SetClock
) -> None:
    settings = context.settings.model_copy(
        update={"api": context.settings.api.model_copy(update={"key_cache_seconds": 3})}
    )
    transport = httpx.ASGITransport(create_app(replace(context, settings=settings)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=bearer(key)) as client:
        assert (await client.get("/v1/topics")).status_code == 200
        context.store.close()  # whoever asks it now fails
        assert (await client.get("/v1/no-such-thing")).status_code == 404
        clock.advance(3)
        assert (await client.get("/v1/no-such-thing")).status_code == 500


@pytest.fixture
def rings() -> dict[str, Ring]:
    old, new = ("1", b"a" * 32), ("2", b"b" * 32)
    return {"none": UNSEALED, "old": Ring([old]), "both": Ring([new, old]), "new": Ring([new])}


async def test_a_key_is_known_by_a_mark_that_needs_the_ring(
    store: Store, clock: SetClock, rings: dict[str, Ring]
) -> None:
    made, text = new_key("tests", clock())
    await store.write(lambda tx: tx.keys.add(made, text, rings["old"]))
    opens = {
        name: await store.read(lambda tx, ring=ring: tx.keys.find(text, ring)) is not None
        for name, ring in rings.items()
    }
    assert opens == {"none": False, "old": True, "both": True, "new": False}


def test_a_mark_tells_nothing_and_fits_one_secret(rings: dict[str, Ring]) -> None:
    for ring in rings.values():
        mark = ring.mark("secret")
        assert "secret" not in mark
        assert ring.is_marked("secret", mark)
        assert not any(ring.is_marked(*pair) for pair in (("secres", mark), ("secret", mark[:-1]), ("secret", "")))


async def test_a_closed_account_opens_nothing_and_raises_nothing(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await client.post("/v1/accounts", json={"id": "acme", "name": "Acme"})
    made = await client.post("/v1/accounts/acme/keys", json={"name": "first", "scopes": ["admin"]})
    theirs = bearer(made.json()["key"])
    await stranger.post("/v1/topics", json={"name": "Ferries", "query": "ferry"}, headers=theirs)
    problem(await client.delete("/v1/accounts/main", headers={"If-Match": "*"}), "conflict", 409)
    assert (await client.delete("/v1/accounts/acme", headers={"If-Match": "*"})).status_code == 204
    problem(await stranger.get("/v1/topics", headers=theirs), "unauthorised", 401)
    problem(await client.post("/v1/accounts/acme/keys", json={"name": "n", "scopes": ["admin"]}), "not-found", 404)
    problem(await client.post("/v1/accounts", json={"id": "acme", "name": "Acme"}), "conflict", 409)


async def test_closing_switches_topics_and_endpoints_off(store: Store, clock: SetClock) -> None:
    def fill(tx: Transaction) -> None:
        tx.accounts.add(Account("acme", "Acme", clock()))
        for account in ("acme", "main"):
            tx.topics.add(a_topic(id=f"tp-{account}", account_id=account))
            tx.endpoints.add(an_endpoint(id=f"ep-{account}", account_id=account))

    await store.write(fill)
    seen = max(each.seq for each in await store.read(lambda tx: tx.topics.changed_since(0)))
    await store.write(lambda tx: tx.accounts.close("acme", clock()))
    changed = await store.read(lambda tx: tx.topics.changed_since(seen))
    assert [(each.id, each.enabled) for each in changed] == [("tp-acme", False)]
    endpoints = await store.read(lambda tx: tx.endpoints.list(None))
    assert {each.id: each.enabled for each in endpoints} == {"ep-acme": False, "ep-main": True}


async def test_ones_own_account_is_shown_with_what_it_has_used(client: httpx.AsyncClient) -> None:
    await client.post("/v1/topics", json={"name": "Ferries", "query": "ferry"})
    shown = (await client.get("/v1/account")).json()
    assert (shown["id"], shown["name"]) == ("main", "Main")
    used = {each["quota"]: each["used"] for each in shown["quotas"]}
    assert used == {"topics": 1, "endpoints": 0, "subscriptions": 0, "keys": 1, "articles": 0, "feeds": 0}

"""No account sees or touches what is another's: every route of the OpenAPI document, asked by a neighbour.

What the owner has bears a mark in every id and name. A route that is new is asked, too; one with a parameter that
nobody knows yet fails until it is said here whose it is.
"""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.api import document
from service.api_keys import new_key
from service.model import ADMIN, MAIN, OPERATOR, Account, Bulletin, Recovery, alert_id
from service.model.backtests import Backtest
from service.store import Store, Transaction
from tests.builders import NOW, a_subscription, a_topic, an_alert, an_endpoint
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only  # the same filters are asked of both

MARK = "zqmark"
OWNED = {
    "topic_id": f"{MARK}-topic",
    "endpoint_id": f"{MARK}-endpoint",
    "subscription_id": f"{MARK}-subscription",
    "bulletin_id": f"{MARK}-bulletin",
    "backtest_id": f"{MARK}-backtest",
    "recovery_id": f"{MARK}-recovery",
    "key_id": f"{MARK}-key",
    "alert_id": "",
    "notice_id": "",
    "delivery_id": "",
}
"""What stands in a path and is an account's: the owner's ids. Those that follow from others are filled in."""
BESIDE = {"version": "1", "form": "atom", "number": "1"}
"""What stands beside another id."""
SHARED = {
    *("feed_id", "list_id", "backfill_id", "domain", "article_id", "hash", "story_id", "decision_id", "entity_id"),
    *("letter_id", "account_id", "token"),
}
"""What is everybody's, the operator's alone, or a secret of its own."""
FILTERS = {"topic": "topic_id", "endpoint": "endpoint_id", "alert": "alert_id", "notice": "notice_id", "key": "key_id"}
ENDLESS = ("/v1/stream",)


@pytest.fixture
async def owned(store: Store, clock: SetClock) -> dict[str, str]:
    """What the account `acme` has, by the names that the document has for ids."""
    return await store.write(furnish, clock)


def furnish(tx: Transaction, clock: SetClock) -> dict[str, str]:
    tx.accounts.add(Account("acme", "Acme", clock()))
    of_acme: dict[str, Any] = {"account_id": "acme"}
    topic = tx.topics.add(a_topic(id=OWNED["topic_id"], name=f"{MARK} name", **of_acme))
    endpoint = an_endpoint(id=OWNED["endpoint_id"], url=f"https://reader.test/{MARK}", notices=("feed.*",), **of_acme)
    tx.endpoints.add(endpoint)
    joined = {"topic_id": topic.id, "endpoint_id": endpoint.id}
    tx.subscriptions.add(a_subscription(id=OWNED["subscription_id"], **joined, **of_acme))
    payload = {"story": {"id": "story-1"}, "topic": {"name": f"{MARK} name"}}
    alert = an_alert(id=alert_id(topic.id, "story-1"), topic_id=topic.id, payload=payload, **of_acme)
    tx.alerts.raise_alerts([alert], {topic.id: [endpoint.id]}, NOW)
    (delivery,) = tx.deliveries.list()
    tx.connection.exec_driver_sql("update deliveries set state = 'given_up', next_attempt_at = null")
    tx.bulletins.add(Bulletin(OWNED["bulletin_id"], "acme", f"{MARK} name", topic.id, created_at=NOW, token="bl_x"))
    tx.backtests.add(Backtest(OWNED["backtest_id"], "acme", topic.id, MARK, NOW, NOW, created_at=NOW))
    tx.recoveries.add(Recovery(OWNED["recovery_id"], endpoint.id, "failed", NOW, NOW, NOW, "acme"))
    key, text = new_key(f"{MARK} name", NOW, "acme", (ADMIN,))
    tx.keys.add(key, text)
    derived = {"alert_id": alert.id, "notice_id": alert.id, "delivery_id": delivery.id, "key_id": key.id, "text": text}
    return OWNED | derived


def client(app: FastAPI, text: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {text}", "If-Match": "*"}
    return httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers)


@pytest.fixture(params=[(MAIN, OPERATOR), ("neighbour", ADMIN)], ids=["main", "neighbour"])
async def neighbour(request: pytest.FixtureRequest, app: FastAPI, store: Store, clock: SetClock) -> httpx.AsyncClient:
    """Somebody else, who may do everything: another account, or the operator's own."""
    account, scope = request.param
    key, text = new_key("neighbour", clock(), account, (scope,))

    def add(tx: Transaction) -> None:
        if account != MAIN:
            tx.accounts.add(Account(account, account, clock()))
        tx.keys.add(key, text)

    await store.write(add)
    return client(app, text)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if operation["security"] and path not in ENDLESS:
                yield method, path, operation


def test_of_every_parameter_it_is_known_whose_it_is() -> None:
    for _, path, _ in operations():
        assert set(re.findall(r"{(\w+)}", path)) <= OWNED.keys() | BESIDE.keys() | SHARED, path


def example(schema: dict[str, Any]) -> Any:
    """Something that fits a schema: its own example, as far as there is one."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return example(document()["components"]["schemas"][name])
    for known in ("example", "default", "const"):
        if known in schema:
            return schema[known]
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        return {name: example(schema["properties"][name]) for name in schema.get("required", ())}
    options = schema.get("anyOf") or schema.get("oneOf")
    return (
        example(options[0])
        if options
        else {"array": [], "object": {}, "boolean": True}.get(schema.get("type", ""), "x")
    )


def body(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {"json": content.get("example") or example(content["schema"])} if content else {}


async def test_the_owner_finds_everything(app: FastAPI, owned: dict[str, str]) -> None:
    """Else the others would prove nothing."""
    async with client(app, owned["text"]) as owner:
        for method, path, _ in operations():
            names = set(re.findall(r"{(\w+)}", path))
            if method == "get" and names & OWNED.keys():
                answer = await owner.get(path.format(**owned, **BESIDE))
                assert answer.status_code == 200, f"{path}: {answer.text}"


async def test_what_is_anothers_is_as_if_it_were_not_there(
    app: FastAPI, owned: dict[str, str], neighbour: httpx.AsyncClient
) -> None:
    async with client(app, owned["text"]) as owner:
        before = await everything(owner, owned)
        asked = 0
        for method, path, operation in operations():
            names = set(re.findall(r"{(\w+)}", path))
            if names & OWNED.keys():
                where = path.format(**owned, **BESIDE)
                answer = await neighbour.request(method.upper(), where, **body(operation))
                assert answer.status_code == 404, f"{method} {where}: {answer.status_code} {answer.text}"
                asked += 1
        assert asked >= 20
        assert await everything(owner, owned) == before


async def everything(owner: httpx.AsyncClient, owned: dict[str, str]) -> dict[str, Any]:
    """What the owner sees of what it has."""
    found = {}
    for method, path, _ in operations():
        if method == "get" and set(re.findall(r"{(\w+)}", path)) & OWNED.keys():
            shown = (await owner.get(path.format(**owned, **BESIDE))).json()
            shown.pop("last_used_at", None)
            found[path] = shown
    return found


async def test_no_list_shows_what_is_anothers(owned: dict[str, str], neighbour: httpx.AsyncClient) -> None:
    ids = {value for name, value in owned.items() if name != "text"}
    for method, path, operation in operations():
        if method != "get" or "{" in path:
            continue
        taken = [each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"]
        for query in ({}, *({name: owned[FILTERS[name]]} for name in taken if name in FILTERS)):
            answer = await neighbour.get(path, params=query)
            text = answer.text.replace(str(*query.values()), "") if query else answer.text
            assert MARK not in text, f"{path} {query}: {text}"
            assert not [each for each in ids if each in text], f"{path} {query}: {text}"


async def test_nothing_can_be_joined_to_what_is_anothers(owned: dict[str, str], neighbour: httpx.AsyncClient) -> None:
    own = (await neighbour.post("/v1/topics", json={"name": "Own", "query": "ferry"})).json()["id"]
    to = (await neighbour.post("/v1/endpoints", json={"url": "https://reader.test/own"})).json()["id"]
    topic, endpoint = owned["topic_id"], owned["endpoint_id"]
    for given in ({"topic_id": own, "endpoint_id": endpoint}, {"topic_id": topic, "endpoint_id": to}):
        assert (await neighbour.post("/v1/subscriptions", json=given)).status_code == 404
    assert (await neighbour.post("/v1/bulletins", json={"name": "x", "topic_id": topic})).status_code == 404
    asked = {"topic": topic, "since": "2026-03-01T00:00:00Z"}
    assert (await neighbour.post("/v1/topics:backtest", json=asked)).status_code == 404


async def test_names_are_an_accounts_own(owned: dict[str, str], neighbour: httpx.AsyncClient) -> None:
    """A conflict would tell what another account's topics are called."""
    answer = await neighbour.post("/v1/topics", json={"name": f"{MARK} name", "query": "ferry"})
    assert answer.status_code == 201

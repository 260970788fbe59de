"""The audit log: every write leaves an entry, with what it changed or not at all; reading leaves none."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from consumers.upkeep import Upkeep
from service.api.scopes import ONLY_READ
from service.broker.embedded import EmbeddedBroker
from service.errors import Outage
from service.model.acts import BEGUN, Act
from service.settings import Settings
from service.store import Store, Transaction
from service.store.audit import Sought, acting
from tests.api.test_isolation import body, operations
from tests.builders import NOW, a_topic
from tests.clock import SetClock

FERRY = {"name": "Ferries", "query": "ferry"}


async def entries(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_an_entry_says_who_did_what_to_what_and_when(
    client: httpx.AsyncClient, key: str, clock: SetClock
) -> None:
    made = await client.post("/v1/topics", json=FERRY, headers={"X-Request-Id": "request-1"})
    (entry,) = await entries(client)
    entry.pop("id")
    assert entry == {
        "at": clock().isoformat().replace("+00:00", "Z"),
        "account_id": "main",
        "key_id": key.split("_")[2],
        "method": "POST",
        "route": "/v1/topics",
        "resource": made.headers["location"],
        "result": "201",
        "request_id": "request-1",
    }


async def test_changes_removals_and_refusals_are_entered_and_reading_is_not(
    client: httpx.AsyncClient, clock: SetClock
) -> None:
    topic = (await client.post("/v1/topics", json=FERRY)).json()["id"]
    where, any_version = f"/v1/topics/{topic}", {"If-Match": "*"}
    asked = [
        ("PATCH", where, {"json": {"enabled": False}, "headers": any_version}, "200"),
        ("POST", "/v1/topics", {"json": FERRY}, "409"),
        ("POST", "/v1/topics", {"json": {"name": "x"}}, "422"),
        ("POST", "/v1/topics", {"json": FERRY | {"name": "y"}, "headers": {"Idempotency-Key": "k"}}, "201"),
        ("DELETE", where, {"headers": any_version}, "204"),
        ("DELETE", where, {"headers": any_version}, "404"),
    ]
    for method, path, more, status in asked:
        clock.advance(1)
        answer = await client.request(method, path, **more)  # type: ignore[arg-type]  # json or headers
        assert str(answer.status_code) == status
    for path in ("/v1/topics", where, "/v1/audit"):
        await client.get(path)
    await client.post("/v1/topics:validate", json={"query": "ferry"})
    found = [(each["method"], each["result"]) for each in await entries(client)]
    assert found == [(method, status) for method, _, _, status in reversed(asked)] + [("POST", "201")]
    assert {each["result"] for each in await entries(client, resource=where)} == {"201", "200", "204", "404"}
    assert await entries(client, resource="/v1/top") == []


async def test_a_repeated_request_is_entered_once(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await client.post("/v1/topics", json=FERRY, headers={"Idempotency-Key": "once"})
    assert len(await entries(client)) == 1


async def test_what_is_written_and_its_entry_are_one_transaction(store: Store, clock: SetClock) -> None:
    def act() -> Act:
        return Act("act-1", clock(), "main", "key", "POST", "/v1/topics", "/v1/topics")

    def fail(tx: Transaction) -> None:
        tx.topics.add(a_topic())
        raise Outage("in the middle")

    with acting(act):
        with pytest.raises(Outage):
            await store.write(fail)
        assert await store.read(lambda tx: tx.audit.list(Sought("main"))) == []
        await store.write(lambda tx: tx.topics.add(a_topic()))
        (entry,) = await store.read(lambda tx: tx.audit.list(Sought("main")))
        assert entry.result == BEGUN  # should the process die now
    await store.write(lambda tx: tx.audit.end(act(), "201"))
    (entry,) = await store.read(lambda tx: tx.audit.list(Sought("main")))
    assert entry.result == "201"


async def test_every_route_that_changes_something_leaves_an_entry(client: httpx.AsyncClient) -> None:
    for method, path, operation in operations():
        if method == "get" or path in ONLY_READ:
            continue
        where = path.replace("{", "").replace("}", "")
        request_id = f"r-{abs(hash((method, path)))}"
        await client.request(
            method.upper(), where, headers={"If-Match": "*", "X-Request-Id": request_id}, **body(operation)
        )
        (entry,) = [each for each in await entries(client, limit="200") if each["request_id"] == request_id]
        assert (entry["method"], entry["route"]) == (method.upper(), path)


async def test_the_log_is_paged_filtered_and_forgotten_in_time(
    client: httpx.AsyncClient, store: Store, clock: SetClock, embedded_broker: EmbeddedBroker
) -> None:
    for n in range(5):
        await client.post("/v1/topics", json={"name": str(n), "query": "ferry"})
        clock.advance(60)
    found, cursor = [], None
    while True:
        page = (await client.get("/v1/audit", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        found += [each["id"] for each in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert len(found) == len(set(found)) == 5
    since, until = (NOW + timedelta(seconds=seconds) for seconds in (60, 180))
    assert len(await entries(client, since=since.isoformat(), until=until.isoformat())) == 2
    assert await entries(client, key="nobody") == []
    await Upkeep(store, embedded_broker, Settings(audit={"keep_days": 2 / 1440}), clock).prune_once()
    assert len(await entries(client)) == 2


async def test_no_secret_is_in_the_log(client: httpx.AsyncClient, store: Store) -> None:
    made = (await client.post("/v1/endpoints", json={"url": "https://reader.test/secret-path"})).json()
    key = (await client.post("/v1/keys", json={"name": "reader", "scopes": ["topics:read"]})).json()["key"]
    await client.post("/v1/topics?token=secret-path", json=FERRY)
    text = (await client.get("/v1/audit")).text
    for secret in (made["secret"], key, key.split("_")[3], "secret-path"):
        assert secret not in text

"""Topics, endpoints and subscriptions over HTTP."""

from base64 import b64decode, b64encode
from dataclasses import replace

import httpx
import pytest

from service.store import Store
from tests.api.problem import problem
from tests.builders import an_alert
from tests.clock import SetClock

QUERY = 'ferry AND "northern islands"'
INBOX = "https://reader.com/inbox"


async def make(client: httpx.AsyncClient, path: str, **given: object) -> dict[str, object]:
    response = await client.post(path, json=given)
    assert response.status_code == 201, response.text
    made: dict[str, object] = response.json()
    assert response.headers["location"] == f"{path}/{made['id']}"
    return made


async def test_a_topic_is_made_shown_and_listed(client: httpx.AsyncClient) -> None:
    made = await make(client, "/v1/topics", name=" Ferries ", query=QUERY)
    assert (made["name"], made["query"], made["enabled"], made["version"]) == ("Ferries", QUERY, True, 1)
    assert (await client.get(f"/v1/topics/{made['id']}")).json() == made
    assert (await client.get("/v1/topics")).json() == {"items": [made], "next_cursor": None, "total": None}


async def test_two_topics_do_not_share_a_name(client: httpx.AsyncClient) -> None:
    first = await make(client, "/v1/topics", name="Ferries", query="ferry")
    second = await make(client, "/v1/topics", name="Storms", query="storm")
    problem(await client.post("/v1/topics", json={"name": "Ferries", "query": "boat"}), "conflict", 409)
    problem(await client.patch(f"/v1/topics/{second['id']}", json={"name": "Ferries"}), "conflict", 409)
    assert (await client.patch(f"/v1/topics/{first['id']}", json={"name": "Ferries"})).status_code == 200


async def test_a_query_that_does_not_parse_is_refused_where_it_went_wrong(client: httpx.AsyncClient) -> None:
    told = problem(await client.post("/v1/topics", json={"name": "a", "query": "(ferry"}), "query-syntax", 422)
    assert told["line"] == 1
    assert told["column"] >= 1
    assert isinstance(told["expected"], list)
    assert told["errors"][0]["pointer"] == "/query"
    made = await make(client, "/v1/topics", name="a", query="ferry")
    told = problem(await client.patch(f"/v1/topics/{made['id']}", json={"query": "(ferry"}), "query-syntax", 422)


async def test_a_changed_query_is_a_new_version_and_matchers_hear_of_it(
    client: httpx.AsyncClient, store: Store
) -> None:
    made = await make(client, "/v1/topics", name="Ferries", query="ferry")
    path = f"/v1/topics/{made['id']}"
    (known,) = await store.read(lambda tx: tx.topics.changed_since(0))
    assert (await client.patch(path, json={"enabled": False})).json()["version"] == 1
    assert (await client.patch(path, json={"query": "boat"})).json()["version"] == 2
    (changed,) = await store.read(lambda tx: tx.topics.changed_since(known.seq))
    assert (changed.query, changed.enabled, changed.seq) == ("boat", False, known.seq + 2)


async def test_a_removed_topic_is_told_to_matchers_and_frees_its_name(client: httpx.AsyncClient, store: Store) -> None:
    made = await make(client, "/v1/topics", name="Ferries", query="ferry")
    path = f"/v1/topics/{made['id']}"
    assert (await client.delete(path)).status_code == 204
    for gone in (
        await client.get(path),
        await client.delete(path),
        await client.patch(path, json={"name": "x"}),
    ):
        problem(gone, "not-found", 404)
    assert (await client.get("/v1/topics")).json()["items"] == []
    (told,) = await store.read(lambda tx: tx.topics.changed_since(1))
    assert (told.id, told.enabled) == (made["id"], False)
    assert (await make(client, "/v1/topics", name="Ferries", query="ferry"))["id"] != made["id"]


async def test_an_endpoint_shows_its_secret_once(client: httpx.AsyncClient) -> None:
    made = await make(client, "/v1/endpoints", url=INBOX)
    secret = str(made.pop("secret"))
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    shown = await client.get(f"/v1/endpoints/{made['id']}")
    assert shown.json() == made
    for response in (shown, await client.get("/v1/endpoints")):
        assert secret not in response.text
        assert "secret" not in response.text


@pytest.mark.parametrize("size", [24, 64])
async def test_an_endpoint_takes_a_secret_of_the_right_size(client: httpx.AsyncClient, size: int) -> None:
    secret = "whsec_" + b64encode(bytes(range(size))).decode()
    assert (await make(client, "/v1/endpoints", url=INBOX, secret=secret))["secret"] == secret


async def test_an_endpoint_switched_on_again_has_its_failures_forgotten(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = await make(client, "/v1/endpoints", url=INBOX)
    known = await store.read(lambda tx: tx.endpoints.get(str(made["id"]), None))
    assert known is not None
    failing = replace(known, enabled=False, disabled_why="gone", failing_since=clock(), failures=12)
    await store.write(lambda tx: tx.endpoints.update(failing))
    path = f"/v1/endpoints/{made['id']}"
    assert (await client.get(path)).json()["disabled_why"] == "gone"
    told = (await client.patch(path, json={"enabled": True})).json()
    assert (told["enabled"], told["disabled_why"], told["failing_since"], told["failures"]) == (
        True,
        None,
        None,
        0,
    )
    kept = await store.read(lambda tx: tx.endpoints.get(str(made["id"]), None))
    assert kept == known


async def test_a_removed_endpoint_takes_its_subscriptions_and_waiting_deliveries_along(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    topic = await make(client, "/v1/topics", name="Ferries", query="ferry")
    endpoint = await make(client, "/v1/endpoints", url=INBOX)
    await make(client, "/v1/subscriptions", topic_id=topic["id"], endpoint_id=endpoint["id"])
    alert = an_alert(topic_id=topic["id"])
    owed = {str(topic["id"]): [str(endpoint["id"])]}
    await store.write(lambda tx: tx.alerts.raise_alerts([alert], owed, clock()))
    path = f"/v1/endpoints/{endpoint['id']}"
    assert (await client.delete(path)).status_code == 204
    for gone in (await client.get(path), await client.delete(path), await client.patch(path, json={})):
        problem(gone, "not-found", 404)
    assert (await client.get("/v1/subscriptions")).json()["items"] == []
    (delivery,) = (await client.get("/v1/deliveries")).json()["items"]
    assert delivery["state"] == "given_up"


async def test_a_subscription_joins_a_topic_and_an_endpoint_once(client: httpx.AsyncClient, store: Store) -> None:
    topic = await make(client, "/v1/topics", name="Ferries", query="ferry")
    endpoint = await make(client, "/v1/endpoints", url=INBOX)
    joined = {"topic_id": topic["id"], "endpoint_id": endpoint["id"]}
    made = await make(client, "/v1/subscriptions", **joined)
    problem(await client.post("/v1/subscriptions", json=joined), "conflict", 409)
    assert (await client.get(f"/v1/subscriptions/{made['id']}")).json() == made
    told = await store.read(lambda tx: tx.subscriptions.of_topics([str(topic["id"]), "another"]))
    assert {topic_id: [each.endpoint_id for each in some] for topic_id, some in told.items()} == {
        topic["id"]: [endpoint["id"]]
    }
    path = f"/v1/subscriptions/{made['id']}"
    assert (await client.delete(path)).status_code == 204
    problem(await client.delete(path), "not-found", 404)
    problem(await client.get(path), "not-found", 404)
    assert await store.read(lambda tx: tx.subscriptions.of_topics([str(topic["id"])])) == {}


async def test_a_subscription_needs_both_its_ends(client: httpx.AsyncClient) -> None:
    topic = await make(client, "/v1/topics", name="Ferries", query="ferry")
    endpoint = await make(client, "/v1/endpoints", url=INBOX)
    for joined in (
        {"topic_id": "none", "endpoint_id": endpoint["id"]},
        {"topic_id": topic["id"], "endpoint_id": "none"},
    ):
        told = problem(await client.post("/v1/subscriptions", json=joined), "not-found", 404)
        assert "none" in told["detail"]


async def test_subscriptions_are_listed_by_topic_and_endpoint(client: httpx.AsyncClient) -> None:
    topics = [await make(client, "/v1/topics", name=name, query=name) for name in ("ferry", "storm")]
    endpoints = [await make(client, "/v1/endpoints", url=f"{INBOX}/{n}") for n in range(2)]
    for topic in topics:
        for endpoint in endpoints:
            await make(client, "/v1/subscriptions", topic_id=topic["id"], endpoint_id=endpoint["id"])

    async def count(query: str) -> int:
        return len((await client.get(f"/v1/subscriptions{query}")).json()["items"])

    assert await count("") == 4
    assert await count(f"?topic={topics[0]['id']}") == 2
    assert await count(f"?endpoint={endpoints[1]['id']}") == 2
    assert await count(f"?topic={topics[0]['id']}&endpoint={endpoints[1]['id']}") == 1
    assert await count("?topic=none") == 0


async def test_a_query_is_explained_word_by_word(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/queries:explain", json={"query": 'Belarus title:ferry ="Minsk"'})
    assert response.status_code == 200
    told = response.json()
    assert (told["query"], told["cost"]) == ("(belarus OR country:BY) title:ferry =Minsk", "low")
    assert [(each["clause"], each["finds"]) for each in told["clauses"]] == [
        ("belarus", ["country:BY"]),
        ("title:ferry", []),
        ("=Minsk", []),
    ]
    assert "the country Belarus" in told["clauses"][0]["how"]
    assert (await client.get("/v1/topics")).json()["items"] == []


async def test_a_query_that_cannot_be_explained_says_where(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/queries:explain", json={"query": "minsk\nNEAR/99 riga"})
    told = problem(response, "query-syntax", 422)
    assert (told["line"], told["column"]) == (2, 1)
    about = await client.post("/v1/topics", json={"name": "a", "query": 'about:"prisoner release"'})
    assert "needs the extra" in problem(about, "query-syntax", 422)["detail"]

"""Alerts, deliveries and dead letters over HTTP."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from service.api import Context, create_app
from service.broker import Broker
from service.errors import Outage
from service.model import Tried
from service.store import Store
from tests.api.problem import problem
from tests.builders import a_dead_letter, an_alert, an_attempt, an_endpoint
from tests.clock import SetClock


@pytest.fixture
async def alerted(store: Store, clock: SetClock) -> list[str]:
    """Three alerts of two topics, an hour apart, each owed to two endpoints; gives their ids, the newest first."""
    endpoints = [an_endpoint(id=f"ep-{n}", url=f"https://reader.com/{n}") for n in range(2)]
    for endpoint in endpoints:
        await store.write(lambda tx, endpoint=endpoint: tx.endpoints.add(endpoint))
    owed = {topic: [each.id for each in endpoints] for topic in ("topic-1", "topic-2")}
    made = []
    for n, (topic, story) in enumerate((("topic-1", "st_1"), ("topic-2", "st_1"), ("topic-1", "st_2"))):
        at = clock() + timedelta(hours=n)
        payload = {"story": {"id": story}, "reasons": [{"clause": "ferry", "text": "ferries"}]}
        alert = an_alert(topic_id=topic, story_id=story, created_at=at, payload=payload)
        await store.write(lambda tx, alert=alert, at=at: tx.alerts.raise_alerts([alert], owed, at))
        made.append(alert.id)
    return made[::-1]


async def shown(client: httpx.AsyncClient, path: str) -> list[str]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return [each["id"] for each in response.json()["items"]]


async def test_alerts_are_listed_by_topic_and_story(client: httpx.AsyncClient, alerted: list[str]) -> None:
    assert await shown(client, "/v1/alerts") == alerted
    assert await shown(client, "/v1/alerts?topic=topic-1") == [alerted[0], alerted[2]]
    assert await shown(client, "/v1/alerts?story=st_1") == alerted[1:]
    assert await shown(client, "/v1/alerts?topic=topic-2&story=st_2") == []


async def test_an_alert_gives_its_reasons(client: httpx.AsyncClient, alerted: list[str]) -> None:
    told = (await client.get(f"/v1/alerts/{alerted[0]}")).json()
    assert (told["topic_id"], told["story_id"]) == ("topic-1", "st_2")
    assert told["payload"]["reasons"] == [{"clause": "ferry", "text": "ferries"}]
    problem(await client.get("/v1/alerts/none"), "not-found", 404)


async def test_deliveries_are_listed_by_endpoint_state_and_alert(client: httpx.AsyncClient, alerted: list[str]) -> None:
    assert len(await shown(client, "/v1/deliveries")) == 6
    assert len(await shown(client, "/v1/deliveries?endpoint=ep-1")) == 3
    assert len(await shown(client, f"/v1/deliveries?alert={alerted[0]}")) == 2
    assert len(await shown(client, f"/v1/deliveries?alert={alerted[0]}&endpoint=ep-0&state=waiting")) == 1
    assert await shown(client, "/v1/deliveries?state=sent") == []
    problem(await client.get("/v1/deliveries?state=lost"), "invalid", 422)
    assert (await client.get("/v1/health")).json()["deliveries_waiting"] == 6


async def test_a_delivery_given_up_is_sent_again_under_its_id(
    client: httpx.AsyncClient, store: Store, alerted: list[str], clock: SetClock
) -> None:
    (delivery_id, *_) = await shown(client, f"/v1/deliveries?alert={alerted[0]}")
    failed = an_attempt(
        delivery_id=delivery_id, outcome="refused", status=503, error_class="http", error="it answered 503"
    )
    await store.write(lambda tx: tx.deliveries.record([Tried(failed, "given_up")]))
    path = f"/v1/deliveries/{delivery_id}"
    told = (await client.get(path)).json()
    assert (told["state"], told["attempts"], told["next_attempt_at"]) == ("given_up", 1, None)
    (attempt,) = told["history"]
    assert (attempt["number"], attempt["outcome"], attempt["status"]) == (1, "refused", 503)
    assert (attempt["error_class"], attempt["error"], attempt["next_attempt_at"]) == ("http", "it answered 503", None)
    clock.advance(9000)
    again = await client.post(f"{path}/resend")
    assert again.status_code == 202
    assert (again.json()["id"], again.json()["state"]) == (delivery_id, "waiting")
    assert again.json()["next_attempt_at"] == clock().isoformat().replace("+00:00", "Z")


async def test_attempts_at_an_endpoint_are_listed_newest_first_a_page_at_a_time(
    client: httpx.AsyncClient, store: Store, alerted: list[str], clock: SetClock
) -> None:
    mine = await shown(client, "/v1/deliveries?endpoint=ep-0")
    (other, *_) = await shown(client, "/v1/deliveries?endpoint=ep-1")
    again = clock() + timedelta(minutes=5)
    failed = {"outcome": "unreachable", "status": None, "error_class": "dns", "next_attempt_at": again}
    tried = [an_attempt(delivery_id=each, at=clock(), endpoint_id="ep-0", **failed) for each in mine]
    tried.append(an_attempt(delivery_id=mine[0], number=2, at=again, endpoint_id="ep-0"))
    tried.append(an_attempt(delivery_id=other, at=again, endpoint_id="ep-1"))
    await store.write(lambda tx: tx.deliveries.record([Tried(each, "waiting") for each in tried]))
    page = (await client.get("/v1/endpoints/ep-0/attempts?limit=3")).json()
    newest, *older = page["items"]
    assert (newest["delivery_id"], newest["number"], newest["error_class"]) == (mine[0], 2, None)
    assert newest["next_attempt_at"] is None
    assert {(each["error_class"], each["next_attempt_at"]) for each in older} == {("dns", "2026-03-14T09:05:00Z")}
    rest = await client.get("/v1/endpoints/ep-0/attempts", params={"limit": 3, "cursor": page["next_cursor"]})
    older += rest.json()["items"]
    assert [each["delivery_id"] for each in older] == sorted(mine, reverse=True)
    assert rest.json()["next_cursor"] is None
    problem(await client.get("/v1/endpoints/none/attempts"), "not-found", 404)


async def test_a_delivery_that_never_was_is_not_found(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/deliveries/none"), "not-found", 404)
    problem(await client.post("/v1/deliveries/none/resend"), "not-found", 404)


async def test_dead_letters_are_listed_and_shown(client: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    letters = [
        a_dead_letter(position="articles.raw/0/1", at=clock(), value=b'{"url": "x"}'),
        a_dead_letter(position="articles.raw/0/2", at=clock.advance(1), value=b"\xff no json"),
        a_dead_letter(stage="enrich", position="articles.identified/0/1", at=clock.advance(1)),
    ]
    await store.write(lambda tx: tx.dead_letters.add(letters))
    assert await shown(client, "/v1/dead-letters") == [letter.id for letter in letters[::-1]]
    assert await shown(client, "/v1/dead-letters?stage=enrich") == [letters[2].id]
    told = (await client.get(f"/v1/dead-letters/{letters[0].id}")).json()
    assert (told["value"], told["error"]) == ({"url": "x"}, "it was no RawArticle")
    assert (await client.get(f"/v1/dead-letters/{letters[1].id}")).json()["value"] == "\ufffd no json"
    problem(await client.get("/v1/dead-letters/none"), "not-found", 404)
    assert (await client.get("/v1/health")).json()["dead_letters"] == 3


async def test_a_retried_dead_letter_goes_back_as_it_was(
    client: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    letter = a_dead_letter(value=b"\x00\xff as it was", key="https://a.test/1")
    await store.write(lambda tx: tx.dead_letters.add([letter]))
    response = await client.post(f"/v1/dead-letters/{letter.id}/retry")
    assert response.status_code == 202
    assert response.json()["retried_at"] == clock().isoformat().replace("+00:00", "Z")
    async with embedded_broker.reader("articles.raw", "tests") as reader:
        (record,) = await reader.read(10, 0)
    assert (record.key, record.value) == (letter.key, letter.value)
    assert (await client.get("/v1/health")).json()["dead_letters"] == 0
    problem(await client.post("/v1/dead-letters/none/retry"), "not-found", 404)


async def test_a_dead_letter_is_not_marked_while_the_broker_is_down(store: Store, context: Context, key: str) -> None:
    class Away:
        async def append(self, *_: object) -> None:
            raise Outage("no broker")

    letter = a_dead_letter()
    await store.write(lambda tx: tx.dead_letters.add([letter]))
    app = create_app(replace(context, broker=Away()))  # type: ignore[arg-type]  # a broker that is down
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://courant.test") as client:
        response = await client.post(f"/v1/dead-letters/{letter.id}/retry", headers=headers)
    problem(response, "unavailable", 503)
    kept = await store.read(lambda tx: tx.dead_letters.get(letter.id))
    assert kept is not None
    assert kept.retried_at is None


async def test_a_removed_dead_letter_is_gone(client: httpx.AsyncClient, store: Store) -> None:
    letter = a_dead_letter()
    await store.write(lambda tx: tx.dead_letters.add([letter]))
    path = f"/v1/dead-letters/{letter.id}"
    assert (await client.delete(path)).status_code == 204
    problem(await client.delete(path), "not-found", 404)
    problem(await client.get(path), "not-found", 404)

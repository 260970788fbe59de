"""Endpoints over HTTP: their secrets changed, a test asked for, and what was missed, shown and recovered."""

from typing import Any

import httpx
import pytest

from service.endpoint_keys import signers
from service.model import Tried, alert_id
from service.sealing import UNSEALED
from service.store import Store
from tests.api.problem import problem
from tests.builders import NOW, a_subscription, a_topic, an_alert, an_attempt, an_endpoint
from tests.clock import SetClock

DAY = {"since": "2026-03-14T00:00:00Z"}


@pytest.fixture
async def joined(store: Store) -> None:
    """The topic `t` goes to the endpoint `a` by the subscription `sb`."""
    await store.write(lambda tx: tx.topics.add(a_topic(id="t")))
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="a")))
    await store.write(lambda tx: tx.subscriptions.add(a_subscription(id="sb", topic_id="t", endpoint_id="a")))


async def alerted(store: Store, *stories: str, to: tuple[str, ...] = ("a",)) -> list[str]:
    """An alert of each story; gives the ids of the deliveries to `a`, in the order of their numbers."""
    raised = [an_alert(id=alert_id("t", each), topic_id="t", story_id=each, created_at=NOW) for each in stories]
    await store.write(lambda tx: tx.alerts.raise_alerts(raised, {"t": list(to)}, NOW))
    return [each.id for each in await store.read(lambda tx: tx.deliveries.placed("sb", 0, 100))]


async def tried(store: Store, *deliveries: str, state: Any = "given_up") -> None:
    outcome = "sent" if state == "sent" else "refused"
    made = [Tried(an_attempt(delivery_id=each, endpoint_id="a", outcome=outcome), state) for each in deliveries]
    await store.write(lambda tx: tx.deliveries.record(made))


async def signing(store: Store, clock: SetClock, endpoint_id: str) -> list[str]:
    """The secrets that sign now, the newest first."""
    known = await store.read(lambda tx: tx.endpoints.get(endpoint_id, None))
    assert known is not None
    return signers(known, UNSEALED, clock())


async def test_a_new_secret_is_shown_once_and_the_old_one_signs_for_the_grace(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = (await client.post("/v1/endpoints", json={"url": "https://reader.com/inbox"})).json()
    path = f"/v1/endpoints/{made['id']}"
    answer = await client.post(f"{path}/secret/rotate", json={"grace_seconds": 60})
    new = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert new["secret"] != made["secret"]
    assert new["public_key"] != made["public_key"]
    assert "secret" not in (await client.get(path)).json()
    assert await signing(store, clock, made["id"]) == [new["secret"], made["secret"]]
    clock.advance(60)
    assert await signing(store, clock, made["id"]) == [new["secret"]]
    at_once = (await client.post(f"{path}/secret/rotate", json={"grace_seconds": 0})).json()
    assert await signing(store, clock, made["id"]) == [at_once["secret"]]


async def test_no_more_than_ten_former_secrets_sign_and_none_follows_itself(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/endpoints", json={"url": "https://reader.com/inbox"})).json()
    path = f"/v1/endpoints/{made['id']}/secret/rotate"
    told = problem(await client.post(path, json={"secret": made["secret"]}), "invalid", 422)
    assert told["errors"][0]["pointer"] == "/secret"
    for _ in range(10):
        assert (await client.post(path, json={"grace_seconds": 3600})).status_code == 200
    assert made["secret"] not in problem(await client.post(path, json={}), "conflict", 409)["detail"]
    without = await client.post(path, json={"grace_seconds": 0})
    assert without.status_code == 200, "the one before does not sign any more, so there are ten as there were"
    problem(await client.post("/v1/endpoints/none/secret/rotate", json={}), "not-found", 404)


async def test_a_test_goes_to_the_endpoint_that_is_tested_and_to_no_other(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    for name in ("a", "b"):
        endpoint = an_endpoint(id=name, notices=("endpoint.*",))
        await store.write(lambda tx, endpoint=endpoint: tx.endpoints.add(endpoint))
    answer = await client.post("/v1/endpoints/a/test")
    assert answer.status_code == 202
    assert (answer.json()["kind"], answer.json()["endpoint_id"]) == ("endpoint.test", "a")
    clock.advance(1)
    assert (await client.post("/v1/endpoints/a/test")).json()["id"] != answer.json()["id"]
    listed = (await client.get("/v1/deliveries")).json()["items"]
    assert [each["endpoint_id"] for each in listed] == ["a", "a"]
    problem(await client.post("/v1/endpoints/none/test"), "not-found", 404)


@pytest.mark.usefixtures("joined")
async def test_a_head_says_what_is_missing_and_one_request_brings_it(client: httpx.AsyncClient, store: Store) -> None:
    empty = {"subscription_id": "sb", "sequence": 0, "taken": 0, "waiting": 0, "given_up": 0}
    assert (await client.get("/v1/subscriptions/sb/head")).json() == empty
    first, second, third, _ = await alerted(store, "s1", "s2", "s3", "s4")
    await tried(store, first, third, state="sent")
    await tried(store, second)
    head = (await client.get("/v1/subscriptions/sb/head")).json()
    assert head == empty | {"sequence": 4, "taken": 1, "waiting": 1, "given_up": 1}
    placed = (await client.get("/v1/subscriptions/sb/deliveries?after=1&limit=2")).json()["items"]
    assert [(each["id"], each["sequence"], each["state"]) for each in placed] == [
        (second, 2, "given_up"),
        (third, 3, "sent"),
    ]
    body = placed[0]["body"]
    assert (body["type"], body["id"]) == ("story.alerted", alert_id("t", "s2"))
    assert (body["data"]["subscription_id"], body["data"]["sequence"]) == ("sb", 2)
    assert (await client.get("/v1/subscriptions/sb/deliveries?after=4")).json() == {"items": []}
    for path in ("head", "deliveries"):
        problem(await client.get(f"/v1/subscriptions/none/{path}"), "not-found", 404)
    problem(await client.get("/v1/subscriptions/sb/deliveries?after=-1"), "invalid", 422)


@pytest.mark.usefixtures("joined")
async def test_what_failed_is_recovered_and_the_progress_shown(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    deliveries = await alerted(store, "s1", "s2", "s3", "s4")
    await tried(store, *deliveries[:3])
    await tried(store, deliveries[3], state="sent")
    begun = await client.post("/v1/endpoints/a/recover", json=DAY)
    assert begun.status_code == 202
    path = begun.headers["location"]
    assert (begun.json()["only"], begun.json()["state"], begun.json()["progress"]) == ("failed", "running", 0)
    await store.write(lambda tx: tx.recoveries.go_on(clock(), 2))
    told = (await client.get(path)).json()
    assert (told["state"], told["recovered"], told["progress"], told["done_at"]) == ("running", 2, 0.5, None)
    await store.write(lambda tx: tx.recoveries.go_on(clock(), 2))
    told = (await client.get(path)).json()
    assert (told["state"], told["recovered"], told["progress"]) == ("done", 3, 1)
    assert (await client.get("/v1/endpoints/a/recoveries")).json()["items"] == [told]
    waiting = (await client.get("/v1/deliveries?state=waiting")).json()["items"]
    assert {each["id"] for each in waiting} == set(deliveries[:3])


@pytest.mark.usefixtures("joined")
async def test_what_was_never_owed_is_recovered_once(client: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    await alerted(store, "before", to=())
    for recovered in (1, 0):
        clock.advance(1)
        begun = await client.post("/v1/endpoints/a/recover", json=DAY | {"only": "missing"})
        await store.write(lambda tx: tx.recoveries.go_on(clock()))
        told = (await client.get(begun.headers["location"])).json()
        assert (told["only"], told["state"], told["recovered"]) == ("missing", "done", recovered)
    (placed,) = (await client.get("/v1/subscriptions/sb/deliveries")).json()["items"]
    assert (placed["sequence"], placed["state"]) == (1, "waiting")


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize(
    "wrong", [{}, {"since": "2026-03-15T00:00:00Z"}, DAY | {"until": "2026-03-13T00:00:00Z"}, DAY | {"only": "all"}]
)
async def test_a_recovery_that_makes_no_sense_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    problem(await client.post("/v1/endpoints/a/recover", json=wrong), "invalid", 422)
    assert (await client.get("/v1/endpoints/a/recoveries")).json()["items"] == []
    problem(await client.post("/v1/endpoints/none/recover", json=DAY), "not-found", 404)
    problem(await client.get("/v1/recoveries/none"), "not-found", 404)

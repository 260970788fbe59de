"""POST with an `Idempotency-Key`: one effect and one answer, however often and in whatever company it is sent."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from service.api import Context
from service.api.conventions import PARAMETERS
from service.errors import Outage
from service.store import Store, Transaction
from service.store.requests import LEASE
from tests.api.problem import problem
from tests.api.test_topics import INBOX
from tests.clock import SetClock

TOPIC = {"name": "Ferries", "query": "ferry"}
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


async def names(client: httpx.AsyncClient) -> list[str]:
    return [each["name"] for each in (await client.get("/v1/topics?limit=200")).json()["items"]]


async def test_asked_twice_it_is_done_once_and_answered_alike(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    again = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await names(client) == ["Ferries"]


async def test_fifty_at_once_make_one(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.post("/v1/topics", json=TOPIC, headers=KEY) for _ in range(50)))
    made = {answer.content for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, "request-in-progress", 409)
            assert answer.headers["retry-after"] == "1"
    assert await names(client) == ["Ferries"]


@pytest.mark.parametrize("path", ["/v1/topics", "/v1/endpoints"])
async def test_the_same_key_for_another_request_is_refused(client: httpx.AsyncClient, path: str) -> None:
    await client.post("/v1/topics", json=TOPIC, headers=KEY)
    problem(await client.post(path, json=TOPIC | {"name": "Other"}, headers=KEY), "idempotency-key-reused", 422)
    assert await names(client) == ["Ferries"]


async def test_refusals_are_answers_too(client: httpx.AsyncClient) -> None:
    await client.post("/v1/topics", json=TOPIC)
    first = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    problem(first, "conflict", 409)
    (topic,) = (await client.get("/v1/topics")).json()["items"]
    await client.delete(f"/v1/topics/{topic['id']}")
    again = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    assert (again.status_code, again.content) == (409, first.content)
    assert await names(client) == []


async def test_after_a_day_a_key_is_new(client: httpx.AsyncClient, clock: SetClock, store: Store) -> None:
    await client.post("/v1/topics", json=TOPIC, headers=KEY)
    clock.advance(86_399)
    assert "idempotency-replayed" in (await client.post("/v1/topics", json=TOPIC, headers=KEY)).headers
    clock.advance(1)
    problem(await client.post("/v1/topics", json=TOPIC, headers=KEY), "conflict", 409)
    clock.advance(86_400)
    assert await store.write(lambda tx: tx.requests.prune(clock())) == 1


async def test_the_key_of_one_caller_is_not_anothers(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    from service.api_keys import new_key

    other, text = new_key("other", clock())
    await store.write(lambda tx: tx.keys.add(other, text))
    await client.post("/v1/endpoints", json={"url": INBOX}, headers=KEY)
    answer = await stranger.post(
        "/v1/endpoints", json={"url": INBOX}, headers=KEY | {"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


async def test_a_secret_shown_once_is_shown_again_to_who_asked_but_is_not_to_be_read_in_the_store(
    client: httpx.AsyncClient, store: Store
) -> None:
    first = await client.post("/v1/endpoints", json={"url": INBOX}, headers=KEY)
    again = await client.post("/v1/endpoints", json={"url": INBOX}, headers=KEY)
    assert again.json()["secret"] == first.json()["secret"]
    assert again.headers["cache-control"] == "no-store"
    kept = await store.read(lambda tx: tx.connection.exec_driver_sql("select * from requests").all())
    assert first.json()["secret"].encode() not in repr(kept).encode()
    assert b"application/json" not in repr(kept).encode(), "the answer is to be sealed"


@pytest.mark.parametrize("given", ['""', "", '"a', "a b", "x" * 256, '"' + "x" * 256 + '"', "\xff", '"a"b"'])
async def test_what_is_no_key_is_refused(client: httpx.AsyncClient, given: str) -> None:
    headers = {"Idempotency-Key": given.encode("latin-1")}
    problem(await client.post("/v1/topics", json=TOPIC, headers=headers), "malformed", 400)
    assert await names(client) == []


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("abc-1", True),
        (r"a\b", True),
        ('"a b"', True),
        (r'"a\"b"', True),
        (r'"a\\b"', True),
        ('"' + r"\\" * 255 + '"', True),
        (r'"a\b"', False),
        ('"a\\"', False),
        ('"a"b"', False),
        ('"' + r"\\" * 256 + '"', False),
    ],
)
async def test_the_document_takes_the_keys_that_the_server_takes(
    client: httpx.AsyncClient, given: str, taken: bool
) -> None:
    answer = await client.post("/v1/topics", json=TOPIC, headers={"Idempotency-Key": given})
    assert answer.status_code == (201 if taken else 400)
    assert bool(re.search(PARAMETERS["idempotency-key"]["schema"]["pattern"], given)) == taken


async def test_a_bare_key_is_the_same_as_a_quoted_one(client: httpx.AsyncClient) -> None:
    await client.post("/v1/topics", json=TOPIC, headers={"Idempotency-Key": "abc-1"})
    answer = await client.post("/v1/topics", json=TOPIC, headers={"Idempotency-Key": '"abc-1"'})
    assert answer.headers["idempotency-replayed"] == "true"


async def test_of_an_error_on_our_side_nothing_is_kept_and_nothing_done(
    client: httpx.AsyncClient, context: Context, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = store.write

    async def failing(function: Any, *args: Any, **kwargs: Any) -> Any:
        told = await write(function, *args, **kwargs)
        if getattr(told, "name", "") == "Ferries":
            raise Outage("the network broke just behind the effect")
        return told

    monkeypatch.setattr(store, "write", failing)
    problem(await client.post("/v1/topics", json=TOPIC, headers=KEY), "unavailable", 503)
    monkeypatch.undo()
    assert await names(client) == []
    answer = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


async def test_whoever_lost_the_claim_has_no_effect(
    client: httpx.AsyncClient, store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that takes very long is taken for dead; another carries the request out."""
    reached, go_on, write = asyncio.Event(), asyncio.Event(), store.write

    async def slow(function: Any, *args: Any, **kwargs: Any) -> Any:
        if not reached.is_set() and "add" in function.__code__.co_names:
            reached.set()
            await go_on.wait()
        return await write(function, *args, **kwargs)

    monkeypatch.setattr(store, "write", slow)
    first = asyncio.create_task(client.post("/v1/topics", json=TOPIC, headers=KEY))
    await asyncio.wait_for(reached.wait(), 60)
    problem(await client.post("/v1/topics", json=TOPIC, headers=KEY), "request-in-progress", 409)
    clock.advance(LEASE.total_seconds())
    second = await client.post("/v1/topics", json=TOPIC | {}, headers=KEY)
    assert second.status_code == 201
    go_on.set()
    assert (await asyncio.wait_for(first, 60)).status_code in (409, 503)
    assert await names(client) == ["Ferries"]
    again = await client.post("/v1/topics", json=TOPIC, headers=KEY)
    assert again.content == second.content


async def test_several_calls_are_one_transaction(store: Store) -> None:
    def put(tx: Transaction, name: str) -> None:
        from tests.builders import a_topic

        tx.topics.add(a_topic(id=name, name=name))

    async def together(last: Exception | None) -> None:
        async with store.together():
            await store.write(put, "one")
            with pytest.raises(ZeroDivisionError):
                await store.write(lambda tx: put(tx, "undone") or 1 / 0)
            await store.write(put, "two")
            seen = await store.read(lambda tx: [each.name for each in tx.topics.list(None, "", 9)])
            assert seen == ["one", "two"], "what was written is read, and what raised is undone"
            if last:
                raise last

    with pytest.raises(KeyError):
        await together(KeyError())
    assert await store.read(lambda tx: tx.topics.list(None, "", 9)) == []
    await together(None)
    assert [each.name for each in await store.read(lambda tx: tx.topics.list(None, "", 9))] == ["one", "two"]

"""Versions of what is shown: tags, answers that are spared, and changes that overwrite nothing unseen."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI

from service.api_keys import new_key
from service.store import Store
from tests.api.problem import problem
from tests.api.test_topics import INBOX
from tests.clock import SetClock

TOPIC = {"name": "Ferries", "query": "ferry"}


@pytest.fixture
async def exact(app: FastAPI, key: str) -> httpx.AsyncClient:
    """A client with a key that says no version but what a test says."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url="http://courant.test", headers={"Authorization": f"Bearer {key}"}
    )


async def made(client: httpx.AsyncClient, **given: str) -> str:
    return (await client.post("/v1/topics", json=TOPIC | given)).headers["location"]


async def test_every_answer_says_what_it_varies_by_and_whether_it_may_be_kept(exact: httpx.AsyncClient) -> None:
    path = await made(exact)
    tag = (await exact.get(path)).headers["etag"]
    kept = "private, max-age=0, must-revalidate"
    for method, where, sent, status, control in [
        ("GET", path, {}, 200, kept),
        ("GET", "/v1/topics", {}, 200, kept),
        ("GET", path, {"If-None-Match": tag}, 304, kept),
        ("POST", "/v1/topics", {"Content-Type": "application/json"}, 201, "no-store"),
        ("POST", "/v1/topics", {"Idempotency-Key": '""'}, 400, "no-store"),
        ("GET", path, {"Authorization": ""}, 401, "no-store"),
        ("GET", "/v1/topics/unknown", {}, 404, "no-store"),
        ("PROPFIND", path, {}, 405, "no-store"),
        ("GET", path, {"Accept": "image/x-none"}, 406, "no-store"),
        ("PATCH", path, {"If-Match": '"other"'}, 412, "no-store"),
        ("GET", "/v1/topics?limit=0", {}, 422, "no-store"),
        ("GET", "/livez", {}, 200, "no-store"),
        ("GET", "/nowhere", {}, 404, "no-store"),
        ("DELETE", path, {"If-Match": tag}, 204, "no-store"),
    ]:
        body = json.dumps(TOPIC | {"name": "Other"}) if status == 201 else None
        answer = await exact.request(method, where, headers=sent, content=body)
        said = (answer.status_code, answer.headers["cache-control"], answer.headers.get_list("vary"))
        assert said == (status, control, ["Accept, Accept-Encoding, Authorization"]), (method, where, sent)


async def test_what_is_shown_has_a_tag_that_spares_an_answer(exact: httpx.AsyncClient) -> None:
    path = await made(exact)
    first = await exact.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "private, max-age=0, must-revalidate"
    assert first.headers["vary"] == "Accept, Accept-Encoding, Authorization"
    for given in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        spared = await exact.get(path, headers={"If-None-Match": given})
        assert (spared.status_code, spared.content, spared.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in spared.headers
        assert spared.headers["cache-control"] == first.headers["cache-control"]
    assert (await exact.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
    for given in ("", "5d41402a", '"x" "y"', '"' + "x" * 1024 + '"'):
        refused = await exact.get(path, headers={"If-None-Match": given})
        assert (refused.status_code, refused.json()["type"].rpartition("#")[2]) == (400, "malformed")


async def test_lists_have_weak_tags(exact: httpx.AsyncClient) -> None:
    tag = (await exact.get("/v1/topics")).headers["etag"]
    assert tag.startswith('W/"')
    assert (await exact.get("/v1/topics", headers={"If-None-Match": tag})).status_code == 304
    await made(exact)
    assert (await exact.get("/v1/topics", headers={"If-None-Match": tag})).status_code == 200


async def test_a_tag_is_the_same_for_every_caller(
    exact: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    path = await made(exact)
    other, text = new_key("other", clock())
    await store.write(lambda tx: tx.keys.add(other, text))
    theirs = await stranger.get(path, headers={"Authorization": f"Bearer {text}"})
    assert theirs.headers["etag"] == (await exact.get(path)).headers["etag"]


async def test_who_changes_says_which_version(exact: httpx.AsyncClient) -> None:
    path = await made(exact)
    tag = (await exact.get(path)).headers["etag"]
    for method in ("PATCH", "DELETE"):
        body = {"json": {"enabled": False}} if method == "PATCH" else {}
        problem(await exact.request(method, path, **body), "precondition-required", 428)
        for stale in ('"x"', f"W/{tag}", tag[:-1]):
            told = await exact.request(method, path, headers={"If-Match": stale}, **body)
            problem(told, "precondition-failed", 412)
    changed = await exact.patch(path, json={"enabled": False}, headers={"If-Match": f'"x", {tag}'})
    assert changed.status_code == 200
    now = (await exact.get(path)).headers["etag"]
    assert changed.headers["etag"] == now != tag, "the next change needs no reading in between"
    problem(await exact.delete(path, headers={"If-Match": tag}), "precondition-failed", 412)
    assert (await exact.delete(path, headers={"If-Match": now})).status_code == 204
    problem(await exact.delete(path, headers={"If-Match": "*"}), "not-found", 404)
    problem(await exact.delete(path), "not-found", 404)
    problem(await exact.delete(path, headers={"If-Match": now}), "precondition-failed", 412)


async def test_any_version_may_be_meant(exact: httpx.AsyncClient) -> None:
    made = await exact.post("/v1/endpoints", json={"url": INBOX})
    path = made.headers["location"]
    assert (await exact.patch(path, json={"enabled": False}, headers={"If-Match": "*"})).status_code == 200
    assert (await exact.delete(path, headers={"If-Match": "*"})).status_code == 204


async def test_of_changes_at_the_same_time_one_is_made(exact: httpx.AsyncClient) -> None:
    path = await made(exact)
    tag = {"If-Match": (await exact.get(path)).headers["etag"]}
    answers = await asyncio.gather(*(exact.patch(path, json={"name": f"n{n}"}, headers=tag) for n in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    (winner,) = (answer for answer in answers if answer.status_code == 200)
    assert (await exact.get(path)).json() == winner.json()


async def test_a_refused_change_keeps_what_was(exact: httpx.AsyncClient) -> None:
    path, other = await made(exact), await made(exact, name="Other")
    before = await exact.get(path)
    tag = {"If-Match": before.headers["etag"]}
    problem(await exact.patch(path, json={"name": "Other"}, headers=tag), "conflict", 409)
    problem(await exact.patch(path, json={"query": "("}, headers=tag), "query-syntax", 422)
    assert (await exact.get(path)).headers["etag"] == before.headers["etag"]
    assert other != path


async def test_what_is_shown_once_has_no_tag(exact: httpx.AsyncClient) -> None:
    assert "etag" not in (await exact.post("/v1/endpoints", json={"url": INBOX})).headers


async def test_problems_have_no_tags(exact: httpx.AsyncClient) -> None:
    assert "etag" not in (await exact.get("/v1/topics/none")).headers

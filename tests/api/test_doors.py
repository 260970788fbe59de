"""What every request passes: the id, the key, the body's limits; and every kind of error as a problem."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from service.api import Context, create_app, create_probes
from service.api.doors import Intake
from service.api.problems import KINDS
from service.api_keys import ALPHABET, check, id_of, new_key
from service.errors import Outage
from service.store import Store
from tests.api.conftest import Reported
from tests.api.problem import problem
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only

PROTECTED = (
    "/v1/feeds",
    "/v1/articles",
    "/v1/stories",
    "/v1/topics",
    "/v1/endpoints",
    "/v1/subscriptions",
    "/v1/alerts",
    "/v1/deliveries",
    "/v1/dead-letters",
    "/v1/health",
    "/v1/no-such-thing",
    "/v1",
)


@pytest.mark.parametrize("path", PROTECTED)
async def test_nothing_under_v1_is_shown_without_a_key(stranger: httpx.AsyncClient, path: str) -> None:
    response = await stranger.get(path)
    problem(response, "unauthorised", 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer crnt_x", "Bearer \xff"])
async def test_what_is_no_key_is_refused(stranger: httpx.AsyncClient, given: str) -> None:
    response = await stranger.get("/v1/feeds", headers={"Authorization": given.encode("latin-1")})
    problem(response, "unauthorised", 401)


async def test_a_mistyped_key_is_refused_without_asking_the_database(
    stranger: httpx.AsyncClient, key: str, context: Context
) -> None:
    context.store.close()  # whoever asks it now fails
    for place in (6, 20, len(key) - 1):
        other = ALPHABET[(ALPHABET.index(key[place]) + 1) % len(ALPHABET)]
        mistyped = key[:place] + other + key[place + 1 :]
        response = await stranger.get("/v1/feeds", headers={"Authorization": f"Bearer {mistyped}"})
        problem(response, "unauthorised", 401)


async def test_an_unknown_and_a_revoked_key_are_refused(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    _, unknown = new_key("never kept", clock())
    revoked, text = new_key("revoked", clock())
    await store.write(lambda tx: tx.keys.add(revoked, text))
    assert (await stranger.get("/v1/feeds", headers={"Authorization": f"Bearer {text}"})).status_code == 200
    assert await store.write(lambda tx: tx.keys.revoke(revoked.id, None, clock()))
    for refused in (unknown, text):
        response = await stranger.get("/v1/feeds", headers={"Authorization": f"bearer {refused}"})
        problem(response, "unauthorised", 401)


async def test_a_known_id_with_another_secret_is_refused(
    stranger: httpx.AsyncClient, key: str, clock: SetClock
) -> None:
    _, other = new_key("other", clock())
    start = "_".join(("crnt", "live", id_of(key), other.split("_")[3]))
    response = await stranger.get("/v1/feeds", headers={"Authorization": f"Bearer {start}_{check(start)}"})
    problem(response, "unauthorised", 401)


async def test_the_use_of_a_key_is_remembered_once_a_minute(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    async def last_used() -> float:
        (key,) = await store.read(lambda tx: tx.keys.list(None))
        assert key.last_used_at is not None
        return (clock() - key.last_used_at).total_seconds()

    await client.get("/v1/feeds")
    assert await last_used() == 0
    clock.advance(59)
    await client.get("/v1/feeds")
    assert await last_used() == 59
    clock.advance(1)
    await client.get("/v1/feeds")
    assert await last_used() == 0


async def test_a_request_keeps_its_own_id_if_that_is_safe(stranger: httpx.AsyncClient) -> None:
    kept = await stranger.get("/livez", headers={"X-Request-Id": "trace-1.a_B"})
    assert kept.headers["x-request-id"] == "trace-1.a_B"
    for unsafe in ("a b", "x" * 65, "<script>", ""):
        made = (await stranger.get("/livez", headers={"X-Request-Id": unsafe})).headers["x-request-id"]
        assert made != unsafe
        assert 0 < len(made) <= 64


async def test_what_is_not_there_is_a_problem(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/no-such-thing"), "not-found", 404)
    problem(await stranger.get("/no-such-thing"), "not-found", 404)
    problem(await client.get("/v1/feeds/"), "not-found", 404)


async def test_a_wrong_method_is_told_the_right_ones(client: httpx.AsyncClient) -> None:
    response = await client.put("/v1/feeds")
    problem(response, "method-not-allowed", 405)
    assert response.headers["allow"] == "GET, POST"
    response = await client.post("/v1/topics/some-id")
    problem(response, "method-not-allowed", 405)
    assert response.headers["allow"] == "GET, PATCH, DELETE"


async def test_a_large_body_is_refused_whether_or_not_it_says_so(client: httpx.AsyncClient) -> None:
    async def dripped() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * 1000

    problem(await client.post("/v1/topics", content=b" " * 20_001), "too-large", 413)
    headers = {"Content-Type": "application/json"}
    problem(await client.post("/v1/topics", content=dripped(), headers=headers), "too-large", 413)
    problem(await client.get("/v1/topics", headers={"Content-Length": "-1"}), "too-large", 413)


async def test_a_body_that_drips_in_is_cut_off(context: Context, key: str) -> None:
    app = create_app(context)
    hurried = next(each for each in app.user_middleware if each.cls is Intake)
    hurried.kwargs["seconds"] = 0.05
    never = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        problem(await client.post("/v1/topics", content=endless(), headers=headers), "too-slow", 408)


@pytest.mark.parametrize("body", [b'{"name":', b"", b"[]", b"null", b'"text"', b"{}", b'{"name": "\\ud800"}'])
async def test_what_is_no_usable_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/v1/topics", content=body, headers={"Content-Type": "application/json"})
    told = problem(response, "invalid", 422)
    assert all(fault["in"] == "body" and fault["detail"] for fault in told["errors"])


async def test_a_body_that_is_no_utf8_is_malformed(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post("/v1/topics", content=b'{"name": "\xff\xfe"}', headers=headers)
    problem(response, "malformed", 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
async def test_a_body_must_say_that_it_is_json(client: httpx.AsyncClient, kind: str) -> None:
    headers = {"Content-Type": kind}
    problem(await client.post("/v1/topics", content=b"{}", headers=headers), "unsupported-media-type", 415)


async def test_a_slip_in_a_parameter_or_field_is_refused(client: httpx.AsyncClient) -> None:
    told = problem(await client.get("/v1/articles?langauge=en"), "invalid", 422)
    assert told["errors"] == [{"in": "query", "pointer": "/langauge", "detail": "there is no such field"}]
    told = problem(await client.post("/v1/topics", json={"name": "a", "qeury": "b"}), "invalid", 422)
    assert {fault["pointer"] for fault in told["errors"]} == {"/query", "/qeury"}


async def test_an_outage_is_told_without_our_insides(context: Context, key: str) -> None:
    class Away:
        async def read(self, *_: object) -> None:
            raise Outage("the database does not answer: host db-7.internal, user courant")

        write = ping = read

    app = create_app(replace(context, store=Away()))  # type: ignore[arg-type]  # a store that is down
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        response = await client.get("/v1/feeds", headers={"Authorization": f"Bearer {key}"})
        told = problem(response, "unavailable", 503)
        assert int(response.headers["retry-after"]) > 0
        assert "db-7" not in response.text
        told = problem(await client.get("/readyz"), "unavailable", 503)
        assert told["dependencies"] == {"database": "down", "broker": "up"}
        assert (await client.get("/livez")).json() == {"status": "alive"}


async def test_an_unforeseen_error_tells_nothing_but_its_id(context: Context, key: str) -> None:
    class Broken:
        async def lag(self, *_: object) -> None:
            raise RuntimeError("password=hunter2 in /srv/secret.py")

        append = lag

    app = create_app(replace(context, broker=Broken()))  # type: ignore[arg-type]  # a broker with a fault
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        response = await client.get("/v1/health", headers={"Authorization": f"Bearer {key}"})
        problem(response, "internal", 500)
        assert "hunter2" not in response.text
        assert "secret.py" not in response.text


async def test_health_says_which_stage_stopped_and_why(client: httpx.AsyncClient, reported: Reported) -> None:
    told = (await client.get("/v1/health")).json()
    assert told["status"] == "ok"
    assert told["stages"][0] == {"name": "dedupe", "stream": "articles.raw", "lag": 0, "stopped_why": None}
    assert told["stages"][1] == {"name": "deliver", "stream": None, "lag": None, "stopped_why": None}
    stage, other = reported.health.stages
    reported.health = replace(reported.health, stages=(replace(stage, stopped_why="too many dead letters"), other))
    told = (await client.get("/v1/health")).json()
    assert told["status"] == "stopped"
    assert told["stages"][0]["stopped_why"] == "too many dead letters"


async def test_probes_and_metrics_need_no_key(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/livez")).json() == {"status": "alive"}
    ready = await stranger.get("/readyz")
    assert ready.json() == {"status": "ready", "dependencies": {"database": "up", "broker": "up"}}
    metrics = await stranger.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "python_info" in metrics.text


async def test_it_is_not_ready_while_a_stage_reads_in_what_it_needs(
    stranger: httpx.AsyncClient, reported: Reported
) -> None:
    stage, other = reported.health.stages
    reported.health = replace(reported.health, stages=(replace(stage, ready=False), other))
    told = problem(await stranger.get("/readyz"), "unavailable", 503)
    assert told["detail"] == "Not ready: dedupe is loading."
    assert told["dependencies"] == {"database": "up", "broker": "up", "dedupe": "loading"}
    reported.health = replace(reported.health, stages=(stage, other))
    assert (await stranger.get("/readyz")).status_code == 200


async def test_a_process_without_the_api_answers_probes_alone(context: Context, key: str) -> None:
    transport = httpx.ASGITransport(create_probes(context), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/metrics")).status_code == 200
        headers = {"Authorization": f"Bearer {key}"}
        problem(await client.get("/v1/feeds", headers=headers), "not-found", 404)


def test_every_kind_of_problem_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "problems.md").read_text()
    told = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert told == [kind.slug for kind in KINDS]


async def test_no_page_of_another_origin_may_call_unless_it_was_let(context: Context) -> None:
    headers = {"Origin": "https://reader.example", "Access-Control-Request-Method": "GET"}
    for origins in ((), ("https://reader.example",), ("https://other.example",)):
        api = context.settings.api.model_copy(update={"origins": origins})
        app = create_app(replace(context, settings=context.settings.model_copy(update={"api": api})))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as page:
            asked, called = await page.options("/v1/topics", headers=headers), await page.get("/livez", headers=headers)
            let = origins == ("https://reader.example",)
            assert ("access-control-allow-origin" in called.headers) == let
            assert (asked.status_code == 200) == let

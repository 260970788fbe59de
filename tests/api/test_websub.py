"""Where hubs call: intents confirmed only if they were meant, documents taken only if they are signed."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, unquote_to_bytes

import httpx
import pytest
from structlog.testing import capture_logs

from service.api import Context, create_app
from service.broker import Broker
from service.errors import Outage
from service.messages import PushedDocument
from service.model import HubSubscription
from service.settings import Settings
from service.store import Store
from service.streams import PUSHED
from service.telemetry import counted
from tests.api.problem import problem
from tests.builders import a_feed
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only  # the store has tests of its own

TOPIC = "https://gazette.test/über?a=1&b=2"
BODY = b"<rss><channel><item><title>Ferry</title></item></channel></rss>"


@pytest.fixture
def settings() -> Settings:
    return Settings(api={"body_bytes": 1000}, websub={"body_bytes": 6_000_000})


async def subscribed(store: Store, clock: SetClock, **given: object) -> HubSubscription:
    """A subscription whose hub was asked."""
    made = HubSubscription.new("feed-1", "https://hub.test/", TOPIC, "https://courant.test", clock())
    made = replace(made.asked(clock()), **given)  # type: ignore[arg-type]  # a test's own
    await store.write(lambda tx: tx.feeds.add_missing([a_feed(id="feed-1", next_poll_at=clock() + timedelta(1))]))
    await store.write(lambda tx: tx.websub.add(made))
    return made


async def kept(store: Store, made: HubSubscription) -> HubSubscription | None:
    return await store.read(lambda tx: tx.websub.get(made.id))


def asks(mode: str = "subscribe", **more: str) -> dict[str, str]:
    return {"hub.mode": mode, "hub.topic": TOPIC, "hub.challenge": "c+h/a l=l&e", "hub.lease_seconds": "1000", **more}


async def test_a_subscription_that_was_asked_for_is_confirmed(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = await subscribed(store, clock)
    answer = await stranger.get(f"/v1/websub/{made.token}", params=asks(novelty="1", **{"hub.novelty": "2"}))
    assert (answer.status_code, answer.text) == (200, "c+h/a l=l&e")
    assert answer.headers["content-type"].startswith("text/plain")
    now = await kept(store, made)
    assert now
    assert (now.state, now.mode, now.failures, now.error) == ("verified", "", 0, "")
    assert now.lease_until == clock() + timedelta(seconds=1000)
    assert now.due_at == clock() + timedelta(seconds=800)


@pytest.mark.parametrize("challenge", [b"%00%ff%FE", b"%C3%A9+%2B%26", b"a" * 2000, b"<script>alert(1)</script>"])
async def test_a_challenge_goes_back_to_the_octet(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock, challenge: bytes
) -> None:
    made = await subscribed(store, clock)
    query = f"hub.mode=subscribe&hub.topic={quote(TOPIC, safe='')}&hub.challenge=".encode() + challenge
    answer = await stranger.get(f"/v1/websub/{made.token}?{query.decode()}")
    assert answer.content == unquote_to_bytes(challenge.replace(b"+", b" "))
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    now = await kept(store, made)
    assert now
    assert now.lease_until == clock() + timedelta(days=10)  # the hub did not say, so what was asked for


@pytest.mark.parametrize(
    "said",
    [
        {},
        asks("unsubscribe"),
        asks("delete"),
        asks() | {"hub.topic": "https://gazette.test/other"},
        asks() | {"hub.challenge": ""},
        asks("denied") | {"hub.topic": "https://gazette.test/other"},
    ],
)
async def test_what_was_not_asked_for_is_not_confirmed(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock, said: dict[str, str]
) -> None:
    made = await subscribed(store, clock)
    problem(await stranger.get(f"/v1/websub/{made.token}", params=said), "not-found", 404)
    assert await kept(store, made) == made


async def test_a_wrong_token_finds_nothing(stranger: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    made = await subscribed(store, clock)
    wrong = made.token[:-1] + ("A" if made.token[-1] != "A" else "B")
    problem(await stranger.get(f"/v1/websub/{wrong}", params=asks()), "not-found", 404)
    problem(await stranger.post(f"/v1/websub/{wrong}", content=BODY), "not-found", 404)
    problem(await stranger.post("/v1/websub/short", content=BODY), "invalid", 422)
    assert (await stranger.get("/v1/websub")).status_code == 401


async def test_a_confirmed_subscription_is_not_confirmed_again(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = await subscribed(store, clock)
    assert (await stranger.get(f"/v1/websub/{made.token}", params=asks())).status_code == 200
    problem(await stranger.get(f"/v1/websub/{made.token}", params=asks()), "not-found", 404)
    problem(await stranger.get(f"/v1/websub/{made.token}", params=asks("unsubscribe")), "not-found", 404)


async def test_an_end_that_was_asked_for_is_confirmed_once(
    stranger: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = await subscribed(store, clock, mode="unsubscribe", state="verified")
    problem(await stranger.get(f"/v1/websub/{made.token}", params=asks()), "not-found", 404)
    problem(await stranger.post(f"/v1/websub/{made.token}", content=BODY), "gone", 410)
    answer = await stranger.get(f"/v1/websub/{made.token}", params=asks("unsubscribe"))
    assert answer.text == "c+h/a l=l&e"
    assert await kept(store, made) is None
    problem(await stranger.get(f"/v1/websub/{made.token}", params=asks("unsubscribe")), "not-found", 404)


async def test_a_hub_may_deny_at_any_time(stranger: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    made = await subscribed(store, clock, state="verified", mode="", lease_until=clock() + timedelta(days=1))
    said = {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "No\x07 room\n<b>", "more": "x"}
    assert (await stranger.get(f"/v1/websub/{made.token}", params=said)).status_code == 200
    now = await kept(store, made)
    assert now
    assert (now.state, now.mode, now.error) == ("denied", "", "the hub denied it: No room <b>")
    assert not now.live(clock())
    feed = await store.read(lambda tx: tx.feeds.get("feed-1"))
    assert feed.next_poll_at == clock()


async def pushed(broker: Broker) -> list[PushedDocument]:
    async with broker.reader(PUSHED.name, "tests") as reader:
        return [PUSHED.decode(record) for record in await reader.read(10, 0)]


def signed(secret: str, method: str = "sha256", body: bytes = BODY) -> dict[str, str]:
    made = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return {"X-Hub-Signature": f"{method}={made}", "Content-Type": "application/rss+xml; charset=x"}


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
async def test_a_signed_document_is_put_on_the_stream(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock, method: str
) -> None:
    made = await subscribed(store, clock)
    answer = await stranger.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(made.secret, method))
    assert (answer.status_code, answer.content) == (202, b"")
    (found,) = await pushed(embedded_broker)
    assert (found.feed_id, found.body, found.url, found.at) == ("feed-1", BODY, TOPIC, clock())
    assert found.content_type == "application/rss+xml; charset=x"
    assert [(hop.stage, hop.outcome) for hop in found.hops] == [("websub", "accepted")]


FORGED = [
    {},
    {"X-Hub-Signature": ""},
    {"X-Hub-Signature": "sha256="},
    {"X-Hub-Signature": "sha256=" + "0" * 64},
    {"X-Hub-Signature": "md5=" + hashlib.md5(BODY).hexdigest()},
    {"X-Hub-Signature": "=" * 100},
    {"X-Hub-Signature": "sha256=\xff\xfe"},
    signed("another secret"),
    signed("", "sha512"),
]


@pytest.mark.parametrize("headers", FORGED)
async def test_a_document_that_is_not_signed_is_dropped_and_counted(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock, headers: dict[str, str]
) -> None:
    made, before = await subscribed(store, clock), counted("websub").get("forged", 0)
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await stranger.post(f"/v1/websub/{made.token}", content=BODY, headers=raw)
    assert (answer.status_code, answer.content) == (202, b"")
    assert await pushed(embedded_broker) == []
    assert counted("websub")["forged"] == before + 1
    assert (await store.read(lambda tx: tx.feeds.get("feed-1"))).next_poll_at != clock()


async def test_another_body_under_a_right_signature_is_dropped(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    made = await subscribed(store, clock)
    await stranger.post(f"/v1/websub/{made.token}", content=BODY + b" ", headers=signed(made.secret))
    assert await pushed(embedded_broker) == []


async def test_sha1_is_believed_only_where_the_operator_says_so(
    context: Context, stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    made = await subscribed(store, clock)
    await stranger.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(made.secret, "sha1"))
    assert await pushed(embedded_broker) == []
    lenient = replace(context, settings=Settings(websub={"allow_sha1": True}))
    transport = httpx.ASGITransport(create_app(lenient))
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        await client.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(made.secret, "sha1"))
    assert len(await pushed(embedded_broker)) == 1


async def test_without_a_secret_a_push_only_makes_the_feed_due(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    made = await subscribed(store, clock, secret="")
    assert (await stranger.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(""))).status_code == 202
    assert await pushed(embedded_broker) == []
    assert (await store.read(lambda tx: tx.feeds.get("feed-1"))).next_poll_at == clock()


async def test_a_document_larger_than_a_record_makes_the_feed_due(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    made, large = await subscribed(store, clock), b"x" * 4_000_000
    headers = signed(made.secret, body=large)
    assert (await stranger.post(f"/v1/websub/{made.token}", content=large, headers=headers)).status_code == 202
    assert await pushed(embedded_broker) == []
    assert (await store.read(lambda tx: tx.feeds.get("feed-1"))).next_poll_at == clock()


async def test_a_compressed_document_makes_the_feed_due(
    stranger: httpx.AsyncClient, store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    made = await subscribed(store, clock)
    headers = signed(made.secret) | {"Content-Encoding": "gzip"}
    assert (await stranger.post(f"/v1/websub/{made.token}", content=BODY, headers=headers)).status_code == 202
    assert await pushed(embedded_broker) == []
    assert (await store.read(lambda tx: tx.feeds.get("feed-1"))).next_poll_at == clock()


async def test_a_document_over_the_limit_is_refused(stranger: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    made = await subscribed(store, clock)
    response = await stranger.post(f"/v1/websub/{made.token}", content=b"x" * 6_000_001)
    assert "6000000" in problem(response, "too-large", 413)["detail"]


async def test_a_document_is_not_taken_before_it_is_durable(context: Context, store: Store, clock: SetClock) -> None:
    class Away:
        async def append(self, *_: object) -> None:
            raise Outage("the broker does not answer")

    made = await subscribed(store, clock)
    app = create_app(replace(context, broker=Away()))  # type: ignore[arg-type]  # a broker that is down
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        response = await client.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(made.secret))
    problem(response, "unavailable", 503)


async def test_neither_token_nor_secret_is_shown(context: Context, store: Store, clock: SetClock) -> None:
    class Broken:
        async def append(self, *_: object) -> None:
            raise RuntimeError("a fault of ours")

    made = await subscribed(store, clock)
    app = create_app(replace(context, broker=Broken()))  # type: ignore[arg-type]  # a broker with a fault
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        with capture_logs() as logs:
            response = await client.post(f"/v1/websub/{made.token}", content=BODY, headers=signed(made.secret))
    problem(response, "internal", 500)
    assert [line["event"] for line in logs] == ["request failed"]
    told = repr(logs) + response.text + repr(made)
    assert made.secret not in told
    assert made.token not in told


async def test_a_feeds_hub_is_shown_without_its_secrets(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    made = await subscribed(store, clock, error="the hub answered 500")
    told = await client.get("/v1/feeds/feed-1/hub")
    assert told.json() == {
        "hub": "https://hub.test/",
        "topic": TOPIC,
        "state": "pending",
        "signed": True,
        "trusted": False,
        "lease_until": None,
        "next_request_at": "2026-03-14T09:05:00Z",
        "pushed_at": None,
        "missed_at": None,
        "error": "the hub answered 500",
    }
    assert made.secret not in told.text
    assert made.token not in told.text
    problem(await client.get("/v1/feeds/none/hub"), "not-found", 404)

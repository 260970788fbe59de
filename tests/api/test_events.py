"""Notices in order: caught up with, waited for, and listened to over a real connection."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from service.api import Context, create_app, serve
from service.api.broadcast import Broadcast, Pass
from service.clock import now
from service.cursors import make_cursor, read_cursor
from service.model import Interest, Notice, notice_id
from service.settings import ApiSettings, EventsSettings, Settings
from service.store import Store
from tests.api.problem import problem
from tests.builders import NOW
from tests.stores import sqlite_only

store = sqlite_only  # the order itself is a promise of the store, and tested there

QUICK = {"look_seconds": 0.02, "heartbeat_seconds": 0.05, "retry_seconds": 1}


@pytest.fixture
def settings() -> Settings:
    return Settings(events=QUICK)


def a_notice(number: int, kind: str = "feed.gap", **given: Any) -> Notice:
    id = notice_id(kind, str(number))
    return Notice(id, kind, "feed-1", NOW + timedelta(seconds=number), {"number": number}, **given)


async def tell(store: Store, *notices: Notice) -> None:
    await store.write(lambda tx: tx.notices.tell(notices, NOW))


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [each["data"]["number"] for each in events]


# The list


async def test_notices_are_caught_up_with_in_order(client: httpx.AsyncClient, store: Store) -> None:
    await tell(store, *map(a_notice, range(7)))
    path, found = "/v1/events?limit=3", list[dict[str, Any]]()
    while path:
        answer = await client.get(path)
        found += answer.json()["items"]
        path = answer.links.get("next", {}).get("url", "")
        assert answer.json()["more"] == bool(path)
    assert numbers(found) == list(range(7))
    assert [read_cursor(each["cursor"]) for each in found] == list(range(1, 8))
    assert found[0] == {
        "id": a_notice(0).id,
        "cursor": make_cursor(1),
        "type": "feed.gap",
        "timestamp": NOW.isoformat().replace("+00:00", "Z"),
        "data": {"number": 0},
    }


async def test_the_last_cursor_shows_what_comes_later(client: httpx.AsyncClient, store: Store) -> None:
    empty = (await client.get("/v1/events")).json()
    assert empty == {"items": [], "next_cursor": make_cursor(0), "more": False}
    await tell(store, a_notice(1))
    first = (await client.get(f"/v1/events?after={empty['next_cursor']}")).json()
    await tell(store, a_notice(2))
    second = (await client.get(f"/v1/events?after={first['next_cursor']}")).json()
    assert numbers(first["items"]) + numbers(second["items"]) == [1, 2]
    assert (await client.get(f"/v1/events?after={second['next_cursor']}")).json()["items"] == []


async def test_a_filter_is_passed_over_what_it_does_not_want(client: httpx.AsyncClient, store: Store) -> None:
    await tell(store, a_notice(1), a_notice(2, "feed.failing"), a_notice(3, "story.alerted", topic_id="t"), a_notice(4))
    failing = (await client.get("/v1/events?kind=feed.failing&kind=story.*")).json()
    assert (numbers(failing["items"]), read_cursor(failing["next_cursor"])) == ([2, 3], 4)
    assert numbers((await client.get("/v1/events?topic=t")).json()["items"]) == [3]
    of_none = (await client.get("/v1/events?topic=u&limit=1")).json()
    assert (of_none["items"], of_none["more"], read_cursor(of_none["next_cursor"])) == ([], False, 4)


async def test_only_ones_own_are_shown(client: httpx.AsyncClient, store: Store) -> None:
    await tell(store, a_notice(1, account_id="other"), a_notice(2, account_id="main"), a_notice(3))
    assert numbers((await client.get("/v1/events")).json()["items"]) == [2, 3]


async def test_it_is_waited_for_the_next(client: httpx.AsyncClient, store: Store) -> None:
    asking = asyncio.create_task(client.get("/v1/events?wait=60&kind=feed.gap", timeout=60))
    await tell(store, a_notice(1, "feed.failing"))
    await asyncio.sleep(0.2)
    assert not asking.done()
    await tell(store, a_notice(2))
    assert numbers((await asking).json()["items"]) == [2]


async def test_waiting_ends(client: httpx.AsyncClient, context: Context) -> None:
    assert (await client.get("/v1/events?wait=1")).json()["items"] == []
    asking = asyncio.create_task(client.get("/v1/events?wait=60", timeout=60))
    await asyncio.sleep(0.1)
    context.until.set()
    assert (await asking).json()["items"] == []


@pytest.mark.parametrize("path", ["/v1/events", "/v1/stream"])
@pytest.mark.parametrize(
    ("query", "slug", "status"),
    [
        ("after=nonsense", "invalid-cursor", 400),
        ("after=", "invalid", 422),
        ("kind=feed.exploded", "invalid", 422),
        ("kind=Feed", "invalid", 422),
        ("since=now", "invalid", 422),
    ],
)
async def test_what_cannot_be_used_is_refused(
    client: httpx.AsyncClient, path: str, query: str, slug: str, status: int
) -> None:
    problem(await client.get(f"{path}?{query}"), slug, status)


@pytest.mark.parametrize("path", ["/v1/events", "/v1/stream"])
@pytest.mark.parametrize("seq", [0, 1, 4])
async def test_a_cursor_that_leads_nowhere_any_more_says_where_to_begin(
    client: httpx.AsyncClient, store: Store, path: str, seq: int
) -> None:
    """Too old; or of a database that was put back to an earlier day."""
    await tell(store, *map(a_notice, range(3)))
    await store.write(lambda tx: tx.notices.prune(NOW + timedelta(seconds=2)))
    told = problem(await client.get(f"{path}?after={make_cursor(seq)}"), "cursor-expired", 410)
    assert told["oldest_cursor"] == make_cursor(2)
    found = (await client.get(f"/v1/events?after={told['oldest_cursor']}")).json()
    assert numbers(found["items"]) == [2]


# The stream


@dataclass
class Heard:
    """What a listener heard, as a client has it who follows the rules of Server-Sent Events."""

    events: list[dict[str, Any]] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    comments: int = 0
    retries: list[int] = field(default_factory=list)
    last_id: str = ""

    def line(self, line: str, frame: dict[str, str]) -> None:
        name, _, value = line.partition(":")
        if line and not name:
            self.comments += 1
        elif name == "retry":
            self.retries.append(int(value))
        elif line:
            frame[name] = value.removeprefix(" ")
        elif frame:
            self.last_id = frame.get("id", self.last_id)
            if frame.get("event") == "cursor":
                self.cursors.append(msgspec.json.decode(frame["data"])["cursor"])
            else:
                self.events.append(msgspec.json.decode(frame["data"]))
            frame.clear()


@asynccontextmanager
async def served(context: Context) -> AsyncIterator[int]:
    port = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(create_app(context), ApiSettings(port=0), context.until, port.set_result))
    try:
        yield await asyncio.wait_for(port, 60)
    finally:
        context.until.set()
        await asyncio.wait_for(serving, 60)


@asynccontextmanager
async def listening(port: int, key: str, query: str = "", **headers: str) -> AsyncIterator[Heard]:
    """Listens, and collects, until left or sent away."""
    heard, own = Heard(), {"Authorization": f"Bearer {key}"} | {k.replace("_", "-"): v for k, v in headers.items()}
    address = f"http://127.0.0.1:{port}/v1/stream{query}"
    async with httpx.AsyncClient(timeout=60) as client, client.stream("GET", address, headers=own) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        collecting = asyncio.create_task(collect(answer, heard))
        try:
            yield heard
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)


async def collect(answer: httpx.Response, heard: Heard) -> None:
    frame: dict[str, str] = {}
    async for line in answer.aiter_lines():
        heard.line(line, frame)


async def until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_listener_hears_what_becomes_known_from_now_on(context: Context, store: Store, key: str) -> None:
    await tell(store, a_notice(1))
    async with served(context) as port, listening(port, key) as heard:
        await until(lambda: heard.cursors)
        assert (heard.cursors, heard.retries) == ([make_cursor(1)], [1000])
        await tell(store, a_notice(2), a_notice(3))
        await until(lambda: len(heard.events) == 2)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
            caught_up = (await client.get(f"http://127.0.0.1:{port}/v1/events?after={make_cursor(1)}")).json()
        assert heard.events == caught_up["items"]
        assert heard.last_id == make_cursor(3)


async def test_a_listener_goes_on_where_it_was(context: Context, store: Store, key: str) -> None:
    """The header beats the parameter: a browser comes again with the address it came with first."""
    await tell(store, *map(a_notice, range(500)))
    after = f"?after={make_cursor(0)}"
    async with served(context) as port, listening(port, key, after, Last_Event_ID=make_cursor(3)) as heard:
        await until(lambda: len(heard.events) == 497)
        await tell(store, a_notice(500))
        await until(lambda: len(heard.events) == 498)
    assert numbers(heard.events) == list(range(3, 501))


async def test_a_quiet_listener_is_told_how_far_it_has_heard(context: Context, store: Store, key: str) -> None:
    async with served(context) as port, listening(port, key, "?kind=feed.silent") as heard:
        await until(lambda: heard.comments)
        await tell(store, a_notice(1), a_notice(2))
        await until(lambda: heard.last_id == make_cursor(2))
        assert heard.events == []


async def test_listeners_are_sent_away_when_the_process_stops(context: Context, store: Store, key: str) -> None:
    async with served(context) as port, listening(port, key) as heard:
        await until(lambda: heard.cursors)
        context.until.set()
        await until(lambda: len(heard.retries) == 2)
    assert 1000 <= heard.retries[1] <= 2000
    assert heard.last_id == make_cursor(0)


async def test_as_many_listen_as_may(store: Store, context: Context, key: str) -> None:
    few = Context(Settings(events={**QUICK, "listeners": 1}), store, context.broker, context.clock, until=context.until)
    async with served(few) as port, listening(port, key) as heard, httpx.AsyncClient(timeout=60) as client:
        await until(lambda: heard.cursors)
        headers = {"Authorization": f"Bearer {key}"}
        refused = await client.get(f"http://127.0.0.1:{port}/v1/stream", headers=headers)
        problem(refused, "unavailable", 503)
        assert refused.headers["retry-after"]


async def test_who_takes_nothing_is_sent_away_and_hears_the_rest_later(
    store: Store, context: Context, key: str
) -> None:
    """It keeps its connection open and reads nothing, while far more is told than fits in between."""
    little = Settings(events={**QUICK, "buffer": 50})
    big = [Notice(f"nt_{n}", "feed.gap", "feed-1", NOW, {"number": n, "text": "x" * 15_000}) for n in range(600)]
    async with served(Context(little, store, context.broker, context.clock, until=context.until)) as port:
        reader, writer = await narrow(port)
        writer.write(f"GET /v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        await reader.readuntil(b'{"cursor": "')
        for start in range(0, 600, 20):
            await tell(store, *big[start : start + 20])
        async with listening(port, key, f"?after={make_cursor(550)}") as other:  # nobody else is held up by it
            await until(lambda: len(other.events) == 50)
        got = await asyncio.wait_for(reader.read(-1), 120)
        writer.close()
    ids = [each.decode() for each in re.findall(rb"id: (\S+)\ndata: ", got)]
    last = read_cursor(ids[-1])
    assert [read_cursor(each) for each in ids] == list(range(1, last + 1))
    assert last < 600
    assert b"retry: " in got[-100:]


async def narrow(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that holds little of what was sent and not taken."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=narrow, limit=1024)


async def test_whose_key_is_revoked_hears_nothing_more(context: Context, store: Store, key: str) -> None:
    context = replace(context, clock=now)
    async with served(context) as port, listening(port, key) as heard:
        await until(lambda: heard.cursors)
        await store.write(lambda tx: tx.keys.revoke(key.split("_")[2], None, now()))
        await until(lambda: len(heard.retries) == 2)
        await tell(store, a_notice(1))
        assert heard.events == []


# The broadcast


async def open_still() -> None:
    """A key that nobody revokes."""


async def test_the_store_is_read_only_while_somebody_listens_and_once_for_all(store: Store) -> None:
    broadcast = Broadcast(store, EventsSettings(**QUICK), asyncio.Event())
    listeners = [broadcast.listener(Interest("main"), Pass("key", open_still)) for _ in range(50)]
    reads = 0
    read = store.read

    async def counted(function: Any, *args: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(function, *args)

    store.read = counted  # type: ignore[method-assign, assignment]  # the store is real; its readings are counted
    async with asyncio.timeout(60):
        await _joined(broadcast, listeners, store)
    assert reads < 50
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "broadcast"]


async def _joined(broadcast: Broadcast, listeners: list[Any], store: Store) -> None:
    if not listeners:
        await tell(store, a_notice(1))
        await asyncio.sleep(0)
        return
    first, *rest = listeners
    async with broadcast.joined(first):
        await _joined(broadcast, rest, store)
        assert await first.stirred(10)
        assert [each.notice.payload for each in first.take(10)] == [{"number": 1}]

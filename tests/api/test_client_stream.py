"""The Python client listens: against the API on a port, and against one that does what ours seldom does."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from service.api import Context
from service.client import Courant, Refusal
from service.client.listening import Frames
from service.errors import CourantError
from service.model import Notice, notice_id
from service.store import Store
from tests.api.test_server import served
from tests.builders import NOW
from tests.stores import sqlite_only

store = sqlite_only


async def tell(store: Store, number: int) -> None:
    told = Notice(notice_id("feed.gap", str(number)), "feed.gap", "feed-1", NOW, {"number": number})
    await store.write(lambda tx: tx.notices.tell([told], NOW))


async def test_it_hears_what_was_told_before_and_what_is_told_now(context: Context, store: Store, key: str) -> None:
    await tell(store, 0)
    await tell(store, 1)
    async with served(context) as port, Courant(f"http://127.0.0.1:{port}", key) as courant, asyncio.timeout(60):
        first = await anext(courant.events())
        stream = courant.stream(first.cursor, kind="feed.*")
        assert (await anext(stream)).data == {"number": 1}
        later, _ = await asyncio.gather(anext(stream), tell(store, 2))
        assert later.data == {"number": 2}
        await stream.aclose()
        with pytest.raises(Refusal, match="cursor"):
            await anext(courant.stream("nonsense"))


def a_frame(number: int) -> bytes:
    told = {"id": f"nt_{number}", "cursor": f"c{number}", "type": "feed.gap", "timestamp": NOW, "data": {"n": number}}
    return b"id: c%d\ndata: %s\n\n" % (number, msgspec.json.encode(told))


class Pieces(httpx.AsyncByteStream):
    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def told_by(*answers: httpx.Response | Exception) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A server that gives these answers, one after the other, and what it was asked."""
    asked: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        given = answers[len(asked) - 1]
        if isinstance(given, Exception):
            raise given
        return given

    return httpx.MockTransport(answer), asked


async def test_after_a_break_it_comes_again_with_the_last_whole_id() -> None:
    broken = httpx.ReadError("the connection broke")
    begun = b"retry: 5\n\nid: c0\nevent: cursor\ndata: {}\n\n:\n\n"
    half = a_frame(2)[:20]
    transport, asked = told_by(
        httpx.Response(200, stream=Pieces(begun + a_frame(1)[:9], a_frame(1)[9:] + half, broken)),
        httpx.ConnectError("refused"),
        httpx.Response(503, headers={"Retry-After": "0"}),
        httpx.Response(200, stream=Pieces(a_frame(2))),
        httpx.Response(200, stream=Pieces(a_frame(3))),
    )
    async with Courant("http://courant.test", "key", transport) as courant, asyncio.timeout(60):
        stream = courant.stream("c9")
        assert [(await anext(stream)).data["n"] for _ in range(3)] == [1, 2, 3]
    assert asked[0].url.params["after"] == "c9"
    assert [each.headers.get("Last-Event-ID") for each in asked] == [None, "c1", "c1", "c1", "c2"]


async def test_who_cannot_be_reached_to_begin_with_is_said_so() -> None:
    transport, asked = told_by(*[httpx.Response(503, headers={"Retry-After": "0"})] * 4)
    async with Courant("http://courant.test", "key", transport) as courant:
        with pytest.raises(CourantError, match="cannot be listened to: it answered 503"):
            await anext(courant.stream())
    assert len(asked) == 4


async def test_a_headline_with_another_end_of_line_stays_whole() -> None:
    told = {"id": "nt", "cursor": "c", "type": "t", "timestamp": NOW, "data": {"title": "a\u2028b\x85c"}}
    frame = b"id: c\r\ndata: %s\r\n\r\n" % msgspec.json.encode(told)
    transport, _ = told_by(httpx.Response(200, stream=Pieces(*(frame[n : n + 1] for n in range(len(frame))))))
    async with Courant("http://courant.test", "key", transport) as courant:
        assert (await anext(courant.stream())).data == {"title": "a\u2028b\x85c"}


def test_retry_is_honoured_and_nonsense_is_passed_over() -> None:
    frames = Frames()
    assert [frames.take(line) for line in (b"retry: 3000", b"", b"retry: soon", b"", b":", b"")] == [None] * 6
    assert (frames.retry, frames.last_id) == (3.0, "")

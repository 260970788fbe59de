"""A real HTTP server on loopback that publishes feeds, as a test sets them.

    async with FeedServer.open() as server:
        server.publish("/feed.xml", body, etag='"1"')
        server.redirect("/old.xml", "/feed.xml", status=301)
        server.fail("/gone.xml", 410)
        ...
        assert server.asked("/feed.xml") == 1

It answers 304 to a matching If-None-Match or If-Modified-Since, and keeps every request in `requests`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http import HTTPStatus

from tests.clock import START

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    """A port of loopback on which connections are served so."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    at: float
    """The event loop's time, in seconds."""


class FeedServer:
    """Use `open`."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[Request] = []
        self.open_now = 0
        self.most_open = 0
        """The largest number of requests that were under way together."""
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["FeedServer"]:
        server = cls()
        async with listening(server._serve) as server.port:
            yield server

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, path: str, body: bytes | str, delay: float = 0.0, **headers: str) -> str:
        """Serve this document there (`etag='"1"'`, `cache_control="max-age=60"`, ...); gives its address."""
        octets = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"content-type": "application/xml; charset=utf-8"}
        self.answers[path] = Answer(200, octets, kind | named, delay)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 301) -> str:
        self.answers[path] = Answer(status, b"", {"location": target})
        return self.url(path)

    def fail(self, path: str, status: int, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(status, b"no", named)
        return self.url(path)

    def asked(self, path: str) -> int:
        """How often this path was requested."""
        return sum(request.path == path for request in self.requests)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                self.open_now += 1
                self.most_open = max(self.most_open, self.open_now)
                try:
                    await self._answer(head, writer)
                finally:
                    self.open_now -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = first.split()[1]
        self.requests.append(Request(path, headers, asyncio.get_running_loop().time()))
        answer = self.answers.get(path, Answer(404, b"nothing here"))
        await asyncio.sleep(answer.delay)
        if _is_known(headers, answer):
            answer = Answer(304, b"", answer.headers)
        writer.write(_written(answer))
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).rstrip()
    except asyncio.IncompleteReadError:
        return b""


def _is_known(headers: Mapping[str, str], answer: Answer) -> bool:
    """Does the client say that it has this very document?"""
    etag, changed = answer.headers.get("etag"), answer.headers.get("last-modified")
    if etag and "if-none-match" in headers:
        return headers["if-none-match"] == etag
    return bool(changed) and headers.get("if-modified-since") == changed


def _written(answer: Answer) -> bytes:
    headers = {"date": format_datetime(START, usegmt=True), "content-length": str(len(answer.body))}
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | dict(answer.headers)).items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if answer.status == 304 else answer.body)

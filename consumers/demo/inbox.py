"""A webhook inbox on this machine: requests go in, what was received comes out, verified or with why not.

Answers as it is told to, and so plays receivers that are slow, broken or hostile, too. As a program it writes
one JSON line for each request:

    python -m consumers.demo.inbox --port 9000 --secret whsec_... --out received.jsonl
"""

import argparse
import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

import msgspec

from service.clock import Clock, now
from service.signing import ID, WebhookVerificationError, verify

HOST = "127.0.0.1"
MOST_BYTES = 2**20
CHUNK = b"x" * 2**16
NEVER = 86_400.0
BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    at: datetime
    fault: str
    """Why the signature does not hold; "" if it does."""

    @property
    def id(self) -> str:
        return self.headers.get(ID, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and how badly."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0
    """Pause before the answer; `NEVER` for none at all."""
    drip_seconds: float = 0
    """Pause before each byte of the body."""
    endless_bytes: int = 0
    """Length of a body of nothing but x, in the body's place."""
    reset: bool = False
    """Break the connection instead."""


ACCEPTED = Answer()
UNAUTHORISED = Answer(401)

Reaction = Callable[[Received], Answer]


def accept(received: Received, accepted: Answer = ACCEPTED) -> Answer:
    """What an honest receiver answers: `accepted`, if the signature holds."""
    return UNAUTHORISED if received.fault else accepted


@dataclass
class Inbox:
    """An open inbox. `answer` may be changed at any time."""

    secrets: Sequence[str]
    answer: Reaction = accept
    tell: Callable[[Received], None] = lambda received: None
    """Called for each request, before the answer."""
    clock: Clock = now
    received: list[Received] = field(default_factory=list, init=False)
    port: int = field(default=0, init=False)
    _connections: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator["Inbox"]:
        """Listens while it is open; 0 takes a free port."""
        server = await asyncio.start_server(self._connected, HOST, port, limit=2**16)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        try:
            # Who sends what is not HTTP, or hangs up, is left alone; we are cancelled only when we close.
            with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError):
                while True:
                    received = await self._receive(reader)
                    await _respond(writer, self.answer(received))
        finally:
            self._connections.discard(connection)
            writer.close()

    async def _receive(self, reader: StreamReader) -> Received:
        """The next request, checked and told. Raises `ValueError` for what is none."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = [line.partition(":") for line in lines]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= MOST_BYTES:
            raise ValueError(f"a body of {length} bytes")
        body = await reader.readexactly(length)
        received = Received(method, path, headers, body, self.clock(), self._fault(body, headers))
        self.received.append(received)
        self.tell(received)
        return received

    def _fault(self, body: bytes, headers: Mapping[str, str]) -> str:
        try:
            verify(body, headers, self.secrets, now=self.clock())
        except WebhookVerificationError as error:
            return str(error)
        return ""


async def _respond(writer: StreamWriter, answer: Answer) -> None:
    await asyncio.sleep(answer.delay_seconds)
    if answer.reset:
        writer.transport.abort()
        raise ConnectionAbortedError
    lines = [f"HTTP/1.1 {answer.status} Answer"]
    if answer.status not in BODILESS:
        lines.append(f"content-length: {answer.endless_bytes or len(answer.body)}")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    for part in _pieces(answer):
        await asyncio.sleep(answer.drip_seconds)
        writer.write(part)
        await writer.drain()


def _pieces(answer: Answer) -> Iterator[bytes]:
    if answer.endless_bytes:
        yield from repeat(CHUNK, answer.endless_bytes // len(CHUNK))
        yield CHUNK[: answer.endless_bytes % len(CHUNK)]
    elif answer.drip_seconds:
        yield from (bytes([byte]) for byte in answer.body)
    else:
        yield answer.body


def line(received: Received) -> bytes:
    """The request as a line of JSON."""
    shown = {
        "id": received.id,
        "at": received.at,
        "verified": not received.fault,
        "fault": received.fault,
        "method": received.method,
        "path": received.path,
        "headers": received.headers,
        "body": received.body.decode("utf-8", "replace"),
    }
    return msgspec.json.encode(shown) + b"\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Receive until killed."""
    parser = argparse.ArgumentParser(prog="python -m consumers.demo.inbox", description="Receives webhooks.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--secret", action="append", required=True, help="whsec_...; may be given again")
    parser.add_argument("--out", type=Path, required=True, help="file that gets a line of JSON a request")
    parser.add_argument("--status", type=int, default=204, help="what to answer what is signed as it should be")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    given = parser.parse_args(arguments)
    answer = Answer(given.status, delay_seconds=given.delay)
    with given.out.open("ab") as out, suppress(KeyboardInterrupt):
        inbox = Inbox(given.secret, lambda received: accept(received, answer), partial(_write, out))
        asyncio.run(_listen(inbox, given.port))


async def _listen(inbox: Inbox, port: int) -> None:
    async with inbox.open(port):
        sys.stderr.write(f"listening on {inbox.url}\n")
        sys.stderr.flush()
        await asyncio.Event().wait()


def _write(out: BinaryIO, received: Received) -> None:
    out.write(line(received))
    out.flush()


if __name__ == "__main__":
    main()

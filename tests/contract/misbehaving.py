"""HTTP servers on loopback that do exactly what a test tells them, down to the byte."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import need


@dataclass(frozen=True)
class Request:
    """What the server was asked."""

    line: str
    headers: dict[str, str]
    body: bytes
    after: asyncio.StreamReader
    """What the client sends later; ends when it hangs up."""


Script = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A running server and what it has seen; `gone` counts the connections that are over."""

    port: int
    scheme: str = "http"
    connections: int = 0
    gone: int = 0
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(
    script: Script, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Answers each request by the script, on a connection of its own."""
    server = Server(0, "https" if tls else "http")
    running: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running[writer] = asyncio.current_task()  # type: ignore[assignment]  # there always is one
        server.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = await _read(reader)
            server.requests.append(request)
            await script(request, writer)
        server.gone += 1
        writer.close()

    listening = await asyncio.start_server(connected, host, port, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for writer, task in running.items():
            task.cancel()
            if not writer.transport.is_closing():  # one that is closed cannot be aborted
                writer.transport.abort()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    line, _, rest = head.partition("\r\n")
    headers = {name.lower(): value for name, value in re.findall(r"([^:\r\n]+): *([^\r\n]*)", rest)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(line, headers, body, reader)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Script:
    """A script that answers properly; `content_encoding="gzip"` becomes a header."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join((f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *lines, "", ""))
    return raw(head.encode() + body)


def raw(wire: bytes) -> Script:
    """A script that sends these bytes, whatever they are, and hangs up."""

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(wire)
        await writer.drain()

    return script


def endless(start: bytes, chunk: bytes, pause: float = 0) -> Script:
    """A script that never stops sending this chunk."""

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


async def silent(request: Request, _: asyncio.StreamWriter) -> None:
    """A script that takes the request and says nothing until the client hangs up."""
    await request.after.read()


async def reset(_: Request, writer: asyncio.StreamWriter) -> None:
    """A script that breaks the connection."""
    writer.transport.abort()


@dataclass(frozen=True)
class Certificate:
    """A certificate for `newsroom.example` that nobody else has signed."""

    path: Path

    def serve(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path / "cert.pem", self.path / "key.pem")
        return context

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.path / "cert.pem"))

    @classmethod
    def make(cls, path: Path) -> "Certificate":
        openssl = shutil.which("openssl") or need("no openssl to make a certificate with")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"]
        name = ["-subj", "/CN=newsroom.example", "-addext", "subjectAltName=DNS:newsroom.example"]
        order = [openssl, "req", "-x509", "-days", "2", "-out", "cert.pem", *key, *name]
        subprocess.run(order, cwd=path, check=True, capture_output=True)
        return cls(path)

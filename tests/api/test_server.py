"""The server itself: a real socket, a real client."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from service.api import Context, create_app, serve
from service.errors import Misconfigured
from service.settings import ApiSettings, Settings
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only


@asynccontextmanager
async def served(context: Context, **given: float) -> AsyncIterator[int]:
    """Serves on a free port, with these settings of the API; gives it."""
    until, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    settings = ApiSettings(port=0, **given)
    serving = asyncio.create_task(serve(create_app(context), settings, until, port.set_result))
    try:
        yield await asyncio.wait_for(port, 60)
    finally:
        until.set()
        await asyncio.wait_for(serving, 60)


async def test_it_tells_its_port_answers_and_stops(context: Context, key: str) -> None:
    async with served(context) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        headers = {"Authorization": f"Bearer {key}"}
        response = await client.post("/v1/topics", json={"name": "a", "query": "b"}, headers=headers)
        assert response.status_code == 201
        assert "server" not in response.headers
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_said_so(context: Context) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=str(port)):
            await serve(create_app(context), ApiSettings(port=port), asyncio.Event())


async def test_endless_headers_are_cut_off(context: Context) -> None:
    async with served(context) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: courant.test\r\nX-Long: " + b"x" * 200_000)
        answer = b""
        with suppress(ConnectionResetError):  # it may have closed before it has read all that we sent
            answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


@asynccontextmanager
async def dripping(port: int, head: bytes, drop: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """What is answered to a client that sends `head`, and then drop by drop."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def drip() -> None:
        writer.write(head)
        while drop and not writer.is_closing():
            writer.write(drop)
            await asyncio.sleep(0.02)

    running = asyncio.create_task(drip())
    try:
        yield reader
    finally:
        running.cancel()
        writer.close()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Until the connection is closed."""
    answer = b""
    with suppress(ConnectionError):
        while some := await asyncio.wait_for(reader.read(1024), 60):
            answer += some
    return answer


@pytest.mark.parametrize(
    ("head", "drop"),
    [(b"", b""), (b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"a"), (b"", b"G"), (b"GET /livez HTTP/1.1\r\n", b"")],
)
async def test_headers_that_do_not_end_close_the_connection(context: Context, head: bytes, drop: bytes) -> None:
    async with served(context, header_seconds=0.2) as port, dripping(port, head, drop) as reader:
        assert await all_of(reader) == b""


async def test_the_next_request_has_the_same_time(context: Context) -> None:
    first = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    async with served(context, header_seconds=0.2) as port, dripping(port, first + b"GET /l", b"i") as reader:
        assert (await all_of(reader)).count(b"HTTP/1.1 200") == 1


async def test_a_body_that_drips_on_after_the_answer_closes_the_connection(context: Context) -> None:
    head = b"POST /v1/topics HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n"
    async with served(context, header_seconds=0.2) as port, dripping(port, head, b"x") as reader:
        assert b" 401 " in await all_of(reader)


async def test_a_body_that_drips_is_answered_when_its_time_is_over(context: Context, key: str) -> None:
    context = replace(context, settings=Settings(api={"body_seconds": 0.2}))
    head = f"POST /v1/topics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nContent-Length: 10000\r\n"
    kind = "Content-Type: application/json\r\n\r\n"
    async with served(context) as port, dripping(port, f"{head}{kind}".encode(), b" ") as reader:
        assert b" 408 " in await all_of(reader)


async def test_who_asks_in_time_is_answered_again_and_again(context: Context) -> None:
    async with (
        served(context, header_seconds=0.2) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("headers", ["X-Many: 1\r\n" * 101, "X-Long: " + "x" * 70_000 + "\r\n"])
async def test_many_headers_are_refused(context: Context, headers: str) -> None:
    asked = f"GET /livez HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode()
    async with served(context) as port, dripping(port, asked, b"") as reader:
        answer = await all_of(reader)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


async def test_a_body_too_large_is_answered_before_it_has_come(context: Context, key: str) -> None:
    async with served(context) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /v1/topics HTTP/1.1\r\nHost: courant.test\r\nAuthorization: Bearer {key}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 60)  # to the end: the connection is closed
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 413 " in head
    assert json.loads(body)["status"] == 413


async def test_no_signal_handler_is_touched(context: Context, clock: SetClock) -> None:
    import signal

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    async with served(context):
        assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


async def test_the_command_line_asks_a_server(context: Context, key: str) -> None:
    async def courant(*words: str, key: str = key) -> tuple[int, str]:
        environment = os.environ | {"COURANT_API_KEY": key}
        command = (sys.executable, "-m", "consumers.cli", "topics", *words, "--server", f"http://127.0.0.1:{port}")
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        process = await asyncio.create_subprocess_exec(*command, env=environment, **pipes)
        told, _ = await asyncio.wait_for(process.communicate(), 120)
        return process.returncode or 0, told.decode()

    async with served(context) as port:
        code, told = await courant("add", "Ferries", "ferry", "--json")
        assert (code, json.loads(told)["name"]) == (0, "Ferries")
        assert (await courant("add", "Ferries", "ferry"))[0] == 1, "the name is taken"
        code, told = await courant("list", "--json")
        assert [json.loads(each)["query"] for each in told.splitlines()] == ["ferry"]
        assert (await courant("remove", "Ferries"))[0] == 0
        code, told = await courant("list", key="")
        assert (code, "COURANT_API_KEY" in told) == (2, True)

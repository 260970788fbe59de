"""The server itself: a real socket, a real client."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from service.api import Context, create_app, serve
from service.errors import Misconfigured
from service.settings import ApiSettings
from service.store import Store
from tests.clock import SetClock


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One kind is enough: what is tested here never differs between databases."""
    return sqlite_store


@asynccontextmanager
async def served(context: Context) -> AsyncIterator[int]:
    """Serves on a free port; gives it."""
    until, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    settings = ApiSettings(port=0)
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

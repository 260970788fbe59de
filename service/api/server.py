"""Serves the API over HTTP until told to stop."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from service.api.endless import endless
from service.api.patience import patient
from service.errors import Misconfigured
from service.settings import ApiSettings

HEADER_BYTES = 65_536
KEEP_ALIVE_SECONDS = 5
GRACE_SECONDS = 10
SILENT_MILLISECONDS = 60_000
"""A client that takes nothing of what it was sent for so long is cut off by the kernel; an answer that does not end
would keep its connection for ever otherwise."""


async def serve(
    app: ASGIApp,
    settings: ApiSettings,
    until: asyncio.Event,
    listening: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until `until` is set, then finish the requests in hand. `listening` is told the real port.

    Leaves signals to the caller. Raises `Misconfigured` if the address cannot be listened on."""
    listener = _listener(settings.host, settings.port)
    config = uvicorn.Config(
        endless(app),
        lifespan="off",
        http=patient(settings.header_seconds),  # type: ignore[arg-type]  # called like the class that it makes
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        listening(listener.getsockname()[1])
        await _run(server, until)
    finally:
        await server.shutdown(sockets=[listener])


async def _run(server: uvicorn.Server, until: asyncio.Event) -> None:
    """uvicorn's own `serve` takes the signals to itself, so its parts are called here."""
    loop = asyncio.create_task(server.main_loop())
    try:
        await until.wait()
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await loop


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Misconfigured(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    # asyncio does so for sockets that name their protocol; without it a body waits 40 ms for the headers' receipt
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # where it is not, the kernel has a limit of its own
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MILLISECONDS)
    return listener

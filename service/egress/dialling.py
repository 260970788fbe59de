"""Names to addresses to sockets, and no socket to a forbidden address: in come the settings; out comes the
transport that all requests go through.

The check sits where the connection is made, on the address dialled: a name may lead elsewhere by then than
when it was looked at, and an IP address in a URL is never looked up at all.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from ipaddress import ip_address
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from service.addresses import verdict
from service.addresses.blocks import Address
from service.settings import EgressSettings

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""From a host's name to its IP addresses. Raises `OSError` if there are none."""

_LOOKUP_THREADS = 256
"""A name server that does not answer holds a thread for half a minute, long after we have stopped waiting: there
must be others left. They are started as they are needed."""

_IDLE_SECONDS = 4
"""Many servers hang up on an idle connection after five; whoever is just sending then sends in vain."""


class Forbidden(OSError):
    """The address is one that we do not connect to."""


class Unresolved(OSError):
    """The name leads nowhere, or nobody said in time where."""


class VettedResolver(AbstractResolver):
    """Resolves for aiohttp, which asks for this base class; gives only addresses that we may connect to."""

    def __init__(self, lookup: Lookup, settings: EgressSettings) -> None:
        self._lookup, self._settings = lookup, settings

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises `Forbidden` if any answer is: who mixes public and private addresses is up to something."""
        addresses = [_address(text) for text in await self._answers(host)]
        if any(verdict(address, self._settings) for address in addresses):
            raise Forbidden
        return [_result(host, port, address) for address in addresses]

    async def close(self) -> None:
        """Nothing to close: the lookup belongs to whoever gave it."""

    async def _answers(self, host: str) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._settings.connect_seconds):
                answers = await self._lookup(host)
        except (OSError, ValueError) as error:  # no such host, too late, or no name at all
            raise Unresolved from error
        if not answers:
            raise Unresolved
        return answers


def guarded_socket(settings: EgressSettings, dialled: aiohttp.AddrInfoType) -> socket.socket:
    """A socket for this very address. Raises `Forbidden`."""
    family, kind, protocol, _, where = dialled
    if verdict(_address(str(where[0])), settings):
        raise Forbidden
    return socket.socket(family=family, type=kind, proto=protocol)


@asynccontextmanager
async def system_lookup(getaddrinfo: Callable[..., Any] = socket.getaddrinfo) -> AsyncIterator[Lookup]:
    """Asks the operating system, in threads of its own."""
    threads = ThreadPoolExecutor(_LOOKUP_THREADS, "courant-lookup")

    async def lookup(host: str) -> list[str]:
        ask = partial(getaddrinfo, host, None, type=socket.SOCK_STREAM)
        answers = await asyncio.get_running_loop().run_in_executor(threads, ask)
        return [str(where[0]) for _, _, _, _, where in answers]

    try:
        yield lookup
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_transport(
    settings: EgressSettings, lookup: Lookup, tls: ssl.SSLContext
) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """Keeps no cookies, heeds no proxy variables, follows nothing, decompresses nothing."""
    connector = aiohttp.TCPConnector(
        ssl=tls,
        resolver=VettedResolver(lookup, settings),
        use_dns_cache=False,
        socket_factory=partial(guarded_socket, settings),
        limit=settings.connections,
        keepalive_timeout=_IDLE_SECONDS,
    )
    session = aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )
    async with AiohttpTransport(verify=tls, trust_env=False, client=session) as transport:
        yield transport


def _address(text: str) -> Address:
    return ip_address(text.partition("%")[0])  # a zone changes nothing: the local link is refused anyway


def _result(host: str, port: int, address: Address) -> ResolveResult:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(address), port=port, family=family, proto=0, flags=flags)

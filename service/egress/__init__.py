"""The one door to the outside world: in comes a request; out comes a `Reply`, or `Unreachable` and why.

Every address is checked as it is written and again as it is dialled, on every hop. No cookies, no proxies of
the environment, no end to a transfer but ours. Results are values; only cancellation is raised.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from types import MappingProxyType

import httpx
from yarl import URL

from service.addresses import check_url, networks
from service.addresses.blocks import forbidden
from service.egress.decoding import CODINGS
from service.egress.dialling import Lookup, open_transport, system_lookup
from service.egress.faults import KNOWN, meaning
from service.egress.limits import Enlarge, Limits, no_matter, read_body, read_start
from service.egress.redirects import FOLLOWED, Trail, carried
from service.egress.reply import GivenUp, Kind, Reply, Unreachable
from service.errors import UnsafeAddress
from service.settings import EgressSettings

__all__ = ["Egress", "Kind", "Lookup", "Reply", "Unreachable", "check_url", "forbidden"]

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
OURS = frozenset(("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "accept-encoding"))
"""Headers that shape the conversation itself; a caller's are left out."""


class Egress:
    """Sends requests, any number at once, over one pool of connections."""

    def __init__(
        self, settings: EgressSettings, transport: httpx.AsyncBaseTransport, enlarge: Enlarge = no_matter
    ) -> None:
        self._settings, self._transport, self._enlarge = settings, transport, enlarge
        self._limits = Limits(settings.wire_bytes, settings.decoded_bytes, pace_seconds=settings.pace_seconds)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: EgressSettings, lookup: Lookup | None = None, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator["Egress"]:
        """`lookup` resolves names in the system's stead, `tls` trusts other certificates than the usual ones.

        Raises `Misconfigured` for networks that are none.
        """
        networks(settings.allow_networks)
        async with AsyncExitStack() as stack:
            if lookup is None:
                lookup = await stack.enter_async_context(system_lookup())
            transport = open_transport(settings, lookup, tls or _usual_trust())
            yield cls(settings, await stack.enter_async_context(transport))

    def within(self, enlarge: Enlarge) -> "Egress":
        """The same, for somebody who has to ask for room for each body of more than 128 KiB. That takes none of
        the time that servers have."""
        return Egress(self._settings, self._transport, enlarge)

    async def get(
        self, url: str, headers: Mapping[str, str] = NO_HEADERS, total_seconds: float | None = None
    ) -> Reply | Unreachable:
        """The answer behind all redirects, whole and decompressed."""
        seconds = self._settings.total_seconds if total_seconds is None else total_seconds
        return await _in_time(lambda patience: self._follow(url, headers, patience), seconds, url)

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], total_seconds: float, most_bytes: int = 2**14
    ) -> Reply | Unreachable:
        """The answer to exactly these bytes, its own body cut off after `most_bytes`; follows no redirect."""
        return await _in_time(lambda _: self._send(url, body, headers, most_bytes), total_seconds, url)

    async def _follow(self, url: str, headers: Mapping[str, str], patience: asyncio.Timeout) -> Reply:
        trail = Trail((url,))
        while True:
            sent = self._headers(headers) | {"accept-encoding": CODINGS}
            async with self._exchange("GET", trail.url, sent) as answer:
                if answer.status_code not in FOLLOWED:
                    return await self._whole(answer, trail, patience)
                onward = self._onward(answer, trail)
            headers, trail = carried(headers, trail.url, onward.url), onward

    async def _whole(self, answer: httpx.Response, trail: Trail, patience: asyncio.Timeout) -> Reply:
        async def enlarge() -> None:
            due, began = patience.when() or 0.0, asyncio.get_running_loop().time()
            patience.reschedule(None)
            await self._enlarge()
            patience.reschedule(due + asyncio.get_running_loop().time() - began)

        coding = answer.headers.get("content-encoding", "")
        body = await read_body(answer.aiter_raw(), coding, self._limits, enlarge)
        return _reply(trail.url, answer, body, trail.permanent_url)

    def _onward(self, answer: httpx.Response, trail: Trail) -> Trail:
        location = answer.headers.get("location", "")
        onward = trail.onward(answer.status_code, location, self._settings.redirects)
        try:
            check_url(onward.url, self._settings)
        except UnsafeAddress as error:
            raise GivenUp("address", f"redirects to where we do not connect: {error}") from None
        return onward

    async def _send(self, url: str, body: bytes, headers: Mapping[str, str], most_bytes: int) -> Reply:
        sent = self._headers(headers) | {"accept-encoding": "identity"}
        async with self._exchange("POST", url, sent, body) as answer:
            return _reply(url, answer, await read_start(answer.aiter_raw(), most_bytes))

    @asynccontextmanager
    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is still to come. Whatever goes wrong meanwhile is raised as `GivenUp`."""
        host = _host(url)
        try:
            check_url(url, self._settings)
            answer = await self._begun(self._request(method, url, headers, body))
            try:
                yield answer
            finally:
                await answer.aclose()
        except UnsafeAddress as error:
            raise GivenUp("address", str(error)) from None
        except GivenUp as error:
            raise GivenUp(error.kind, f"{host} {error.why}") from None
        except KNOWN as error:
            known = meaning(error)
            raise GivenUp(known.kind, f"{host} {known.why}") from error

    async def _begun(self, request: httpx.Request) -> httpx.Response:
        """The answer up to its body. Who drips that much is not waited for either."""
        seconds = 2 * self._settings.connect_seconds + self._limits.pace_seconds
        try:
            async with asyncio.timeout(seconds) as patience:
                return await self._transport.handle_async_request(request)
        except TimeoutError:
            if patience.expired():
                raise GivenUp("timeout", "takes too long to begin its answer") from None
            raise

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> httpx.Request:
        written = [(name.encode("ascii"), value.encode()) for name, value in headers.items()]
        timeouts = {"connect": self._settings.connect_seconds}
        return httpx.Request(method, url, headers=written, content=body, extensions={"timeout": timeouts})

    def _headers(self, given: Mapping[str, str]) -> dict[str, str]:
        theirs = {name.lower(): value for name, value in given.items() if name.lower() not in OURS}
        return {"accept": "*/*", "user-agent": self._settings.user_agent} | theirs


async def _in_time(
    exchange: Callable[[asyncio.Timeout], Awaitable[Reply]], seconds: float, url: str
) -> Reply | Unreachable:
    try:
        async with asyncio.timeout(seconds) as patience:
            return await exchange(patience)
    except TimeoutError:
        return Unreachable("timeout", f"{_host(url)} does not finish its answer within {seconds:g} seconds")
    except GivenUp as error:
        return Unreachable(error.kind, error.why)


@cache
def _usual_trust() -> ssl.SSLContext:
    """Those whom the web trusts, read once a process: it takes twenty milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


def _reply(url: str, answer: httpx.Response, body: bytes, permanent_url: str = "") -> Reply:
    return Reply(url, answer.status_code, dict(answer.headers), body, permanent_url)


def _host(url: str) -> str:
    try:
        return (URL(url).host or "the address")[:100]
    except ValueError:
        return "the address"

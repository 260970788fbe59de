"""What every request passes before a route sees it, from the outside in: envelope, key, body.

In goes any HTTP request; out comes an answer with an id and safe headers, or a problem. Each of these is a
plain ASGI middleware.
"""

import asyncio
import re
import secrets
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems
from service.api.gate import CALLBACKS
from service.api.retiring import RETIRING, Retiring, farewell
from service.api.server import HEADER_BYTES
from service.errors import Outage, Refused
from service.tracing import REQUEST, TRACE, TRACEPARENT, accepted, trace_id

logger = structlog.get_logger(__name__)

REQUEST_ID = re.compile(r"[0-9A-Za-z._\-]{1,64}")
BODY_SECONDS = 20.0
MOST_HEADERS = 100
UNKEPT = "no-store"
"""Of answers that say nothing else: problems, what was made, health."""
VARY = "Accept, Accept-Encoding, Authorization"
BULLETINS = "/bulletins/"
"""What follows is a secret, too, and kept out of the log."""


class Envelope:
    """Gives the request an id, the answer its headers; turns every error into a problem."""

    def __init__(self, app: ASGIApp, retiring: Retiring = RETIRING) -> None:
        self.app, self.retiring = app, retiring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id = _request_id(Headers(scope=scope).get("x-request-id", ""))
        trace = accepted(Headers(scope=scope).get(TRACEPARENT, ""))
        TRACE.set(trace)
        REQUEST.set(request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", UNKEPT)
                origin = headers.get("Vary")  # where pages of others may call
                headers["Vary"] = f"{VARY}, {origin}" if origin else VARY
                headers.update(scope["state"].get("headers", {}))
                for name, value in farewell(scope, self.retiring).items():
                    headers.append(name, value)  # there may be a Link already
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id, trace_id=trace_id(trace)):
            try:
                _few_headers(scope)
                await self.app(scope, receive, sealed)
            except Exception as error:  # the last one who can answer; it is noted
                _note(error, scope)
                if started:  # too late for a problem: the server breaks the connection off
                    raise
                await problems.response(problems.problem_of(error), request_id)(scope, receive, sealed)


class Intake:
    """Stops a body that is too large, or that drips in. `larger`: limits of their own, by how a path begins."""

    def __init__(
        self, app: ASGIApp, body_bytes: int, seconds: float = BODY_SECONDS, larger: Mapping[str, int] | None = None
    ) -> None:
        self.app, self.body_bytes, self.seconds, self.larger = app, body_bytes, seconds, larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        told, most = Headers(scope=scope).get("content-length", "0"), self._most(scope["path"])
        if not told.isdigit() or int(told[:20]) > most:
            raise _too_large(most)
        deadline = asyncio.get_running_loop().time() + self.seconds
        total, complete = 0, False

        async def measured() -> Message:
            nonlocal total, complete
            if complete:  # from here on the server only tells of the client's going away
                return await receive()
            message = await _before(deadline, receive)
            total += len(message.get("body", b""))
            if total > most:
                raise _too_large(most)
            complete = not message.get("more_body", False)
            return message

        await self.app(scope, measured, send)

    def _most(self, path: str) -> int:
        return next((most for start, most in self.larger.items() if path.startswith(start)), self.body_bytes)


def _few_headers(scope: Scope) -> None:
    """What came in one piece was read before it could be limited."""
    given = scope["headers"]
    if len(given) > MOST_HEADERS or sum(len(name) + len(value) for name, value in given) > HEADER_BYTES:
        detail = f"A request may have {MOST_HEADERS} headers of {HEADER_BYTES} bytes together."
        raise HTTPException(431, detail, headers={"Connection": "close"})


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"The body may have {most} bytes at most.", headers={"Connection": "close"})


async def _before(deadline: float, receive: Receive) -> Message:
    try:
        async with asyncio.timeout_at(deadline):
            return await receive()
    except TimeoutError:
        detail = "The body took too long to arrive."
        raise HTTPException(408, detail, headers={"Connection": "close"}) from None


def _note(error: Exception, scope: Scope) -> None:
    secret = next((start for start in (CALLBACKS, BULLETINS) if scope["path"].startswith(start)), "")
    path = secret or scope["path"]
    where = {"method": scope["method"], "path": path}
    if isinstance(error, Outage):
        logger.warning("outage", error=str(error), **where)
    elif not isinstance(error, Refused | HTTPException):
        logger.error("request failed", exc_info=error, **where)


def _request_id(given: str) -> str:
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

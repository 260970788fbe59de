"""Answers that do not end: in goes the app, out comes the same, which lets go of all that lies between before it tells
the rest of such an answer.

Whoever waits does so for hours, and there are thousands of them. What the doors and the framework keep of a request
while it is answered would be kept for as long.
"""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

Telling = Callable[[Receive, Send], Awaitable[None]]
NEEDED = ("type", "method")
"""What the server reads of a request that was answered already."""


def endless(app: ASGIApp) -> ASGIApp:
    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        rest = await _begun(app, scope, receive, send)
        if rest is not None:
            for name in scope.keys() - NEEDED:
                del scope[name]
            await rest(receive, send)

    return answered


def to_be_told(scope: Scope, rest: Telling) -> None:
    """What begins an answer leaves the rest of it to be told once the app is through."""
    scope["state"]["rest"] = rest


async def _begun(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> Telling | None:
    await app(scope, receive, send)
    rest: Telling | None = scope.get("state", {}).pop("rest", None)
    return rest

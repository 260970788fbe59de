"""A request and its whole answer, for doors that must see the answer before it is sent.

In goes an app with a request; out comes an `Answer`. An answer that is a stream is passed on as it comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems

RawHeaders = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; the names of its headers are in small letters."""

    status: int
    headers: RawHeaders
    body: bytes = b""

    def header(self, name: str) -> str:
        """Its value; "" if there is none."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for each, value in self.headers if each == wanted), "")

    def with_headers(self, **given: str) -> "Answer":
        """With these instead of its own of the same names; `_` stands for `-`."""
        told = {"type": "http.response.start", "headers": list(self.headers)}
        headers = MutableHeaders(scope=told)
        for name, value in given.items():
            headers[name.replace("_", "-")] = value
        return replace(self, headers=tuple(headers.raw))

    def without(self, names: Iterable[bytes]) -> "Answer":
        return replace(self, headers=tuple(each for each in self.headers if each[0] not in names))

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


async def answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """What the app answers; a refusal as its problem. Raises what is answered with 500 or more."""
    collected: list[Message] = []

    async def collect(message: Message) -> None:
        collected.append(message)

    try:
        await app(scope, receive, collect)
    except Exception as error:  # raised anew unless it is a refusal
        problem = problems.problem_of(error)
        if problem.kind.status >= 500:
            raise
        await problems.response(problem, problems.request_id(scope))(scope, receive, collect)
    return _whole(collected)


class Holding:
    """Holds an answer back until it is whole; a stream, which says no length, is passed on as it comes."""

    def __init__(self, send: Send) -> None:
        self._send, self._held = send, list[Message]()

    async def __call__(self, message: Message) -> None:
        begins = message["type"] == "http.response.start" and _is_whole(message)
        if begins or (self._held and message["type"] == "http.response.body"):
            self._held.append(message)
        else:
            await self._send(message)

    @property
    def answer(self) -> Answer | None:
        """What was held back; None if it was passed on."""
        return _whole(self._held) if self._held else None


def asking(scope: Scope) -> Scope:
    """The same request as a GET without a body and without conditions."""
    dropped = (b"if-", b"content-", b"idempotency-", b"transfer-")
    headers = [each for each in scope["headers"] if not each[0].lower().startswith(dropped)]
    return {**scope, "method": "GET", "headers": headers}


async def nothing() -> Message:
    """The body of a request that has none."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _is_whole(start: Message) -> bool:
    return any(name.lower() == b"content-length" for name, _ in start.get("headers", ()))


def _whole(messages: Iterable[Message]) -> Answer:
    start, *rest = messages
    headers = tuple((bytes(name).lower(), bytes(value)) for name, value in start.get("headers", ()))
    return Answer(start["status"], headers, b"".join(each.get("body", b"") for each in rest))

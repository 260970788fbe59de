"""POST with an `Idempotency-Key`: in goes a request, perhaps for the second time; out comes one effect and one answer.

The request is claimed first, so that others with the same key are told to wait. What its route writes, and its answer,
are then one transaction: after a crash at any moment either both are there or neither. Refusals are answers, too; of
errors on our side nothing is kept, so that trying again is right.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.context import Context
from service.api.exchange import Answer, answer_of
from service.api.header_names import IDEMPOTENCY_KEY, REPLAYED
from service.api.problems import IN_PROGRESS, KEY_REUSED, MALFORMED, Declined
from service.api.sealed import seal, unseal
from service.store import Transaction
from service.store.requests import Claim, Known

QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"')
BARE = re.compile(r"[\x21\x23-\x7e]{1,255}")
PASSING = (408, 425, 429)
"""Refusals of this moment: the same request may be taken in the next."""


class Once:
    """Stands inside the gate and the intake: it takes the caller and the body as they let them pass."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app, self.context = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            return await self.app(scope, receive, send)
        body = await _body(receive)
        asked = Asked.of(scope, key, body)
        claim = Claim(asked.id, asked.fingerprint, secrets.token_hex(16), self.context.clock())
        known = await self.context.store.write(lambda tx: tx.requests.claim(claim))
        answer = _replayed(known, asked) if known else await self._carried_out(scope, body, claim, asked.secret)
        await answer.send(send)

    async def _carried_out(self, scope: Scope, body: bytes, claim: Claim, secret: bytes) -> Answer:
        try:
            async with self.context.store.together():
                answer = await answer_of(self.app, scope, _again(body))
                if answer.status >= 500 or answer.status in PASSING:
                    raise _Unkept(answer)
                await self.context.store.write(_keep, claim, seal(answer, secret))
                return answer
        except _Unkept as unkept:
            await self.context.store.write(lambda tx: tx.requests.release(claim))
            return unkept.answer
        except BaseException:
            await self.context.store.write(lambda tx: tx.requests.release(claim))
            raise


@dataclass(frozen=True, slots=True)
class Asked:
    """What identifies a request, and what its answer is sealed with."""

    id: str
    fingerprint: str
    secret: bytes

    @classmethod
    def of(cls, scope: Scope, key: str, body: bytes) -> "Asked":
        caller = Headers(scope=scope).get("authorization", "").partition(" ")[2].strip()
        whole = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}\n".encode()
        secret = f"{caller}\n{key}".encode()
        return cls(sha256(b"id\n" + secret).hexdigest(), sha256(whole + body).hexdigest(), secret)


class _Unkept(Exception):  # no error: an answer that undoes what was done
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def _key(scope: Scope) -> str | None:
    """The key of a request that has one. Raises `Declined` if it is none."""
    if scope["type"] != "http" or scope["method"] != "POST" or "caller" not in scope["state"]:
        return None
    given = Headers(scope=scope).getlist(IDEMPOTENCY_KEY)
    if not given:
        return None
    if len(given) > 1:
        raise Declined(MALFORMED, f"{IDEMPOTENCY_KEY} is given more than once.")
    if quoted := QUOTED.fullmatch(given[0].strip()):
        return re.sub(r"\\(.)", r"\1", quoted[1])
    if BARE.fullmatch(given[0]):
        return given[0]
    raise Declined(MALFORMED, f"{IDEMPOTENCY_KEY} is 1 to 255 characters of ASCII, in double quotes or without spaces.")


def _replayed(known: Known, asked: Asked) -> Answer:
    if known.fingerprint != asked.fingerprint:
        raise Declined(KEY_REUSED, "This key was used for another request: give every request a key of its own.")
    answer = unseal(known.answer, asked.secret) if known.answer else None
    if answer is None:
        detail = "The same request is being carried out. Ask again to have its answer."
        raise Declined(IN_PROGRESS, detail, {"Retry-After": "1"})
    return answer.with_headers(**{REPLAYED: "true"})


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _keep(tx: Transaction, claim: Claim, sealed: bytes) -> None:
    tx.requests.keep(claim, sealed)

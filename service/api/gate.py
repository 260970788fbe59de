"""The gate before all of /v1: in goes a request with an API key, out comes its caller, as far as scopes and quotas go.

A key that was found is remembered for some seconds, so that most requests cost no look into the database; a revoked
key opens nothing any more once they are over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.context import Context
from service.api.meters import Meters, TooManyRequests
from service.api.scopes import permit
from service.api_keys import well_formed
from service.errors import Unauthorised
from service.model import ApiKey, Caller
from service.sealing import Ring
from service.store import Transaction

CALLBACKS = "/v1/websub/"
"""What follows is a secret of its own: it opens the gate without a key, and is kept out of the log."""
REMEMBER_USE = timedelta(minutes=1)
MOST_KNOWN = 10_000


class Gate:
    """Lets requests under /v1 pass only with a key that may do what they ask, and as often as it may."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app, self.known = app, KnownKeys(context)
        self.meters = Meters(context.store, context.settings.quotas, context.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_locked(scope["path"]):
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("authorization", "")
        entry = await self.known.entry(given)
        key = entry.key
        caller = Caller(key.account_id, key.id, frozenset(key.scopes))
        try:
            spent = await self.meters.spend(caller, entry.limits)
        except TooManyRequests as error:
            scope["state"]["headers"] = error.headers
            raise
        scope["state"] |= {"caller": caller, "limits": entry.limits, "headers": spent.headers}
        scope["state"]["still_open"] = partial(self.known.entry, given)
        permit(caller, scope["method"], scope["path"])

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 304:
                spent.give_back()
                scope["state"]["headers"] = spent.headers
            await send(message)

        await self.app(scope, receive, counted)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, what its account may have that others may not, and when that was so."""

    key: ApiKey
    limits: Mapping[str, int]
    at: datetime


class KnownKeys:
    """Keys that were found a moment ago, by a hash of their texts."""

    def __init__(self, context: Context) -> None:
        self._store, self._clock, self._ring = context.store, context.clock, context.ring
        self._seconds = timedelta(seconds=context.settings.api.key_cache_seconds)
        self._entries: dict[bytes, Entry] = {}

    async def entry(self, authorization: str) -> Entry:
        """Raises `Unauthorised`."""
        scheme, _, text = authorization.partition(" ")
        if not text or scheme.lower() != "bearer":
            raise Unauthorised("Send an API key: Authorization: Bearer crnt_...")
        text, now = text.strip(), self._clock()
        if not well_formed(text):
            raise Unauthorised("This is no API key: it is incomplete or mistyped.")
        name = sha256(text.encode()).digest()
        entry = self._entries.get(name)
        if entry is None or not entry.at <= now < entry.at + self._seconds:
            entry = await self._looked_up(text, name, now)
        if entry is None:
            raise Unauthorised("This API key is unknown, or was revoked.")
        if not entry.key.opens(now):
            raise Unauthorised("This API key has expired.")
        return entry

    async def _looked_up(self, text: str, name: bytes, now: datetime) -> Entry | None:
        self._entries.pop(name, None)
        found = await self._store.read(_find, text, self._ring)
        if found is None:
            return None
        if len(self._entries) >= MOST_KNOWN:
            self._entries.clear()
        entry = self._entries[name] = Entry(*found, now)
        if entry.key.last_used_at is None or now - entry.key.last_used_at >= REMEMBER_USE:
            await self._store.write(_touch, entry.key.id, now)
        return entry


def is_locked(path: str) -> bool:
    return path == "/v1" or (path.startswith("/v1/") and not path.startswith(CALLBACKS))


def _find(tx: Transaction, text: str, ring: Ring) -> tuple[ApiKey, Mapping[str, int]] | None:
    key = tx.keys.find(text, ring)
    return (key, tx.accounts.limits(key.account_id)) if key else None


def _touch(tx: Transaction, key_id: str, now: datetime) -> None:
    tx.keys.touch(key_id, now)

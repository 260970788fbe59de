"""A feed's subscription at a hub (WebSub): a value, and what becomes of it with everything that happens.

In go what was heard and the present; out comes the subscription as it is from then on. Pure.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from urllib.parse import urlsplit

from service.model.telling import fresh_id
from service.sealing import Ring

HubState = Literal["pending", "verified", "denied", "lapsed"]
HubMode = Literal["", "subscribe", "unsubscribe"]

RENEWED_AFTER = 0.8
"""Part of a lease after which it is renewed."""
LEAST_LEASE, MOST_LEASE = 60.0, 366 * 86400.0
"""Seconds of lease that are taken at their word; a hub that says less is asked no more often all the same."""
FIRST_WAIT = timedelta(minutes=5)
MOST_WAIT = timedelta(days=1)
"""How long to wait for a hub's confirmation before it is asked again: doubled each time."""
DENIED_WAIT = timedelta(days=1)
MOST_FAREWELLS = 5
"""A hub that does not confirm the end of a subscription is asked so often; then it is just forgotten."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a feed says of its hubs."""

    hubs: tuple[str, ...]
    """Addresses, in the feed's order; at least one."""
    topic: str
    """The address under which they know the feed."""


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """One feed at one hub, from the first request to the last lease."""

    id: str
    feed_id: str
    hub: str
    topic: str
    token: str = field(repr=False)
    """Ends the callback's address; whoever knows it may speak as the hub. 192 bits. Kept sealed."""
    secret: str = field(default="", repr=False)
    """Signs what the hub pushes; "" where it would have to travel unencrypted. Kept sealed."""
    state: HubState = "pending"
    mode: HubMode = "subscribe"
    """What the hub is asked for and has not confirmed yet; "" if nothing."""
    due_at: datetime | None = None
    """When the hub is to be asked next."""
    lease_until: datetime | None = None
    failures: int = 0
    """Requests that were not confirmed, in a row."""
    error: str = ""
    pushed_at: datetime | None = None
    """When a document came that could be read."""
    missed_at: datetime | None = None
    """When a poll found news that had not been pushed."""
    created_at: datetime | None = None
    token_hash: str = field(default="", repr=False)
    """By which the one is found whose callback is called: `hash_of` its token."""

    @classmethod
    def new(cls, feed_id: str, hub: str, topic: str, public_url: str, now: datetime) -> "HubSubscription":
        """Due at once. It gets a secret if that stays secret on its way."""
        guarded = is_guarded(hub) and is_guarded(public_url)
        secret, token = secrets.token_hex(32) if guarded else "", secrets.token_urlsafe(24)
        return cls(
            id=fresh_id(now),
            feed_id=feed_id,
            hub=hub,
            topic=topic,
            token=token,
            secret=secret,
            due_at=now,
            created_at=now,
            token_hash=hash_of(token),
        )

    def sealed(self, ring: Ring) -> "HubSubscription":
        """As it is kept: nobody who reads it there can sign, or speak as the hub."""
        return self.opened(ring)._each(lambda text: ring.seal(text, self.id))

    def opened(self, ring: Ring) -> "HubSubscription":
        """With token and secret as the hub knows them; not to be kept. Raises `Unopenable`."""
        return self._each(lambda text: ring.open(text, self.id))

    def is_stale(self, ring: Ring) -> bool:
        """Whether it should be sealed anew."""
        return ring.is_stale(self.token) or ring.is_stale(self.secret)

    def _each(self, change: Callable[[str], str]) -> "HubSubscription":
        return replace(self, token=self.token and change(self.token), secret=self.secret and change(self.secret))

    @property
    def ending(self) -> bool:
        return self.mode == "unsubscribe"

    def live(self, now: datetime) -> bool:
        """The hub has promised to push, and its lease runs."""
        return self.state == "verified" and self.lease_until is not None and now < self.lease_until

    def trusted(self, now: datetime) -> bool:
        """It pushes indeed: a document came, and no poll has found more since."""
        if self.pushed_at is None or not self.live(now):
            return False
        return self.missed_at is None or self.missed_at < self.pushed_at

    def asked(self, now: datetime) -> "HubSubscription":
        """A request is about to be sent; it is repeated after a while unless the hub confirms it."""
        lapsed = self.state == "verified" and not self.live(now)
        return replace(
            self,
            mode=self.mode or "subscribe",
            state="lapsed" if lapsed else "pending" if self.state == "denied" else self.state,
            due_at=now + min(FIRST_WAIT * 2 ** min(self.failures, 16), MOST_WAIT),
            failures=self.failures + 1,
        )

    def verified(self, lease_seconds: float, now: datetime) -> "HubSubscription":
        """The hub confirmed the subscription for so long."""
        lease = timedelta(seconds=min(max(lease_seconds, LEAST_LEASE), MOST_LEASE))
        return replace(
            self,
            state="verified",
            mode="",
            lease_until=now + lease,
            due_at=now + RENEWED_AFTER * lease,
            failures=0,
            error="",
        )

    def denied(self, why: str, now: datetime) -> "HubSubscription":
        """The hub will not push; it is asked again tomorrow."""
        why = f"the hub denied it: {why}" if why else "the hub denied it"
        return replace(self, state="denied", mode="", lease_until=None, due_at=now + DENIED_WAIT, error=why)

    def leaving(self, now: datetime) -> "HubSubscription":
        """It is wanted no more: the hub is to be told."""
        return replace(self, mode="unsubscribe", due_at=now, failures=0, error="")

    def forgotten(self, now: datetime) -> bool:
        """It is ending, and there is no use in telling the hub again."""
        unheard = self.state in ("denied", "lapsed") or (self.state == "verified" and not self.live(now))
        return self.ending and (unheard or self.failures >= MOST_FAREWELLS)


def hash_of(token: str) -> str:
    """No key is needed: of 192 random bits nothing can be guessed."""
    return sha256(token.encode()).hexdigest()


def is_guarded(url: str) -> bool:
    """What is sent there cannot be read on its way: https, or never leaves this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)

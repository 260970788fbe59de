"""The keys of an endpoint: made, replaced while the old ones still sign for a while, and given to whoever signs.

In go an endpoint and the ring that seals its keys; out come endpoints whose keys are sealed, and keys to sign with.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from service.endpoint_addresses import resealed_address, sealed_address
from service.errors import Conflict, Invalid
from service.model import Endpoint
from service.sealing import Ring
from service.signing import checked_secret, new_secret, new_signing_key, public_key_of

MOST_FORMER = 10
"""Keys that were replaced and still sign."""
MOST_GRACE_SECONDS = 7 * 86_400


class Former(msgspec.Struct, frozen=True):
    """Keys that were replaced, and until when they still sign."""

    secret: str
    signing_key: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Keyed:
    """An endpoint with new keys, and the secret in the clear, which is shown this once."""

    endpoint: Endpoint
    secret: str


def keyed(endpoint: Endpoint, ring: Ring, secret: str | None = None) -> Keyed:
    """With a secret (one that is given, or a new one) and a signing key, and its address sealed if that holds secrets.

    Raises `Invalid` for a secret of no use."""
    plain = new_secret() if secret is None else checked_secret(secret)
    url = sealed_address(endpoint.url, endpoint.id, ring)
    sealed = replace(endpoint, secret=ring.seal(plain, endpoint.id), url=url)
    return Keyed(with_signing_key(sealed, ring), plain)


def with_signing_key(endpoint: Endpoint, ring: Ring) -> Endpoint:
    """With a new one."""
    key = new_signing_key()
    return replace(endpoint, signing_key=ring.seal(key, endpoint.id), public_key=public_key_of(key))


def rotated(endpoint: Endpoint, ring: Ring, now: datetime, grace_seconds: float, secret: str | None = None) -> Keyed:
    """With new keys; those before sign, too, for `grace_seconds`.

    Raises `Conflict` where ten former keys still sign, `Invalid` for a secret of no use, or the one it has.
    """
    before = _former(endpoint, ring, now)
    plain, signing_key = _own(endpoint, ring)
    if secret == plain:
        raise Invalid("This is the secret that it has.", "/secret")
    if grace_seconds > 0:
        before = [Former(plain, signing_key, now + timedelta(seconds=grace_seconds)), *before]
    if len(before) > MOST_FORMER:
        raise Conflict(f"{MOST_FORMER} former secrets of this endpoint still sign: wait until one of them has run out.")
    new = keyed(endpoint, ring, secret)
    return replace(new, endpoint=replace(new.endpoint, former=_written(before, endpoint.id, ring)))


def signers(endpoint: Endpoint, ring: Ring, at: datetime) -> list[str]:
    """The keys that sign for it at that time, the newest first: `whsec_`, `whsk_` or both, as it asks.

    Raises `Unopenable` if its keys cannot be opened."""
    pairs = [_own(endpoint, ring), *((each.secret, each.signing_key) for each in _former(endpoint, ring, at))]
    secrets = [secret for secret, _ in pairs] if endpoint.signature != "v1a" else []
    signing = [key for _, key in pairs if key] if endpoint.signature != "v1" else []
    return secrets + signing


def resealed(endpoint: Endpoint, ring: Ring) -> Endpoint:
    """The same keys and address, sealed with the newest key of the ring; itself if they are. Raises `Unopenable`."""
    url = resealed_address(endpoint.url, endpoint.id, ring)
    texts = (endpoint.secret, endpoint.signing_key, endpoint.former)
    if not any(map(ring.is_stale, texts)):
        return replace(endpoint, url=url) if url != endpoint.url else endpoint
    secret, signing_key, former = (text and ring.seal(ring.open(text, endpoint.id), endpoint.id) for text in texts)
    return replace(endpoint, secret=secret, signing_key=signing_key, former=former, url=url)


def _own(endpoint: Endpoint, ring: Ring) -> tuple[str, str]:
    return ring.open(endpoint.secret, endpoint.id), ring.open(endpoint.signing_key, endpoint.id)


def _former(endpoint: Endpoint, ring: Ring, now: datetime) -> list[Former]:
    """Those that still sign, the newest first."""
    if not endpoint.former:
        return []
    every = msgspec.json.decode(ring.open(endpoint.former, endpoint.id), type=list[Former])
    return [each for each in every if each.until > now]


def _written(former: list[Former], owner: str, ring: Ring) -> str:
    return ring.seal(msgspec.json.encode(former).decode(), owner) if former else ""

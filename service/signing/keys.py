"""The keys that webhooks are signed with (Standard Webhooks 1.0.0): made, checked, read.

- `whsec_` and 24 to 64 bytes in base64: the secret of `v1`, which both sides know.
- `whsk_` and 64 bytes, the seed and the public key: what signs `v1a`. Only the sender has it.
- `whpk_` and 32 bytes: the public key that checks `v1a`. Anybody may have it.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.errors import Invalid

SECRET, SIGNING, PUBLIC = "whsec_", "whsk_", "whpk_"
LEAST_BYTES, MOST_BYTES = 24, 64
MADE_BYTES = 32
SEED_BYTES = PUBLIC_BYTES = 32


def new_secret(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A secret of 32 bytes from `randomness`."""
    return SECRET + b64encode(randomness(MADE_BYTES)).decode()


def new_signing_key(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A `whsk_` whose seed is 32 bytes from `randomness`."""
    seed = randomness(SEED_BYTES)
    return SIGNING + b64encode(seed + _public_bytes(seed)).decode()


def public_key_of(signing_key: str) -> str:
    """The `whpk_` that checks what this `whsk_` signs. Raises `Invalid`."""
    return PUBLIC + b64encode(_pair(signing_key)[SEED_BYTES:]).decode()


def checked_secret(given: str) -> str:
    """The secret as given. Raises `Invalid` for one that cannot be used."""
    if not given.startswith(SECRET):
        raise Invalid(f"A secret begins with {SECRET}.", "/secret")
    key_of(given)
    return given


def key_of(secret: str) -> bytes:
    """The bytes to sign with; the prefix may be left out. Raises `Invalid` for a secret that cannot be used."""
    key = _decoded(secret, SECRET)
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        told = f"A secret holds {LEAST_BYTES} to {MOST_BYTES} bytes; this one holds {len(key)}."
        raise Invalid(told, "/secret")
    return key


def signer_of(signing_key: str) -> Ed25519PrivateKey:
    """What signs `v1a`. Raises `Invalid`."""
    return Ed25519PrivateKey.from_private_bytes(_pair(signing_key)[:SEED_BYTES])


def checker_of(public_key: str) -> Ed25519PublicKey:
    """What checks `v1a`. Raises `Invalid`."""
    key = _decoded(public_key, PUBLIC)
    if len(key) != PUBLIC_BYTES:
        raise Invalid(f"After {PUBLIC}, a public key holds {PUBLIC_BYTES} bytes.", "/secret")
    return Ed25519PublicKey.from_public_bytes(key)


def _pair(signing_key: str) -> bytes:
    pair = _decoded(signing_key, SIGNING)
    if len(pair) != SEED_BYTES + PUBLIC_BYTES or _public_bytes(pair[:SEED_BYTES]) != pair[SEED_BYTES:]:
        raise Invalid(f"After {SIGNING}, a signing key holds its seed and its public key.", "/secret")
    return pair


def _public_bytes(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _decoded(key: str, prefix: str) -> bytes:
    try:
        return b64decode(key.removeprefix(prefix), validate=True)
    except ValueError:
        raise Invalid(f"After {prefix}, a secret is base64.", "/secret") from None

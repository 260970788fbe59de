"""The secrets that webhooks are signed with (Standard Webhooks 1.0.0): made, checked, turned into keys.

A secret is `whsec_` and 24 to 64 bytes in base64.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable

from service.errors import Invalid

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
MADE_BYTES = 32


def new_secret(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A secret of 32 bytes from `randomness`."""
    return PREFIX + b64encode(randomness(MADE_BYTES)).decode()


def checked_secret(given: str) -> str:
    """The secret as given. Raises `Invalid` for one that cannot be used."""
    if not given.startswith(PREFIX):
        raise Invalid(f"A secret begins with {PREFIX}.", "/secret")
    key_of(given)
    return given


def key_of(secret: str) -> bytes:
    """The bytes to sign with; the prefix may be left out. Raises `Invalid` for a secret that cannot be used."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        raise Invalid(f"After {PREFIX}, a secret is base64.", "/secret") from None
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        told = f"A secret holds {LEAST_BYTES} to {MOST_BYTES} bytes; this one holds {len(key)}."
        raise Invalid(told, "/secret")
    return key

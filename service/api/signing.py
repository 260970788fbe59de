"""The secret that an endpoint's webhooks are signed with (Standard Webhooks): made, or taken as given."""

import secrets
from base64 import b64decode, b64encode
from binascii import Error

from service.errors import Invalid

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
MADE_BYTES = 32


def new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(MADE_BYTES)).decode()


def checked_secret(given: str) -> str:
    """The secret as given. Raises `Invalid` unless it is `whsec_` and 24 to 64 bytes in base64."""
    if not given.startswith(PREFIX):
        raise Invalid(f"A secret begins with {PREFIX}.", "/secret")
    try:
        held = b64decode(given.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):
        raise Invalid(f"After {PREFIX}, a secret is base64.", "/secret") from None
    if not LEAST_BYTES <= len(held) <= MOST_BYTES:
        told = f"A secret holds {LEAST_BYTES} to {MOST_BYTES} bytes; this one holds {len(held)}."
        raise Invalid(told, "/secret")
    return given

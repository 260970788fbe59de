"""Signs webhooks (Standard Webhooks 1.0.0).

In go a key, the delivery's id, the time of the attempt and the body's bytes; out comes a value for the header
`webhook-signature`. Signed are the bytes of `{webhook-id}.{webhook-timestamp}.{body}`.
"""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.errors import Invalid
from service.signing.keys import SIGNING, key_of, signer_of

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
SYMMETRIC, ASYMMETRIC = "v1", "v1a"


def sign(key: str, id: str, timestamp: datetime, body: bytes) -> str:
    """`v1,` and base64 with a `whsec_`, `v1a,` and base64 with a `whsk_`.

    Raises `Invalid` for a key or an id that cannot be used."""
    if not id or "." in id:
        raise Invalid("the id of a delivery is not empty and has no dot", "/id")
    signed = content(id, str(int(timestamp.timestamp())), body)
    if key.startswith(SIGNING):
        return f"{ASYMMETRIC},{b64encode(_signer(key).sign(signed)).decode()}"
    return symmetric(key_of(key), signed)


def symmetric(key: bytes, signed: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256."""
    return f"{SYMMETRIC},{b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def content(id: str, timestamp: str, body: bytes) -> bytes:
    """What is signed."""
    return f"{id}.{timestamp}.".encode("utf-8", "surrogatepass") + body


@lru_cache(1000)  # reading a key and checking its halves costs as much as signing with it
def _signer(key: str) -> Ed25519PrivateKey:
    return signer_of(key)

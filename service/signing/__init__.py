"""Signed webhooks, as Standard Webhooks 1.0.0 has them: `v1` (HMAC-SHA256) and `v1a` (Ed25519).

Who receives webhooks needs one name of this, and nothing else of Courant:

    from service.signing import WebhookVerificationError, verify

    verify(body, headers, secret)  # raises WebhookVerificationError, or returns

Beside it: the keys that sign (`keys`), and the signatures (`signature`).
"""

from service.signing.keys import (
    PUBLIC,
    SECRET,
    SIGNING,
    checked_secret,
    new_secret,
    new_signing_key,
    public_key_of,
)
from service.signing.signature import ID, SIGNATURE, TIMESTAMP, sign
from service.signing.verification import WebhookVerificationError, verify

__all__ = [
    "ID",
    "PUBLIC",
    "SECRET",
    "SIGNATURE",
    "SIGNING",
    "TIMESTAMP",
    "WebhookVerificationError",
    "checked_secret",
    "new_secret",
    "new_signing_key",
    "public_key_of",
    "sign",
    "verify",
]

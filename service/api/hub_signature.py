"""Whether a hub signed what it pushed (WebSub, section 7.1): in go the header, the secret and the body.

`X-Hub-Signature: sha256=<hex>`. SHA-1 counts only where the operator wants it.
"""

import hmac
from hashlib import sha1, sha256, sha384, sha512

METHODS = {"sha256": sha256, "sha384": sha384, "sha512": sha512}


def is_signed(header: str, secret: str, body: bytes, allow_sha1: bool = False) -> bool:
    """False for a signature that is wrong, missing, misshapen or of a method we do not believe. Constant time."""
    method, _, given = header.strip().partition("=")
    known = METHODS | {"sha1": sha1} if allow_sha1 else METHODS
    made_by = known.get(method.strip().lower())
    if made_by is None or not secret:
        return False
    expected = hmac.new(secret.encode(), body, made_by).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))

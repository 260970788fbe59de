"""Signs webhooks and checks signatures, as Standard Webhooks 1.0.0 has it (scheme `v1`, HMAC-SHA256).

In go the secret, the delivery's id, the time of the attempt and the body's bytes; out comes the value of the
header `webhook-signature`. Signed are the bytes of `{webhook-id}.{webhook-timestamp}.{body}`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from service.errors import Invalid, Refused
from service.signing import key_of

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class SignatureMismatch(Refused):
    """This request was not signed with any of our secrets, or not just now."""


def sign(secret: str, id: str, timestamp: datetime, body: bytes) -> str:
    """The signature as `v1,` and base64. Raises `Invalid` for a secret or an id that cannot be used."""
    if not id or "." in id:
        raise Invalid("the id of a delivery is not empty and has no dot", "/id")
    return _signature(key_of(secret), id, str(int(timestamp.timestamp())), body)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,
    tolerance_seconds: float = 300,
) -> None:
    """Returns if one of the secrets signed this body within the tolerance, earlier or later than `now`.

    `headers` may be in any case. Raises `SignatureMismatch` and nothing else, whatever it is given.
    """
    id, timestamp, given = (_header(headers, name) for name in (ID, TIMESTAMP, SIGNATURE))
    if "." in id:  # a dot would let the parts of what is signed be read in two ways
        raise SignatureMismatch("webhook-id must not contain a dot")
    if not _SECONDS.fullmatch(timestamp):
        raise SignatureMismatch("webhook-timestamp is not a whole number of seconds")
    if abs(now.timestamp() - int(timestamp)) > tolerance_seconds:
        raise SignatureMismatch("webhook-timestamp is too far from the present")
    signatures = [one.encode("utf-8", "surrogatepass") for one in given.split(" ")]
    expected = [_expected(secret, id, timestamp, body) for secret in secrets]
    # Every pair is compared, whatever the first gave, so that the time taken says nothing.
    matches = [hmac.compare_digest(one, right) for one in signatures for right in expected]
    if not any(matches):
        raise SignatureMismatch("no signature matches")


def _header(headers: Mapping[str, str], wanted: str) -> str:
    values = [value for name, value in headers.items() if isinstance(name, str) and name.lower() == wanted]
    if len(values) != 1 or not isinstance(values[0], str) or not values[0]:
        raise SignatureMismatch(f"{wanted} is missing, empty or there more than once")
    return values[0]


def _expected(secret: str, id: str, timestamp: str, body: bytes) -> bytes:
    try:
        return _signature(key_of(secret), id, timestamp, body).encode()
    except Invalid as error:
        raise SignatureMismatch(str(error)) from None


def _signature(key: bytes, id: str, timestamp: str, body: bytes) -> str:
    signed = f"{id}.{timestamp}.".encode("utf-8", "surrogatepass") + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()

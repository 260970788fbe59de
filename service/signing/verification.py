"""Checks the signature of a webhook: in go its body, its headers and the keys; it returns, or raises the one error."""

import hmac
import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature

from service import clock
from service.errors import Invalid, Refused
from service.signing.keys import PUBLIC, checker_of, key_of
from service.signing.signature import ASYMMETRIC, ID, SIGNATURE, TIMESTAMP, content, symmetric

MOST_SIGNATURES = 64
"""In one header. Keys are changed now and then, so an honest one has a handful."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Headers(Protocol):
    """A dict, or what a framework has for headers; those of `http.server` and Flask are no mappings."""

    def items(self) -> Iterable[tuple[str, str]]: ...


class WebhookVerificationError(Refused):
    """This request was not signed with any of these keys, or not just now."""


def verify(
    body: bytes | str,
    headers: Headers,
    secrets: str | Sequence[str],
    tolerance: float = 300,
    now: datetime | None = None,
) -> None:
    """Returns if one of the keys signed this body within `tolerance` seconds, earlier or later than `now`.

    `body` is what came, byte for byte; `headers` may be in any case; `secrets` are `whsec_` (for `v1`) or `whpk_`
    (for `v1a`), one or several, as while a key is changed. `now` is the present if left out. Raises
    `WebhookVerificationError` and nothing else, whatever it is given; the time it takes says nothing about a secret.
    """
    id, timestamp, given = (_header(headers, name) for name in (ID, TIMESTAMP, SIGNATURE))
    if "." in id:  # a dot would let the parts of what is signed be read in two ways
        raise WebhookVerificationError("webhook-id must not contain a dot")
    if not _SECONDS.fullmatch(timestamp):
        raise WebhookVerificationError("webhook-timestamp is not a whole number of seconds")
    if abs((now or clock.now()).timestamp() - int(timestamp)) > tolerance:
        raise WebhookVerificationError("webhook-timestamp is too far from the present")
    signatures = given.split(" ")
    if len(signatures) > MOST_SIGNATURES:
        raise WebhookVerificationError("webhook-signature holds too many signatures")
    signed = content(id, timestamp, _bytes(body))
    if not _any([_matches(key, signed, signatures) for key in _keys(secrets)]):
        raise WebhookVerificationError("no signature matches")


def _header(headers: Headers, wanted: str) -> str:
    try:
        values = [value for name, value in headers.items() if isinstance(name, str) and name.lower() == wanted]
    except (AttributeError, TypeError, ValueError):
        raise WebhookVerificationError("the headers are no pairs of names and values") from None
    if len(values) != 1 or not isinstance(values[0], str) or not values[0]:
        raise WebhookVerificationError(f"{wanted} is missing, empty or there more than once")
    return values[0]


def _any(matches: list[bool]) -> bool:
    """Takes a list, for which every pair was tried, whatever the first gave: the time taken says nothing."""
    return any(matches)


def _keys(secrets: str | Sequence[str]) -> Sequence[str]:
    keys = [secrets] if isinstance(secrets, str) else secrets
    if not isinstance(keys, Sequence):
        raise WebhookVerificationError("secrets are one text or several")
    return keys


def _bytes(body: bytes | str) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    raise WebhookVerificationError("the body is neither bytes nor text")


def _matches(key: str, signed: bytes, signatures: Sequence[str]) -> bool:
    if not isinstance(key, str):
        raise WebhookVerificationError("a secret is a text")
    try:
        if key.startswith(PUBLIC):
            return _any([_checks(key, signed, one) for one in signatures])
        right = symmetric(key_of(key), signed).encode()
    except Invalid as error:
        raise WebhookVerificationError(str(error)) from None
    return _any([hmac.compare_digest(one.encode("utf-8", "surrogatepass"), right) for one in signatures])


def _checks(public_key: str, signed: bytes, signature: str) -> bool:
    version, _, encoded = signature.partition(",")
    if version != ASYMMETRIC:
        return False
    try:
        checker_of(public_key).verify(b64decode(encoded, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return True

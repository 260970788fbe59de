"""Answers that are kept, so that only who got them can have them again: in go an answer and what the caller alone
knows, out come bytes that tell nobody else anything.

An answer may hold what is shown once, such as the secret of an endpoint. The key that seals it is made of the caller's
API key, of which the store has a hash only: neither a copy of the database nor its owner can open it.
"""

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.api.exchange import Answer

NONCE_BYTES = 12
INFO = b"courant answer 1"


def seal(answer: Answer, secret: bytes) -> bytes:
    """`secret` has 256 bits at least."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, msgspec.msgpack.encode(answer), INFO)


def unseal(sealed: bytes, secret: bytes) -> Answer | None:
    """None if it was sealed with another secret, or changed."""
    try:
        told = AESGCM(_key(secret)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], INFO)
    except InvalidTag:
        return None
    return msgspec.msgpack.decode(told, type=Answer)


def _key(secret: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=INFO).derive(secret)

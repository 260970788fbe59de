"""Seals what must not be read from a copy of the database: in goes a secret, out comes a text that only the ring opens.

A ring has keys of 32 bytes, each with an id, the newest first: the newest seals, every one opens (AES-256-GCM). What is
sealed is bound to what it belongs to, so that it cannot be moved elsewhere:

    sealed:<key id>:<base64 of nonce and ciphertext>
"""

import hmac
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.errors import CourantError, Misconfigured

MARK = "sealed:"
KEY_BYTES, NONCE_BYTES = 32, 12
FILE = "sealing.keys"
PEPPER = b"courant: marks of API keys"
"""Makes of a key that seals another one that marks: neither use tells anything of the other."""
_WRITTEN = re.compile(r"([0-9A-Za-z_-]{1,32}):([0-9A-Za-z+/]+={0,2})", re.ASCII)


class Unopenable(CourantError):
    """What was sealed was changed or moved, or its key is not in the ring."""


class Ring:
    """Keys, the newest first. One without any leaves everything as it is."""

    def __init__(self, keys: Sequence[tuple[str, bytes]] = ()) -> None:
        self._ciphers = {id: AESGCM(key) for id, key in keys}
        self._newest = keys[0][0] if keys else ""
        peppers = {id: hmac.digest(key, PEPPER, "sha256") for id, key in keys}
        self._peppers = peppers or {"": b""}

    def seal(self, text: str, owner: str) -> str:
        """`owner`: the id of what it belongs to."""
        if not self._newest:
            return text
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), owner.encode())
        return f"{MARK}{self._newest}:{b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, owner: str) -> str:
        """The text again; one that was never sealed as it is. Raises `Unopenable`."""
        if not sealed.startswith(MARK):
            return sealed
        id, _, encoded = sealed.removeprefix(MARK).partition(":")
        if id not in self._ciphers:
            raise Unopenable(f"the key {id!r} is not among the settings' sealing.keys")
        try:
            raw = b64decode(encoded, validate=True)
            return self._ciphers[id].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unopenable("a sealed secret was changed, or belongs to something else") from None

    def mark(self, secret: str) -> str:
        """By which the secret is known again, and from which it cannot be had: HMAC-SHA256 with the newest key."""
        return _mark(secret, self._newest, self._peppers[self._newest])

    def is_marked(self, secret: str, mark: str) -> bool:
        """Whether it is the mark of this very secret, made with any key of the ring. Takes the same time if not."""
        id = mark.partition(":")[0]
        pepper = self._peppers.get(id)
        return pepper is not None and hmac.compare_digest(_mark(secret, id, pepper), mark)

    def is_stale(self, text: str) -> bool:
        """Whether it should be sealed anew: it is not sealed, or not with the newest key."""
        return bool(self._newest and text) and not text.startswith(f"{MARK}{self._newest}:")


UNSEALED = Ring()


def _mark(secret: str, id: str, pepper: bytes) -> str:
    return f"{id}:{hmac.digest(pepper, secret.encode(), 'sha256').hex()}"


def new_key(id: str) -> str:
    """A key as settings write it: its id, and 32 random bytes in base64."""
    return f"{id}:{b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def read_ring(written: str) -> Ring:
    """`id:base64` words, the newest first. Raises `Misconfigured`, which repeats no key."""
    keys = [_key(number, word) for number, word in enumerate(written.split(), 1)]
    if len({id for id, _ in keys}) < len(keys):
        raise Misconfigured("sealing.keys: two keys have the same id")
    return Ring(keys)


def ring_in(folder: Path) -> Ring:
    """The ring kept in this folder, made if there is none. Raises `Misconfigured`."""
    file = folder / FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(file)
    return read_ring(file.read_text())


def _make(file: Path) -> None:
    """Whole or not at all, and readable by nobody else; of two who try at once, the first one's stays."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(new_key("1") + "\n")
        out.flush()
        os.fsync(descriptor)
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()


def _key(number: int, word: str) -> tuple[str, bytes]:
    found = _WRITTEN.fullmatch(word)
    with suppress(ValueError):
        if found and len(key := b64decode(found[2], validate=True)) == KEY_BYTES:
            return found[1], key
    raise Misconfigured(f"sealing.keys: word {number} is not an id, a colon and {KEY_BYTES} bytes in base64")

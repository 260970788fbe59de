"""Addresses that hold secrets, as they are shown and kept: in goes an address and the ring; out comes a text that shows
no more of it than may be shown, and holds the rest sealed.

    slack://...1f8a09c2 sealed:<key id>:<base64 of nonce and ciphertext>
    https://reader.example/inbox?...5d0c77e1 sealed:<key id>:<base64 of nonce and ciphertext>

Of a webhook's address only what follows the `?` is hidden. Addresses of files and Kafkas stay as they are, and so does
everything where the ring has no key.
"""

from hashlib import sha256

from service.sealing import MARK, Ring

SHOWN = ("http", "https", "kafka", "file")
"""Schemes of addresses that hold no secret, but perhaps in their query."""
SEALED = f" {MARK}"


def concealed(address: str) -> str:
    """What may be shown of an address, sealed or not: all of it, or its scheme and by what to tell it from others."""
    shown, sealed, _ = address.partition(SEALED)
    scheme, _, rest = address.partition(":")
    mark = sha256(address.encode()).hexdigest()[:8]
    if sealed:
        return shown
    if scheme.lower() in SHOWN:
        before, _, query = address.partition("?")
        return f"{before}?...{mark}" if query else address
    if scheme.lower() == "mailto":
        return f"mailto:{rest[:1]}...{mark}@{rest.rpartition('@')[2]}"
    return f"{scheme.lower()}://...{mark}"


def sealed_address(address: str, owner: str, ring: Ring) -> str:
    """`owner`: the id of its endpoint. One that is sealed stays as it is."""
    if SEALED in address or concealed(address) == address:
        return address
    sealed = ring.seal(address, owner)
    return f"{concealed(address)} {sealed}" if sealed.startswith(MARK) else address


def opened_address(kept: str, owner: str, ring: Ring) -> str:
    """The address again; one that was never sealed as it is. Raises `Unopenable`."""
    shown, found, _ = kept.partition(SEALED)
    return ring.open(kept[len(shown) + 1 :], owner) if found else kept


def resealed_address(kept: str, owner: str, ring: Ring) -> str:
    """Sealed with the newest key of the ring; itself if it is, or need not be. Raises `Unopenable`."""
    shown, found, _ = kept.partition(SEALED)
    if found and not ring.is_stale(kept[len(shown) + 1 :]):
        return kept
    return sealed_address(opened_address(kept, owner, ring), owner, ring)

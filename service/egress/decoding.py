"""Taking compression off a body: in come its chunks; out come pieces of at most 64 KiB.

Small pieces, so that whoever counts them finds out a bomb before it has gone off. A body that is not what its
coding says raises `GARBLED`.
"""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

from service.egress.reply import GivenUp

CODINGS = "gzip, deflate, br"
"""What we can take off, as an `Accept-Encoding`."""
GARBLED = (zlib.error, brotli.error)
STEP = 2**16
"""Decompressed bytes at a time, at most."""


class Decoder(Protocol):
    """Fed with chunks in order, it gives what they hold; `complete` once nothing is missing."""

    def decode(self, chunk: bytes) -> Iterator[bytes]: ...

    @property
    def complete(self) -> bool: ...


def decoder_for(coding: str) -> Decoder | None:
    """By the `Content-Encoding`; None for a body as it is. Raises `GivenUp` for any other, and for two."""
    match coding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return Gzip()
        case "deflate":
            return Deflate()
        case "br":
            return Brotli()
    raise GivenUp("protocol", "uses a compression that we do not take, or more than one")


class Gzip:
    """One member or several, as the format allows; what follows the last is not looked at."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        rest = chunk
        while rest:
            if self._inflater.eof:
                if not rest.startswith(b"\x1f"):
                    return
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _inflate(self._inflater, rest)
            rest = self._inflater.unused_data

    @property
    def complete(self) -> bool:
        return self._inflater.eof


class Deflate:
    """With the zlib header, as the standard wants it, or without, as some servers send it."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj()
        self._begun = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        if not self._begun:
            self._begun = True
            if chunk[0] & 0x0F != zlib.DEFLATED:
                self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        if not self._inflater.eof:
            yield from _inflate(self._inflater, chunk)

    @property
    def complete(self) -> bool:
        return self._inflater.eof


class Brotli:
    """What follows the end is not looked at, where it comes in a chunk of its own."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        rest = chunk
        while not self._decompressor.is_finished():
            # It rounds the limit up to its blocks: twice as much may come.
            piece = self._decompressor.process(rest, output_buffer_limit=STEP // 4)
            if not piece and self._decompressor.can_accept_more_data():
                return
            yield piece
            rest = b""

    @property
    def complete(self) -> bool:
        return bool(self._decompressor.is_finished())


def _inflate(inflater: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    rest = chunk
    while not inflater.eof:
        piece = inflater.decompress(rest, STEP)
        rest = inflater.unconsumed_tail
        yield piece
        if not rest and len(piece) < STEP:  # a full piece may leave more inside
            return

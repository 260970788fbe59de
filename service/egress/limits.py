"""How much of a body we take: in come its chunks as they arrive; out comes the body, decompressed."""

import asyncio
import io
from collections.abc import AsyncIterable
from dataclasses import dataclass

from service.egress.decoding import GARBLED, decoder_for
from service.egress.reply import GivenUp

MOST_RATIO = 200
"""No text shrinks to less than one part in so many ..."""
RATIO_COUNTS_FROM = 2**20
"""... except a short one, which does no harm."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost us."""

    wire_bytes: int
    decoded_bytes: int
    pace_bytes: int = 10 * 2**10
    """So many bytes must arrive ..."""
    pace_seconds: float = 10
    """... in so many seconds, again and again until the body is complete."""


class Body:
    """A body that grows chunk by chunk, within limits."""

    def __init__(self, coding: str, limits: Limits) -> None:
        self._decoder, self._limits = decoder_for(coding), limits
        self._decoded = io.BytesIO()  # gives its value without a copy
        self.arrived = 0

    def add(self, chunk: bytes) -> None:
        """Raises `GivenUp`: too large, or not in the compression it says."""
        self.arrived += len(chunk)
        if self.arrived > self._limits.wire_bytes:
            raise GivenUp("too_large", f"sends more than {self._limits.wire_bytes:,} bytes")
        try:
            for piece in self._decoder.decode(chunk) if self._decoder else (chunk,):
                self._take(piece)
        except GARBLED:
            raise GivenUp("protocol", "does not use the compression that it says") from None

    def whole(self) -> bytes:
        """Raises `GivenUp` if something is missing."""
        if self.arrived and self._decoder and not self._decoder.complete:
            raise GivenUp("protocol", "breaks off its answer")
        return self._decoded.getvalue()

    def _take(self, piece: bytes) -> None:
        self._decoded.write(piece)
        size, most = self._decoded.tell(), self._limits.decoded_bytes
        if size > most:
            raise GivenUp("too_large", f"sends more than {most:,} bytes, decompressed")
        if size > max(RATIO_COUNTS_FROM, MOST_RATIO * self.arrived):
            raise GivenUp("too_large", "compresses its answer better than text can be")


async def read_body(chunks: AsyncIterable[bytes], coding: str, limits: Limits) -> bytes:
    """The whole body. Raises `GivenUp`, also where it comes too slowly."""
    body, due = Body(coding, limits), limits.pace_bytes
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(limits.pace_seconds) as patience:
            async for chunk in chunks:
                body.add(chunk)
                if body.arrived >= due:
                    due = body.arrived + limits.pace_bytes
                    patience.reschedule(clock() + limits.pace_seconds)
    except TimeoutError:
        raise GivenUp("timeout", "sends its answer too slowly") from None
    return body.whole()


async def read_start(chunks: AsyncIterable[bytes], most_bytes: int) -> bytes:
    """The first bytes of a body, as sent; the rest is left where it is."""
    start = bytearray()
    async for chunk in chunks:
        start += chunk
        if len(start) >= most_bytes:
            break
    return bytes(start[:most_bytes])

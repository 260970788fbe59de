"""How much of a body we take: in come its chunks as they arrive; out comes the body, decompressed."""

import asyncio
import io
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from dataclasses import dataclass

from service.egress.decoding import GARBLED, decoder_for
from service.egress.reply import GivenUp

MOST_RATIO = 200
"""No text shrinks to less than one part in so many ..."""
RATIO_COUNTS_FROM = 2**20
"""... except a short one, which does no harm."""


Enlarge = Callable[[], Awaitable[None]]
"""Returns once there is room for a body that is no small one."""


async def no_matter() -> None:
    """For those who need not spare memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost us."""

    wire_bytes: int
    decoded_bytes: int
    pace_bytes: int = 10 * 2**10
    """So many bytes must arrive ..."""
    pace_seconds: float = 10
    """... in so many seconds, again and again until the body is complete."""
    small_bytes: int = 128 * 2**10
    """A body of more, decompressed, is taken only where there is room for it."""


class Body:
    """A body that grows chunk by chunk, within limits."""

    def __init__(self, coding: str, limits: Limits) -> None:
        self._decoder, self._limits = decoder_for(coding), limits
        self._decoded = io.BytesIO()  # gives its value without a copy
        self.arrived = 0

    @property
    def size(self) -> int:
        """Decompressed."""
        return self._decoded.tell()

    def add(self, chunk: bytes) -> None:
        """Raises `GivenUp`: too large, or not in the compression it says."""
        for piece in self.pieces(chunk):
            self.take(piece)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk holds, to be taken piece by piece. Raises as `add` does."""
        self.arrived += len(chunk)
        if self.arrived > self._limits.wire_bytes:
            raise GivenUp("too_large", f"sends more than {self._limits.wire_bytes:,} bytes")
        try:
            yield from self._decoder.decode(chunk) if self._decoder else (chunk,)
        except GARBLED:
            raise GivenUp("protocol", "does not use the compression that it says") from None

    def take(self, piece: bytes) -> None:
        """Raises as `add` does."""
        self._decoded.write(piece)
        size, most = self._decoded.tell(), self._limits.decoded_bytes
        if size > most:
            raise GivenUp("too_large", f"sends more than {most:,} bytes, decompressed")
        if size > max(RATIO_COUNTS_FROM, MOST_RATIO * self.arrived):
            raise GivenUp("too_large", "compresses its answer better than text can be")

    def whole(self) -> bytes:
        """Raises `GivenUp` if something is missing."""
        if self.arrived and self._decoder and not self._decoder.complete:
            raise GivenUp("protocol", "breaks off its answer")
        return self._decoded.getvalue()


async def read_body(chunks: AsyncIterable[bytes], coding: str, limits: Limits, enlarge: Enlarge = no_matter) -> bytes:
    """The whole body. Waits for room where it is no small one. Raises `GivenUp`, also where it comes too slowly."""
    body, due = Body(coding, limits), limits.pace_bytes
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(limits.pace_seconds) as patience:
            async for chunk in chunks:
                for piece in body.pieces(chunk):
                    if body.size <= limits.small_bytes < body.size + len(piece):
                        patience.reschedule(None)  # it is we who are slow now
                        await enlarge()
                        patience.reschedule(clock() + limits.pace_seconds)
                    body.take(piece)
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

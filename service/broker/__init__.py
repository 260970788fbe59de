"""The broker: named streams of records, read by groups that remember their place.

At least once, and in order within a key: that is all a broker promises, and all a stage may rely on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from service.errors import Rejected
from service.messages import Message
from service.model import Stretch
from service.tracing import TRACEPARENT

M = TypeVar("M", bound=Message)

MOST_BYTES = 4 * 2**20
"""The largest message a stream carries."""

Headers = Mapping[str, str]
"""What is said of a record beside its message, such as the `traceparent` of the request that it goes back to."""
NO_HEADERS: Headers = MappingProxyType({})


class Written(NamedTuple):
    """A record to be appended. A plain (key, value) is one without headers."""

    key: str
    value: bytes
    headers: Headers = NO_HEADERS


Items = Iterable[Written | tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Record:
    """A message where it lies."""

    stream: str
    partition: int
    offset: int
    key: str
    value: bytes
    appended_at: datetime
    headers: Headers = field(default_factory=lambda: NO_HEADERS)

    @property
    def position(self) -> str:
        """Names this record for ever: a redelivered record has the same position."""
        return f"{self.stream}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind on a stream."""

    records: int
    partitions: Mapping[int, Stretch] = field(default_factory=dict)
    """Those that have ever held anything."""


class Reader(Protocol):
    """One member of a group, reading one stream."""

    async def read(self, most: int, within: float) -> list[Record]:
        """Up to `most` records not read before; waits at most `within` seconds for the first."""
        ...

    def held(self) -> AbstractAsyncContextManager[None]:
        """Keep our place in the group while the records in hand are handled, however long that takes."""
        ...

    async def commit(self, records: Sequence[Record]) -> None:
        """Move the group's place past these records. Committing none is allowed and does nothing."""
        ...


class Broker(Protocol):
    """Appends to streams and opens readers on them. Raises `Outage` when it cannot be reached."""

    async def append(self, stream: str, items: Items) -> None:
        """Append them in order; returns once they are durable."""
        ...

    def reader(self, stream: str, group: str) -> AbstractAsyncContextManager[Reader]: ...

    async def lag(self, stream: str, group: str) -> Lag: ...

    async def prepare(self, streams: "Sequence[Stream[Any]]") -> None:
        """Create the streams that are missing. Safe to repeat."""
        ...


@dataclass(frozen=True)
class Stream(Generic[M]):
    """A stream's name, the message it carries, the key that keeps related messages in order, its shape."""

    name: str
    message: type[M]
    key: Callable[[M], str]
    serial: bool = False
    """One partition: everything on it is in order."""
    trace: Callable[[M], str] = lambda message: ""
    """The `traceparent` that a message brings with it; "" for none."""

    def encode(self, message: M, headers: Headers = NO_HEADERS) -> Written:
        """With the message's own trace, or else that of `headers`.

        Raises `Rejected` if it is more than a stream carries."""
        value = msgspec.json.encode(message)
        if len(value) > MOST_BYTES:
            raise Rejected(f"{self.message.__name__} of {len(value)} bytes; {self.name} takes {MOST_BYTES}")
        own = self.trace(message)
        return Written(self.key(message), value, {**headers, TRACEPARENT: own} if own else headers)

    def decode(self, record: Record) -> M:
        """Raises `Rejected` if the bytes are not this stream's message."""
        try:
            return msgspec.json.decode(record.value, type=self.message)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Rejected(f"{record.position} is not a {self.message.__name__}: {error}") from error

"""Which deliveries of a line go together in one request.

In go what waits for an endpoint, in the order in which it was told; out come the ids of the first batch, no more than
the endpoint asked for and no longer than a receiver has to take.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, takewhile
from typing import Any

from sqlalchemy import Connection, func, select

from service.store.deliveries import deliveries
from service.store.notices import notices
from service.store.table import parts

MOST_BATCH = 100
MOST_BYTES = 65_536
"""Of a request. Receivers of CloudEvents take as much, and many front servers no more."""
ENVELOPE_BYTES = 512
"""What stands around a notice's payload at most, and around them all: ids, cursor, type, time, sequence."""


def batch_of(line: Sequence[Any], now: datetime) -> tuple[str, ...]:
    """A batch that was tried already stays as it was, for it has its id; a new one takes what is due."""
    first = line[0]
    if first.batch_size == 1:
        return (first.id,)
    if first.batch_id:
        return tuple(row.id for row in line if row.batch_id == first.batch_id)
    fresh = takewhile(lambda row: row.next_attempt_at <= now and not row.batch_id, line)
    return tuple(row.id for row in fresh)[: first.batch_size]


def cut_short(connection: Connection, batches: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Of each batch the beginning that fits into one request, and its first in any case; the rest waits its turn."""
    sizes = _sizes(connection, chain.from_iterable(batches.values()))
    return {key: tuple(_fitting(ids, sizes)) for key, ids in batches.items()}


def _fitting(ids: Sequence[str], sizes: Mapping[str, int]) -> Iterator[str]:
    room = MOST_BYTES - ENVELOPE_BYTES
    for number, id in enumerate(ids):
        room -= sizes[id] + ENVELOPE_BYTES
        if number and room < 0:
            return
        yield id


def _sizes(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Bytes of the payloads that these deliveries carry; neither database reads a payload to tell."""
    length = func.length(notices.c.payload).label("bytes")
    query = select(deliveries.c.id, length).join(notices, notices.c.id == deliveries.c.notice_id)
    rows = (row for some in parts(ids) for row in connection.execute(query.where(deliveries.c.id.in_(some))))
    return {row.id: row.bytes for row in rows}

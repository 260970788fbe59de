"""The languages that stored articles have, for searches: read again every second, and whenever one is put here.

There are a few dozen at most, new ones are rare, and every search has to know them.
"""

from collections.abc import Iterable
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool, text

FRESH = 1.0
"""Seconds for which those are believed that were read: so long another process's new language may go unnoticed."""

_read = WeakKeyDictionary[Pool, tuple[float, frozenset[str]]]()


def languages(connection: Connection) -> frozenset[str]:
    """Those of all articles with a full text."""
    pool, now = connection.engine.pool, monotonic()
    at, known = _read.get(pool, (-FRESH, frozenset[str]()))
    if now - at >= FRESH:
        known = frozenset(connection.execute(text("select language from search_languages")).scalars())
        _read[pool] = now, known
    return known


def put_languages(connection: Connection, given: Iterable[str]) -> None:
    """Articles in these have a full text now."""
    _read.pop(connection.engine.pool, None)
    connection.execute(
        text("insert into search_languages (language) values (:language) on conflict do nothing"),
        [{"language": each} for each in sorted(set(given))],
    )

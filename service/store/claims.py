"""Claims of feeds: which are due, and when each may start at its host.

One transaction claims a batch for all hosts that it touches, so thousands of feeds that are due together cost
a few statements. Processes that claim at once share the feeds, and take turns over the hosts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select, update

from service.model import Claim
from service.model.hosts import Line, Terms
from service.store.feed_rows import feeds, read_feed
from service.store.hosts import Hosts
from service.store.table import parts

LOOKED_AT = 1000
"""Feeds looked at in one go at most. The first go locks no more than are wanted, for others claim, too; where
most of them have to wait for their hosts, there are more goes."""
MOST_GOES = 20

_HOLD = update(feeds).where(feeds.c.id == bindparam("feed")).values(held_until=bindparam("until"))


@dataclass(frozen=True, slots=True)
class _Starts:
    """What one go decided, by feed."""

    starts: dict[str, datetime]
    holds: dict[str, datetime]


def claim_due(connection: Connection, now: datetime, most: int, terms: Terms) -> Sequence[Claim]:
    """See `Feeds.claim_due`."""
    starts: dict[str, datetime] = {}
    for go in range(MOST_GOES):
        wanted = min(LOOKED_AT, (most - len(starts)) * 4**go)
        looked_at = _candidates(connection, now, wanted, terms)
        found = _decide(connection, looked_at, now, most - len(starts), terms)
        _claim(connection, found.starts, terms)
        _hold(connection, found.holds)
        starts |= found.starts
        if len(starts) >= most or len(looked_at) < wanted:
            break
    return _claims(connection, starts)


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(feeds.c.enabled, or_(feeds.c.next_poll_at.is_(None), feeds.c.next_poll_at <= now))


def _candidates(connection: Connection, now: datetime, most: int, terms: Terms) -> Sequence[Any]:
    """Feeds that are due and nobody's, those first that wait longest, locked."""
    query = (
        select(feeds.c.id, feeds.c.host, feeds.c.held_until)
        .where(is_due(now), _is_past(feeds.c.claimed_until, now), _is_past(feeds.c.held_until, now))
        .order_by(feeds.c.next_poll_at.asc().nulls_first(), feeds.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    if terms.prompt_only:
        query = query.where(feeds.c.failures == 0, feeds.c.slow.is_(False), feeds.c.last_poll_at.is_not(None))
    return connection.execute(query).all()


def _is_past(column: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(column.is_(None), column <= now)


def _decide(connection: Connection, due: Sequence[Any], now: datetime, most: int, terms: Terms) -> _Starts:
    """Starts for `most` feeds, and holds for those that cannot start before then."""
    found = _Starts({}, {})
    lines = _lines(connection, {row.host for row in due}, now, terms)
    before = {name: line.host for name, line in lines.items()}
    for row in due:
        if len(found.starts) >= most:
            break
        line = lines[row.host]
        if start := line.start(row.held_until is not None):
            found.starts[row.id] = start
        else:
            found.holds[row.id] = line.hold(row.held_until is not None)
    Hosts(connection).keep([line.host for name, line in lines.items() if line.host != before[name]])
    return found


def _lines(connection: Connection, names: Iterable[str], now: datetime, terms: Terms) -> dict[str, Line]:
    """The line of feeds at each host: how many are being polled, and how many wait."""
    hosts = Hosts(connection).locked(names)
    flying, waiting = feeds.c.claimed_until > now, feeds.c.held_until > now
    counts: dict[str, tuple[int, int]] = {}
    for part in parts(names):
        query = (
            select(feeds.c.host, func.sum(case((flying, 1), else_=0)), func.sum(case((waiting, 1), else_=0)))
            .where(feeds.c.host.in_(part), feeds.c.enabled, or_(flying, waiting))
            .group_by(feeds.c.host)
        )
        counts.update((name, (int(claimed), int(held))) for name, claimed, held in connection.execute(query))
    return {name: Line(host, *counts.get(name, (0, 0)), now, terms) for name, host in hosts.items()}


def _claim(connection: Connection, starts: dict[str, datetime], terms: Terms) -> None:
    by_start = sorted(starts, key=lambda feed: starts[feed])
    for start, ids in groupby(by_start, key=lambda feed: starts[feed]):
        until = start + timedelta(seconds=terms.lease_seconds)
        for part in parts(ids):
            connection.execute(update(feeds).where(feeds.c.id.in_(part)).values(claimed_until=until))


def _hold(connection: Connection, holds: dict[str, datetime]) -> None:
    if holds:
        connection.execute(_HOLD, [{"feed": feed, "until": until} for feed, until in holds.items()])


def _claims(connection: Connection, starts: dict[str, datetime]) -> Sequence[Claim]:
    """Those that may start first, first."""
    found: dict[str, Claim] = {}
    for part in parts(starts):
        rows = connection.execute(select(feeds).where(feeds.c.id.in_(part)))
        found |= {row.id: Claim(read_feed(row), starts[row.id]) for row in rows}
    return sorted((found[feed] for feed in starts if feed in found), key=lambda claim: claim.start_at)

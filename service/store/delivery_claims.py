"""Claims of deliveries: what is due is shared fairly between endpoints, each at its own pace and in its own order.

In go the time, the free slots and what is in hand; out come deliveries that nobody else sends while the lease lasts,
and when each may start. Whoever claims waits for others who do, so that limits hold over all processes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    true,
    update,
)

from service.model import batch_id
from service.store.batches import MOST_BATCH, batch_of, cut_short
from service.store.deliveries import deliveries
from service.store.table import parts
from service.store.topic_tables import endpoints

TROUBLED = 3
"""Failures in a row from which an endpoint gets one delivery at a time, until one succeeds."""
PACE = 0.98
"""Of the rate asked for, so that a start that comes late brings no second with too many."""
DUE = ("id", "endpoint_id", "next_attempt_at", "seq", "batch_id")
PACED = ("failures", "openings", "max_in_flight", "max_per_second", "next_start_at", "ordering", "batch_size")


_due = deliveries.alias("due")


@dataclass(frozen=True, slots=True)
class Slots:
    """What a process can send now: `free` in all, `per_endpoint` at once; `busy` are in hand."""

    free: int
    per_endpoint: int
    busy: Mapping[str, int]
    ahead: timedelta = timedelta(seconds=0.5)
    """How long before its start a delivery may be claimed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can be sent in one request: a delivery that is due, or a batch."""

    ids: tuple[str, ...]
    endpoint_id: str
    most: int = 4
    """So many requests to its endpoint at once."""
    troubled: bool = False
    """Its endpoint has failed several times in a row."""
    per_second: float | None = None
    next_start_at: datetime | None = None
    is_batch: bool = False
    is_new: bool = True
    """A batch that was not tried yet, and may still be cut short."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What is sent in one request, and when it may start."""

    ids: tuple[str, ...]
    start_at: datetime | None = None
    batch_id: str = ""


def claim(connection: Connection, now: datetime, until: datetime, slots: Slots) -> list[Picked]:
    """What is due, taken until `until`; another process passes over it until then."""
    if slots.free <= 0:
        return []
    _queue_up(connection)
    picked, starts = _paced(_sendable(connection, _chosen(connection, now, slots)), now, slots.ahead)
    _keep_starts(connection, starts)
    return _held(connection, picked, now, until)


def in_hand(connection: Connection, endpoint_id: str, now: datetime) -> set[tuple[str, datetime]]:
    """Deliveries that somebody sends to this endpoint, and until when they are theirs. Who claims after this sees what
    was committed before it."""
    _queue_up(connection)
    own = deliveries.c
    query = select(own.id, own.claimed_until).where(own.endpoint_id == endpoint_id, own.claimed_until > now)
    return {(row.id, row.claimed_until) for row in connection.execute(query)}


def _chosen(connection: Connection, now: datetime, slots: Slots) -> Sequence[Candidate]:
    """Looks at one delivery of each endpoint first: where many endpoints wait, that fills all slots, and looking at
    several of each would cost several times as much."""
    flying, troubled = _flying(connection, now), _troubled(connection, slots.busy)
    in_order = _in_order(connection, now, slots, flying)
    found = in_order + _alone(connection, now, slots, 1)
    chosen = share(found, slots, flying, troubled)
    widest = max(slots.per_endpoint, connection.scalar(select(func.max(endpoints.c.max_in_flight))) or 0)
    if found and len(chosen) < slots.free and widest > 1:
        chosen = share(in_order + _alone(connection, now, slots, widest), slots, flying, troubled)
    return chosen


def share(candidates: Sequence[Candidate], slots: Slots, flying: Mapping[str, int], troubled: int) -> list[Candidate]:
    """As many candidates as there are free slots, so that no endpoint holds up another.

    They come the longest due first. Each endpoint gets its first before any gets its second, counting those under
    way (`flying`, from all processes). Endpoints in trouble get one each, and together at most half of all slots, of
    which `troubled` are taken already.
    """
    turns = Counter({id: max(flying.get(id, 0), slots.busy.get(id, 0)) for id in {*flying, *slots.busy}})
    lined_up = []
    for one in candidates:
        if turns[one.endpoint_id] < (1 if one.troubled else one.most):
            lined_up.append((turns[one.endpoint_id], one))
            turns[one.endpoint_id] += 1
    room = max(1, (slots.free + sum(slots.busy.values())) // 2) - troubled
    chosen: list[Candidate] = []
    for _, one in sorted(lined_up, key=lambda pair: pair[0]):
        if len(chosen) < slots.free and not (one.troubled and room <= 0):
            chosen.append(one)
            room -= one.troubled
    return chosen


def _sendable(connection: Connection, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The same, with new batches no longer than a receiver has to take."""
    ids_of = {one.endpoint_id: one.ids for one in chosen if one.is_batch and one.is_new}
    short = cut_short(connection, ids_of)
    return [replace(one, ids=short.get(one.endpoint_id, one.ids)) for one in chosen]


def _queue_up(connection: Connection) -> None:
    """One claims after another, until we commit; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(hashtext('claims of deliveries'))"))


def _flying(connection: Connection, now: datetime) -> Counter[str]:
    """How many deliveries to each endpoint are under way, in whatever process."""
    # Counted here: to group, SQLite's planner would walk through all deliveries in the order of their endpoints.
    return Counter(connection.scalars(select(deliveries.c.endpoint_id).where(deliveries.c.claimed_until > now)))


def _troubled(connection: Connection, busy: Mapping[str, int]) -> int:
    """How many deliveries in hand go to endpoints in trouble."""
    failing = endpoints.c.failures >= TROUBLED
    query = select(endpoints.c.id).where(failing)
    found = [id for some in parts(busy) for id in connection.scalars(query.where(endpoints.c.id.in_(some)))]
    return sum(busy[id] for id in found)


def _alone(connection: Connection, now: datetime, slots: Slots, most: int) -> list[Candidate]:
    """The first `most` that are due of every endpoint that takes them in any order, the longest due first."""
    first = (
        select(_due.c.id)
        .where(_waits(), _due.c.next_attempt_at <= now, _free(_due, now))
        .order_by(_due.c.next_attempt_at)
        .limit(most)
        .correlate(endpoints)
    )
    query = _with_endpoints(connection, first).where(endpoints.c.ordering == "any", *_ready(now, slots.ahead))
    rows = [row for row in connection.execute(query) if row.id is not None]
    rows.sort(key=lambda row: (row.next_attempt_at, row.id))
    return [_candidate((row.id,), row, slots.per_endpoint) for row in rows]


def _in_order(connection: Connection, now: datetime, slots: Slots, flying: Mapping[str, int]) -> list[Candidate]:
    """The head of the line of every endpoint that takes them one after another, if it is due and nothing is under
    way: what was told first, and with it what is sent in the same batch."""
    first = select(_due.c.id).where(_waits()).order_by(_due.c.seq, _due.c.id).limit(MOST_BATCH).correlate(endpoints)
    query = _with_endpoints(connection, first).where(endpoints.c.ordering == "fifo", *_ready(now, slots.ahead))
    rows = [row for row in connection.execute(query) if row.id is not None]
    lines = defaultdict[str, list[Any]](list)
    for row in sorted(rows, key=lambda row: (row.seq, row.id)):
        lines[row.endpoint_id].append(row)
    return [
        _candidate(batch_of(line, now), line[0], slots.per_endpoint)
        for endpoint_id, line in lines.items()
        if not flying.get(endpoint_id) and line[0].next_attempt_at <= now
    ]


def _candidate(ids: tuple[str, ...], row: Any, per_endpoint: int) -> Candidate:
    in_order = row.ordering == "fifo"
    return Candidate(
        ids=ids,
        endpoint_id=row.endpoint_id,
        most=1 if in_order else row.max_in_flight or per_endpoint,
        troubled=row.failures >= TROUBLED or row.openings > 0,
        per_second=row.max_per_second,
        next_start_at=row.next_start_at,
        is_batch=in_order and row.batch_size > 1,
        is_new=not row.batch_id,
    )


def _waits() -> ColumnElement[bool]:
    return and_(_due.c.endpoint_id == endpoints.c.id, _due.c.state == "waiting")


def _free(table: FromClause, now: datetime) -> ColumnElement[bool]:
    """Nobody has it in hand."""
    return or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)


def _ready(now: datetime, ahead: timedelta) -> Iterable[ColumnElement[bool]]:
    """Endpoints that take something now."""
    yield endpoints.c.enabled
    yield or_(endpoints.c.open_until.is_(None), endpoints.c.open_until <= now)
    yield or_(endpoints.c.next_start_at.is_(None), endpoints.c.next_start_at <= now + ahead)


def _with_endpoints(connection: Connection, first: Select[Any]) -> Select[Any]:
    """The first few of every endpoint: a queue of thousands costs no more than a short one."""
    if connection.dialect.name == "sqlite":  # knows no lateral join
        found: FromClause = deliveries
        joined: ColumnElement[bool] = deliveries.c.id.in_(first.scalar_subquery())
    else:
        found, joined = first.with_only_columns(*(_due.c[name] for name in DUE)).lateral(), true()
    own, paced = (found.c[name] for name in DUE), (endpoints.c[name] for name in PACED)
    # outer: SQLite must not begin with the deliveries
    return select(*own, *paced).select_from(endpoints.outerjoin(found, joined))


def _paced(chosen: Iterable[Candidate], now: datetime, ahead: timedelta) -> tuple[list[Picked], dict[str, datetime]]:
    """Starts, as far apart as each endpoint wants them; what would have to wait for long is left for later.

    Beside them, when the next one to each of these endpoints may start."""
    picked, starts = list[Picked](), dict[str, datetime]()
    for one in chosen:
        batch = batch_id(one.ids, one.endpoint_id) if one.is_batch else ""
        if one.per_second is None:
            picked.append(Picked(one.ids, None, batch))
            continue
        start = max(now, starts.get(one.endpoint_id) or one.next_start_at or now)
        if start <= now + ahead:
            picked.append(Picked(one.ids, start, batch))
            starts[one.endpoint_id] = start + timedelta(seconds=1 / (one.per_second * PACE))
    return picked, starts


def _keep_starts(connection: Connection, starts: Mapping[str, datetime]) -> None:
    one = update(endpoints).where(endpoints.c.id == bindparam("this")).values(next_start_at=bindparam("at"))
    if starts:
        connection.execute(one, [{"this": id, "at": at} for id, at in sorted(starts.items())])


def _held(connection: Connection, picked: Sequence[Picked], now: datetime, until: datetime) -> list[Picked]:
    """Those that are ours now: not what somebody has changed since we looked, or is changing."""
    still = select(deliveries.c.id).where(deliveries.c.state == "waiting", _free(deliveries, now))
    still = still.with_for_update(skip_locked=True)
    ids = [id for each in picked for id in each.ids]
    ours = {id for some in parts(ids) for id in connection.scalars(still.where(deliveries.c.id.in_(some)))}
    held = [each for each in picked if ours.issuperset(each.ids)]
    _hold(connection, held, until)
    return held


def _hold(connection: Connection, picked: Iterable[Picked], until: datetime) -> None:
    together = defaultdict[str, list[str]](list)
    for each in picked:
        together[each.batch_id] += each.ids
    for batch, ids in together.items():
        for some in parts(ids):
            held = update(deliveries).where(deliveries.c.id.in_(some))
            connection.execute(held.values(claimed_until=until, batch_id=batch))

"""What is owed to a host: in come what we know of it and the time; out comes when it may be asked, and the
host as it is after that.

A bucket that holds one token: each start puts the next one off by the gap and a little more, drawn from the
host and the time, so that the same question always has the same answer. A host that said it was busy is asked
at twice the gap for each time it said so, until it answers well.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

GAP_SECONDS = 5.0
"""Between two starts, unless the settings say otherwise."""
JITTER = 0.2
"""A gap is up to so much longer, and never shorter."""
LATE = 0.1
"""A start that is missed by no more than so much of the gap is still taken: every gap is longer by at least
that, so that even then two starts are not too close."""
BUSY_GAP_SECONDS = 1.0
"""The least gap for a host that was busy: its feeds come back one after the other even where none is set."""
MOST_DOUBLINGS = 5
BUSY_SECONDS = 60.0
"""How long a busy host that does not say for how long is left alone the first time."""


@dataclass(frozen=True, slots=True)
class Host:
    """A name that requests are sent to, and what was promised to it."""

    name: str
    next_start_at: datetime
    """Nothing starts before this."""
    busy_until: datetime
    """It asked to be left alone so long."""
    strikes: int = 0
    """Times it said that it was busy, less the times that it answered well since."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start wanted at a host, and the least seconds between it and the next there."""

    host: str
    gap: float


def host_gap(host: Host, gap: float) -> float:
    """Seconds between two starts there at present."""
    if not host.strikes:
        return gap
    return float(max(gap, BUSY_GAP_SECONDS) * 2 ** min(host.strikes, MOST_DOUBLINGS))


def free_at(host: Host, now: datetime) -> datetime:
    """When the next request may start."""
    return max(now, host.next_start_at, host.busy_until)


def started(host: Host, at: datetime, gap: float) -> Host:
    """The host with one more start at that time."""
    seconds = host_gap(host, gap) * (1 + LATE + (JITTER - LATE) * _part(host.name, at))
    return replace(host, next_start_at=max(host.next_start_at, at + timedelta(seconds=seconds)))


def backed_off(host: Host, until: datetime, now: datetime) -> Host:
    """The host to be left alone until then. What several requests hear at the same time counts once."""
    strikes = host.strikes if host.busy_until > now else host.strikes + 1
    return replace(host, busy_until=max(host.busy_until, until), strikes=strikes)


def busy_seconds(strikes: int, asked: float | None, most: float) -> float:
    """How long to leave a busy host alone: as long as it asks; else a minute, doubled each time."""
    wanted = BUSY_SECONDS * 2.0 ** min(strikes, 20)
    return min(wanted if asked is None else max(asked, 1.0), most)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms feeds are claimed."""

    gap_seconds: float = GAP_SECONDS
    per_host: int = 2
    """Feeds of one host that are polled, or wait in memory for their start, at once."""
    lease_seconds: float = 120.0
    """From the start on; then a feed is free again."""
    prompt_only: bool = False
    """Leave feeds alone that failed or were slow the last time, or were never polled."""

    @property
    def ahead_seconds(self) -> float:
        """How far ahead a start may lie that a feed is claimed for."""
        return self.lease_seconds / 2

    @property
    def late_seconds(self) -> float:
        """By how much a start may be missed and still be taken."""
        return self.gap_seconds * LATE


class Line:
    """The feeds of one host that are due, asking one after the other, those that wait longest first.

    A feed starts if its host has a place and is free soon enough. A feed that comes while others wait in line
    goes to its end; one that has waited keeps its place. So each is polled in the order in which it was due,
    after as many gaps as there were feeds before it: none is overtaken for ever.
    """

    def __init__(self, host: Host, flying: int, waiting: int, now: datetime, terms: Terms) -> None:
        self.host = host
        self._room, self._waiting, self._now, self._terms = terms.per_host - flying, waiting, now, terms
        self._returned = 0

    def start(self, has_waited: bool) -> datetime | None:
        """When the next feed may start, taken for it; None if it has to wait."""
        at = free_at(self.host, self._now)
        if self._room <= 0 or at > self._now + timedelta(seconds=self._terms.ahead_seconds):
            return None
        if self._waiting and not has_waited:
            return None
        self._room -= 1
        self.host = started(self.host, at, self._terms.gap_seconds)
        return at

    def hold(self, has_waited: bool) -> datetime:
        """When a feed that cannot start yet shall ask again: one gap before its turn is expected."""
        if has_waited:
            place, self._returned = self._returned, self._returned + 1
        else:
            place, self._waiting = self._returned + self._waiting, self._waiting + 1
        early = min(self._step, self._terms.ahead_seconds)
        return max(self._now, free_at(self.host, self._now) + timedelta(seconds=place * self._step - early))

    @property
    def _step(self) -> float:
        gap = host_gap(self.host, self._terms.gap_seconds) * (1 + (LATE + JITTER) / 2)
        return max(gap, 1 / self._terms.per_host)


def _part(name: str, at: datetime) -> float:
    """From 0 to 1, by name and time."""
    digest = hashlib.blake2b(f"{name} {at.timestamp()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32

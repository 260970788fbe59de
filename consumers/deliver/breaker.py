"""Lets an endpoint rest that only fails, so that what is owed to it waits and spends no attempts.

In go the endpoint, what came of attempts at it, and how many of late failed; out comes the endpoint, which may rest
until some time. When that is over, one delivery tries whether it is well again: if not, it rests twice as long.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.model import Endpoint

WINDOW = timedelta(minutes=5)
LEAST_ATTEMPTS, SHARE = 10, 0.7
FIRST_REST, LONGEST_REST = timedelta(seconds=60), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that is over."""

    began: datetime
    at: datetime
    well: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """Attempts at an endpoint in the last five minutes, or the last thousand of them."""

    made: int
    failed: int

    @property
    def is_bad(self) -> bool:
        return self.made >= LEAST_ATTEMPTS and self.failed >= SHARE * self.made


def rested(endpoint: Endpoint, ended: Iterable[Ended], recent: Recent) -> Endpoint:
    """After these attempts, given in the order in which they ended."""
    for each in ended:
        if each.well:
            endpoint = replace(endpoint, openings=0, open_until=None)
        elif endpoint.open_until is None:
            if recent.is_bad:
                endpoint = _resting(endpoint, each.at)
        elif each.began >= endpoint.open_until:  # not one that was under way when it began to rest
            endpoint = _resting(endpoint, each.at)
    return endpoint


def _resting(endpoint: Endpoint, at: datetime) -> Endpoint:
    rest = min(FIRST_REST * 2 ** min(endpoint.openings, 10), LONGEST_REST)
    return replace(endpoint, openings=endpoint.openings + 1, open_until=at + rest)

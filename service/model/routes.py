"""Routes: the ways by which a feed may be had. 0 is its own address; 1, 2, ... are those its owner gave besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.urls import feed_address

MOST_ROUTES = 5
OWN = 0
"""The route that is the feed's own address."""


@dataclass(frozen=True, slots=True)
class Detour:
    """A feed is had by another route, for its own address does not give it."""

    route: int
    """The one that served last."""
    since: datetime
    tries: int
    """How often in a row its own address was asked in vain."""
    again_at: datetime
    """From when on its own address is asked again."""
    why: str
    """What was wrong with it."""


def other_routes(own: str, given: Iterable[str]) -> tuple[str, ...]:
    """Addresses given for a feed besides its own, each once. Raises `Invalid`."""
    routes = dict.fromkeys(feed_address(each) for each in given)
    return tuple(each for each in routes if each != feed_address(own))

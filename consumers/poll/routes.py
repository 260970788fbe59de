"""By which routes a feed is asked, and what is remembered of that. In: the feed and what came of asking; out: the
order of its routes, and the feed's next state.

The own address comes first. Where it does not give the feed, the others are asked within the same visit, in
their owner's order; the feed is then on a **detour**. From then on each visit begins with the route that served
last, and the own address is asked first again when its wait is over: `least_seconds`, doubled each time that it
is asked in vain, up to an hour, or longer if its server asks for that. If it serves, the detour is over.

A route has a memory of its own (validators, hash, entries seen), which is forgotten when another one serves:
the entries of a mirror need not look like those of the original. Dedupe knows their articles again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from consumers.poll.schedule import Failure
from service.model import OWN, Detour, Feed
from service.model.hosts import busy_seconds
from service.settings import PollSettings

MOST_AGAIN = 3600.0
"""Seconds after which the own address is asked again at the latest, if its server does not ask for more."""


def in_order(feed: Feed) -> Iterator[int]:
    """Its routes, in the order in which this visit asks for them."""
    first, served = feed.first_route, serving(feed)
    yield from dict.fromkeys((first, served, *range(1, len(feed.routes) + 1), OWN))


def serving(feed: Feed) -> int:
    """The route that served last."""
    return feed.detour.route if feed.detour and feed.detour.route <= len(feed.routes) else OWN


def by_route(feed: Feed, route: int) -> Feed:
    """The feed as it is to be asked by this route: without what is remembered of another one."""
    if route == serving(feed):
        return feed
    return replace(feed, etag="", last_modified="", body_hash="", seen=(), trust="unproved", claims=0)


def leads_on(feed: Feed, route: int, status: int | None) -> bool:
    """Whether another route is asked after a failure with this HTTP status. A feed that its publisher took down
    (410) is not had elsewhere, and a host that wants us to be slower (429) is no obstacle to be gone around."""
    if route != OWN:
        return True
    return status != HTTPStatus.GONE and (status != HTTPStatus.TOO_MANY_REQUESTS or feed.detour is not None)


def served(feed: Feed, route: int, own: Failure | None, at: datetime, settings: PollSettings) -> Detour | None:
    """The detour after this route has served; `own` is what was wrong with the own address, if it was asked."""
    if route == OWN:
        return None
    if own is not None:
        return _prolonged(feed, route, own, at, settings)
    return replace(feed.detour, route=route) if feed.detour else None


def nowhere(feed: Feed, own: Failure | None, at: datetime, settings: PollSettings) -> Detour | None:
    """The detour, if there was one, after no route has served."""
    if feed.detour is None or own is None:
        return feed.detour
    return _prolonged(feed, serving(feed), own, at, settings)


def _prolonged(feed: Feed, route: int, own: Failure, at: datetime, settings: PollSettings) -> Detour:
    tries = feed.detour.tries + 1 if feed.detour else 1
    wait = min(settings.least_seconds * 2.0 ** min(tries - 1, 20), MOST_AGAIN)
    if own.retry_after is not None:
        wait = max(wait, busy_seconds(tries, own.retry_after, settings.most_seconds))
    since = feed.detour.since if feed.detour else at
    return Detour(route, since, tries, at + timedelta(seconds=wait), own.why)

"""Asking for a feed: by its own address and, where that does not give it, by its other routes.

In: a visit; out: an `Answer`. Nothing is raised but `Outage`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from consumers.poll.articles import Visit
from consumers.poll.fetch import Failed, Fetched, NotModified, conditions, fetch, judge
from consumers.poll.keeping import hash_of
from consumers.poll.patient import SMALL_BYTES
from consumers.poll.polite import Later
from consumers.poll.reading import Reading
from consumers.poll.result import Result, digest, trouble, unchanged
from consumers.poll.routes import by_route, in_order, leads_on, nowhere, served
from consumers.poll.schedule import Failure
from consumers.poll.survey import Unreadable
from service.egress import Egress
from service.model import OWN
from service.settings import PollSettings

PART_OF_LEASE_TO_BEGIN = 0.5
"""No further route is asked when so much of the lease is used up."""
PART_OF_LEASE_FOR_TURN = 0.1
"""So long may a further route have to wait for its host."""

Found = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking."""

    visit: Visit
    """By the route that served, or that failed first."""
    found: Found
    result: Result
    first: Found
    """What the address gave that was asked first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one route gave."""

    visit: Visit
    found: Found
    result: Result | Failed


@dataclass(frozen=True)
class Asking:
    """What asking takes."""

    egress: Egress
    reading: Reading
    settings: PollSettings

    async def ask(self, visit: Visit) -> Answer:
        """The visit's turn at the host of the feed's first route has come; the other hosts are asked for one."""
        begun, asked = perf_counter(), list[Asked]()
        for route in in_order(visit.feed):
            if asked and perf_counter() - begun > PART_OF_LEASE_TO_BEGIN * self.settings.lease_seconds:
                break
            at_route = replace(visit, feed=by_route(visit.feed, route), route=route)
            found = await (self._further(at_route) if asked else self._first(at_route))
            if isinstance(found, Later):
                continue
            asked.append(Asked(at_route, found, await self._read(at_route, found)))
            failed = asked[-1].result
            if not isinstance(failed, Failed) or not leads_on(visit.feed, route, failed.status):
                break
        return _answer(visit, asked, self.settings)

    async def _first(self, visit: Visit) -> Found:
        return await fetch(self.egress, replace(visit.feed, url=visit.address), visit.at)

    async def _further(self, visit: Visit) -> Found | Later:
        most_wait = PART_OF_LEASE_FOR_TURN * self.settings.lease_seconds
        reply = await self.reading.polite.get(visit.address, conditions(visit.feed), most_wait)
        return reply if isinstance(reply, Later) else judge(reply, visit.feed, visit.at)

    async def _read(self, visit: Visit, found: Found) -> Result | Failed:
        if isinstance(found, Failed):
            return found
        if visit.route != OWN:
            found = replace(found, permanent_url="")  # a mirror that moves does not move the feed
        if isinstance(found, NotModified):
            return unchanged(visit, found, self.settings)
        try:
            document, found = await self.reading.read(visit.feed, found)
        except Unreadable as error:
            return Failed(Failure("unreadable", str(error)), found.status)
        if not document.children:  # else its entries come from other documents
            visit = replace(visit, payload=hash_of(found.body))
        if len(found.body) <= SMALL_BYTES:  # to change threads would cost more
            return digest(visit, found, document, self.settings)
        return await asyncio.to_thread(digest, visit, found, document, self.settings)


def _answer(visit: Visit, asked: Sequence[Asked], settings: PollSettings) -> Answer:
    """By the route that served; else what was wrong with the feed's own address, or with the first one asked."""
    first, last = asked[0], asked[-1]
    own = next((each for each in asked if each.visit.route == OWN), None)
    wrong = own.result.failure if own and isinstance(own.result, Failed) else None
    if isinstance(last.result, Result):
        detour = served(visit.feed, last.visit.route, wrong, visit.at, settings)
        result = replace(last.result, feed=replace(last.result.feed, detour=detour))
        return Answer(last.visit, last.found, result, first.found)
    told = own or first
    assert isinstance(told.result, Failed)
    failure = replace(told.result.failure, why=_why(told, asked))
    result = trouble(visit, failure, told.result.status, settings)
    detour = nowhere(visit.feed, wrong, visit.at, settings)
    result = replace(result, feed=replace(result.feed, detour=detour))
    return Answer(told.visit, told.found, result, first.found)


def _why(told: Asked, asked: Sequence[Asked]) -> str:
    """What was wrong, by every route that was asked."""
    failures = [(each.visit.route, each.result.failure.why) for each in asked if isinstance(each.result, Failed)]
    own = [why for route, why in failures if route == told.visit.route]
    more = [
        f"by route {route}: {why}" if route else f"by its own address: {why}"
        for route, why in failures
        if route != told.visit.route
    ]
    return "; ".join([*own, *more])
